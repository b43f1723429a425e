/// What was done to one clip.
public enum AppliedVariation: Hashable, Sendable, CustomStringConvertible {
    /// It runs so many times as fast.
    case speed(factor: Float)
    /// It begins so many samples later.
    case shift(samples: Int)
    /// It sounds as in a room: the number of the impulse response.
    case reverberation(response: Int)
    /// It is of another colour: the gains at points equally far apart in mel.
    case equaliser(decibels: [Float])
    /// It is louder.
    case gain(decibels: Float)
    /// Noise was added at this ratio.
    case noise(snr: Float)
    /// These samples are silent.
    case silence(samples: Range<Int>)
    /// These frames are hidden.
    case timeMask(frames: Range<Int>)
    /// These bands are hidden.
    case frequencyMask(bands: Range<Int>)

    /// For people.
    public var description: String {
        switch self {
        case .speed(let factor): "speed × \(factor)"
        case .shift(let samples): "shift \(samples) samples"
        case .reverberation(let response): "impulse response \(response)"
        case .equaliser(let decibels):
            "equaliser \(decibels.map { "\(($0 * 10).rounded() / 10)" }.joined(separator: ", ")) dB"
        case .gain(let decibels): "gain \((decibels * 10).rounded() / 10) dB"
        case .noise(let snr): "noise at \((snr * 10).rounded() / 10) dB"
        case .silence(let samples): "silence \(samples.lowerBound)…\(samples.upperBound)"
        case .timeMask(let frames): "frames \(frames.lowerBound)…\(frames.upperBound) masked"
        case .frequencyMask(let bands): "bands \(bands.lowerBound)…\(bands.upperBound) masked"
        }
    }
}
