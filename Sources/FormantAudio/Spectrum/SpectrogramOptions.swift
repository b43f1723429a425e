import FormantTensor

/// Where the frames of a recording lie.
public enum Framing: String, Codable, Hashable, Sendable, CaseIterable {
    /// Frame t is centred on sample t × hop; the recording is mirrored at its two ends, the end sample not repeated.
    case centeredReflect = "centered-reflect"
    /// Frame t is centred on sample t × hop; the recording is surrounded by zeros.
    case centeredZeros = "centered-zeros"
    /// Frame t begins at sample t × hop; only frames that lie wholly inside the recording exist.
    case snipEdges = "snip-edges"
    /// Frame t is centred on the middle of the t-th hop, and there are as many frames as hops, rounded; the recording
    /// is mirrored at its two ends, the end sample repeated (Kaldi without `snip-edges`).
    case centeredHops = "centered-hops"
}

/// How a recording is cut into frames and transformed.
public struct SpectrogramOptions: Hashable, Sendable {
    /// Length of the window in seconds, rounded to samples, at least 2 of them. Default 0.025.
    public var windowSeconds: Double
    /// Time from one frame to the next in seconds, rounded to samples, at least 1. Default 0.010.
    public var hopSeconds: Double
    /// Points of the Fourier transform, not fewer than the window has samples, at most 65,536; the rest is zeros.
    /// Default nil: the smallest power of two that holds the window.
    public var fftSize: Int?
    /// The taper. Default `hann`.
    public var window: WindowFunction
    /// The taper's symmetry. Default `periodic`.
    public var symmetry: WindowSymmetry
    /// Where the frames lie. Default `centered-reflect`.
    public var framing: Framing
    /// What every sample is multiplied by before anything else, above 0, at most 32,768, which makes 16-bit integers of
    /// samples whose full scale is 1 (Kaldi, HTK). Default 1.
    public var sampleScale: Float
    /// Whether the mean of each frame's samples is subtracted from them. Default false.
    public var removeOffset: Bool
    /// The pre-emphasis, after the offset is removed. Default none.
    public var preemphasis: Preemphasis

    /// Creates options; each has its default.
    public init(
        windowSeconds: Double = 0.025, hopSeconds: Double = 0.010, fftSize: Int? = nil, window: WindowFunction = .hann,
        symmetry: WindowSymmetry = .periodic, framing: Framing = .centeredReflect, sampleScale: Float = 1,
        removeOffset: Bool = false, preemphasis: Preemphasis = Preemphasis()
    ) {
        self.windowSeconds = windowSeconds
        self.hopSeconds = hopSeconds
        self.fftSize = fftSize
        self.window = window
        self.symmetry = symmetry
        self.framing = framing
        self.sampleScale = sampleScale
        self.removeOffset = removeOffset
        self.preemphasis = preemphasis
    }

    /// Checks what does not depend on the sample rate.
    func validate() throws(AudioError) {
        try require(sampleScale > 0 && sampleScale <= 32_768, "spectrogram.sampleScale", sampleScale, "above 0 … 32768")
        try require(
            (0...1).contains(preemphasis.coefficient), "spectrogram.preemphasis.coefficient", preemphasis.coefficient,
            "0 … 1")
    }
}

extension SpectrogramOptions: Codable {
    private enum CodingKeys: String, SettingsKey {
        case windowSeconds, hopSeconds, fftSize, window, symmetry, framing, sampleScale, removeOffset, preemphasis
    }

    /// Reads the keys named like the properties; an absent key has its default, an unknown one is an error.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "spectrogram", keyedBy: CodingKeys.self)
        self.init(
            windowSeconds: try settings.decode(.windowSeconds, default: 0.025),
            hopSeconds: try settings.decode(.hopSeconds, default: 0.010),
            fftSize: try settings.decodeIfPresent(Int.self, forKey: .fftSize),
            window: try settings.name(.window, default: .hann),
            symmetry: try settings.name(.symmetry, default: .periodic),
            framing: try settings.name(.framing, default: .centeredReflect),
            sampleScale: try settings.decode(.sampleScale, default: 1),
            removeOffset: try settings.decode(.removeOffset, default: false),
            preemphasis: try settings.decode(.preemphasis, default: Preemphasis()))
    }
}
