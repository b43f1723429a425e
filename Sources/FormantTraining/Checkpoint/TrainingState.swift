import FormantTensor

/// Everything that a training needs to go on from where it stands, to the same bytes.
///
/// Of chance nothing is kept: each use of it has a generator of its own, derived from the seed, the epoch and the number of the
/// batch or example.
public struct TrainingState: Sendable {
    /// Where it stands.
    public struct Progress: Codable, Hashable, Sendable {
        /// The epoch under way, from 1.
        public var epoch = 1
        /// Batches of it that are done.
        public var step = 0
        /// Batches done in all.
        public var batches = 0
        /// Steps of the optimiser.
        public var steps = 0
        /// Epochs that are in an average over epochs.
        public var averaged = 0
        /// Of the epoch so far: the sum of the weighted losses and of the weights.
        public var lossSum = 0.0
        /// See `lossSum`.
        public var lossWeight = 0.0
        /// Of the epoch so far: examples seen.
        public var examples = 0
        /// Of the epoch so far: wall-clock seconds.
        public var seconds = 0.0
        /// Of the epoch so far: seconds that went by until inputs were there.
        public var waited = 0.0
        /// Wall-clock seconds of all epochs.
        public var total = 0.0
    }

    /// Where it stands.
    public var progress: Progress
    /// The epochs that are done.
    public var history: [EpochRecord]
    /// The best of them; 0 where there is none.
    public var bestEpoch: Int
    /// The figures of its validation.
    public var best: Validation?
    /// Why it ended; nil while it goes on.
    public var stop: StopReason?
    /// `weights/LAYER.NAME`, `best/…`, `average/…`, `optimiser.0/…` and what else moves, in the public order.
    public var tensors: [String: Tensor]

    /// Puts a state together.
    public init(
        progress: Progress, history: [EpochRecord], bestEpoch: Int, best: Validation?, stop: StopReason?,
        tensors: [String: Tensor]
    ) {
        self.progress = progress
        self.history = history
        self.bestEpoch = bestEpoch
        self.best = best
        self.stop = stop
        self.tensors = tensors
    }
}
