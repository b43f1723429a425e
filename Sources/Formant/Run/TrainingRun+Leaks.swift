import FormantCorpus

extension TrainingRun {
    /// The exact copies of a corpus, which a split that Formant makes keeps on one side.
    /// - Throws: `RunError.leaks` where a split that the corpus gives has copies, or groups, on both sides, is not official,
    ///   and the request does not allow it. Where it goes on, they are named in warnings.
    func checkedCopies(_ corpus: Corpus) throws -> ExactCopies {
        try checkTable(corpus)
        let copies = ExactCopies(of: corpus, pool: pool)
        guard let (parts, isGiven) = parts(of: corpus) else { return copies }
        let leaks = PartLeaks(corpus, parts, copies)
        let what = leaks.descriptions(corpus, parts)
        if isGiven, !leaks.isEmpty, !request.allowsLeaks, !corpus.splitIsOfficial { throw RunError.leaks(what) }
        for sentence in what { observer.warning(sentence) }
        return copies
    }

    /// The parts that the corpus itself sets, if the run goes by them, and whether somebody chose them as splits.
    private func parts(of corpus: Corpus) -> (parts: CorpusParts, isGiven: Bool)? {
        switch request.folds {
        case nil: corpus.examples.contains { $0.split != nil } ? (CorpusParts(of: corpus), true) : nil
        case .count(let count): count == corpus.folds.count ? (CorpusParts(folds: corpus), true) : nil
        case .leaveOneGroupOut: (CorpusParts(groups: corpus), false)
        }
    }

    /// A table of splits is there to be followed.
    private func checkTable(_ corpus: Corpus) throws {
        guard let table = request.reading.splits, let folds = request.folds,
            folds != .count(corpus.folds.count)
        else { return }
        throw RunError.option(
            name: "--folds", value: folds.name,
            expected: corpus.folds.isEmpty
                ? "none, as \(table) (--splits) has no column fold"
                : "\(corpus.folds.count), the folds of \(table) (--splits)")
    }
}
