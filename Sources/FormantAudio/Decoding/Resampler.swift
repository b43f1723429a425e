import CSoxr

/// Conversion of one channel from one sample rate to another by soxr, high quality (20 bit), on the calling thread.
///
/// Blocks may be of any size: the samples that come out do not depend on how the input was cut. Use a resampler from
/// one thread at a time.
public final class Resampler {
    /// Rate of the input in hertz.
    public let inputRate: Int
    /// Rate of the output in hertz.
    public let outputRate: Int

    private let engine: OpaquePointer
    private var scratch: [Float]

    /// Largest ratio of the input's rate to the output's.
    public static let largestReduction = 256
    /// Largest ratio of the output's rate to the input's; it bounds what a header with a wrong rate can blow up.
    public static let largestIncrease = 64

    /// Prepares a conversion.
    /// - Parameters:
    ///   - inputRate: rate of the input in hertz, at least 1.
    ///   - outputRate: rate of the output in hertz, at least 1; at most 256 times lower or 64 times higher than
    ///     `inputRate`.
    /// - Throws: `AudioError.resampling`.
    public init(from inputRate: Int, to outputRate: Int) throws(AudioError) {
        guard inputRate >= 1, outputRate >= 1, inputRate <= Int(Int32.max), outputRate <= Int(Int32.max) else {
            throw .resampling(from: inputRate, to: outputRate, reason: "expected rates of at least 1 Hz")
        }
        guard inputRate <= outputRate * Self.largestReduction, outputRate <= inputRate * Self.largestIncrease else {
            throw .resampling(
                from: inputRate, to: outputRate,
                reason: "expected at most \(Self.largestReduction) times less or \(Self.largestIncrease) times more")
        }
        var problem: soxr_error_t?
        var format = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I)
        var quality = soxr_quality_spec(UInt(SOXR_HQ), 0)
        var runtime = soxr_runtime_spec(1)
        let engine = soxr_create(
            Double(inputRate), Double(outputRate), 1, &problem, &format, &quality, &runtime)
        guard let engine, problem == nil else {
            throw .resampling(from: inputRate, to: outputRate, reason: SoundFile.text(problem))
        }
        self.engine = engine
        self.inputRate = inputRate
        self.outputRate = outputRate
        scratch = [Float](repeating: 0, count: 8192)
    }

    deinit { soxr_delete(engine) }

    /// Converts a block and appends what is ready to `output`.
    public func process(_ input: UnsafeBufferPointer<Float>, into output: inout [Float]) throws(AudioError) {
        var offset = 0
        while offset < input.count {
            var taken = 0
            let made = try run(
                UnsafeRawPointer(input.baseAddress! + offset), input.count - offset, &taken, into: &output)
            guard taken > 0 || made > 0 else { throw failure("no progress") }
            offset += taken
        }
    }

    /// Appends what is left after the last block. The resampler takes no more input afterwards.
    public func finish(into output: inout [Float]) throws(AudioError) {
        var taken = 0
        while try run(nil, 0, &taken, into: &output) > 0 {}
    }

    /// Converts a whole recording: within one sample of `samples.count` × `outputRate` ÷ `inputRate` samples.
    public static func convert(_ samples: [Float], from: Int, to: Int) throws(AudioError) -> [Float] {
        guard from != to else { return samples }
        let resampler = try Resampler(from: from, to: to)
        var output: [Float] = []
        try samples.withUnsafeBufferPointer { (input) throws(AudioError) in
            try resampler.process(input, into: &output)
        }
        try resampler.finish(into: &output)
        return output
    }

    private func run(
        _ input: UnsafeRawPointer?, _ count: Int, _ taken: inout Int, into output: inout [Float]
    ) throws(AudioError) -> Int {
        var made = 0
        let problem = soxr_process(engine, input, count, &taken, &scratch, scratch.count, &made)
        if let problem { throw failure(SoundFile.text(problem)) }
        output.append(contentsOf: scratch[0..<made])
        return made
    }

    private func failure(_ reason: String) -> AudioError {
        .resampling(from: inputRate, to: outputRate, reason: reason)
    }
}
