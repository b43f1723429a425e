/// The one source of chance in Formant: xoshiro256**, seeded through SplitMix64.
///
/// Source: Blackman & Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47 (2021). The state is
/// `Codable`, so that a checkpoint resumes in the middle of a sequence.
public struct SeededGenerator: RandomNumberGenerator, Codable, Sendable, Equatable {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    /// Creates the generator of a seed.
    public init(seed: UInt64) {
        var state = seed
        s0 = SeededGenerator.splitMix(&state)
        s1 = SeededGenerator.splitMix(&state)
        s2 = SeededGenerator.splitMix(&state)
        s3 = SeededGenerator.splitMix(&state)
    }

    /// A generator of its own for one purpose, so that a new use of chance in one place moves nothing elsewhere.
    /// - Parameter purpose: a name such as `"weights"` or `"split"`.
    public static func derived(seed: UInt64, purpose: String) -> SeededGenerator {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a, 64 bit
        for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return SeededGenerator(seed: seed ^ hash)
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        let result = rotate(s1 &* 5, 7) &* 9
        let t = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= t
        s3 = rotate(s3, 45)
        return result
    }

    /// Uniform in 0 ..< 1, of 24 bits.
    public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// Uniform in a range.
    public mutating func uniform(in range: Range<Float>) -> Float {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    /// Approximately standard normal: the sum of twelve uniforms less six. Needs no libm, so the same bits come out
    /// on every platform.
    public mutating func normal() -> Float {
        var sum: Float = -6
        for _ in 0..<12 { sum += uniform() }
        return sum
    }

    /// Uniform in 0 ..< `bound`, without bias.
    public mutating func index(below bound: Int) -> Int {
        precondition(bound > 0)
        let bound = UInt64(bound)
        let threshold = (0 &- bound) % bound
        while true {
            let (high, low) = next().multipliedFullWidth(by: bound)
            if low >= threshold { return Int(high) }
        }
    }

    /// A random order of `items` (Fisher–Yates).
    public mutating func shuffle<Element>(_ items: inout [Element]) {
        guard items.count > 1 else { return }
        for i in stride(from: items.count - 1, to: 0, by: -1) { items.swapAt(i, index(below: i + 1)) }
    }

    private static func splitMix(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    private func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
}
