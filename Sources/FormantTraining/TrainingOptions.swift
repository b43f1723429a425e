import FormantTensor

/// The settings of a training run.
public struct TrainingOptions: Codable, Hashable, Sendable {
    /// Times that every example is seen, at most.
    public var epochs = 30
    /// Examples of one step.
    public var batch = 32
    /// What is made small.
    public var loss = Loss.softmaxCrossEntropy(labelSmoothing: 0)
    /// The rule of the steps.
    public var optimiser = OptimiserRule.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
    /// Base learning rate.
    public var rate: Float = 0.001
    /// How the rate moves.
    public var schedule = Schedule.cosine(warmUp: 1, final: 0.01)
    /// L2 penalty on weights.
    public var weightDecay: Float = 0
    /// Largest Euclidean norm of all gradients together.
    public var clip: Float?
    /// Decay per step of a running average of the weights, which then are validated and kept; Polyak & Juditsky 1992.
    /// At first the memory is shorter: at step t the decay is at most (1 + t) / (10 + t).
    public var averaging: Float?
    /// Epochs without a better validation after which training stops.
    public var patience: Int?
    /// What the best epoch is chosen by.
    public var choose = Choice.accuracy
    /// Whether classes count in inverse proportion to their number of examples.
    public var balance = false

    /// How a threshold is found below which an input is none of the labels; nil: as whoever trains wants it.
    public var rejection: Rejection?
    /// Whether scores are scaled by a temperature that is fitted on the validation part, where that pays.
    public var calibrate = true
    /// What thresholds of several labels are to reach on the validation part, such as `f1`; nil: they are 0.5. Who trains
    /// checks it.
    public var thresholds: String?

    /// How a threshold is found below which an input is none of the labels.
    public struct Rejection: Codable, Hashable, Sendable {
        /// Accuracy on the validation part that rejecting may cost, 0 ..< 1.
        public var cost = 0.01

        /// A cost of one point.
        public init() {}

        enum CodingKeys: String, SettingsKey { case cost }

        /// Reads `cost`, which may be absent.
        public init(from decoder: any Decoder) throws {
            let settings = try decoder.settings(of: "rejection", keyedBy: CodingKeys.self)
            cost = try settings.decode(.cost, default: cost)
            try decoder.check(validate)
        }

        func validate() throws(TrainingError) {
            try FormantTraining.check("rejection cost", cost, in: 0..<1, "0 or more, below 1")
        }
    }

    /// A validation figure.
    public enum Choice: String, Codable, Hashable, Sendable {
        /// The largest accuracy; of equal ones the smallest loss.
        case accuracy
        /// The smallest loss.
        case loss

        /// Reads `accuracy` or `loss`.
        public init(from decoder: any Decoder) throws {
            let name = try decoder.singleValueContainer().decode(String.self)
            guard let choice = Choice(rawValue: name) else {
                throw decoder.unknown("choice", name, known: [Choice.accuracy.rawValue, Choice.loss.rawValue])
            }
            self = choice
        }
    }

    /// The defaults.
    public init() {}

    enum CodingKeys: String, SettingsKey {
        case epochs, batch, loss, optimiser, rate, schedule, weightDecay, clip, averaging, patience, choose, balance,
            rejection, calibrate, thresholds
    }

    /// Reads the settings of `training`; absent ones take their defaults, and each must be in its range.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "training", keyedBy: CodingKeys.self)
        self.init()
        epochs = try settings.decode(.epochs, default: epochs)
        batch = try settings.decode(.batch, default: batch)
        loss = try settings.decode(.loss, default: loss)
        optimiser = try settings.decode(.optimiser, default: optimiser)
        rate = try settings.decode(.rate, default: rate)
        schedule = try settings.decode(.schedule, default: schedule)
        weightDecay = try settings.decode(.weightDecay, default: 0)
        clip = try settings.decodeIfPresent(Float.self, forKey: .clip)
        averaging = try settings.decodeIfPresent(Float.self, forKey: .averaging)
        patience = try settings.decodeIfPresent(Int.self, forKey: .patience)
        choose = try settings.decode(.choose, default: .accuracy)
        balance = try settings.decode(.balance, default: false)
        rejection = try settings.decodeIfPresent(Rejection.self, forKey: .rejection)
        calibrate = try settings.decode(.calibrate, default: true)
        thresholds = try settings.decodeIfPresent(String.self, forKey: .thresholds)
        try decoder.check(validate)
    }

    /// Throws `TrainingError.setting` unless every number is in its range.
    public func validate() throws(TrainingError) {
        try check("epochs", epochs, in: 1...1_000_000, "1 to 1000000")
        try check("batch", batch, in: 1...65_536, "1 to 65536")
        try loss.validate()
        try optimiser.validate()
        try positive("rate", rate)
        try schedule.validate()
        try check("weightDecay", weightDecay, in: 0..<Float.infinity, "a number of 0 or more")
        if let clip { try positive("clip", clip) }
        if let averaging { try check("averaging", averaging, in: 0..<1, "0 or more, below 1") }
        if let patience { try check("patience", patience, in: 1..., "1 or more") }
        try rejection?.validate()
    }

    private func positive(_ name: String, _ value: Float) throws(TrainingError) {
        try check(name, value, in: Float.leastNormalMagnitude..<Float.infinity, "a number above 0")
    }
}
