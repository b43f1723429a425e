import FormantCorpus
import Yams

extension TrainingRun {
    /// Everything that decides what a training gives, but for the program and the processor: settings by name.
    func identity(_ corpus: Corpus, _ base: BaseModel?) throws -> [String: String] {
        let facts = CorpusFacts(
            classes: corpus.labels.count,
            sampleRate: corpus.modality == .audio ? TrainingRun.commonRate(corpus) : nil)
        var identity = ["corpus": corpus.fingerprint, "seed": "\(request.seed)"]
        identity["folds"] = request.folds?.name
        identity["out-of-scope"] = corpus.outOfScope
        identity["from"] = base?.digest
        identity["head"] = base == nil ? nil : request.head.rawValue
        identity["splits"] = try request.reading.splits.map { try Batch.digest(ofModel: $0) }
        identity["vectors"] = request.vectors
        identity["vector-words"] = request.vectorWords
        return identity.merging(try resolved(facts, base).identity()) { _, setting in setting }
    }

    /// The training of a folder: of the run, or of one of its folds.
    func resumable(_ folder: RunFolder, _ identity: [String: String]) -> ResumableTraining {
        ResumableTraining(
            folder: folder, identity: identity, resumes: request.resumes, checkpoints: request.checkpoints,
            observer: observer)
    }
}

extension ResolvedRecipe {
    /// The settings that decide what a training by the recipe gives, by name.
    func identity() throws -> [String: String] {
        var settings = try Yams.compose(yaml: try yaml())?.flattened() ?? [:]
        settings["summary"] = nil
        return settings
    }
}
