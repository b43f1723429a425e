import FormantTensor
import Synchronization

/// A front end made ready: windows, plan, filters and matrix. Immutable; any number of threads may use one.
final class FeatureExtractor: Sendable {
    let frontEnd: AudioFrontEnd
    let geometry: FrameGeometry
    let clipSamples: Int
    let shape: Shape

    private let transform: ShortTimeTransform
    private let bank: MelFilterBank?
    private let cepstrum: CepstralTransform?

    /// Most values of a clip's features: 1 GB.
    private static let largestClip = 1 << 28

    /// Checks the front end and makes it ready.
    init(_ frontEnd: AudioFrontEnd) throws(AudioError) {
        self.frontEnd = frontEnd
        transform = try ShortTimeTransform(frontEnd.spectrogram, sampleRate: frontEnd.sampleRate)
        geometry = transform.geometry
        try frontEnd.log.validate()
        try frontEnd.deltas.validate()
        try frontEnd.clip.validate(sampleRate: frontEnd.sampleRate)
        if case .only(let number) = frontEnd.channel { try require(number >= 0, "channel", number, "at least 0") }
        let bands: Int
        switch frontEnd.feature {
        case .magnitude, .power, .logPower:
            (bank, cepstrum) = (nil, nil)
            bands = geometry.bins
        case .mel, .logMel:
            bank = try MelFilterBank(frontEnd.mel, sampleRate: frontEnd.sampleRate, fftSize: geometry.fftSize)
            cepstrum = nil
            bands = frontEnd.mel.bands
        case .mfcc:
            bank = try MelFilterBank(frontEnd.mel, sampleRate: frontEnd.sampleRate, fftSize: geometry.fftSize)
            cepstrum = try CepstralTransform(frontEnd.mfcc, bands: frontEnd.mel.bands)
            bands = frontEnd.mfcc.coefficients
        }
        clipSamples = frontEnd.clip.samples(sampleRate: frontEnd.sampleRate)
        let frames = geometry.frameCount(samples: clipSamples)
        let least = Double(geometry.minimumSamples) / Double(frontEnd.sampleRate)
        try require(
            frames >= 1, "clip.seconds", frontEnd.clip.seconds,
            "at least one window (\(least) s) with the framing \"snip-edges\"")
        shape = Shape(channels: frontEnd.deltas.order.channels, height: bands, width: frames)
        try require(
            shape.positions <= Self.largestClip / 3, "clip.seconds", frontEnd.clip.seconds,
            "a clip of fewer than \(Self.largestClip / 3) values, which has \(bands) bands × \(frames) frames")
        if frontEnd.deltas.order != .none, frontEnd.deltas.edge == .interpolate {
            try require(
                frames >= frontEnd.deltas.width, "deltas.width", frontEnd.deltas.width,
                "at most \(frames), the frames of a clip, with the edge \"interpolate\"")
        }
        try frontEnd.normalisation.validate(rows: shape.channels * shape.height)
    }

    /// The features of samples at the front end's own rate: extents [rows, frames].
    func features(of samples: [Float]) throws(AudioError) -> Tensor {
        var features = try base(of: samples)
        features = try frontEnd.deltas.appending(to: features)
        try frontEnd.normalisation.apply(to: &features)
        return features
    }

    /// The features before deltas and normalisation.
    private func base(of samples: [Float]) throws(AudioError) -> Tensor {
        switch frontEnd.feature {
        case .magnitude: return try transform.magnitude(of: samples).values
        case .power: return try transform.power(of: samples).values
        case .logPower: return frontEnd.log.apply(to: try transform.power(of: samples)).values
        case .mel, .logMel, .mfcc: break
        }
        guard let bank else { preconditionFailure("mel features without a filter bank") }
        var mel = try transform.map(samples, rows: bank.bands) { block, column, stride in
            bank.apply(block, into: column, stride: stride)
        }
        if frontEnd.feature == .mel { return mel }
        frontEnd.log.apply(to: &mel.values)
        guard let cepstrum else { return mel }
        return try cepstrum.coefficients(of: Spectrum(mel)).values
    }

    /// Extractors made ready before. A run has few front ends; beyond 16 the store starts again.
    private static let store = Mutex<[AudioFrontEnd: FeatureExtractor]>([:])

    /// The extractor of a front end, made ready once.
    static func shared(for frontEnd: AudioFrontEnd) throws(AudioError) -> FeatureExtractor {
        if let extractor = store.withLock({ $0[frontEnd] }) { return extractor }
        let extractor = try FeatureExtractor(frontEnd)
        store.withLock {
            if $0.count >= 16 { $0.removeAll() }
            $0[frontEnd] = extractor
        }
        return extractor
    }
}
