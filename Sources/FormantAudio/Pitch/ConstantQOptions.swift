import FormantTensor

/// Magnitudes at frequencies a constant ratio apart, each seen through a window of a constant number of periods, as
/// librosa 0.11 has them: `constant-q` is `librosa.cqt`, `variable-q` is `librosa.vqt`, `pseudo-constant-q` is
/// `librosa.pseudo_cqt`, which weighs the magnitudes of one Fourier transform.
///
/// Windows are periodic Hann windows whose lengths follow from the frequencies; `hopSeconds` is the spectrogram's. A hop
/// of 2ⁿ samples, n being the number of octaves, keeps every octave's filters short.
public struct ConstantQOptions: Hashable, Sendable {
    /// Lowest frequency in hertz, above 0. Default 32.70319566257483: C1.
    public var lowestHertz: Double
    /// Number of frequencies, 1 … 1024; the highest lies below half the sample rate. Default 84.
    public var bins: Int
    /// Frequencies of an octave, 1 … 120. Default 12.
    public var binsPerOctave: Int
    /// What the windows' lengths are multiplied by, above 0, at most 16. Default 1.
    public var filterScale: Double
    /// What `variable-q` adds to the bandwidth of each filter in hertz, from 0, which is `constant-q`, to 100,000.
    /// Default nil: as much as makes the bandwidths a constant share of the ear's (Glasberg & Moore 1990).
    public var gamma: Double?

    /// C1 in hertz, where A4 is 440.
    public static let defaultLowestHertz = 32.70319566257483

    /// Creates options; each has its default.
    public init(
        lowestHertz: Double = ConstantQOptions.defaultLowestHertz, bins: Int = 84, binsPerOctave: Int = 12,
        filterScale: Double = 1, gamma: Double? = nil
    ) {
        self.lowestHertz = lowestHertz
        self.bins = bins
        self.binsPerOctave = binsPerOctave
        self.filterScale = filterScale
        self.gamma = gamma
    }

    /// Checks what does not depend on the sample rate.
    func validate() throws(AudioError) {
        try require((1...1024).contains(bins), "constantQ.bins", bins, "1 … 1024")
        try require((1...120).contains(binsPerOctave), "constantQ.binsPerOctave", binsPerOctave, "1 … 120")
        try require(
            filterScale > 0 && filterScale <= 16, "constantQ.filterScale", filterScale, "above 0, at most 16")
        try require(
            lowestHertz > 0 && lowestHertz.isFinite, "constantQ.lowestHertz", lowestHertz, "a finite number above 0")
        if let gamma { try require((0...100_000).contains(gamma), "constantQ.gamma", gamma, "0 … 100000 Hz") }
    }

    /// What `variable-q` adds to bandwidths, in hertz.
    var variableGamma: Double {
        gamma ?? 24.7 / 0.108 * Wavelet.relativeBandwidth(binsPerOctave: binsPerOctave)
    }

    /// Checks that the highest frequency is one of the recording's.
    func checkHighest(_ hertz: Double, sampleRate rate: Double) throws(AudioError) {
        try require(
            hertz < rate / 2, "constantQ.lowestHertz", lowestHertz,
            "above 0, below \(rate / 2 * (lowestHertz / hertz)) Hz for \(bins) bins")
    }
}

extension ConstantQOptions: Codable {
    private enum CodingKeys: String, SettingsKey { case lowestHertz, bins, binsPerOctave, filterScale, gamma }

    /// Reads the keys named like the properties; an absent key has its default, an unknown one is an error.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "constantQ", keyedBy: CodingKeys.self)
        self.init(
            lowestHertz: try settings.decode(.lowestHertz, default: Self.defaultLowestHertz),
            bins: try settings.decode(.bins, default: 84),
            binsPerOctave: try settings.decode(.binsPerOctave, default: 12),
            filterScale: try settings.decode(.filterScale, default: 1),
            gamma: try settings.decodeIfPresent(Double.self, forKey: .gamma))
    }
}
