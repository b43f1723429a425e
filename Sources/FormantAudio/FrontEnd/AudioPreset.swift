import FormantTensor

/// Front ends by name.
///
/// The presets named after another program compute what it computes from the same samples with its default settings;
/// `docs/features.md` has the measured differences.
public enum AudioPreset: String, Codable, Hashable, Sendable, CaseIterable {
    /// Log-mel for speech: 16 kHz, 25 ms every 10 ms, 40 bands.
    case `default`
    /// librosa 0.11: 22,050 Hz, periodic Hann window of 2048 samples every 512, zeros around, 128 Slaney bands;
    /// `power_to_db` with 80 dB below the loudest; MFCC of 20 coefficients; deltas over 9 frames.
    case librosa
    /// torchaudio 2: 16,000 Hz, periodic Hann window of 400 samples every 200, mirrored ends, 128 HTK bands;
    /// `AmplitudeToDB`, without a limit for log-mel, with 80 dB for MFCC, of 40 coefficients; deltas over 5 frames.
    case torchaudio
    /// Kaldi (kaldi-native-fbank 1.23) without dither: 16,000 Hz, samples as 16-bit integers, offset removed,
    /// pre-emphasis 0.97, Povey window of 25 ms every 10 ms, frames wholly inside, 23 bands from 20 Hz; natural
    /// logarithm; MFCC of 13 coefficients, the zeroth replaced by the raw energy, lifted by 22; deltas over 5 frames.
    case kaldi
    /// The HTK Book's tutorial (3.4, section 3.1.5): 16,000 Hz, samples as 16-bit integers, pre-emphasis 0.97, Hamming
    /// window of 25 ms every 10 ms, frames wholly inside, 26 bands over magnitudes; natural logarithm, at least 0;
    /// MFCC_0 of 12 coefficients and the zeroth behind them, lifted by 22; deltas over 5 frames.
    case htk

    /// The preset of a name.
    /// - Throws: `AudioError.unknownName`, with the nearest name.
    public init(named name: String) throws(AudioError) {
        do {
            try self.init(named: name, kind: "preset")
        } catch {
            throw .unknownName(error)
        }
    }

    /// The front end, for log-mel features at the preset's own rate.
    public var frontEnd: AudioFrontEnd { frontEnd(for: .logMel) }

    /// Samples a second that the preset is made for, in hertz.
    public var sampleRate: Int { self == .librosa ? 22_050 : 16_000 }

    /// The front end for a kind of feature at a rate.
    ///
    /// The rate decides how long the windows are in seconds where the reference states them in samples (librosa,
    /// torchaudio), and how they are rounded down to samples where it states them in seconds (Kaldi, HTK).
    /// - Parameters:
    ///   - feature: what the features are: some settings of torchaudio and Kaldi differ between them.
    ///   - sampleRate: in hertz, at least 1; nil: the preset's own.
    public func frontEnd(for feature: FeatureKind, sampleRate: Int? = nil) -> AudioFrontEnd {
        let rate = max(1, sampleRate ?? self.sampleRate)
        switch self {
        case .default: return AudioFrontEnd(sampleRate: rate, feature: feature)
        case .librosa:
            return AudioFrontEnd(
                sampleRate: rate, feature: feature,
                spectrogram: SpectrogramOptions(
                    windowSeconds: 2048 / Double(rate), hopSeconds: 512 / Double(rate), fftSize: 2048, window: .hann,
                    symmetry: .periodic, framing: .centeredZeros),
                mel: MelOptions(bands: 128, lowerEdge: 0, scale: .slaney, norm: .slaney, emptyBands: .zero),
                log: .decibel(reference: .value(1), floor: 1e-10, range: 80),
                mfcc: CepstrumOptions(coefficients: 20), chroma: ChromaOptions(tuning: .estimated),
                deltas: DeltaOptions(edge: .interpolate))
        case .torchaudio:
            return AudioFrontEnd(
                sampleRate: rate, feature: feature,
                spectrogram: SpectrogramOptions(
                    windowSeconds: 400 / Double(rate), hopSeconds: 200 / Double(rate), fftSize: 400, window: .hann,
                    symmetry: .periodic, framing: .centeredReflect),
                mel: MelOptions(bands: 128, lowerEdge: 0, scale: .htk, norm: .none, emptyBands: .zero),
                log: .decibel(reference: .value(1), floor: 1e-10, range: feature == .mfcc ? 80 : nil),
                mfcc: CepstrumOptions(coefficients: 40), deltas: DeltaOptions(width: 5, second: .regression))
        case .kaldi:
            return AudioFrontEnd(
                sampleRate: rate, feature: feature, spectrogram: speech(rate, .povey, removeOffset: true),
                mel: MelOptions(bands: 23, lowerEdge: 20, scale: .htk, slopes: .mel),
                log: .natural(floor: .ulpOfOne),
                mfcc: CepstrumOptions(coefficients: 13, lifter: 22, lifterRule: .htk),
                energy: FrameEnergy(term: feature == .logMel ? .omitted : .raw),
                deltas: DeltaOptions(width: 5, second: .convolved))
        case .htk:
            return AudioFrontEnd(
                sampleRate: rate, feature: feature, spectrogram: speech(rate, .hamming, removeOffset: false),
                mel: MelOptions(
                    bands: 26, lowerEdge: 0, scale: .htk, emptyBands: .zero, slopes: .mel, source: .magnitude),
                log: .natural(floor: 1),
                mfcc: CepstrumOptions(coefficients: 13, lifter: 22, lifterRule: .htk, norm: .htk, zeroth: .last),
                energy: FrameEnergy(place: .last),
                deltas: DeltaOptions(width: 5, second: .regression))
        }
    }

    /// 25 ms every 10 ms, rounded down to samples as Kaldi and HTK do.
    private func speech(_ rate: Int, _ window: WindowFunction, removeOffset: Bool) -> SpectrogramOptions {
        let bounded = min(rate, FrameGeometry.highestRate)
        return SpectrogramOptions(
            windowSeconds: Double(bounded * 25 / 1000) / Double(rate),
            hopSeconds: Double(bounded * 10 / 1000) / Double(rate), window: window, symmetry: .symmetric,
            framing: .snipEdges, sampleScale: 32_768, removeOffset: removeOffset,
            preemphasis: Preemphasis(coefficient: 0.97, over: .frame))
    }
}
