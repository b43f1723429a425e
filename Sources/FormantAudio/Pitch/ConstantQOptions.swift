import FormantTensor

/// Magnitudes at frequencies a constant ratio apart, each seen through a window of a constant number of periods: as
/// `librosa.pseudo_cqt` (0.11) has them, which weighs the magnitudes of one Fourier transform (`librosa.cqt` keeps the
/// phase and resamples for every octave).
///
/// The transform's length follows from the lowest frequency, its window is a periodic Hann window of that length;
/// `hopSeconds` and `framing` are those of the spectrogram.
public struct ConstantQOptions: Hashable, Sendable {
    /// Lowest frequency in hertz, above 0. Default 32.70319566257483: C1.
    public var lowestHertz: Double
    /// Number of frequencies, 1 … 1024; the highest lies below half the sample rate. Default 84.
    public var bins: Int
    /// Frequencies of an octave, 1 … 120. Default 12.
    public var binsPerOctave: Int
    /// What the windows' lengths are multiplied by, above 0, at most 16. Default 1.
    public var filterScale: Double

    /// C1 in hertz, where A4 is 440.
    public static let defaultLowestHertz = 32.70319566257483

    /// Creates options; each has its default.
    public init(
        lowestHertz: Double = ConstantQOptions.defaultLowestHertz, bins: Int = 84, binsPerOctave: Int = 12,
        filterScale: Double = 1
    ) {
        self.lowestHertz = lowestHertz
        self.bins = bins
        self.binsPerOctave = binsPerOctave
        self.filterScale = filterScale
    }

    /// Checks what does not depend on the sample rate.
    func validate() throws(AudioError) {
        try require((1...1024).contains(bins), "constantQ.bins", bins, "1 … 1024")
        try require((1...120).contains(binsPerOctave), "constantQ.binsPerOctave", binsPerOctave, "1 … 120")
        try require(
            filterScale > 0 && filterScale <= 16, "constantQ.filterScale", filterScale, "above 0, at most 16")
        try require(
            lowestHertz > 0 && lowestHertz.isFinite, "constantQ.lowestHertz", lowestHertz, "a finite number above 0")
    }
}

extension ConstantQOptions: Codable {
    private enum CodingKeys: String, SettingsKey { case lowestHertz, bins, binsPerOctave, filterScale }

    /// Reads the keys named like the properties; an absent key has its default, an unknown one is an error.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "constantQ", keyedBy: CodingKeys.self)
        self.init(
            lowestHertz: try settings.decode(.lowestHertz, default: Self.defaultLowestHertz),
            bins: try settings.decode(.bins, default: 84),
            binsPerOctave: try settings.decode(.binsPerOctave, default: 12),
            filterScale: try settings.decode(.filterScale, default: 1))
    }
}
