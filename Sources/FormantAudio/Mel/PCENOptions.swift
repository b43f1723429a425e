import FormantTensor

/// Per-channel energy normalisation of mel energies (Wang et al., 2017), with the parameters of `librosa.pcen` (0.11):
///
/// (e ÷ (ε + m)^gain + bias)^power − bias^power, m[t] = (1 − b) m[t − 1] + b e[t], m[−1] = 1, where b follows from the
/// time constant of T frames: (√(1 + 4T²) − 1) ÷ 2T².
public struct PCENOptions: Hashable, Sendable {
    /// What energies are multiplied by first, above 0, at most 2⁴⁸. Default 1. librosa's manual advises 2³¹ for
    /// magnitudes of samples whose full scale is 1.
    public var scale: Double
    /// Exponent of the smoothed energy, 0 … 1. Default 0.98.
    public var gain: Double
    /// What is added before the root, 0 … 10⁶. Default 2.
    public var bias: Double
    /// The root, 0 … 1; 0: ln(1 + e ÷ (ε + m)^gain). Default 0.5.
    public var power: Double
    /// Time constant of the smoothing in seconds, above 0, at most 3600. Default 0.4.
    public var timeConstant: Double
    /// ε, above 0, at most 1. Default 1e-6.
    public var epsilon: Double

    /// Creates options; each has its default.
    public init(
        scale: Double = 1, gain: Double = 0.98, bias: Double = 2, power: Double = 0.5, timeConstant: Double = 0.4,
        epsilon: Double = 1e-6
    ) {
        self.scale = scale
        self.gain = gain
        self.bias = bias
        self.power = power
        self.timeConstant = timeConstant
        self.epsilon = epsilon
    }

    /// Checks every option.
    func validate() throws(AudioError) {
        try require(scale > 0 && scale <= 0x1p48, "pcen.scale", scale, "above 0, at most 2^48")
        try require((0...1).contains(gain), "pcen.gain", gain, "0 … 1")
        try require((0...1e6).contains(bias), "pcen.bias", bias, "0 … 1e6")
        try require((0...1).contains(power), "pcen.power", power, "0 … 1")
        try require(
            timeConstant > 0 && timeConstant <= 3600, "pcen.timeConstant", timeConstant, "above 0, at most 3600 s")
        try require(epsilon > 0 && epsilon <= 1, "pcen.epsilon", epsilon, "above 0, at most 1")
    }
}

extension PCENOptions: Codable {
    private enum CodingKeys: String, SettingsKey { case scale, gain, bias, power, timeConstant, epsilon }

    /// Reads the keys named like the properties; an absent key has its default, an unknown one is an error.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "pcen", keyedBy: CodingKeys.self)
        self.init(
            scale: try settings.decode(.scale, default: 1), gain: try settings.decode(.gain, default: 0.98),
            bias: try settings.decode(.bias, default: 2), power: try settings.decode(.power, default: 0.5),
            timeConstant: try settings.decode(.timeConstant, default: 0.4),
            epsilon: try settings.decode(.epsilon, default: 1e-6))
    }
}
