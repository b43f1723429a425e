import FormantFiles
import FormantNetwork
import FormantTraining

/// A training whose state is kept in the folder of its run, and that goes on from there: what every run that trains has in
/// common.
struct ResumableTraining {
    /// The folder of the run, or of one of its folds.
    let folder: RunFolder
    /// What decides the training, but for the program and the processor: settings by name.
    let identity: [String: String]
    /// Whether to go on from the checkpoint in the folder, where there is one.
    let resumes: Bool
    /// How often the state is kept.
    let checkpoints: TrainingRequest.Checkpoints
    var observer: RunObserver

    private var states: CheckpointFolder { CheckpointFolder(of: folder) }

    // MARK: A run

    /// Begins a run: makes its folder and, unless it is to be resumed, drops an earlier checkpoint.
    /// - Returns: what the run printed, if it is to be resumed and is finished.
    /// - Throws: `RunError.checkpoint` where the checkpoint is of another training, `FileError`.
    func begin<Summary: Decodable>(summary kind: Summary.Type) throws -> Summary? {
        try FolderMaker.make(folder.path)
        if try checkpoint() != nil, let summary = try states.summary(as: kind) {
            observer.note("\(folder.path) is finished: there is nothing to go on with")
            return summary
        }
        if !resumes {
            if states.exists { observer.note("\(folder.path) has a checkpoint: without --resume it is dropped") }
            states.remove()
        }
        // Begun and dropped, so that a folder that cannot be written shows before the training, not after it.
        _ = try AtomicFile(path: folder.model)
        return nil
    }

    /// Ends a run that was not interrupted: its checkpoint then says so.
    func finish(_ summary: some Encodable) throws {
        guard checkpoints != .off else { return }
        try states.write(CheckpointFolder.Contents(identity: identity), finishedWith: summary)
    }

    // MARK: A training

    /// Where the training stands; nil: at the start.
    /// - Throws: `RunError.checkpoint` where the checkpoint is of another training.
    func saved() throws -> TrainingState? {
        guard let contents = try checkpoint() else { return nil }
        let machine = Batch.machine
        for (key, value) in machine.sorted(by: { $0.key < $1.key }) where contents.machine[key] != value {
            observer.warning(
                "\(states.path) was written with \(key) \(contents.machine[key] ?? "unknown"), this is \(value): "
                    + "results may differ in their last digits")
        }
        return contents.state
    }

    /// Trains the parameters, from the start or from where an earlier process stood.
    /// - Parameter isFold: whether the last state is kept whatever it costs, until all folds are done.
    /// - Throws: `TrainingError`, also where no epoch is left to keep; `RunError.checkpoint`.
    func train(
        _ loop: TrainingLoop, _ parameters: Parameters, from saved: TrainingState?, on training: some Dataset,
        choosingBy validation: (some Dataset)?, judge: TrainingLoop.Judge? = nil, isFold: Bool = false
    ) throws -> TrainingLoop.Outcome {
        tell(saved, loop.options)
        let observer = observer
        let log = TensorBoardLog(in: folder, after: saved?.history ?? [], choice: loop.options.choose, observer)
        do {
            let (outcome, failure) = try loop.attempt(
                parameters, training: training, validation: validation, from: saved,
                checkpointing: checkpointing(isFold: isFold), judge: judge,
                observer: TrainingObserver(
                    progress: observer.step,
                    epoch: { record in
                        log.add(record)
                        observer.epoch(record)
                    }, shouldStop: observer.shouldStop))
            if let failure {
                guard outcome.bestEpoch > 0 else { throw failure }
                observer.warning("\(failure); epoch \(outcome.bestEpoch), the best so far, is kept")
            }
            if case .minutes = outcome.stop { observer.note("training ended: \(outcome.stop.description)") }
            return outcome
        } catch TrainingError.state(let reason) {
            throw RunError.checkpoint(path: states.path, reason: reason)
        }
    }

    // MARK: Parts

    /// The checkpoint that is to be gone on from, if that is wanted and there is one.
    private func checkpoint() throws -> CheckpointFolder.Contents? {
        guard resumes else { return nil }
        states.removeLeftovers()
        guard let contents = try states.read() else { return nil }
        let keys = Set(identity.keys).union(contents.identity.keys).sorted()
        let differences = keys.filter { identity[$0] != contents.identity[$0] }.map { key in
            "\(key) was \(contents.identity[key] ?? "not given"), now it is \(identity[key] ?? "not given")"
        }
        guard differences.isEmpty else {
            let more = differences.count > 5 ? "; and \(differences.count - 5) more" : ""
            throw RunError.checkpoint(
                path: states.path,
                reason: "it is of another training: " + differences.prefix(5).joined(separator: "; ") + more)
        }
        return contents
    }

    /// Keeps the states of the training in its folder.
    private func checkpointing(isFold: Bool) -> Checkpointing? {
        let (observer, states, identity) = (observer, states, identity)
        var settings = Checkpointing(keepsEnd: isFold) { state in
            // A full disk is no reason to lose the training.
            do { try states.write(CheckpointFolder.Contents(identity: identity, state: state)) } catch {
                observer.warning("no checkpoint: \(error)")
            }
        }
        switch checkpoints {
        case .off: return nil
        case .standard: break
        case .every(let seconds): (settings.seconds, settings.share) = (seconds, .infinity)
        }
        return settings
    }

    /// Says from where the training goes on.
    private func tell(_ state: TrainingState?, _ options: TrainingOptions) {
        guard resumes else { return }
        switch state {
        case nil: observer.note("no checkpoint in \(states.path): training begins at the start")
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
