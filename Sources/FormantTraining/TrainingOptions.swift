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
    public var averaging: Float?
    /// Epochs without a better validation after which training stops.
    public var patience: Int?
    /// What the best epoch is chosen by.
    public var choose = Choice.accuracy
    /// Whether classes count in inverse proportion to their number of examples.
    public var balance = false

    /// A validation figure.
    public enum Choice: String, Codable, Hashable, Sendable {
        /// The largest accuracy; of equal ones the smallest loss.
        case accuracy
        /// The smallest loss.
        case loss
    }

    /// The defaults.
    public init() {}

    enum CodingKeys: String, SettingsKey {
        case epochs, batch, loss, optimiser, rate, schedule, weightDecay, clip, averaging, patience, choose, balance
    }

    /// Reads the settings of `training`; absent ones take their defaults.
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
    }

    /// Throws unless every number is in its range.
    public func validate() throws(TrainingError) {
        func check(_ name: String, _ value: some CustomStringConvertible, _ holds: Bool, _ expected: String)
            throws(TrainingError)
        {
            if !holds { throw .setting(name: name, value: value.description, expected: expected) }
        }
        try check("epochs", epochs, (1...1_000_000).contains(epochs), "1 to 1000000")
        try check("batch", batch, (1...65_536).contains(batch), "1 to 65536")
        try check("rate", rate, rate > 0 && rate.isFinite, "a number above 0")
        try check("weightDecay", weightDecay, weightDecay >= 0 && weightDecay.isFinite, "0 or more")
        if let clip { try check("clip", clip, clip > 0 && clip.isFinite, "a number above 0") }
        if let averaging { try check("averaging", averaging, (0..<1).contains(averaging), "0 or more, below 1") }
        if let patience { try check("patience", patience, patience >= 1, "1 or more") }
    }
}
