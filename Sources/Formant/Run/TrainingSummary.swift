import FormantEvaluation
import FormantTraining

/// What a training run gave: what `train --json` prints.
public struct TrainingSummary: Codable, Sendable {
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
    /// What a model that was trained further has forgotten.
    public var forgetting: Forgetting?
    /// Why training ended, where it was its time or values that are no numbers.
    public var stop: StopReason?

    /// Whether training gave values that are no numbers, so that an earlier epoch was kept.
    public var diverged: Bool { stop?.isDivergence ?? false }

    /// One fold.
    public struct Fold: Codable, Sendable {
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

    private enum Keys: String, CodingKey {
        case model, epochs, seconds, waiting, validation, test, folds, failed, stop, forgetting
    }

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
        try container.encodeIfPresent(stop, forKey: .stop)
        try container.encodeIfPresent(forgetting, forKey: .forgetting)
    }

    /// Reads the object.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        model = try container.decodeIfPresent(String.self, forKey: .model)
        epochs = try container.decode(Int.self, forKey: .epochs)
        seconds = try container.decode(Double.self, forKey: .seconds)
        waiting = try container.decode(Double.self, forKey: .waiting)
        validation = try container.decodeIfPresent(MetricsSummary.self, forKey: .validation)
        test = try container.decodeIfPresent(MetricsSummary.self, forKey: .test)
        folds = try container.decodeIfPresent([Fold].self, forKey: .folds)
        failed = try container.decode(Int.self, forKey: .failed)
        stop = try container.decodeIfPresent(StopReason.self, forKey: .stop)
        forgetting = try container.decodeIfPresent(Forgetting.self, forKey: .forgetting)
    }

    /// Puts a summary together.
    init(
        model: String? = nil, epochs: Int, seconds: Double, waiting: Double, validation: MetricsSummary? = nil,
        test: MetricsSummary? = nil, folds: [Fold]? = nil, failed: Int, interrupted: Bool = false,
        stop: StopReason? = nil, forgetting: Forgetting? = nil
    ) {
        self.model = model
        self.epochs = epochs
        self.seconds = seconds
        self.waiting = waiting
        self.validation = validation
        self.test = test
        self.folds = folds
        self.failed = failed
        self.interrupted = interrupted
        self.stop = stop
        self.forgetting = forgetting
    }
}
