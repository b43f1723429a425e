import FormantTensor

/// Front ends by name.
public enum AudioPreset: String, Codable, Hashable, Sendable, CaseIterable {
    /// Log-mel for speech: 16 kHz, 25 ms every 10 ms, 40 bands.
    case `default`
    /// The defaults of `librosa.feature.melspectrogram` (0.11) and `librosa.power_to_db`: 22,050 Hz, 2048 points every
    /// 512 samples, 128 Slaney bands, 80 dB; MFCC of 20 coefficients.
    case librosa

    /// The preset of a name.
    /// - Throws: `AudioError.unknownName`, with the nearest name.
    public init(named name: String) throws(AudioError) {
        do {
            try self.init(named: name, kind: "preset")
        } catch {
            throw .unknownName(error)
        }
    }

    /// The front end.
    public var frontEnd: AudioFrontEnd {
        switch self {
        case .default: AudioFrontEnd()
        case .librosa:
            AudioFrontEnd(
                sampleRate: 22_050,
                spectrogram: SpectrogramOptions(
                    windowSeconds: 2048 / 22_050, hopSeconds: 512 / 22_050, fftSize: 2048, window: .hann,
                    symmetry: .periodic, framing: .centeredZeros),
                mel: MelOptions(bands: 128, lowerEdge: 0, scale: .slaney, norm: .slaney, emptyBands: .zero),
                log: .decibel(reference: .value(1), floor: 1e-10, range: 80),
                mfcc: CepstrumOptions(coefficients: 20), deltas: DeltaOptions(edge: .interpolate))
        }
    }
}
