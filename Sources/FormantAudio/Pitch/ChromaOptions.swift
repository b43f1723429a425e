import FormantTensor

/// What the chroma of a frame are divided by.
public enum ChromaNorm: String, Codable, Hashable, Sendable, CaseIterable {
    /// Nothing.
    case none
    /// The largest of them; a frame without any sound stays 0.
    case maximum
}

/// The energy of each pitch class, as `librosa.feature.chroma_stft` (0.11) has it (Ellis, 2007).
public struct ChromaOptions: Hashable, Sendable {
    /// Pitch classes of an octave, 1 … 120, from C. Default 12.
    public var bins: Int
    /// How far the recording's pitch lies above A = 440 Hz. Default 0 bins; librosa's is `estimated`.
    public var tuning: ChromaTuning
    /// The octave that counts most, from 0 at 27.5 Hz, −10 … 20. Default 5.
    public var centerOctave: Double
    /// Standard deviation of the octaves' weights, in octaves, above 0. Default 2.
    public var octaveWidth: Double
    /// What a frame is divided by. Default `maximum`.
    public var norm: ChromaNorm

    /// Creates options; each has its default.
    public init(
        bins: Int = 12, tuning: ChromaTuning = .bins(0), centerOctave: Double = 5, octaveWidth: Double = 2,
        norm: ChromaNorm = .maximum
    ) {
        self.bins = bins
        self.tuning = tuning
        self.centerOctave = centerOctave
        self.octaveWidth = octaveWidth
        self.norm = norm
    }

    /// Checks every option.
    func validate() throws(AudioError) {
        try require((1...120).contains(bins), "chroma.bins", bins, "1 … 120")
        if case .bins(let tuning) = tuning {
            try require((-0.5...0.5).contains(tuning), "chroma.tuning", tuning, "-0.5 … 0.5 bins, or \"estimated\"")
        }
        try require((-10...20).contains(centerOctave), "chroma.centerOctave", centerOctave, "-10 … 20")
        try require(
            octaveWidth > 0 && octaveWidth <= 1e6, "chroma.octaveWidth", octaveWidth, "above 0, at most 1e6 octaves")
    }
}

extension ChromaOptions: Codable {
    private enum CodingKeys: String, SettingsKey { case bins, tuning, centerOctave, octaveWidth, norm }

    /// Reads the keys named like the properties; an absent key has its default, an unknown one is an error.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "chroma", keyedBy: CodingKeys.self)
        self.init(
            bins: try settings.decode(.bins, default: 12), tuning: try settings.decode(.tuning, default: .bins(0)),
            centerOctave: try settings.decode(.centerOctave, default: 5),
            octaveWidth: try settings.decode(.octaveWidth, default: 2),
            norm: try settings.name(.norm, default: .maximum))
    }
}
