import CFFTW
import FormantTensor

/// The Fourier transform of real sequences of one length, single precision, by FFTW.
///
/// Plans are made with `FFTW_ESTIMATE` behind one lock: the same length gives the same plan, and so the same bits,
/// in every run. A sequence is transformed alone, so that its bits do not depend on its neighbours in a batch; nor would
/// a plan of many be faster, since FFTW runs that as a loop over the plan of one (`formant bench features` shows what
/// the transforms take).
/// Executing is re-entrant: one transform may be used from many threads at once.
public final class FourierTransform: @unchecked Sendable {
    /// Length of a sequence, 1 … 65,536.
    public let size: Int
    /// Complex values of a spectrum: `size / 2 + 1`, from 0 Hz to half the sample rate.
    public var bins: Int { size / 2 + 1 }

    /// Longest sequence.
    public static let largestSize = 65_536

    private let plan: FourierPlan

    /// Plans a transform.
    /// - Throws: `AudioError.optionInvalid` for a size outside 1 … 65,536.
    public init(size: Int) throws(AudioError) {
        try require((1...Self.largestSize).contains(size), "fftSize", size, "1 … \(Self.largestSize)")
        let input = AlignedBuffer(count: size)
        let output = AlignedBuffer(count: size + 2)
        self.size = size
        plan = try FourierPlan(size: size) {
            let flags = UInt32(FFTW_ESTIMATE) | UInt32(FFTW_PRESERVE_INPUT)
            return fftwf_plan_dft_r2c_1d(Int32(size), input.pointer, Self.complex(output.pointer), flags)
        }
    }

    /// Transforms one sequence.
    /// - Parameters:
    ///   - input: `size` values, aligned to 64 bytes.
    ///   - output: `bins` pairs of real and imaginary part, aligned to 64 bytes.
    package func execute(_ input: UnsafeMutablePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
        fftwf_execute_dft_r2c(plan.pointer, input, Self.complex(output))
    }

    /// Transforms a batch of sequences that lie one behind the other.
    /// - Parameter frames: a multiple of `size` values.
    /// - Returns: extents [frames, bins, 2], the last axis being real and imaginary part.
    /// - Throws: `AudioError.extentMismatch` for a count that is no multiple of `size`.
    public func transform(frames: [Float]) throws(AudioError) -> Tensor {
        guard frames.count % size == 0 else {
            throw .extentMismatch(what: "values of the last frame", expected: size, found: frames.count % size)
        }
        let count = frames.count / size
        var result = Tensor(zeros: [count, bins, 2])
        let input = AlignedBuffer(count: size)
        let output = AlignedBuffer(count: 2 * bins)
        for frame in 0..<count {
            for i in 0..<size { input.pointer[i] = frames[frame * size + i] }
            execute(input.pointer, output.pointer)
            for i in 0..<2 * bins { result.values[frame * 2 * bins + i] = output.pointer[i] }
        }
        return result
    }

    static func complex(_ pointer: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<fftwf_complex> {
        UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: fftwf_complex.self)
    }
}
