import FormantTensor

/// Stochastic weight averaging: the mean of the weights at the ends of the last epochs, with the statistics of batch norms
/// worked out anew for them. Izmailov et al. 2018, "Averaging Weights Leads to Wider Optima and Better Generalization".
public struct StochasticAveraging: Codable, Hashable, Sendable {
    /// Share of the epochs that is over when averaging begins, 0 ..< 1.
    public var start: Float = 0.75
    /// The learning rate from then on, as a share of the base rate; nil: what the schedule says.
    public var rate: Float?

    /// The last quarter of the epochs, at the schedule's rates.
    public init(start: Float = 0.75, rate: Float? = nil) {
        self.start = start
        self.rate = rate
    }

    enum CodingKeys: String, SettingsKey { case start, rate }

    /// Reads `start` and `rate`, which may be absent.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "swa", keyedBy: CodingKeys.self)
        start = try settings.decode(.start, default: 0.75)
        rate = try settings.decodeIfPresent(Float.self, forKey: .rate)
        try decoder.check(validate)
    }

    func validate() throws(TrainingError) {
        try check("swa.start", start, in: 0..<1, "0 or more, below 1")
        if let rate { try check("swa.rate", rate, in: Float.leastNormalMagnitude...1, "above 0, at most 1") }
    }

    /// Epochs that are not averaged, of so many.
    func epochsBefore(of epochs: Int) -> Int { min(epochs - 1, Int((start * Float(epochs)).rounded(.up))) }
}
