import FormantTensor

/// The settings of a training run.
public struct TrainingOptions: Codable, Hashable, Sendable {
    /// Times that every example is seen, at most.
    public var epochs = 30
    /// Examples of one step.
    public var batch = 32
    /// Batches of one step: their gradients are put together, as if their examples were one batch.
    public var accumulate = 1
    /// Wall-clock minutes after which training ends, with the epoch under way as the last one; nil: as long as it takes.
    public var minutes: Double?
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
    /// The mean of the weights of the last epochs, which then are validated and kept; not together with `averaging`.
    public var swa: StochasticAveraging?
    /// Layers that stay as they are; nil: none. Who trains freezes them in the network (`Network.frozen`).
    public var freeze: Freeze?
    /// What the learning rate of layers is multiplied by, 0 … 1000, by their names; see `Freeze.layers`.
    public var rates: [String: Float]?
    /// Epochs without a better validation after which training stops.
    public var patience: Int?
    /// What the best epoch is chosen by.
    public var choose = Choice.accuracy
    /// How much classes count, by their number of examples; nil: all the same.
    public var balancing: Balancing?
    /// Whether classes count in inverse proportion to their number of examples.
    public var balance: Bool {
        get { balancing == .inverse }
        set { balancing = newValue ? .inverse : nil }
    }

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

    /// The defaults.
    public init() {}

    enum CodingKeys: String, SettingsKey {
        case epochs, batch, accumulate, minutes, loss, optimiser, rate, schedule, weightDecay, clip, averaging, swa,
            freeze, rates, patience, choose, rejection, calibrate, thresholds
        case balancing = "balance"
    }

    /// Reads the settings of `training`; absent ones take their defaults, and each must be in its range.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "training", keyedBy: CodingKeys.self)
        self.init()
        epochs = try settings.decode(.epochs, default: epochs)
        batch = try settings.decode(.batch, default: batch)
        accumulate = try settings.decode(.accumulate, default: 1)
        minutes = try settings.decodeIfPresent(Double.self, forKey: .minutes)
        loss = try settings.decode(.loss, default: loss)
        optimiser = try settings.decode(.optimiser, default: optimiser)
        rate = try settings.decode(.rate, default: rate)
        schedule = try settings.decode(.schedule, default: schedule)
        weightDecay = try settings.decode(.weightDecay, default: 0)
        clip = try settings.decodeIfPresent(Float.self, forKey: .clip)
        averaging = try settings.decodeIfPresent(Float.self, forKey: .averaging)
        swa = try settings.decodeIfPresent(StochasticAveraging.self, forKey: .swa)
        freeze = try settings.decodeIfPresent(Freeze.self, forKey: .freeze)
        rates = try settings.decodeIfPresent([String: Float].self, forKey: .rates)
        patience = try settings.decodeIfPresent(Int.self, forKey: .patience)
        choose = try settings.decode(.choose, default: .accuracy)
        let isOff = (try? settings.decodeIfPresent(Bool.self, forKey: .balancing)) == .some(false)
        balancing = isOff ? nil : try settings.decodeIfPresent(Balancing.self, forKey: .balancing)
        rejection = try settings.decodeIfPresent(Rejection.self, forKey: .rejection)
        calibrate = try settings.decode(.calibrate, default: true)
        thresholds = try settings.decodeIfPresent(String.self, forKey: .thresholds)
        try decoder.check(validate)
    }

    /// Throws `TrainingError.setting` unless every number is in its range.
    public func validate() throws(TrainingError) {
        try check("epochs", epochs, in: 1...1_000_000, "1 to 1000000")
        try check("batch", batch, in: 1...65_536, "1 to 65536")
        try check("accumulate", accumulate, in: 1...65_536, "1 to 65536")
        if let minutes { try check("minutes", minutes, in: 1e-6...1e9, "above 0") }
        try loss.validate()
        try optimiser.validate()
        try positive("rate", rate)
        try schedule.validate()
        try check("weightDecay", weightDecay, in: 0..<Float.infinity, "a number of 0 or more")
        if let clip { try positive("clip", clip) }
        if let averaging { try check("averaging", averaging, in: 0..<1, "0 or more, below 1") }
        try swa?.validate()
        if swa != nil, averaging != nil {
            throw .setting(name: "swa", value: "set", expected: "averaging or swa, not both")
        }
        try balancing?.validate()
        for (name, factor) in (rates ?? [:]).sorted(by: { $0.key < $1.key }) {
            try check("rates.\(name)", factor, in: 0...1000, "0 to 1000")
        }
        if let patience { try check("patience", patience, in: 1..., "1 or more") }
        try rejection?.validate()
    }

    private func positive(_ name: String, _ value: Float) throws(TrainingError) {
        try check(name, value, in: Float.leastNormalMagnitude..<Float.infinity, "a number above 0")
    }
}
