import CKernels
import FormantTensor

/// A number of each frame that its samples give.
enum FrameMeasure: Sendable {
    /// None.
    case none
    /// Σ x² of the frame without its offset, before pre-emphasis and window.
    case rawEnergy
    /// Σ x² of what goes into the transform.
    case windowedEnergy
    /// How often the sign changes from one sample to the next; outside the recording its end sample is repeated.
    case crossings

    init(_ energy: EnergyTerm) {
        switch energy {
        case .omitted: self = .none
        case .raw: self = .rawEnergy
        case .windowed: self = .windowedEnergy
        }
    }
}

/// What happens to samples before their Fourier transform: to the recording, scale and pre-emphasis; to each frame,
/// offset, energy, pre-emphasis and window.
struct FrameConditioning: Sendable {
    /// Whether frames are only multiplied by the window.
    let isPlain: Bool
    private let scale: Float
    private let recordingCoefficient: Float
    private let extrapolates: Bool
    private let removeOffset: Bool
    private let coefficient: Float
    /// Which number frames have.
    let measure: FrameMeasure
    private let length: Int

    /// - Parameter length: samples of a window.
    init(_ options: SpectrogramOptions, measure: FrameMeasure, length: Int) {
        scale = options.sampleScale
        removeOffset = options.removeOffset
        let emphasis = options.preemphasis
        recordingCoefficient = emphasis.over == .frame ? 0 : emphasis.coefficient
        extrapolates = emphasis.over == .extrapolated && emphasis.coefficient != 0
        coefficient = emphasis.over == .frame ? emphasis.coefficient : 0
        self.measure = measure
        self.length = length
        isPlain = !removeOffset && coefficient == 0 && measure == .none
    }

    /// Checks the next samples of a recording, scales them and lifts their high frequencies.
    /// - Parameters:
    ///   - samples: those that have come; afterwards those that are ready, perhaps one less or one more.
    ///   - last: whether no more samples come.
    /// - Throws: `AudioError.badSample`; the state is as before then.
    func prepare(
        _ samples: inout [Float], _ state: inout RecordingState, sampleRate: Int, last: Bool
    ) throws(AudioError) {
        if scale != 1 {
            samples.withUnsafeMutableBufferPointer { samples in
                for i in 0..<samples.count { samples[i] *= scale }
            }
        }
        if let bad = samples.withUnsafeBufferPointer({ SampleCheck.firstBad($0) }) {
            throw .badSample(
                file: scale == 1 ? "samples" : "samples, multiplied by \(scale)",
                seconds: Double(state.count + bad) / Double(sampleRate), value: samples[bad])
        }
        state.count += samples.count
        guard recordingCoefficient != 0 else { return }
        if extrapolates, !state.hasBegun {
            if let waiting = state.waiting { samples.insert(waiting, at: 0) }
            state.waiting = nil
            guard samples.count > 1 || last else {
                state.waiting = samples.first
                samples = []
                return
            }
            // Made so that the filter gives 3 x[0] − x[1].
            if samples.count > 1 { state.previous = (samples[1] - 2 * samples[0]) / recordingCoefficient }
            state.hasBegun = true
        }
        samples.withUnsafeMutableBufferPointer { samples in
            for i in 0..<samples.count {
                let own = samples[i]
                samples[i] = own - recordingCoefficient * state.previous
                state.previous = own
            }
        }
    }

    /// Conditions one frame and multiplies it by the window.
    /// - Parameters:
    ///   - source: `length` samples; may be `output`.
    ///   - frame: room for `length` values, aligned to 64 bytes.
    ///   - output: gets `length` values.
    /// - Returns: the frame's energy; 0 where none is asked for.
    func apply(
        _ source: UnsafePointer<Float>, _ window: [Float], _ frame: UnsafeMutablePointer<Float>,
        _ output: UnsafeMutablePointer<Float>
    ) -> Float {
        let mean = removeOffset ? sum(source, squared: false) / Float(length) : 0
        for i in 0..<length { frame[i] = source[i] - mean }
        let raw = measure == .rawEnergy ? sum(frame, squared: true) : 0
        output[0] = frame[0] - coefficient * frame[0]
        for i in 1..<length { output[i] = frame[i] - coefficient * frame[i - 1] }
        ck_active().pointee.multiply(output, window, output, length)
        return measure == .windowedEnergy ? sum(output, squared: true) : raw
    }

    /// Changes of sign between neighbours among `length` samples from `start` on; samples within ± 1e-10 count as
    /// positive.
    func crossings(_ stretch: SampleStretch, from start: Int) -> Float {
        func isNegative(_ i: Int) -> Bool {
            stretch.samples[min(max(start + i, 0), stretch.count - 1) - stretch.offset] < -1e-10
        }
        var changes = 0
        var before = isNegative(0)
        for i in 1..<length {
            let own = isNegative(i)
            if own != before { changes += 1 }
            before = own
        }
        return Float(changes)
    }

    /// Σ x or Σ x², in sixteen lanes.
    private func sum(_ x: UnsafePointer<Float>, squared: Bool) -> Float {
        let raw = UnsafeRawPointer(x)
        var lanes = SIMD16<Float>(repeating: 0)
        var i = 0
        while i + 16 <= length {
            let block = raw.loadUnaligned(fromByteOffset: i * 4, as: SIMD16<Float>.self)
            lanes += squared ? block * block : block
            i += 16
        }
        var total = lanes.sum()
        while i < length {
            total += squared ? x[i] * x[i] : x[i]
            i += 1
        }
        return total
    }
}

/// What the conditioning of a recording carries from one block of it to the next.
struct RecordingState {
    /// The last sample, scaled; 0 before the first.
    var previous: Float = 0
    /// Samples seen.
    var count = 0
    /// The first sample while the second is missing that it is filtered by.
    var waiting: Float?
    /// Whether the first sample is filtered.
    var hasBegun = false
}
