import CKernels
import FormantTensor

/// What happens to samples before their Fourier transform: to the recording, scale and pre-emphasis; to each frame,
/// offset, energy, pre-emphasis and window.
struct FrameConditioning: Sendable {
    /// Whether frames are only multiplied by the window.
    let isPlain: Bool
    private let scale: Float
    private let recordingCoefficient: Float
    private let removeOffset: Bool
    private let coefficient: Float
    /// Which energy frames have.
    let energy: EnergyTerm
    private let length: Int

    /// - Parameter length: samples of a window.
    init(_ options: SpectrogramOptions, energy: EnergyTerm, length: Int) {
        scale = options.sampleScale
        removeOffset = options.removeOffset
        let emphasis = options.preemphasis
        recordingCoefficient = emphasis.over == .recording ? emphasis.coefficient : 0
        coefficient = emphasis.over == .frame ? emphasis.coefficient : 0
        self.energy = energy
        self.length = length
        isPlain = !removeOffset && coefficient == 0 && energy == .omitted
    }

    /// Checks the next samples of a recording, scales them and lifts their high frequencies.
    /// - Throws: `AudioError.badSample`; the samples are spoilt then.
    func prepare(
        _ samples: inout [Float], _ state: inout RecordingState, sampleRate: Int
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
        if recordingCoefficient != 0 {
            samples.withUnsafeMutableBufferPointer { samples in
                for i in 0..<samples.count {
                    let own = samples[i]
                    samples[i] = own - recordingCoefficient * state.previous
                    state.previous = own
                }
            }
        }
        state.count += samples.count
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
        let raw = energy == .raw ? sum(frame, squared: true) : 0
        output[0] = frame[0] - coefficient * frame[0]
        for i in 1..<length { output[i] = frame[i] - coefficient * frame[i - 1] }
        ck_active().pointee.multiply(output, window, output, length)
        return energy == .windowed ? sum(output, squared: true) : raw
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
}
