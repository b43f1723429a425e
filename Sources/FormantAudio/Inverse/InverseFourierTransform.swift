import CFFTW
import FormantTensor

/// The inverse of `FourierTransform`: from half a spectrum to the real sequence, single precision, by FFTW, with the
/// same rules for plans and threads.
public final class InverseFourierTransform: @unchecked Sendable {
    /// Length of a sequence, 1 … 65,536.
    public let size: Int

    private let plan: FourierPlan

    /// Plans a transform.
    /// - Throws: `AudioError.optionInvalid` for a size outside 1 … 65,536.
    public init(size: Int) throws(AudioError) {
        let largest = FourierTransform.largestSize
        try require((1...largest).contains(size), "fftSize", size, "1 … \(largest)")
        let input = AlignedBuffer(count: size + 2)
        let output = AlignedBuffer(count: size)
        self.size = size
        plan = try FourierPlan(size: size) {
            fftwf_plan_dft_c2r_1d(
                Int32(size), FourierTransform.complex(input.pointer), output.pointer, UInt32(FFTW_ESTIMATE))
        }
    }

    /// Transforms one spectrum; the result is `size` times the sequence whose spectrum it is.
    /// - Parameters:
    ///   - input: `size / 2 + 1` pairs of real and imaginary part, aligned to 64 bytes; spoilt.
    ///   - output: `size` values, aligned to 64 bytes.
    package func execute(_ input: UnsafeMutablePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
        fftwf_execute_dft_c2r(plan.pointer, FourierTransform.complex(input), output)
    }
}
