import FormantTensor

/// A stretch of the clip becomes silent, as where a recording drops out.
public struct SilenceVariation: Codable, Hashable, Sendable {
    /// How often, 0 … 1.
    public var probability: Float
    /// Length of the stretch in seconds, 0 … 3600, rounded to samples; at most the clip.
    public var seconds: DrawRange

    /// Creates a variation.
    public init(probability: Float = 1, seconds: DrawRange = DrawRange(0, 0.1)) {
        self.probability = probability
        self.seconds = seconds
    }

    enum CodingKeys: String, SettingsKey { case probability, seconds }

    /// Reads the settings of `silence`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "silence", keyedBy: CodingKeys.self)
        self.init()
        probability = try settings.decode(.probability, default: probability)
        seconds = try settings.decode(.seconds, default: seconds)
        try decoder.checkAugmentation(validate)
    }

    /// Checks every number.
    /// - Throws: `AudioError.optionInvalid`.
    public func validate() throws(AudioError) {
        try validateProbability(probability, of: "silence")
        try seconds.validate("silence.seconds", within: 0...3600, unit: " s")
    }
}
