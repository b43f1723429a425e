import FormantTensor

/// Noise from recordings, at a signal-to-noise ratio.
///
/// The ratio is that of the mean squares over the whole clip, padding included. A clip that is all zeros has no ratio
/// and stays as it is; so does one whose stretch of noise is all zeros.
public struct NoiseVariation: Codable, Hashable, Sendable {
    /// How often, 0 … 1.
    public var probability: Float
    /// The folder of the recordings, those in its folders included.
    public var folder: String
    /// The ratio in decibels, −40 … 100.
    public var snr: DrawRange

    /// Creates a variation.
    public init(folder: String, probability: Float = 1, snr: DrawRange = DrawRange(5, 30)) {
        self.folder = folder
        self.probability = probability
        self.snr = snr
    }

    enum CodingKeys: String, SettingsKey { case probability, folder, snr }

    /// Reads the settings of `noise`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "noise", keyedBy: CodingKeys.self)
        self.init(folder: try settings.decode(String.self, forKey: .folder))
        probability = try settings.decode(.probability, default: probability)
        snr = try settings.decode(.snr, default: snr)
        try decoder.checkAugmentation(validate)
    }

    /// Checks every number.
    /// - Throws: `AudioError.optionInvalid`.
    public func validate() throws(AudioError) {
        try validateProbability(probability, of: "noise")
        try require(!folder.isEmpty, "augmentation.noise.folder", "\"\"", "a folder of recordings")
        try snr.validate("noise.snr", within: -40...100, unit: " dB")
    }

    /// Adds noise so that the mean square of the clip is 10^(decibels / 10) times that of what is added.
    /// - Returns: whether there was a ratio to reach.
    static func add(_ noise: [Float], to clip: inout [Float], decibels: Float) -> Bool {
        let (signal, disturbance) = (meanSquare(clip), meanSquare(noise))
        guard signal > 0, disturbance > 0 else { return false }
        let factor = Float((signal / (disturbance * powerOfTen(Double(decibels) / 10))).squareRoot())
        for i in clip.indices { clip[i] += factor * noise[i] }
        return true
    }
}
