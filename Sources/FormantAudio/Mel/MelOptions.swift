import FormantTensor

/// What the triangles of a mel filter bank are scaled by.
public enum MelNorm: String, Codable, Hashable, Sendable, CaseIterable {
    /// Nothing: each has a peak of 1.
    case none
    /// 2 ÷ its width in hertz: each has about the same area.
    case slaney
}

/// What becomes of a mel band so narrow that no bin of the spectrum falls into it.
public enum EmptyBands: String, Codable, Hashable, Sendable, CaseIterable {
    /// An error.
    case refused
    /// The band is zero in every frame, as in librosa.
    case zero
}

/// On which scale the flanks of a mel filter are straight.
public enum MelSlopes: String, Codable, Hashable, Sendable, CaseIterable {
    /// In hertz (librosa, torchaudio).
    case hertz
    /// In mel (HTK, Kaldi).
    case mel
}

/// What the mel filters weigh.
public enum MelSource: String, Codable, Hashable, Sendable, CaseIterable {
    /// |X|².
    case power
    /// |X| (HTK's default).
    case magnitude
}

/// A mel filter bank.
public struct MelOptions: Hashable, Sendable {
    /// Number of bands, 1 … 1024. Default 40.
    public var bands: Int
    /// Lowest filter edge in hertz, 0 ..< `upperEdge`. Default 20.
    public var lowerEdge: Double
    /// Highest filter edge in hertz, at most half the sample rate. Default nil: half the sample rate.
    public var upperEdge: Double?
    /// Scale on which the filters' centres are equally far apart. Default `htk`.
    public var scale: MelScale
    /// What the triangles are scaled by. Default `none`.
    public var norm: MelNorm
    /// What becomes of a band without a bin. Default `refused`.
    public var emptyBands: EmptyBands
    /// On which scale the filters' flanks are straight. Default `hertz`.
    public var slopes: MelSlopes
    /// What the filters weigh. Default `power`.
    public var source: MelSource

    /// Creates options; each has its default.
    public init(
        bands: Int = 40, lowerEdge: Double = 20, upperEdge: Double? = nil, scale: MelScale = .htk,
        norm: MelNorm = .none, emptyBands: EmptyBands = .refused, slopes: MelSlopes = .hertz,
        source: MelSource = .power
    ) {
        self.bands = bands
        self.lowerEdge = lowerEdge
        self.upperEdge = upperEdge
        self.scale = scale
        self.norm = norm
        self.emptyBands = emptyBands
        self.slopes = slopes
        self.source = source
    }
}

extension MelOptions: Codable {
    private enum CodingKeys: String, SettingsKey {
        case bands, lowerEdge, upperEdge, scale, norm, emptyBands, slopes, source
    }

    /// Reads the keys named like the properties; an absent key has its default, an unknown one is an error.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "mel", keyedBy: CodingKeys.self)
        self.init(
            bands: try settings.decode(.bands, default: 40),
            lowerEdge: try settings.decode(.lowerEdge, default: 20),
            upperEdge: try settings.decodeIfPresent(Double.self, forKey: .upperEdge),
            scale: try settings.name(.scale, default: .htk),
            norm: try settings.name(.norm, default: .none),
            emptyBands: try settings.name(.emptyBands, default: .refused),
            slopes: try settings.name(.slopes, default: .hertz),
            source: try settings.name(.source, default: .power))
    }
}
