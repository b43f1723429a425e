import FormantTensor

/// Impulse responses in memory, as spectra, read once, at one rate.
///
/// Convolution is by overlap and add: y = Σ_b shift(F⁻¹(F(x_b) · F(h)), b·L), blocks x_b of L = N − M + 1 samples, where
/// N is the size of the transform and M the longest response.
final class ImpulseBank: Sendable {
    /// Most samples of a response.
    static let longest = 32_768
    /// Most values of all spectra together; of more responses some are taken, at equal distances in the list.
    private static let largest = 1 << 24

    private let forward: FourierTransform
    private let inverse: InverseFourierTransform
    private let spectra: [[Float]]
    private let block: Int

    /// Number of responses.
    var count: Int { spectra.count }

    /// Reads responses. Each begins at its peak, the direct sound, so that nothing is delayed, and has a sum of squares
    /// of 1.
    /// - Throws: `AudioError`: no file; a file that cannot be read, or that is silent.
    init(files: [String], folder: String, sampleRate: Int, seconds: Float) throws(AudioError) {
        try require(
            !files.isEmpty, "augmentation.impulse.folder", folder, "a folder with at least one impulse response")
        let length = max(1, Int((Double(seconds) * Double(sampleRate)).rounded()))
        try require(
            length <= Self.longest, "augmentation.impulse.seconds", seconds,
            "at most \(Self.longest) samples, which is \(Double(Self.longest) / Double(sampleRate)) s")
        var size = 1024
        while size < 2 * length { size *= 2 }
        block = size - length + 1
        forward = try FourierTransform(size: size)
        inverse = try InverseFourierTransform(size: size)
        let room = max(1, Self.largest / (size + 2))
        let step = max(1, (files.count + room - 1) / room)
        var spectra: [[Float]] = []
        for i in stride(from: 0, to: files.count, by: step) {
            let response = try Self.response(files[i], sampleRate: sampleRate, length: length)
            let (input, output) = (AlignedBuffer(count: size), AlignedBuffer(count: size + 2))
            for (i, value) in response.enumerated() { input.pointer[i] = value }
            forward.execute(input.pointer, output.pointer)
            spectra.append(output.values)
        }
        self.spectra = spectra
    }

    private static func response(_ file: String, sampleRate: Int, length: Int) throws(AudioError) -> [Float] {
        // The direct sound may come late; what lies behind the first ten seconds is no response of a room.
        let seconds = 10 + Double(length) / Double(sampleRate)
        let samples = try Recording.load(file, sampleRate: sampleRate, range: 0...seconds).samples
        var peak = 0
        for i in samples.indices where samples[i].magnitude > samples[peak].magnitude { peak = i }
        let response = samples[peak..<min(samples.count, peak + length)]
        let energy = response.reduce(0.0) { $0 + Double($1) * Double($1) }
        try require(energy > 0, "augmentation.impulse.folder", file, "impulse responses that are not silent")
        let factor = Float(1 / energy.squareRoot())
        return response.map { $0 * factor }
    }

    /// Convolves a clip with a response and makes it as loud as it was: of the same mean square. What rings on behind
    /// the end of the clip is cut off.
    func convolve(_ clip: inout [Float], with response: Int) {
        let (n, size) = (clip.count, forward.size)
        let before = meanSquare(clip)
        guard before > 0 else { return }
        var result = [Float](repeating: 0, count: n)
        let (time, spectrum) = (AlignedBuffer(count: size), AlignedBuffer(count: size + 2))
        for start in stride(from: 0, to: n, by: block) {
            let taken = min(block, n - start)
            for i in 0..<size { time.pointer[i] = i < taken ? clip[start + i] : 0 }
            forward.execute(time.pointer, spectrum.pointer)
            spectra[response].withUnsafeBufferPointer { h in
                let x = spectrum.pointer
                for k in stride(from: 0, to: size + 2, by: 2) {
                    let (re, im) = (x[k] * h[k] - x[k + 1] * h[k + 1], x[k] * h[k + 1] + x[k + 1] * h[k])
                    (x[k], x[k + 1]) = (re, im)
                }
            }
            inverse.execute(spectrum.pointer, time.pointer)
            for i in 0..<min(size, n - start) { result[start + i] += time.pointer[i] }
        }
        let after = meanSquare(result)
        guard after > 0, after.isFinite else { return }
        let factor = Float((before / after).squareRoot())
        for i in 0..<n { clip[i] = result[i] * factor }
    }
}
