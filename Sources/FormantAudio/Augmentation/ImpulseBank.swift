import FormantTensor

/// Impulse responses in memory, as spectra, read once, at one rate.
final class ImpulseBank: Sendable {
    /// Most samples of a response.
    static let longest = 32_768
    /// Most values of all spectra together; of more responses some are taken, at equal distances in the list.
    private static let largest = 1 << 24

    private let convolution: BlockConvolution
    private let spectra: [[Float]]

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
        convolution = try BlockConvolution(longest: length)
        let room = max(1, Self.largest / convolution.spectrumCount)
        let step = max(1, (files.count + room - 1) / room)
        var spectra: [[Float]] = []
        for i in stride(from: 0, to: files.count, by: step) {
            let response = try Self.response(files[i], sampleRate: sampleRate, length: length)
            spectra.append(convolution.spectrum(of: response))
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

    /// Convolves a clip with a response; it stays as loud as it was.
    func convolve(_ clip: inout [Float], with response: Int) {
        convolution.convolve(&clip, with: spectra[response])
    }
}
