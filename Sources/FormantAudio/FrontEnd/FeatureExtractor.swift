import CKernels
import FormantTensor
import Synchronization

/// A front end made ready: windows, plan, filters and matrix. Immutable; any number of threads may use one.
final class FeatureExtractor: Sendable {
    let frontEnd: AudioFrontEnd
    let geometry: FrameGeometry
    let clipSamples: Int
    let shape: Shape
    let transform: ShortTimeTransform

    private let bank: MelFilterBank?
    private let cepstrum: CepstralTransform?

    /// Most values of a clip's features: 1 GB.
    private static let largestClip = 1 << 28

    /// Checks the front end and makes it ready.
    init(_ frontEnd: AudioFrontEnd) throws(AudioError) {
        self.frontEnd = frontEnd
        let energy = frontEnd.feature.hasEnergy ? frontEnd.energy.term : .omitted
        transform = try ShortTimeTransform(frontEnd.spectrogram, sampleRate: frontEnd.sampleRate, energy: energy)
        geometry = transform.geometry
        try frontEnd.log.validate()
        try frontEnd.energy.validate()
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
            bands = frontEnd.mel.bands + (energy == .omitted ? 0 : 1)
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
            "at least \(least) s with the framing \"\(frontEnd.spectrogram.framing.rawValue)\"")
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
        let recording = try transform.recording(samples)
        var features = recording.withUnsafeBufferPointer { samples in
            base(
                SampleStretch(samples: samples, offset: 0, count: samples.count),
                frames: 0..<geometry.frameCount(samples: samples.count))
        }
        features = try frontEnd.deltas.appending(to: features)
        try frontEnd.normalisation.apply(to: &features)
        return features
    }

    /// The features of some frames before deltas and normalisation: extents [rows, frames].
    /// - Parameter frames: at least one, all of which the stretch holds.
    func base(_ stretch: SampleStretch, frames: Range<Int>) -> Tensor {
        var energies: [Float] = []
        if transform.conditioning.energy != .omitted { energies = [Float](repeating: 0, count: frames.count) }
        var values = energies.withUnsafeMutableBufferPointer { energies in
            transform.map(stretch, frames: frames, rows: bank?.bands ?? geometry.bins) { block, column, stride in
                if energies.count > 0 {
                    (energies.baseAddress! + block.first).update(from: block.energies, count: block.frames)
                }
                if frontEnd.feature == .magnitude || bank != nil && frontEnd.mel.source == .magnitude {
                    block.takeRoots()
                }
                if let bank {
                    bank.apply(block.power, frames: block.frames, into: column, stride: stride)
                } else {
                    block.copy(to: column, stride)
                }
            }
        }
        switch frontEnd.feature {
        case .magnitude, .power, .mel: return values
        case .logPower, .logMel, .mfcc: break
        }
        frontEnd.log.apply(to: &values.values)
        if let cepstrum { values = cepstrum.matrixProduct(values) }
        return energies.isEmpty ? values : withEnergy(values, energies)
    }

    /// The features with the logarithms of the frames' energies in the row that belongs to them.
    private func withEnergy(_ features: Tensor, _ energies: [Float]) -> Tensor {
        let frames = energies.count
        var row = energies
        ck_active().pointee.logarithm(energies, frames, frontEnd.energy.floor, 0, 1, &row)
        var values = features.values
        switch frontEnd.feature {
        case .logMel:
            values = frontEnd.energy.place == .first ? row + values : values + row
        case .mfcc where frontEnd.mfcc.zeroth == .last:
            values.replaceSubrange((values.count - frames)..., with: row)
        default: values.replaceSubrange(..<frames, with: row)
        }
        return Tensor(extents: [values.count / frames, frames], values: values)
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
