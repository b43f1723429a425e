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

    private let stage: FeatureStage

    /// Most values of a clip's features: 1 GB.
    private static let largestClip = 1 << 28

    /// Checks the front end and makes it ready.
    init(_ frontEnd: AudioFrontEnd) throws(AudioError) {
        self.frontEnd = frontEnd
        try frontEnd.log.validate()
        try frontEnd.energy.validate()
        try frontEnd.pcen.validate()
        try frontEnd.chroma.validate()
        try frontEnd.constantQ.validate()
        try frontEnd.spectral.validate()
        try frontEnd.deltas.validate()
        (transform, stage) = try FeatureStage.prepare(frontEnd)
        geometry = transform.geometry
        try frontEnd.clip.validate(sampleRate: frontEnd.sampleRate)
        if case .only(let number) = frontEnd.channel { try require(number >= 0, "channel", number, "at least 0") }
        let bands = stage.rows(frontEnd, bins: geometry.bins)
        clipSamples = frontEnd.clip.samples(sampleRate: frontEnd.sampleRate)
        let frames = stage.frameCount(samples: clipSamples, geometry)
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
        var features: Tensor
        if case .constantQ(let transform) = stage {
            features = try transform.magnitudes(of: recording)
        } else {
            var state = FeatureState()
            features = recording.withUnsafeBufferPointer { samples in
                base(
                    SampleStretch(samples: samples, offset: 0, count: samples.count),
                    frames: 0..<geometry.frameCount(samples: samples.count), &state)
            }
        }
        features = try frontEnd.deltas.appending(to: features)
        try frontEnd.normalisation.apply(to: &features)
        return features
    }

    /// The features of the next frames of a recording, before deltas and normalisation: extents [rows, frames].
    /// - Parameters:
    ///   - frames: at least one, all of which the stretch holds, following on those before; all of the recording for
    ///     what needs it whole.
    ///   - state: what the frames before left behind.
    /// - Precondition: the features come from spectra of frames.
    func base(_ stretch: SampleStretch, frames: Range<Int>, _ state: inout FeatureState) -> Tensor {
        var measures: [Float] = []
        if transform.conditioning.measure != .none { measures = [Float](repeating: 0, count: frames.count) }
        let rows = stage.linearRows(bins: geometry.bins)
        var values = measures.withUnsafeMutableBufferPointer { measures in
            transform.map(stretch, frames: frames, rows: rows) { block, column, stride in
                if measures.count > 0 {
                    (measures.baseAddress! + block.first).update(from: block.measures, count: block.frames)
                }
                stage.apply(frontEnd, block, into: column, stride: stride)
            }
        }
        switch stage {
        case .measure:
            return Tensor(extents: [1, frames.count], values: measures.map { stage.scaled($0, geometry, frontEnd) })
        case .pcen(_, let pcen): pcen.apply(to: &values, &state.smoothed)
        case .tunedChroma(let filters): return filters.tuned(values)
        case .shape where frontEnd.feature == .spectralContrast: return contrast(values)
        default: break
        }
        guard frontEnd.feature.hasLogarithm else { return values }
        frontEnd.log.apply(to: &values.values)
        if case .cepstrum(_, let cepstrum) = stage { values = cepstrum.matrixProduct(values) }
        return measures.isEmpty ? values : withEnergy(values, measures)
    }

    /// The logarithms of the peaks less those of the valleys, which stand below them.
    private func contrast(_ extremes: Tensor) -> Tensor {
        let half = extremes.values.count / 2
        var (peaks, valleys) = (Array(extremes.values[..<half]), Array(extremes.values[half...]))
        frontEnd.log.apply(to: &peaks)
        frontEnd.log.apply(to: &valleys)
        return Tensor(
            extents: [extremes.extents[0] / 2, extremes.extents[1]], values: zip(peaks, valleys).map { $0 - $1 })
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
