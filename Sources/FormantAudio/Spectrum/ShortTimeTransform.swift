import CKernels
import FormantTensor

/// The short-time Fourier transform: condition, window, transform, power, frame by frame.
///
/// A frame's bits depend on its own samples alone, neither on its place nor on its neighbours.
public struct ShortTimeTransform: Sendable {
    /// Where the frames lie.
    public let geometry: FrameGeometry

    let conditioning: FrameConditioning
    private let window: [Float]
    private let fourier: FourierTransform

    /// Prepares window and plan.
    /// - Throws: `AudioError.optionInvalid`.
    public init(_ options: SpectrogramOptions, sampleRate: Int) throws(AudioError) {
        try self.init(options, sampleRate: sampleRate, measure: .none)
    }

    /// - Parameter measure: which number of each frame the blocks carry.
    init(_ options: SpectrogramOptions, sampleRate: Int, measure: FrameMeasure) throws(AudioError) {
        geometry = try FrameGeometry(options, sampleRate: sampleRate)
        try options.validate()
        conditioning = FrameConditioning(options, measure: measure, length: geometry.windowLength)
        window = options.window.values(length: geometry.windowLength, symmetry: options.symmetry)
        fourier = try FourierTransform(size: geometry.fftSize)
    }

    /// |X|² of every frame: extents [bins, frames]. No scaling by window or length.
    /// - Throws: `AudioError.tooShort`, `AudioError.badSample`.
    public func power(of samples: [Float]) throws(AudioError) -> Spectrum<Power> {
        Spectrum(try map(samples, rows: geometry.bins) { block, column, stride in block.copy(to: column, stride) })
    }

    /// |X| of every frame: extents [bins, frames].
    /// - Throws: `AudioError.tooShort`, `AudioError.badSample`.
    public func magnitude(of samples: [Float]) throws(AudioError) -> Spectrum<Magnitude> {
        Spectrum(
            try map(samples, rows: geometry.bins) { block, column, stride in
                block.takeRoots()
                block.copy(to: column, stride)
            })
    }

    /// Calls `body` with the power spectra of some frames at a time and the columns of the result that it fills.
    /// - Parameter body: gets the frames, the first value of the first frame's column, and the distance from one value
    ///   of a column to the next. It writes every value.
    func map(
        _ samples: [Float], rows: Int, _ body: (FrameBlock, UnsafeMutablePointer<Float>, Int) -> Void
    ) throws(AudioError) -> Tensor {
        let conditioned = try recording(samples)
        return conditioned.withUnsafeBufferPointer { samples in
            map(
                SampleStretch(samples: samples, offset: 0, count: samples.count),
                frames: 0..<geometry.frameCount(samples: samples.count), rows: rows, body)
        }
    }

    /// A whole recording as the frames see it: long enough, checked, scaled, pre-emphasised.
    /// - Throws: `AudioError.tooShort`, `AudioError.badSample`.
    func recording(_ samples: [Float]) throws(AudioError) -> [Float] {
        guard geometry.frameCount(samples: samples.count) > 0 else {
            throw .tooShort(samples: samples.count, needed: geometry.minimumSamples, what: "samples of a recording")
        }
        var conditioned = samples
        var state = RecordingState()
        try conditioning.prepare(&conditioned, &state, sampleRate: geometry.sampleRate, last: true)
        return conditioned
    }

    /// The same for some frames of a recording, conditioned as `recording(_:)` does, of which a stretch is at hand.
    /// - Parameter frames: frames that lie in the stretch, at least one.
    func map(
        _ stretch: SampleStretch, frames: Range<Int>, rows: Int,
        _ body: (FrameBlock, UnsafeMutablePointer<Float>, Int) -> Void
    ) -> Tensor {
        let (count, overflow) = rows.multipliedReportingOverflow(by: frames.count)
        precondition(!overflow, "more values than memory has")
        let scratch = FrameScratch(geometry)
        let values = [Float](unsafeUninitializedCapacity: count) { result, initialized in
            withExtendedLifetime(scratch) {
                for first in stride(from: 0, to: frames.count, by: FrameBlock.capacity) {
                    let some = first..<min(frames.count, first + FrameBlock.capacity)
                    body(block(stretch, frames.lowerBound, some, scratch), result.baseAddress! + first, frames.count)
                }
            }
            initialized = count
        }
        return Tensor(extents: [rows, frames.count], values: values)
    }

    /// power[k, frame] = |Σ_i window[i] · x[start + i] · e^(−2πjik/N)|²
    ///
    /// The window stands at the start of the transform's input, wherever it stands in its frame: a shift turns the
    /// phase and leaves the power.
    private func block(
        _ stretch: SampleStretch, _ first: Int, _ frames: Range<Int>, _ scratch: FrameScratch
    ) -> FrameBlock {
        let kernels = ck_active().pointee
        let length = geometry.windowLength
        let input = scratch.input.pointer
        for (row, frame) in frames.enumerated() {
            let start = geometry.start(ofFrame: first + frame)
            if conditioning.measure == .crossings {
                scratch.measures[row] = conditioning.crossings(stretch, from: start)
                continue
            }
            var source = UnsafePointer(input)
            if start >= 0 && start + length <= stretch.count {
                source = stretch.samples.baseAddress! + (start - stretch.offset)
            } else {
                for i in 0..<length {
                    input[i] =
                        geometry.source(of: start + i, count: stretch.count)
                        .map { stretch.samples[$0 - stretch.offset] } ?? 0
                }
            }
            if conditioning.isPlain {
                kernels.multiply(source, window, input, length)
            } else {
                scratch.measures[row] = conditioning.apply(source, window, scratch.frame.pointer, input)
            }
            fourier.execute(input, scratch.output.pointer)
            kernels.power(scratch.output.pointer, geometry.bins, scratch.rows.pointer + row * geometry.bins)
        }
        // From a row for each frame to a row for each bin, so that what follows works on neighbouring frames at once.
        kernels.permute(
            scratch.rows.pointer, 1, geometry.bins, frames.count, 0, 1, geometry.bins, scratch.power.pointer)
        return FrameBlock(
            power: scratch.power.pointer, measures: UnsafePointer(scratch.measures), first: frames.lowerBound,
            bins: geometry.bins, frames: frames.count)
    }
}

/// As much of a recording as is at hand, conditioned.
struct SampleStretch {
    let samples: UnsafeBufferPointer<Float>
    /// Which sample of the recording the first is.
    let offset: Int
    /// Samples of the recording; while it still grows, those that have come.
    let count: Int
}

/// The power spectra of a few frames: extents [bins, frames].
struct FrameBlock {
    let power: UnsafeMutablePointer<Float>
    /// The number of each frame that is asked for; of no meaning where none is.
    let measures: UnsafePointer<Float>
    /// Which of the frames asked for the first is.
    let first: Int
    let bins: Int
    let frames: Int

    /// Most frames of a block: so few that a common spectrum's block stays in the nearest cache.
    static let capacity = 16

    /// Replaces powers by magnitudes.
    func takeRoots() {
        for i in 0..<bins * frames { power[i] = power[i].squareRoot() }
    }

    /// Writes all bins into the columns of a result.
    func copy(to column: UnsafeMutablePointer<Float>, _ stride: Int) {
        for bin in 0..<bins { (column + bin * stride).update(from: power + bin * frames, count: frames) }
    }
}

/// What a block of frames needs while it is computed; one per call, used for all its blocks.
private final class FrameScratch {
    let input: AlignedBuffer
    let output: AlignedBuffer
    /// A frame before its window.
    let frame: AlignedBuffer
    /// Power spectra, a row for each frame.
    let rows: AlignedBuffer
    /// Power spectra, a row for each bin.
    let power: AlignedBuffer
    let measures = UnsafeMutablePointer<Float>.allocate(capacity: FrameBlock.capacity)

    init(_ geometry: FrameGeometry) {
        input = AlignedBuffer(count: geometry.fftSize)
        output = AlignedBuffer(count: 2 * geometry.bins)
        frame = AlignedBuffer(count: geometry.windowLength)
        rows = AlignedBuffer(count: FrameBlock.capacity * geometry.bins)
        power = AlignedBuffer(count: FrameBlock.capacity * geometry.bins)
        measures.initialize(repeating: 0, count: FrameBlock.capacity)
    }

    deinit { measures.deallocate() }
}
