import FormantTensor

/// Faster and higher, or slower and lower, by resampling: a clip of n samples becomes one of n / factor, and each
/// frequency becomes factor times as high. The result is fitted to the clip's length as `ClipFit` says.
public struct SpeedVariation: Codable, Hashable, Sendable {
    /// How often, 0 … 1.
    public var probability: Float
    /// The factor, 0.25 … 4, rounded to thousandths.
    public var factor: DrawRange

    /// Creates a variation.
    public init(probability: Float = 1, factor: DrawRange = DrawRange(0.9, 1.1)) {
        self.probability = probability
        self.factor = factor
    }

    enum CodingKeys: String, SettingsKey { case probability, factor }

    /// Reads the settings of `speed`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "speed", keyedBy: CodingKeys.self)
        self.init()
        probability = try settings.decode(.probability, default: probability)
        factor = try settings.decode(.factor, default: factor)
        try decoder.checkAugmentation(validate)
    }

    /// Checks every number.
    /// - Throws: `AudioError.optionInvalid`.
    public func validate() throws(AudioError) {
        try validateProbability(probability, of: "speed")
        try factor.validate("speed.factor", within: 0.25...4, unit: "")
    }

    func apply(thousandths: Int, to clip: inout [Float], fit: ClipFit) throws(AudioError) {
        guard thousandths != 1000, !clip.isEmpty else { return }
        clip = fit.fit(try Resampler.convert(clip, from: thousandths, to: 1000), to: clip.count)
    }
}
