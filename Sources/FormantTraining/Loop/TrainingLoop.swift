import FormantNetwork
import FormantTensor

/// The one training loop: for every modality, network and loss.
///
/// The same seed gives the same weights, bit for bit, on any number of threads: batches, dropout and variation of the
/// inputs come from generators of the seed, and every sum runs in an order that the sizes alone decide. A training that
/// goes on from a `TrainingState` gives the weights of one that was never interrupted.
public struct TrainingLoop {
    /// What is trained.
    public let network: Network
    /// How.
    public let options: TrainingOptions
    /// Seed of all chance.
    public let seed: UInt64
    /// How examples of a batch are mixed; nil: not at all.
    public let mixup: Mixup?
    let pool: WorkerPool

    /// Creates a loop.
    public init(network: Network, options: TrainingOptions, seed: UInt64, mixup: Mixup? = nil, pool: WorkerPool) {
        self.network = network
        self.options = options
        self.seed = seed
        self.mixup = mixup
        self.pool = pool
    }

    /// What training gave.
    public struct Outcome: Sendable {
        /// The epoch whose weights are kept, from 1; 0 where none was done.
        public var bestEpoch: Int
        /// One record per epoch.
        public var history: [EpochRecord]
        /// Why it ended.
        public var stop = StopReason.complete
    }

    /// Trains `parameters` and leaves them at the best epoch by validation, or the last one without a validation part.
    /// - Parameters:
    ///   - parameters: the weights to start from.
    ///   - training: what is learned.
    ///   - validation: what the best epoch is chosen by.
    ///   - saved: where an earlier run of the same training stood; nil: at the start.
    ///   - checkpointing: when and where the state is kept.
    ///   - judge: works out the figure that `options.choose` names from the outputs of the validation part, where it is
    ///     neither accuracy nor loss.
    /// - Throws: `TrainingError`, `NetworkError`, and what a data set throws; `parameters` then hold the best epoch so
    ///   far, or what they held at the start.
    public func run(
        _ parameters: Parameters, training: some Dataset, validation: (some Dataset)?,
        from saved: TrainingState? = nil, checkpointing: Checkpointing? = nil, judge: Judge? = nil,
        observer: TrainingObserver = TrainingObserver()
    ) throws -> Outcome {
        let (outcome, failure) = try attempt(
            parameters, training: training, validation: validation, from: saved, checkpointing: checkpointing,
            judge: judge, observer: observer)
        if let failure { throw failure }
        return outcome
    }

    /// Works out a figure of a whole data set from the outputs for its examples, in their order; nil where it is not
    /// defined.
    public typealias Judge = (_ outputs: [[Float]]) throws -> Double?

    /// Like `run`, but a training that diverges gives what it had so far beside the error.
    public func attempt(
        _ parameters: Parameters, training: some Dataset, validation: (some Dataset)?,
        from saved: TrainingState? = nil, checkpointing: Checkpointing? = nil, judge: Judge? = nil,
        observer: TrainingObserver = TrainingObserver()
    ) throws -> (outcome: Outcome, failure: TrainingError?) {
        try options.validate()
        try mixup?.validate()
        guard training.count > 0 else { throw TrainingError.noExamples }
        let state = try LoopState(self, parameters, training)
        defer { parameters.copy(from: state.kept) }
        if let saved {
            try state.restore(saved)
            if let stop = saved.stop { return (state.outcome(stop), nil) }
        }
        var checkpoints = Checkpoints(checkpointing, valuesPerState: state.valueCount)
        var stop = StopReason.complete
        var failure: TrainingError?
        while state.progress.epoch <= options.epochs {
            let end: EpochEnd
            do {
                end = try train(state, training, &checkpoints, observer)
                try state.expectFinite()
            } catch let error as TrainingError {
                guard error.isDivergence else { throw error }
                (stop, failure) = (.diverged(error.description), error)
                break
            }
            if end == .cutShort(.interrupted) {
                checkpoints.write(state.snapshot())
                stop = .interrupted
                // An epoch that was cut short counts only where there is nothing else to keep.
                if state.bestEpoch > 0 { break }
            }
            let record = try state.endEpoch(training, validation, judge)
            observer.epoch(record)
            if case .cutShort(let reason) = end {
                stop = reason
                break
            }
            if case .whole(let reason?) = end, state.progress.epoch <= options.epochs {
                if reason == .interrupted { checkpoints.write(state.snapshot()) }
                stop = reason
                break
            }
            if let patience = options.patience, record.validationLoss != nil,
                record.epoch - state.bestEpoch >= patience
            {
                stop = .patience
                break
            }
            if state.progress.epoch <= options.epochs { checkpoints.epochEnds { state.snapshot() } }
        }
        if stop != .interrupted, failure == nil { checkpoints.trainingEnds { state.snapshot(stop: stop) } }
        return (state.outcome(stop), failure)
    }

    /// How an epoch ended.
    private enum EpochEnd: Equatable {
        /// All steps were done; with a reason no more are wanted.
        case whole(StopReason?)
        /// No more steps were wanted before all were done.
        case cutShort(StopReason)
    }

    /// Does the steps of an epoch that are still to be done.
    private func train(
        _ state: LoopState, _ data: some Dataset, _ checkpoints: inout Checkpoints, _ observer: TrainingObserver
    ) throws -> EpochEnd {
        let epoch = state.progress.epoch
        let data = data.inEpoch(epoch)
        var order: SeededGenerator? = .derived(seed: seed, purpose: "order of epoch \(epoch)")
        let batches = data.batches(of: options.batch, shuffledBy: &order)
        guard state.progress.step <= batches.count else {
            throw TrainingError.state(
                reason: "it stands at step \(state.progress.step) of an epoch of \(batches.count) steps")
        }
        state.clock.start(state.progress)
        for i in state.progress.step..<batches.count {
            if i % options.accumulate == 0 {
                state.rate = rate(at: Float(epoch - 1) + Float(i) / Float(batches.count), state.history)
            }
            let moves = (i + 1) % options.accumulate == 0 || i + 1 == batches.count
            try state.step(data, batches[i], epoch: epoch, number: i, moves: moves)
            observer.progress(state.told(of: batches.count, epochs: options.epochs))
            guard moves else { continue }
            if observer.shouldStop() { return i + 1 < batches.count ? .cutShort(.interrupted) : .whole(.interrupted) }
            if let minutes = options.minutes, state.progress.total >= 60 * minutes {
                return i + 1 < batches.count ? .cutShort(.minutes(minutes)) : .whole(.minutes(minutes))
            }
            if i + 1 < batches.count { checkpoints.stepEnds { state.snapshot() } }
        }
        return .whole(nil)
    }

    /// The learning rate at a point of the training, in epochs.
    func rate(at progress: Float, _ history: [EpochRecord]) -> Float {
        if let swa = options.swa, let share = swa.rate, progress >= Float(swa.epochsBefore(of: options.epochs)) {
            return options.rate * share
        }
        return options.rate * options.schedule.factor(at: progress, of: options.epochs, history: history)
    }
}
