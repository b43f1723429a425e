import FormantTensor

/// Louder or softer: x ← x · 10^(decibels / 20).
public struct GainVariation: Codable, Hashable, Sendable {
    /// How often, 0 … 1.
    public var probability: Float
    /// The gain in decibels, within ± 60.
    public var decibels: DrawRange

    /// Creates a variation.
    public init(probability: Float = 1, decibels: DrawRange = DrawRange(-6, 6)) {
        self.probability = probability
        self.decibels = decibels
    }

    enum CodingKeys: String, SettingsKey { case probability, decibels }

    /// Reads the settings of `gain`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "gain", keyedBy: CodingKeys.self)
        self.init()
        probability = try settings.decode(.probability, default: probability)
        decibels = try settings.decode(.decibels, default: decibels)
        try decoder.checkAugmentation(validate)
    }

    /// Checks every number.
    /// - Throws: `AudioError.optionInvalid`.
    public func validate() throws(AudioError) {
        try validateProbability(probability, of: "gain")
        try decibels.validate("gain.decibels", within: -60...60, unit: " dB")
    }

    func apply(_ decibels: Float, to clip: inout [Float]) {
        let factor = Float(powerOfTen(Double(decibels) / 20))
        for i in clip.indices { clip[i] *= factor }
    }
}
