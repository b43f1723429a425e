import FormantTensor

/// Convolution of clips with responses of at most M samples, given as spectra, by overlap and add:
/// y = Σ_b shift(F⁻¹(F(x_b) · F(h)), b·L), blocks x_b of L = N − M + 1 samples, N the size of the transform.
final class BlockConvolution: Sendable {
    /// Values of a spectrum.
    var spectrumCount: Int { forward.size + 2 }

    private let forward: FourierTransform
    private let inverse: InverseFourierTransform
    private let block: Int

    /// - Parameter longest: M, 1 … 32,768.
    init(longest: Int) throws(AudioError) {
        var size = 1024
        while size < 2 * longest { size *= 2 }
        block = size - longest + 1
        forward = try FourierTransform(size: size)
        inverse = try InverseFourierTransform(size: size)
    }

    /// The spectrum of a response of at most M samples.
    func spectrum(of response: [Float]) -> [Float] {
        let (input, output) = (AlignedBuffer(count: forward.size), AlignedBuffer(count: spectrumCount))
        for (i, value) in response.enumerated() { input.pointer[i] = value }
        forward.execute(input.pointer, output.pointer)
        return output.values
    }

    /// Convolves a clip and makes it as loud as it was: of the same mean square. What rings on behind its end is cut off.
    /// - Parameter delay: the sample of the response that stands for now.
    func convolve(_ clip: inout [Float], with spectrum: [Float], delay: Int = 0) {
        let (n, size) = (clip.count, forward.size)
        let before = meanSquare(clip)
        guard before > 0 else { return }
        var result = [Float](repeating: 0, count: n)
        let (time, frequency) = (AlignedBuffer(count: size), AlignedBuffer(count: spectrumCount))
        for start in stride(from: 0, to: n, by: block) {
            let taken = min(block, n - start)
            for i in 0..<size { time.pointer[i] = i < taken ? clip[start + i] : 0 }
            forward.execute(time.pointer, frequency.pointer)
            spectrum.withUnsafeBufferPointer { h in
                let x = frequency.pointer
                for k in stride(from: 0, to: size + 2, by: 2) {
                    let (re, im) = (x[k] * h[k] - x[k + 1] * h[k + 1], x[k] * h[k + 1] + x[k + 1] * h[k])
                    (x[k], x[k + 1]) = (re, im)
                }
            }
            inverse.execute(frequency.pointer, time.pointer)
            let first = start - delay
            for i in max(0, -first)..<max(0, -first, min(size, n - first)) { result[first + i] += time.pointer[i] }
        }
        let after = meanSquare(result)
        guard after > 0, after.isFinite else { return }
        let factor = Float((before / after).squareRoot())
        for i in 0..<n { clip[i] = result[i] * factor }
    }
}
