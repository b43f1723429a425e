#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A scale of pitch on which equal steps sound equal.
public enum MelScale: String, Codable, Hashable, Sendable, CaseIterable {
    /// 2595 log₁₀ (1 + f ÷ 700): O'Shaughnessy, as in the HTK Book.
    case htk
    /// Linear below 1000 Hz (200 Hz for 3 mel), logarithmic above (27 mel for a factor of 6.4): Slaney's Auditory
    /// Toolbox, as in librosa.
    case slaney

    private static let linearStep = 200.0 / 3
    private static let logarithmicStep = log(6.4) / 27

    /// Mel of a frequency in hertz, from 0.
    public func mel(_ hertz: Double) -> Double {
        switch self {
        case .htk: 2595 * log10(1 + hertz / 700)
        case .slaney:
            hertz < 1000 ? hertz / Self.linearStep : 1000 / Self.linearStep + log(hertz / 1000) / Self.logarithmicStep
        }
    }

    /// Frequency in hertz of a mel.
    public func hertz(_ mel: Double) -> Double {
        switch self {
        case .htk: return 700 * (pow(10, mel / 2595) - 1)
        case .slaney:
            let knee = 1000 / Self.linearStep
            return mel < knee ? mel * Self.linearStep : 1000 * exp((mel - knee) * Self.logarithmicStep)
        }
    }
}
