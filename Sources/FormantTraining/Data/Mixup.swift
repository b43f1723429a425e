import FormantNetwork
import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Examples mixed in pairs, inputs and targets alike: x ← λ x + (1 − λ) x′, y ← λ y + (1 − λ) y′ with λ from
/// Beta(alpha, alpha) (Zhang et al. 2017, "mixup: Beyond Empirical Risk Minimization").
///
/// The partner of example i of a batch of n is example n − 1 − i, and it gets the same share of i: batches are in a
/// random order already. The middle one of an odd batch stays as it is.
public struct Mixup: Codable, Hashable, Sendable {
    /// Both parameters of the Beta distribution, 0.05 … 20: small ones leave most examples nearly as they are.
    public var alpha: Float
    /// How often a pair is mixed, 0 … 1.
    public var probability: Float

    /// Creates settings.
    public init(alpha: Float = 0.2, probability: Float = 1) {
        self.alpha = alpha
        self.probability = probability
    }

    enum CodingKeys: String, SettingsKey { case alpha, probability }

    /// Reads the settings of `mixup`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "mixup", keyedBy: CodingKeys.self)
        self.init()
        alpha = try settings.decode(.alpha, default: alpha)
        probability = try settings.decode(.probability, default: probability)
        try decoder.check(validate)
    }

    /// Throws `TrainingError.setting` unless every number is in its range.
    public func validate() throws(TrainingError) {
        try check("augmentation.mixup.alpha", alpha, in: 0.05...20, "0.05 to 20")
        try check("augmentation.mixup.probability", probability, in: 0...1, "0 to 1")
    }

    /// Two examples of a batch, and how much of itself the first keeps, and the second.
    package struct Pair: Equatable, Sendable {
        package let first: Int
        package let second: Int
        package let share: Float
    }

    /// The pairs of a batch that are mixed.
    package func pairs(of count: Int, using generator: inout SeededGenerator) -> [Pair] {
        var pairs: [Pair] = []
        for first in 0..<count / 2 where generator.uniform() < probability {
            pairs.append(Pair(first: first, second: count - 1 - first, share: share(using: &generator)))
        }
        return pairs
    }

    // Up to 1 by Jöhnk's method (1964): U^(1/α) / (U^(1/α) + V^(1/α)) where the sum is at most 1. Beyond, by rejection
    // from the uniform distribution: the density is greatest in the middle, where (4 λ (1 − λ))^(α − 1) is 1.
    private func share(using generator: inout SeededGenerator) -> Float {
        let alpha = Double(alpha)
        while true {
            let (u, v) = (Double(generator.uniform()), Double(generator.uniform()))
            if alpha > 1 {
                if v < pow(4 * u * (1 - u), alpha - 1) { return Float(u) }
            } else {
                let (x, y) = (pow(u, 1 / alpha), pow(v, 1 / alpha))
                if x + y > 0, x + y <= 1 { return Float(x / (x + y)) }
            }
        }
    }

    /// Mixes two inputs in place: a ← share · a + (1 − share) · b, and b the other way round.
    package static func mix(
        _ a: UnsafeMutableBufferPointer<Float>, _ b: UnsafeMutableBufferPointer<Float>, share: Float
    ) {
        let rest = 1 - share
        for i in a.indices {
            let (x, y) = (a[i], b[i])
            a[i] = share * x + rest * y
            b[i] = share * y + rest * x
        }
    }
}

extension Target {
    /// This target for a share, another for the rest. Targets of which one is values and the other classes do not mix.
    /// - Parameter outputs: number of classes.
    /// - Throws: `TrainingError.target` for a class that is not among them, or a target that does not mix.
    package func mixed(
        with other: Target, share: Float, outputs: Int, loss: Loss
    ) throws(TrainingError) -> Target {
        if case .values(let a) = self {
            guard case .values(let b) = other, a.count == b.count else {
                throw .target(loss: loss.name, target: other, outputs: outputs)
            }
            return .values(zip(a, b).map { share * $0 + (1 - share) * $1 })
        }
        let a = try probabilities(outputs, loss)
        let b = try other.probabilities(outputs, loss)
        return .probabilities(zip(a, b).map { share * $0 + (1 - share) * $1 })
    }

    private func probabilities(_ outputs: Int, _ loss: Loss) throws(TrainingError) -> [Float] {
        var result = [Float](repeating: 0, count: outputs)
        let present: [Int]
        switch self {
        case .label(let label): present = [label]
        case .labels(let labels): present = labels
        case .probabilities(let given) where given.count == outputs: return given
        case .probabilities, .values, .labelAmong: throw .target(loss: loss.name, target: self, outputs: outputs)
        }
        for label in present {
            guard result.indices.contains(label) else {
                throw .target(loss: loss.name, target: self, outputs: outputs)
            }
            result[label] = 1
        }
        return result
    }
}
