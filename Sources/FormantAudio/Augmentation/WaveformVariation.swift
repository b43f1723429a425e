import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Which variations of the waveform are wanted; nil: not that one.
public struct WaveformVariation: Hashable, Sendable {
    /// Faster or slower.
    public var speed: SpeedVariation?
    /// Earlier or later.
    public var shift: ShiftVariation?
    /// In a room.
    public var impulse: ReverberationVariation?
    /// Of another colour.
    public var equaliser: EqualiserVariation?
    /// Louder or softer.
    public var gain: GainVariation?
    /// With noise.
    public var noise: NoiseVariation?
    /// With a silent stretch.
    public var silence: SilenceVariation?

    /// Creates what varies nothing.
    public init() {}

    /// Whether there is nothing to do.
    public var isEmpty: Bool { self == WaveformVariation() }
}

/// Varies the waveform of clips: speed, shift, room, colour, gain, noise, silence, in this order.
///
/// Every draw comes from the generator handed in, so that the same one gives the same samples on any thread. Any number
/// of threads may use one.
public final class WaveformAugmenter: Sendable {
    /// What is varied.
    public let options: WaveformVariation

    private let sampleRate: Int
    private let fit: ClipFit
    private let noise: NoiseBank?
    private let impulses: ImpulseBank?
    private let equaliser: Equaliser?

    /// Reads noise and impulse responses.
    /// - Parameters:
    ///   - frontEnd: what hears the clips.
    ///   - noiseFiles: the recordings of `noise.folder`, in the order that draws count in.
    ///   - impulseFiles: those of `impulse.folder`.
    /// - Throws: `AudioError`: a setting out of its range; a folder without a recording; a file that cannot be read.
    public init(
        _ options: WaveformVariation, frontEnd: AudioFrontEnd, noiseFiles: [String] = [], impulseFiles: [String] = []
    ) throws(AudioError) {
        try options.speed?.validate()
        try options.shift?.validate()
        try options.impulse?.validate()
        try options.equaliser?.validate()
        try options.gain?.validate()
        try options.noise?.validate()
        try options.silence?.validate()
        self.options = options
        sampleRate = frontEnd.sampleRate
        fit = frontEnd.clip
        if let wanted = options.noise {
            noise = try NoiseBank(
                files: noiseFiles, folder: wanted.folder, sampleRate: sampleRate, clipSeconds: fit.seconds)
        } else {
            noise = nil
        }
        if let wanted = options.impulse {
            impulses = try ImpulseBank(
                files: impulseFiles, folder: wanted.folder, sampleRate: sampleRate, seconds: wanted.seconds)
        } else {
            impulses = nil
        }
        equaliser = options.equaliser == nil ? nil : try Equaliser(sampleRate: sampleRate)
    }

    /// Varies one clip in place; its length stays.
    /// - Parameter clip: finite samples at the front end's rate.
    /// - Returns: what was done, in order.
    public func apply(
        to clip: inout [Float], using generator: inout SeededGenerator
    ) throws(AudioError) -> [AppliedVariation] {
        guard !clip.isEmpty else { return [] }
        var applied: [AppliedVariation] = []
        if let speed = options.speed, generator.uniform() < speed.probability {
            let thousandths = Int((speed.factor.draw(using: &generator) * 1000).rounded())
            try speed.apply(thousandths: thousandths, to: &clip, fit: fit)
            applied.append(.speed(factor: Float(thousandths) / 1000))
        }
        if let shift = options.shift, generator.uniform() < shift.probability {
            let samples = samples(shift.seconds.draw(using: &generator))
            shift.apply(samples, to: &clip)
            applied.append(.shift(samples: samples))
        }
        if let impulse = options.impulse, let impulses, generator.uniform() < impulse.probability {
            let response = generator.index(below: impulses.count)
            impulses.convolve(&clip, with: response)
            applied.append(.reverberation(response: response))
        }
        if let wanted = options.equaliser, let equaliser, generator.uniform() < wanted.probability {
            let decibels = (0..<wanted.points).map { _ in wanted.decibels.draw(using: &generator) }
            equaliser.apply(decibels, to: &clip)
            applied.append(.equaliser(decibels: decibels))
        }
        if let gain = options.gain, generator.uniform() < gain.probability {
            let decibels = gain.decibels.draw(using: &generator)
            gain.apply(decibels, to: &clip)
            applied.append(.gain(decibels: decibels))
        }
        if let wanted = options.noise, let noise, generator.uniform() < wanted.probability {
            let snr = wanted.snr.draw(using: &generator)
            let stretch = noise.stretch(of: clip.count, using: &generator)
            if NoiseVariation.add(stretch, to: &clip, decibels: snr) { applied.append(.noise(snr: snr)) }
        }
        if let silence = options.silence, generator.uniform() < silence.probability {
            let count = min(clip.count, samples(silence.seconds.draw(using: &generator)))
            let start = generator.index(below: clip.count - count + 1)
            for i in start..<start + count { clip[i] = 0 }
            applied.append(.silence(samples: start..<start + count))
        }
        // Recordings near the limit that front ends take may have been pushed beyond it.
        if clip.withUnsafeBufferPointer({ SampleCheck.firstBad($0) }) != nil {
            for i in clip.indices { clip[i] = min(max(clip[i], -SampleCheck.limit), SampleCheck.limit) }
        }
        return applied
    }

    private func samples(_ seconds: Float) -> Int { Int((Double(seconds) * Double(sampleRate)).rounded()) }
}

/// The mean of the squares.
func meanSquare(_ samples: [Float]) -> Double {
    samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(max(1, samples.count))
}

/// 10^exponent.
func powerOfTen(_ exponent: Double) -> Double { pow(10, exponent) }
