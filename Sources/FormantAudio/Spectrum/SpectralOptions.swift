import FormantTensor

/// Settings of the features that describe a magnitude spectrum's shape; their defaults are librosa's.
public struct SpectralOptions: Hashable, Sendable {
    /// Octaves of the spectral contrast above the lowest band, 1 … 16. Default 6.
    public var contrastBands: Int
    /// Upper edge of the contrast's lowest band in hertz; the lower edge of its highest one, 2^(contrastBands − 1)
    /// times that, lies below half the sample rate. Default 200.
    public var contrastLowest: Double
    /// Share of a band's bins that make its peak, and its valley, above 0, below 1. Default 0.02.
    public var contrastQuantile: Double
    /// Share of the magnitudes below the roll-off frequency, above 0, below 1. Default 0.85.
    public var rolloff: Float
    /// Smallest power that the flatness looks at, above 0. Default 1e-10.
    public var flatnessFloor: Double

    /// Creates options; each has its default.
    public init(
        contrastBands: Int = 6, contrastLowest: Double = 200, contrastQuantile: Double = 0.02, rolloff: Float = 0.85,
        flatnessFloor: Double = 1e-10
    ) {
        self.contrastBands = contrastBands
        self.contrastLowest = contrastLowest
        self.contrastQuantile = contrastQuantile
        self.rolloff = rolloff
        self.flatnessFloor = flatnessFloor
    }

    /// Checks what does not depend on the spectrum.
    func validate() throws(AudioError) {
        try require((1...16).contains(contrastBands), "spectral.contrastBands", contrastBands, "1 … 16")
        try require(
            contrastQuantile > 0 && contrastQuantile < 1, "spectral.contrastQuantile", contrastQuantile,
            "above 0, below 1")
        try require(rolloff > 0 && rolloff < 1, "spectral.rolloff", rolloff, "above 0, below 1")
        try require(
            flatnessFloor > 0 && flatnessFloor.isFinite, "spectral.flatnessFloor", flatnessFloor,
            "a finite number above 0")
    }
}

extension SpectralOptions: Codable {
    private enum CodingKeys: String, SettingsKey {
        case contrastBands, contrastLowest, contrastQuantile, rolloff, flatnessFloor
    }

    /// Reads the keys named like the properties; an absent key has its default, an unknown one is an error.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "spectral", keyedBy: CodingKeys.self)
        self.init(
            contrastBands: try settings.decode(.contrastBands, default: 6),
            contrastLowest: try settings.decode(.contrastLowest, default: 200),
            contrastQuantile: try settings.decode(.contrastQuantile, default: 0.02),
            rolloff: try settings.decode(.rolloff, default: 0.85),
            flatnessFloor: try settings.decode(.flatnessFloor, default: 1e-10))
    }
}
