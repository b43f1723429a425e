import FormantTensor

/// How the rows of the discrete cosine transform are scaled.
public enum CepstrumNorm: String, Codable, Hashable, Sendable, CaseIterable {
    /// √(2 ÷ bands), the zeroth row √(1 ÷ bands) (librosa, torchaudio, Kaldi).
    case orthonormal
    /// √(2 ÷ bands) for every row (HTK).
    case htk
}

/// Which sine lifts a coefficient.
public enum LifterRule: String, Codable, Hashable, Sendable, CaseIterable {
    /// 1 + L/2 · sin(π (k + 1) ÷ L).
    case librosa
    /// 1 + L/2 · sin(π k ÷ L): the zeroth coefficient stays as it is (HTK, Kaldi).
    case htk
}

/// Mel-frequency cepstral coefficients.
public struct CepstrumOptions: Hashable, Sendable {
    /// Number of coefficients kept, from the zeroth, 1 … the number of mel bands. Default 13.
    public var coefficients: Int
    /// L of the weights that `lifterRule` states, for coefficient k; 0: none. Default 0.
    public var lifter: Double
    /// Which weights. Default `librosa`.
    public var lifterRule: LifterRule
    /// How the transform is scaled. Default `orthonormal`.
    public var norm: CepstrumNorm
    /// Where the zeroth coefficient stands. Default `first`; HTK writes it `last`.
    public var zeroth: RowPlace

    /// Creates options; each has its default.
    public init(
        coefficients: Int = 13, lifter: Double = 0, lifterRule: LifterRule = .librosa,
        norm: CepstrumNorm = .orthonormal, zeroth: RowPlace = .first
    ) {
        self.coefficients = coefficients
        self.lifter = lifter
        self.lifterRule = lifterRule
        self.norm = norm
        self.zeroth = zeroth
    }
}

extension CepstrumOptions: Codable {
    private enum CodingKeys: String, SettingsKey { case coefficients, lifter, lifterRule, norm, zeroth }

    /// Reads the keys named like the properties; an absent key has its default, an unknown one is an error.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "mfcc", keyedBy: CodingKeys.self)
        self.init(
            coefficients: try settings.decode(.coefficients, default: 13),
            lifter: try settings.decode(.lifter, default: 0),
            lifterRule: try settings.name(.lifterRule, default: .librosa),
            norm: try settings.name(.norm, default: .orthonormal),
            zeroth: try settings.name(.zeroth, default: .first))
    }
}
