import FormantCorpus
import FormantEvaluation
import FormantNetwork
import FormantTensor
import FormantText
import FormantTraining

/// From a corpus to a model with its report: the main job.
///
/// The corpus is split first; vocabulary and band statistics come from the training part alone, the best epoch is
/// chosen by the validation part, and the test part is read once, at the end.
public struct TrainingRun {
    let request: TrainingRequest
    let pool: WorkerPool
    let observer: RunObserver

    /// Creates a run.
    public init(_ request: TrainingRequest, pool: WorkerPool, observer: RunObserver = RunObserver()) {
        self.request = request
        self.pool = pool
        self.observer = observer
    }

    /// Does the whole job and writes the folder.
    public func run() throws -> TrainingSummary {
        let clock = ContinuousClock()
        let start = clock.now
        let corpus = try load()
        let copies = try checkedCopies(corpus)
        let base = try baseModel(corpus)
        let identity = try identity(corpus, base)
        let training = resumable(RunFolder(request.output), identity)
        if let summary = try training.begin(summary: TrainingSummary.self) { return summary }
        let prepared = try prepare(corpus, copies, identity, base)
        var summary: TrainingSummary
        if let folds = request.folds {
            summary = try runFolds(folds, prepared)
        } else {
            var chance = SeededGenerator.derived(seed: request.seed, purpose: "split")
            let plan = try Splitter.plan(for: corpus, options: SplitOptions(copies: copies), using: &chance)
            let trial = try trial(prepared, plan, folder: RunFolder(request.output))
            summary = TrainingSummary(
                model: trial.folder.model, epochs: trial.outcome.history.count, seconds: 0,
                waiting: meanWaiting(trial.outcome.history),
                validation: trial.summary(.validation), test: trial.summary(.test), failed: 0,
                interrupted: trial.interrupted, stop: trial.outcome.stop.toldInSummary,
                forgetting: trial.forgetting)
        }
        summary.failed = prepared.problems.count
        summary.seconds = (clock.now - start) / .seconds(1)
        if !summary.interrupted { try training.finish(summary) }
        return summary
    }

    /// The corpus, which must be something that the recipe takes.
    func load() throws -> Corpus {
        let corpus = try Corpus.load(argument: request.corpus, root: request.root, reading: request.reading)
        report(corpus.problems, corpus.problemCount)
        try checkModality(corpus)
        return corpus
    }

    private func report(_ problems: [Problem], _ count: Int) {
        for problem in problems.prefix(20) { observer.warning("\(problem)") }
        if count > 20 { observer.warning("and \(count - 20) more problems in the corpus") }
    }

    private func checkModality(_ corpus: Corpus) throws {
        let takes = try request.recipe.takes()
        let found = corpus.modality.takes
        guard takes == found else {
            throw RecipeError.modality(recipe: request.recipe.name, takes: takes, found: found)
        }
    }

    // MARK: What folds share

    /// A corpus with what does not depend on how it is split.
    struct Prepared {
        let corpus: Corpus
        /// Examples that a split keeps on one side.
        let copies: ExactCopies
        /// What decides the training: settings by name.
        let identity: [String: String]
        /// The model that training begins with, where it does not begin with chance.
        let base: BaseModel?
        /// The labels of the model, in the order of its outputs.
        let labels: [String]
        let multiLabel: Bool
        var sampleRate: Int?
        /// Features of recordings, as yet not normalised by the corpus, or pictures; nil for sentences.
        var files: CorpusInputs?
        var problems: [InputProblem] = []
    }

    func prepare(
        _ corpus: Corpus, _ copies: ExactCopies, _ identity: [String: String], _ base: BaseModel?
    ) throws -> Prepared {
        let labels = base?.labels ?? corpus.labels
        let multiLabel = corpus.isMultiLabel
        // Where each label is a question of its own, one is enough: there or not there.
        let least = multiLabel ? 1 : 2
        guard corpus.labels.count >= least else {
            throw RunError.tooFew(
                what: "labels of \(corpus.name)", found: corpus.labels.count, expected: "\(least) or more")
        }
        try checkRejection(
            corpus, try request.recipe.resolved(CorpusFacts(classes: corpus.labels.count)).training)
        try checkThresholds(
            corpus, try request.recipe.resolved(CorpusFacts(classes: corpus.labels.count)).training)
        let prepared = Prepared(
            corpus: corpus, copies: copies, identity: identity, base: base, labels: labels, multiLabel: multiLabel)
        switch corpus.modality {
        case .text: return prepared
        case .audio: return try readRecordings(prepared)
        case .image: return try readPictures(prepared)
        }
    }

    func meanWaiting(_ history: [FormantTraining.EpochRecord]) -> Double {
        history.reduce(0) { $0 + $1.waiting } / Double(max(1, history.count))
    }

    // MARK: Folds

    /// A folder's name for each fold, made of letters that every file system takes; no two are the same.
    static func folderNames(_ folds: [String]) -> [String] {
        var taken: Set<String> = []
        return folds.map { fold in
            let plain = fold.prefix(40).map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : "_" }
            let name = "fold-" + String(plain)
            var candidate = name
            var count = 1
            // As file systems do it, upper and lower case are taken for the same.
            while !taken.insert(candidate.lowercased()).inserted {
                count += 1
                candidate = "\(name)-\(count)"
            }
            return candidate
        }
    }
}
