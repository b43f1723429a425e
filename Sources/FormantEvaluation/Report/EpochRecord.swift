/// What one epoch of training came to. A figure that was not measured, or is not finite, is `nil`.
public struct EpochRecord: Codable, Sendable, Equatable {
    /// Number of the epoch, from 1.
    public var epoch: Int
    /// Mean loss over the training examples.
    public var trainLoss: Double?
    /// Mean loss over the validation examples.
    public var validationLoss: Double?
    /// Share of right predictions of the validation examples, 0 ... 1.
    public var validationAccuracy: Double?
    /// Learning rate at the end of the epoch.
    public var learningRate: Double?
    /// Wall time in seconds.
    public var seconds: Double?

    private enum CodingKeys: String, CodingKey {
        case epoch, seconds
        case trainLoss = "train_loss"
        case validationLoss = "validation_loss"
        case validationAccuracy = "validation_accuracy"
        case learningRate = "learning_rate"
    }

    /// Creates a record; figures that are not finite become `nil`, since JSON has no word for them.
    public init(
        epoch: Int, trainLoss: Double?, validationLoss: Double? = nil, validationAccuracy: Double? = nil,
        learningRate: Double? = nil, seconds: Double? = nil
    ) {
        func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
        self.epoch = epoch
        self.trainLoss = finite(trainLoss)
        self.validationLoss = finite(validationLoss)
        self.validationAccuracy = finite(validationAccuracy)
        self.learningRate = finite(learningRate)
        self.seconds = finite(seconds)
    }
}
