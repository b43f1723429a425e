import FormantTensor

/// What of a recording the network gets to see.
public enum FeatureKind: String, Codable, Hashable, Sendable, CaseIterable {
    /// |X|, one row per bin.
    case magnitude
    /// |X|², one row per bin.
    case power
    /// The logarithm of |X|², one row per bin.
    case logPower = "log-power"
    /// Mel energies, one row per band.
    case mel
    /// Their logarithm, one row per band.
    case logMel = "log-mel"
    /// Mel-frequency cepstral coefficients.
    case mfcc
    /// Mel energies, each divided by its own past, one row per band.
    case pcen
    /// The energy of each pitch class.
    case chroma
    /// Magnitudes at frequencies a constant ratio apart, each with a bandwidth in proportion.
    case constantQ = "constant-q"
    /// The same with bandwidths that are wider at low frequencies.
    case variableQ = "variable-q"
    /// Magnitudes at frequencies a constant ratio apart, from those of one Fourier transform.
    case pseudoConstantQ = "pseudo-constant-q"
    /// How far the peaks of each octave stand above its valleys: the logarithm of the one less that of the other.
    case spectralContrast = "spectral-contrast"
    /// The centre of gravity of |X|, in hertz.
    case spectralCentroid = "spectral-centroid"
    /// The standard deviation of |X| about its centre of gravity, in hertz.
    case spectralBandwidth = "spectral-bandwidth"
    /// The frequency below which a share of |X| lies, in hertz.
    case spectralRolloff = "spectral-rolloff"
    /// Geometric by arithmetic mean of |X|²: 1 for white noise, 0 for a tone.
    case spectralFlatness = "spectral-flatness"
    /// Changes of sign between neighbouring samples, divided by the samples of a window.
    case zeroCrossingRate = "zero-crossing-rate"
    /// Root of the mean square of a window's samples, without the taper.
    case rms

    /// Whether they are logarithms, or made from them.
    var hasLogarithm: Bool { hasEnergy || self == .spectralContrast }

    /// Whether the frames' energy may stand among the features.
    var hasEnergy: Bool { self == .logPower || self == .logMel || self == .mfcc }
}

/// From sound to features: all that a model file must say, so that the same numbers come out wherever it is used.
///
/// A stage that the kind of feature does not use (the mel filters of a power spectrogram, say) is kept and checked but
/// changes nothing.
public struct AudioFrontEnd: Hashable, Sendable {
    /// Samples a second that everything is computed at, 1 … 1,000,000 Hz; other recordings are resampled. Default
    /// 16,000.
    public var sampleRate: Int
    /// What becomes of the channels of a recording. Default `mix`.
    public var channel: ChannelChoice
    /// What the features are. Default `log-mel`.
    public var feature: FeatureKind
    /// Frames and transform.
    public var spectrogram: SpectrogramOptions
    /// The mel filters.
    public var mel: MelOptions
    /// How energies become logarithms. Default ln max(x, 10⁻⁶).
    public var log: LogScale
    /// The cepstral coefficients.
    public var mfcc: CepstrumOptions
    /// The frames' energy as one of the features. Default omitted.
    public var energy: FrameEnergy
    /// The per-channel energy normalisation.
    public var pcen: PCENOptions
    /// The pitch classes.
    public var chroma: ChromaOptions
    /// The frequencies a constant ratio apart.
    public var constantQ: ConstantQOptions
    /// What describes a spectrum's shape.
    public var spectral: SpectralOptions
    /// Derivatives by time, as further channels.
    public var deltas: DeltaOptions
    /// How rows are shifted and scaled, after the deltas. Default `none`.
    public var normalisation: Normalisation
    /// The clip that the network hears.
    public var clip: ClipFit

    /// Creates a front end; each part has its default. `validate()` says whether the parts fit together.
    public init(
        sampleRate: Int = 16_000, channel: ChannelChoice = .mix, feature: FeatureKind = .logMel,
        spectrogram: SpectrogramOptions = SpectrogramOptions(), mel: MelOptions = MelOptions(),
        log: LogScale = .default, mfcc: CepstrumOptions = CepstrumOptions(), energy: FrameEnergy = FrameEnergy(),
        pcen: PCENOptions = PCENOptions(), chroma: ChromaOptions = ChromaOptions(),
        constantQ: ConstantQOptions = ConstantQOptions(), spectral: SpectralOptions = SpectralOptions(),
        deltas: DeltaOptions = DeltaOptions(), normalisation: Normalisation = .none, clip: ClipFit = ClipFit()
    ) {
        self.sampleRate = sampleRate
        self.channel = channel
        self.feature = feature
        self.spectrogram = spectrogram
        self.mel = mel
        self.log = log
        self.mfcc = mfcc
        self.energy = energy
        self.pcen = pcen
        self.chroma = chroma
        self.constantQ = constantQ
        self.spectral = spectral
        self.deltas = deltas
        self.normalisation = normalisation
        self.clip = clip
    }

    /// Checks every option, and that they fit together.
    /// - Throws: `AudioError`, naming the option, what it may be and what it is.
    public func validate() throws(AudioError) { _ = try FeatureExtractor.shared(for: self) }

    /// The features of a whole recording: extents [rows, frames], where the rows are the bands (bins, coefficients),
    /// then their first and second derivatives if `deltas` asks for them.
    ///
    /// The same samples give the same bits, on any thread.
    /// - Parameters:
    ///   - samples: one channel; full scale is ± 1.
    ///   - sampleRate: theirs, in hertz; resampled where it is not the front end's.
    /// - Throws: `AudioError`: an option that does not fit, too few samples for a frame, a sample that is not finite.
    public func features(of samples: [Float], sampleRate: Int) throws(AudioError) -> Tensor {
        try FeatureExtractor.shared(for: self).features(of: atOwnRate(samples, sampleRate))
    }

    /// The features of one clip, in the shape that `featureShape()` says: extents [channels, bands, frames]. A shorter
    /// recording is padded, a longer one cropped, as `clip` says.
    /// - Throws: `AudioError`, as `features(of:sampleRate:)` does.
    public func clipFeatures(of samples: [Float], sampleRate: Int) throws(AudioError) -> Tensor {
        let extractor = try FeatureExtractor.shared(for: self)
        let clip = clip.fit(try atOwnRate(samples, sampleRate), to: extractor.clipSamples)
        let features = try extractor.features(of: clip)
        let shape = extractor.shape
        return Tensor(extents: [shape.channels, shape.height, shape.width], values: features.values)
    }

    /// The shape of a clip's features: channels (1, or 2 or 3 with deltas) × bands × frames.
    /// - Throws: `AudioError`, as `validate()` does.
    public func featureShape() throws(AudioError) -> Shape { try FeatureExtractor.shared(for: self).shape }

    /// The clips that a recording is cut into, as stretches of seconds.
    /// - Parameters:
    ///   - seconds: length of the recording, from 0, at most 10⁹.
    ///   - hop: time from one clip to the next in seconds; nil: as `clip` says, where a recording that is to be cropped
    ///     gives a single clip.
    /// - Returns: one clip every hop until the end is reached; the last may hold less than a clip. A recording no
    ///   longer than a clip gives one, an empty one none.
    /// - Throws: `AudioError.optionInvalid`.
    public func windows(ofSeconds seconds: Double, hop: Double? = nil) throws(AudioError) -> ClipWindows {
        var fit = clip
        if let hop {
            fit.hopSeconds = hop
            fit.excess = .windows
        }
        try require(
            (1...FrameGeometry.highestRate).contains(sampleRate), "sampleRate", sampleRate,
            "1 … \(FrameGeometry.highestRate) Hz")
        try fit.validate(sampleRate: sampleRate)
        try require(seconds >= 0 && seconds <= 1e9, "seconds", seconds, "the length of a recording, 0 … 1e9 s")
        let samples = Int((seconds * Double(sampleRate)).rounded())
        let length = fit.samples(sampleRate: sampleRate)
        let single: Int?
        switch fit.excess {
        case .windows: single = nil
        case .cropStart: single = 0
        case .cropCenter: single = max(0, (samples - length) / 2)
        }
        return ClipWindows(
            samples: samples, length: length, hop: fit.hop(sampleRate: sampleRate), sampleRate: sampleRate,
            single: single)
    }

    /// Reads a recording as this front end hears it: its channel, at its rate.
    /// - Throws: `AudioError`, as `Recording.load` does.
    public func load(
        _ path: String, range: ClosedRange<Double>? = nil, limit: Double = Recording.defaultLimit
    ) throws(AudioError) -> Recording {
        try Recording.load(path, sampleRate: sampleRate, channel: channel, range: range, limit: limit)
    }

    private func atOwnRate(_ samples: [Float], _ rate: Int) throws(AudioError) -> [Float] {
        guard rate != sampleRate else { return samples }
        if let bad = samples.withUnsafeBufferPointer({ SampleCheck.firstBad($0) }) {
            throw .badSample(file: "samples", seconds: Double(bad) / Double(max(1, rate)), value: samples[bad])
        }
        return try Resampler.convert(samples, from: rate, to: sampleRate)
    }
}

extension AudioFrontEnd: Codable {
    private enum CodingKeys: String, SettingsKey {
        case sampleRate, channel, feature, spectrogram, mel, log, mfcc, energy, pcen, chroma, constantQ, spectral,
            deltas, normalisation, clip
    }

    /// Reads the keys named like the properties; an absent key has its default, an unknown one is an error with the
    /// nearest right name. What is read is validated.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "audio front end", keyedBy: CodingKeys.self)
        self.init(
            sampleRate: try settings.decode(.sampleRate, default: 16_000),
            channel: try settings.decode(.channel, default: .mix),
            feature: try settings.name(.feature, default: .logMel),
            spectrogram: try settings.decode(.spectrogram, default: SpectrogramOptions()),
            mel: try settings.decode(.mel, default: MelOptions()), log: try settings.decode(.log, default: .default),
            mfcc: try settings.decode(.mfcc, default: CepstrumOptions()),
            energy: try settings.decode(.energy, default: FrameEnergy()),
            pcen: try settings.decode(.pcen, default: PCENOptions()),
            chroma: try settings.decode(.chroma, default: ChromaOptions()),
            constantQ: try settings.decode(.constantQ, default: ConstantQOptions()),
            spectral: try settings.decode(.spectral, default: SpectralOptions()),
            deltas: try settings.decode(.deltas, default: DeltaOptions()),
            normalisation: try settings.decode(.normalisation, default: .none),
            clip: try settings.decode(.clip, default: ClipFit()))
        do {
            try validate()
        } catch {
            throw DecodingError.refused(error, at: decoder.codingPath)
        }
    }
}
