import FormantEvaluation

/// What a training run gave: what `train --json` prints.
public struct TrainingSummary: Encodable, Sendable {
    /// The model file; nil with folds, where each has its own.
    public var model: String?
    /// Epochs trained, over all folds.
    public var epochs: Int
    /// Wall-clock seconds.
    public var seconds: Double
    /// Share of the training steps' time that went by until their inputs were there, 0 … 1: the mean over the
    /// epochs, of all folds.
    public var waiting: Double
    /// Figures of the validation part; nil where there is none.
    public var validation: MetricsSummary?
    /// Figures of the test part, over all folds; nil where there is none.
    public var test: MetricsSummary?
    /// Each fold.
    public var folds: [Fold]?
    /// Inputs that could not be read.
    public var failed: Int
    /// Whether training was asked to stop before its end; not part of the object.
    public var interrupted = false

    /// One fold.
    public struct Fold: Encodable, Sendable {
        /// Its name: a number, that of the corpus, or the group left out.
        public var fold: String
        /// Its model file.
        public var model: String
        /// Epochs trained.
        public var epochs: Int
        /// Figures of its validation part.
        public var validation: MetricsSummary?
        /// Figures of its test part.
        public var test: MetricsSummary?
    }

    private enum Keys: String, CodingKey { case model, epochs, seconds, waiting, validation, test, folds, failed }

    /// Writes the object of the contract: `model` is null where there are folds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(model, forKey: .model)
        try container.encode(epochs, forKey: .epochs)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(waiting, forKey: .waiting)
        try container.encode(validation, forKey: .validation)
        try container.encode(test, forKey: .test)
        try container.encodeIfPresent(folds, forKey: .folds)
        try container.encode(failed, forKey: .failed)
    }
}
