/// What one epoch gave.
public struct EpochRecord: Codable, Hashable, Sendable {
    /// From 1.
    public var epoch: Int
    /// Mean loss over the epoch's training steps.
    public var trainLoss: Double
    /// Mean loss on the validation part, with the weights that would be kept; nil without a validation part.
    public var validationLoss: Double?
    /// Share of the validation part that is classified rightly.
    public var validationAccuracy: Double?
    /// The figure of the validation part that the best epoch is chosen by, where that is neither accuracy nor loss.
    public var validationFigure: Double?
    /// Learning rate of the last step.
    public var rate: Float
    /// Wall-clock seconds.
    public var seconds: Double
    /// Share of the training steps' time that went by until their inputs were there, 0 … 1.
    public var waiting: Double
    /// Whether this is the best epoch so far.
    public var isBest: Bool

    /// Puts a record together.
    public init(
        epoch: Int, trainLoss: Double, validationLoss: Double? = nil, validationAccuracy: Double? = nil,
        validationFigure: Double? = nil, rate: Float, seconds: Double, waiting: Double, isBest: Bool
    ) {
        self.epoch = epoch
        self.trainLoss = trainLoss
        self.validationLoss = validationLoss
        self.validationAccuracy = validationAccuracy
        self.validationFigure = validationFigure
        self.rate = rate
        self.seconds = seconds
        self.waiting = waiting
        self.isBest = isBest
    }

    enum CodingKeys: String, CodingKey {
        case epoch
        case trainLoss = "train_loss"
        case validationLoss = "validation_loss"
        case validationAccuracy = "validation_accuracy"
        case validationFigure = "validation_figure"
        case rate = "learning_rate"
        case seconds, waiting
        case isBest = "best"
    }

    /// Writes one object; a loss that is not finite, which JSON cannot hold, is left out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(epoch, forKey: .epoch)
        try container.encode(trainLoss, forKey: .trainLoss)
        try container.encodeIfPresent(validationLoss.flatMap { $0.isFinite ? $0 : nil }, forKey: .validationLoss)
        try container.encodeIfPresent(validationAccuracy, forKey: .validationAccuracy)
        try container.encodeIfPresent(validationFigure, forKey: .validationFigure)
        try container.encode(rate, forKey: .rate)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(waiting, forKey: .waiting)
        try container.encode(isBest, forKey: .isBest)
    }
}

/// Where training stands, told after every step.
public struct TrainingProgress: Sendable {
    /// From 1.
    public var epoch: Int
    /// Epochs in all.
    public var epochs: Int
    /// Steps done in this epoch.
    public var step: Int
    /// Steps of this epoch.
    public var steps: Int
    /// Mean loss of the epoch so far.
    public var loss: Double
    /// Training examples a second, in this epoch.
    public var examplesPerSecond: Double
    /// Share of the epoch's time so far that went by until inputs were there, 0 … 1.
    public var waiting: Double
    /// Seconds until the last epoch ends, if no early stop comes.
    public var remaining: Double
}

/// What a training run is told while it runs.
public struct TrainingObserver: Sendable {
    /// Called after every step.
    public var progress: @Sendable (TrainingProgress) -> Void
    /// Called after every epoch.
    public var epoch: @Sendable (EpochRecord) -> Void
    /// Asked after every step; true ends training, with the best weights so far.
    public var shouldStop: @Sendable () -> Bool

    /// Creates an observer; by default one that does nothing.
    public init(
        progress: @escaping @Sendable (TrainingProgress) -> Void = { _ in },
        epoch: @escaping @Sendable (EpochRecord) -> Void = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) {
        self.progress = progress
        self.epoch = epoch
        self.shouldStop = shouldStop
    }
}
