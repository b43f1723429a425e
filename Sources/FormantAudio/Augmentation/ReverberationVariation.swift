import FormantTensor

/// The sound of a room: the clip convolved with an impulse response from recordings, as loud as before.
public struct ReverberationVariation: Codable, Hashable, Sendable {
    /// How often, 0 … 1.
    public var probability: Float
    /// The folder of the impulse responses, those in its folders included.
    public var folder: String
    /// How much of a response is used, from its peak on, in seconds: 0.001 … 30, and at most 32,768 samples.
    public var seconds: Float

    /// Creates a variation.
    public init(folder: String, probability: Float = 1, seconds: Float = 0.5) {
        self.folder = folder
        self.probability = probability
        self.seconds = seconds
    }

    enum CodingKeys: String, SettingsKey { case probability, folder, seconds }

    /// Reads the settings of `impulse`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "impulse", keyedBy: CodingKeys.self)
        self.init(folder: try settings.decode(String.self, forKey: .folder))
        probability = try settings.decode(.probability, default: probability)
        seconds = try settings.decode(.seconds, default: seconds)
        try decoder.checkAugmentation(validate)
    }

    /// Checks every number.
    /// - Throws: `AudioError.optionInvalid`.
    public func validate() throws(AudioError) {
        try validateProbability(probability, of: "impulse")
        try require(!folder.isEmpty, "augmentation.impulse.folder", "\"\"", "a folder of impulse responses")
        try require((0.001...30).contains(seconds), "augmentation.impulse.seconds", seconds, "0.001 … 30 s")
    }
}
