import FormantCorpus
import FormantFiles
import FormantTraining
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
        let document = try Yams.compose(yaml: try resolved(facts, base).yaml())
        for (key, value) in document?.flattened() ?? [:] where key != "summary" { identity[key] = value }
        return identity
    }

    /// The checkpoint that is to be gone on from, if that is wanted and there is one.
    /// - Throws: `RunError.checkpoint` where it is of another training.
    func checkpoint(
        _ folder: CheckpointFolder, _ identity: [String: String]
    ) throws -> CheckpointFolder.Contents? {
        guard request.resumes else { return nil }
        folder.removeLeftovers()
        guard let contents = try folder.read() else { return nil }
        let keys = Set(identity.keys).union(contents.identity.keys).sorted()
        let differences = keys.filter { identity[$0] != contents.identity[$0] }.map { key in
            "\(key) was \(contents.identity[key] ?? "not given"), now it is \(identity[key] ?? "not given")"
        }
        guard differences.isEmpty else {
            let more = differences.count > 5 ? "; and \(differences.count - 5) more" : ""
            throw RunError.checkpoint(
                path: folder.path,
                reason: "it is of another training: " + differences.prefix(5).joined(separator: "; ") + more)
        }
        let machine = Batch.machine
        for (key, value) in machine.sorted(by: { $0.key < $1.key }) where contents.machine[key] != value {
            observer.warning(
                "\(folder.path) was written with \(key) \(contents.machine[key] ?? "unknown"), this is \(value): "
                    + "results may differ in their last digits")
        }
        return contents
    }

    /// Keeps the states of a training in its folder.
    func checkpointing(_ folder: CheckpointFolder, _ identity: [String: String], isFold: Bool) -> Checkpointing? {
        let observer = observer
        var settings = Checkpointing(keepsEnd: isFold) { state in
            // A full disk is no reason to lose the training.
            do { try folder.write(CheckpointFolder.Contents(identity: identity, state: state)) } catch {
                observer.warning("no checkpoint: \(error)")
            }
        }
        switch request.checkpoints {
        case .off: return nil
        case .standard: break
        case .every(let seconds): (settings.seconds, settings.share) = (seconds, .infinity)
        }
        return settings
    }

    /// Says from where a training goes on.
    func tell(_ state: TrainingState?, _ options: TrainingOptions, in folder: CheckpointFolder) {
        guard request.resumes else { return }
        switch state {
        case nil: observer.note("no checkpoint in \(folder.path): training begins at the start")
        case let state? where state.stop != nil: observer.note("going on behind the training: it had ended")
        case let state?:
            let progress = state.progress
            observer.note("going on in epoch \(progress.epoch), after \(progress.step) of its steps")
            if options.minutes != nil {
                observer.note(
                    "with a time budget the clock decides where it ends: not at the bytes of a run without a break")
            }
        }
    }
}
