#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The taper that a frame is multiplied by before its Fourier transform.
public enum WindowFunction: String, Codable, Hashable, Sendable, CaseIterable {
    /// ½ − ½ cos 2πi/N.
    case hann
    /// 0.54 − 0.46 cos 2πi/N.
    case hamming
    /// (½ − ½ cos 2πi/N)^0.85: Kaldi's.
    case povey
    /// 1.
    case rectangular

    /// The values of a window of `length` samples, at least 1, computed in double precision.
    public func values(length: Int, symmetry: WindowSymmetry) -> [Float] {
        guard length > 1 else { return [Float](repeating: 1, count: max(0, length)) }
        let period = Double(symmetry == .periodic ? length : length - 1)
        return (0..<length).map { i in
            let cosine = cos(2 * Double.pi * Double(i) / period)
            switch self {
            case .hann: return Float(0.5 - 0.5 * cosine)
            case .hamming: return Float(0.54 - 0.46 * cosine)
            case .povey: return Float(pow(max(0, 0.5 - 0.5 * cosine), 0.85))
            case .rectangular: return 1
            }
        }
    }
}

/// Whether a window begins again after its last value (N = length) or ends on its first value (N = length − 1).
public enum WindowSymmetry: String, Codable, Hashable, Sendable, CaseIterable {
    /// For spectral analysis; librosa and torchaudio.
    case periodic
    /// For filters; Kaldi and HTK.
    case symmetric
}
