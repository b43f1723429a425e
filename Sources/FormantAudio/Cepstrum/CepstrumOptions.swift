import FormantTensor

/// Mel-frequency cepstral coefficients.
public struct CepstrumOptions: Hashable, Sendable {
    /// Number of coefficients kept, from the zeroth, 1 … the number of mel bands. Default 13.
    public var coefficients: Int
    /// L of the weights 1 + L/2 · sin(π (k + 1) ÷ L) for coefficient k (librosa's liftering); 0: none. Default 0.
    public var lifter: Double

    /// Creates options; each has its default.
    public init(coefficients: Int = 13, lifter: Double = 0) {
        self.coefficients = coefficients
        self.lifter = lifter
    }
}

extension CepstrumOptions: Codable {
    private enum CodingKeys: String, SettingsKey { case coefficients, lifter }

    /// Reads the keys named like the properties; an absent key has its default, an unknown one is an error.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "mfcc", keyedBy: CodingKeys.self)
        self.init(
            coefficients: try settings.decode(.coefficients, default: 13),
            lifter: try settings.decode(.lifter, default: 0))
    }
}
