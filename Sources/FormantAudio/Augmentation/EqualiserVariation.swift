import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Another microphone: a random gain at each of some frequencies, straight lines in decibels between them.
///
/// The same for a waveform as what Nam et al. 2022 ("FilterAugment", its linear type) do to a spectrogram. The clip is
/// as loud as before.
public struct EqualiserVariation: Codable, Hashable, Sendable {
    /// How often, 0 … 1.
    public var probability: Float
    /// The gain at each point in decibels, within ± 40.
    public var decibels: DrawRange
    /// Points, equally far apart in mel from 0 to half the rate, 2 … 64.
    public var points: Int

    /// Creates a variation.
    public init(probability: Float = 1, decibels: DrawRange = DrawRange(-10, 10), points: Int = 5) {
        self.probability = probability
        self.decibels = decibels
        self.points = points
    }

    enum CodingKeys: String, SettingsKey { case probability, decibels, points }

    /// Reads the settings of `equaliser`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "equaliser", keyedBy: CodingKeys.self)
        self.init()
        probability = try settings.decode(.probability, default: probability)
        decibels = try settings.decode(.decibels, default: decibels)
        points = try settings.decode(.points, default: points)
        try decoder.checkAugmentation(validate)
    }

    /// Checks every number.
    /// - Throws: `AudioError.optionInvalid`.
    public func validate() throws(AudioError) {
        try validateProbability(probability, of: "equaliser")
        try decibels.validate("equaliser.decibels", within: -40...40, unit: " dB")
        try require((2...64).contains(points), "augmentation.equaliser.points", points, "2 … 64")
    }
}

/// Filters of given gains, without delay.
final class Equaliser: Sendable {
    private let taps: Int
    private let inverse: InverseFourierTransform
    private let convolution: BlockConvolution
    /// Of each bin its place between the points, 0 at the first and 1 at the last.
    private let places: [Float]
    /// Of von Hann.
    private let window: [Float]

    /// - Parameter sampleRate: in hertz. Filters are about 1/40 s long, which tells 40 Hz apart.
    init(sampleRate: Int) throws(AudioError) {
        var taps = 64
        while taps < sampleRate / 40, taps < 8192 { taps *= 2 }
        self.taps = taps
        inverse = try InverseFourierTransform(size: taps)
        convolution = try BlockConvolution(longest: taps)
        window = (0..<taps).map { Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(taps))) }
        let top = MelScale.htk.mel(Double(sampleRate) / 2)
        places = (0...taps / 2).map { bin in
            Float(min(1, MelScale.htk.mel(Double(bin) * Double(sampleRate) / Double(taps)) / top))
        }
    }

    /// Filters a clip.
    /// - Parameter decibels: the gains, two or more.
    func apply(_ decibels: [Float], to clip: inout [Float]) {
        let (spectrum, response) = (AlignedBuffer(count: taps + 2), AlignedBuffer(count: taps))
        for (bin, place) in places.enumerated() {
            let position = place * Float(decibels.count - 1)
            let point = min(Int(position), decibels.count - 2)
            let share = position - Float(point)
            let gain = decibels[point] + (decibels[point + 1] - decibels[point]) * share
            spectrum.pointer[2 * bin] = Float(powerOfTen(Double(gain) / 20))
        }
        inverse.execute(spectrum.pointer, response.pointer)
        // Symmetric about its first sample, which goes to the middle.
        let half = taps / 2
        let filter = (0..<taps).map { response.pointer[($0 + half) % taps] * window[$0] }
        convolution.convolve(&clip, with: convolution.spectrum(of: filter), delay: half)
    }
}
