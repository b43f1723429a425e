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
            try map(samples, rows: geometry.bins) { power, column, stride in
                for k in 0..<geometry.bins { column[k * stride] = power[k] }
            })
    }

    /// |X| of every frame: extents [bins, frames].
    /// - Throws: `AudioError.tooShort`, `AudioError.badSample`.
    public func magnitude(of samples: [Float]) throws(AudioError) -> Spectrum<Magnitude> {
        Spectrum(
            try map(samples, rows: geometry.bins) { power, column, stride in
                for k in 0..<geometry.bins { column[k * stride] = power[k].squareRoot() }
            })
    }

    /// Calls `body` with the power spectrum of each frame and the column of the result that it fills.
    /// - Parameter body: gets `bins` values followed by `powerPadding` zeros, the first value of the column, and the
    ///   distance from one value of the column to the next.
    func map(
        _ samples: [Float], rows: Int,
        _ body: (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
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
            result.initialize(repeating: 0)
            initialized = count
            samples.withUnsafeBufferPointer { samples in
                for frame in 0..<frames {
                    transform(samples, frame, scratch)
                    body(scratch.power.pointer, result.baseAddress! + frame, frames)
                }
            }
        }
        return Tensor(extents: [rows, frames], values: values)
    }

    /// Zeros behind the power spectrum, so that the mel product may read whole vectors.
    static let powerPadding = 16

    /// power[k] = |Σ_i window[i] · x[start + i] · e^(−2πjik/N)|²
    ///
    /// The window stands at the start of the transform's input, wherever it stands in its frame: a shift turns the
    /// phase and leaves the power.
    private func transform(_ samples: UnsafeBufferPointer<Float>, _ frame: Int, _ scratch: FrameScratch) {
        let start = geometry.start(ofFrame: frame)
        let length = geometry.windowLength
        let input = scratch.input.pointer
        window.withUnsafeBufferPointer { window in
            let weights = window.baseAddress!
            if start >= 0 && start + length <= samples.count {
                let source = samples.baseAddress! + start
                for i in 0..<length { input[i] = source[i] * weights[i] }
            } else {
                for i in 0..<length {
                    let value = geometry.source(of: start + i, count: samples.count).map { samples[$0] } ?? 0
                    input[i] = value * weights[i]
                }
            }
        }
        let output = scratch.output.pointer
        fourier.execute(input, output)
        let power = scratch.power.pointer
        for k in 0..<geometry.bins {
            let (re, im) = (output[2 * k], output[2 * k + 1])
            power[k] = re * re + im * im
        }
    }
}

/// What one frame needs while it is computed; one per call, used for all its frames.
private final class FrameScratch {
    let input: AlignedBuffer
    let output: AlignedBuffer
    let power: AlignedBuffer

    init(_ geometry: FrameGeometry) {
        input = AlignedBuffer(count: geometry.fftSize)
        output = AlignedBuffer(count: 2 * geometry.bins)
        power = AlignedBuffer(count: geometry.bins + ShortTimeTransform.powerPadding)
    }
}
