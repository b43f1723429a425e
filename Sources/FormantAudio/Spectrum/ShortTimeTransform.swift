import CKernels
import FormantTensor

/// The short-time Fourier transform: window, transform, power, frame by frame.
///
/// A frame's bits depend on its own samples alone, neither on its place nor on its neighbours.
public struct ShortTimeTransform: Sendable {
    /// Where the frames lie.
    public let geometry: FrameGeometry

    private let window: [Float]
    private let fourier: FourierTransform

    /// Prepares window and plan.
    /// - Throws: `AudioError.optionInvalid`.
    public init(_ options: SpectrogramOptions, sampleRate: Int) throws(AudioError) {
        geometry = try FrameGeometry(options, sampleRate: sampleRate)
        window = options.window.values(length: geometry.windowLength, symmetry: options.symmetry)
        fourier = try FourierTransform(size: geometry.fftSize)
    }

    /// |X|² of every frame: extents [bins, frames]. No scaling by window or length.
    /// - Throws: `AudioError.tooShort`, `AudioError.badSample`.
    public func power(of samples: [Float]) throws(AudioError) -> Spectrum<Power> {
        Spectrum(
            try map(samples, rows: geometry.bins) { block, column, stride in
                for bin in 0..<block.bins {
                    (column + bin * stride).update(from: block.power + bin * block.frames, count: block.frames)
                }
            })
    }

    /// |X| of every frame: extents [bins, frames].
    /// - Throws: `AudioError.tooShort`, `AudioError.badSample`.
    public func magnitude(of samples: [Float]) throws(AudioError) -> Spectrum<Magnitude> {
        var values = try power(of: samples).values
        values.values.withUnsafeMutableBufferPointer { values in
            for i in 0..<values.count { values[i] = values[i].squareRoot() }
        }
        return Spectrum(values)
    }

    /// Calls `body` with the power spectra of some frames at a time and the columns of the result that it fills.
    /// - Parameter body: gets the frames, the first value of the first frame's column, and the distance from one value
    ///   of a column to the next. It writes every value.
    func map(
        _ samples: [Float], rows: Int, _ body: (FrameBlock, UnsafeMutablePointer<Float>, Int) -> Void
    ) throws(AudioError) -> Tensor {
        let frames = geometry.frameCount(samples: samples.count)
        guard frames > 0 else {
            throw .tooShort(samples: samples.count, needed: geometry.minimumSamples, what: "samples of a recording")
        }
        let (count, overflow) = rows.multipliedReportingOverflow(by: frames)
        precondition(!overflow, "more values than memory has")
        let bad = samples.withUnsafeBufferPointer { SampleCheck.firstBad($0) }
        if let bad {
            throw .badSample(
                file: "samples", seconds: Double(bad) / Double(geometry.sampleRate), value: samples[bad])
        }
        let scratch = FrameScratch(geometry)
        let values = [Float](unsafeUninitializedCapacity: count) { result, initialized in
            samples.withUnsafeBufferPointer { samples in
                for first in stride(from: 0, to: frames, by: FrameBlock.capacity) {
                    let some = first..<min(frames, first + FrameBlock.capacity)
                    body(block(samples, some, scratch), result.baseAddress! + first, frames)
                }
            }
            initialized = count
        }
        return Tensor(extents: [rows, frames], values: values)
    }

    /// power[k, frame] = |Σ_i window[i] · x[start + i] · e^(−2πjik/N)|²
    ///
    /// The window stands at the start of the transform's input, wherever it stands in its frame: a shift turns the
    /// phase and leaves the power.
    private func block(
        _ samples: UnsafeBufferPointer<Float>, _ frames: Range<Int>, _ scratch: FrameScratch
    ) -> FrameBlock {
        let kernels = ck_active().pointee
        let length = geometry.windowLength
        let input = scratch.input.pointer
        for (row, frame) in frames.enumerated() {
            let start = geometry.start(ofFrame: frame)
            if start >= 0 && start + length <= samples.count {
                kernels.multiply(samples.baseAddress! + start, window, input, length)
            } else {
                for i in 0..<length {
                    input[i] = geometry.source(of: start + i, count: samples.count).map { samples[$0] } ?? 0
                }
                kernels.multiply(input, window, input, length)
            }
            fourier.execute(input, scratch.output.pointer)
            kernels.power(scratch.output.pointer, geometry.bins, scratch.rows.pointer + row * geometry.bins)
        }
        // From a row for each frame to a row for each bin, so that what follows works on neighbouring frames at once.
        kernels.permute(
            scratch.rows.pointer, 1, geometry.bins, frames.count, 0, 1, geometry.bins, scratch.power.pointer)
        return FrameBlock(power: UnsafePointer(scratch.power.pointer), bins: geometry.bins, frames: frames.count)
    }
}

/// The power spectra of a few frames: extents [bins, frames].
struct FrameBlock {
    let power: UnsafePointer<Float>
    let bins: Int
    let frames: Int

    /// Most frames of a block: so few that a common spectrum's block stays in the nearest cache.
    static let capacity = 16
}

/// What a block of frames needs while it is computed; one per call, used for all its blocks.
private final class FrameScratch {
    let input: AlignedBuffer
    let output: AlignedBuffer
    /// Power spectra, a row for each frame.
    let rows: AlignedBuffer
    /// Power spectra, a row for each bin.
    let power: AlignedBuffer

    init(_ geometry: FrameGeometry) {
        input = AlignedBuffer(count: geometry.fftSize)
        output = AlignedBuffer(count: 2 * geometry.bins)
        rows = AlignedBuffer(count: FrameBlock.capacity * geometry.bins)
        power = AlignedBuffer(count: FrameBlock.capacity * geometry.bins)
    }
}
