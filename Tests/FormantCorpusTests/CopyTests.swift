import FormantCorpus
import FormantTensor
import FormantTestSupport
import Testing

private func texts(_ texts: [String], labels: [String]? = nil, groups: [String?]? = nil) -> Corpus {
    Corpus(
        name: "texts", modality: .text, root: ".",
        examples: texts.enumerated().map { index, text in
            Example(
                input: .text(text), labels: [labels?[index] ?? "a"], group: groups?[index], source: "t", line: index + 1
            )
        })
}

private let pool = WorkerPool(threads: 2)

@Suite struct CopyTests {
    @Test func equalTextsAreOneSet() {
        let copies = ExactCopies(of: texts(["One two", "three", "one  TWO ", "Three.", "three", "four"]), pool: pool)
        #expect(copies.sets == [[0, 2], [1, 4]] && copies.numbers == [0, 1, 0, -1, 1, -1] && copies.count == 2)
    }

    @Test func equalFilesAreOneSet() throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 3)
        // Larger than what is read of each, and different in one byte that is not among it.
        var bytes = (0..<40_000).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        try folder.write("a/1.wav", bytes)
        try folder.write("b/2.wav", bytes)
        bytes[9_000] ^= 1
        try folder.write("a/3.wav", bytes)
        try folder.write("b/4.wav", bytes.dropLast())
        try folder.write("a/5.wav", [])
        try folder.write("b/6.wav", [])
        let corpus = try Corpus.load(argument: folder.path)
        for threads in [1, 2] {
            let copies = ExactCopies(of: corpus, pool: WorkerPool(threads: threads))
            #expect(
                copies.sets.map { $0.map { corpus.examples[$0].id } } == [
                    ["a/1.wav", "b/2.wav"], ["a/5.wav", "b/6.wav"],
                ])
        }
        // Stretches count by themselves.
        let table = try folder.write(
            "m.csv", "path,label,start,end\na/1.wav,x,0,1\na/1.wav,x,1,2\nb/2.wav,x,1,2\na/3.wav,x,1,2\n")
        let stretches = ExactCopies(of: try Corpus.load(argument: table), pool: pool)
        #expect(stretches.sets == [[1, 2]])
    }

    @Test(arguments: 0..<10)
    func copiesGoToOneSide(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        // A third of the texts stand there several times, with other groups and labels.
        let corpus = texts(
            (0..<400).map { "text \($0 % 3 == 0 ? generator.index(below: 60) : $0 + 100)" },
            labels: (0..<400).map { "label \($0 % 4)" }, groups: nil)
        let copies = ExactCopies(of: corpus, pool: pool)
        #expect(copies.count > 20)
        let options = SplitOptions(copies: copies)
        let plan = try Splitter.plan(for: corpus, options: options, using: &generator)
        #expect(PartLeaks(corpus, CorpusParts(splits: plan.splits), copies).isEmpty)
        #expect(abs(plan.count(of: .test) - 80) < 20 && plan.warnings == [])
        let folds = try Splitter.folds(for: corpus, kind: .count(5), options: options, using: &generator)
        for plan in folds.plans {
            #expect(PartLeaks(corpus, CorpusParts(splits: plan.splits), copies).isEmpty)
            #expect(abs(plan.count(of: .test) - 80) < 20)
        }
        let without = try Splitter.plan(for: corpus, using: &generator)
        #expect(!PartLeaks(corpus, CorpusParts(splits: without.splits), copies).isEmpty)
    }

    @Test func groupsThatShareACopyAreOneUnit() throws {
        var generator = SeededGenerator(seed: 7)
        let corpus = texts(
            (0..<120).map { $0 == 60 ? "text 0" : "text \($0)" }, labels: (0..<120).map { "label \($0 % 2)" },
            groups: (0..<120).map { "speaker \($0 / 10)" })
        let copies = ExactCopies(of: corpus, pool: pool)
        for _ in 0..<20 {
            let plan = try Splitter.plan(for: corpus, options: SplitOptions(copies: copies), using: &generator)
            #expect(plan.splits[0] == plan.splits[60])
            #expect(PartLeaks(corpus, CorpusParts(splits: plan.splits), copies).isEmpty)
        }
    }

    /// A label of one text alone is dealt out all the same: it would else be in one part.
    @Test func copiesThatLeaveNothingToDivideAreDivided() throws {
        var generator = SeededGenerator(seed: 8)
        let corpus = texts(
            (0..<60).map { $0 < 30 ? "wake me" : "song \($0)" }, labels: (0..<60).map { $0 < 30 ? "alarm" : "music" })
        let plan = try Splitter.plan(
            for: corpus, options: SplitOptions(copies: ExactCopies(of: corpus, pool: pool)), using: &generator)
        for split in Split.allCases { #expect(plan.indices(of: split).contains { $0 < 30 }) }
        #expect(plan.warnings.contains { $0.contains("test texts stand in training") })
    }

    @Test func leaksAreNamed() {
        let corpus = texts(
            ["one", "two", "ONE", "three", "two"], groups: ["x", "x", "y", "y", nil])
        let parts = CorpusParts(splits: [.train, .train, .test, .validation, .train])
        let copies = ExactCopies(of: corpus, pool: pool)
        let leaks = PartLeaks(corpus, parts, copies)
        #expect(leaks.copies == [[0, 2]] && leaks.groups.map(\.description) == ["y (1 validation, 1 test)"])
        let sentences = leaks.descriptions(corpus, parts)
        #expect(sentences.count == 2 && sentences[0].contains("t:3 (test) = t:1 (train)"), "\(sentences)")
    }

    @Test func severalLabelsAndGroupsAtOnce() throws {
        var generator = SeededGenerator(seed: 11)
        let examples = (0..<900).map { index in
            Example(
                input: .text("t\(index)"), labels: ["a", "b", "c", "d"].filter { _ in generator.index(below: 3) == 0 },
                group: "g\(generator.index(below: 60))", source: "s", line: index + 1)
        }
        let corpus = Corpus(name: "several", modality: .text, root: ".", examples: examples, isMultiLabel: true)
        let folds = try Splitter.folds(for: corpus, kind: .count(5), using: &generator)
        for plan in folds.plans {
            #expect(PartLeaks(corpus, CorpusParts(splits: plan.splits), ExactCopies(of: corpus, pool: pool)).isEmpty)
            for label in corpus.labels {
                let all = examples.count { $0.labels.contains(label) }
                let tested = plan.indices(of: .test).count { examples[$0].labels.contains(label) }
                #expect(abs(Double(tested) / Double(all) - 0.2) < 0.05, "\(label): \(tested) of \(all)")
            }
        }
    }
}
