/// The check that every sample passes before anything is computed from it.
public enum SampleCheck {
    /// Largest magnitude of a sample. Full scale is 1; files of 16 or 32 bit integers stored as floats reach 2³¹. Up to
    /// this limit a power spectrum of 65,536 points and its mel sums stay finite in single precision.
    public static let limit: Float = 1e12

    /// The first sample that is not a number, infinite or beyond the limit.
    static func firstBad(_ samples: UnsafeBufferPointer<Float>) -> Int? {
        guard let base = samples.baseAddress else { return nil }
        let raw = UnsafeRawPointer(base)
        let limits = SIMD16<Float>(repeating: limit)
        var i = 0
        while i + 16 <= samples.count {
            let block = raw.loadUnaligned(fromByteOffset: i * 4, as: SIMD16<Float>.self)
            if !all((block .<= limits) .& (block .>= -limits)) { break }
            i += 16
        }
        while i < samples.count {
            if !(samples[i].magnitude <= limit) { return i }
            i += 1
        }
        return nil
    }
}
