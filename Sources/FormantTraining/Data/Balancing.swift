import FormantTensor

/// How much each class counts in the loss, by the number of its examples.
public enum Balancing: Hashable, Sendable {
    /// In inverse proportion to it.
    case inverse
    /// In inverse proportion to the effective number of examples, (1 − βⁿ) / (1 − β): each further example adds less.
    /// Cui et al. 2019, "Class-Balanced Loss Based on Effective Number of Samples".
    case effective(beta: Double)

    /// A class's weight up to a factor, by its number of examples.
    func weight(_ count: Int) -> Double {
        switch self {
        case .inverse: 1 / Double(count)
        case .effective(let beta): (1 - beta) / (1 - power(beta, count))
        }
    }

    private func power(_ base: Double, _ exponent: Int) -> Double {
        var (power, base, exponent) = (1.0, base, exponent)
        while exponent > 0 {
            if exponent & 1 == 1 { power *= base }
            base *= base
            exponent >>= 1
        }
        return power
    }

    func validate() throws(TrainingError) {
        if case .effective(let beta) = self { try check("balance.beta", beta, in: 0..<1, "0 or more, below 1") }
    }
}

extension Balancing: Codable {
    private enum Keys: String, SettingsKey { case kind, beta }

    /// Reads `true`, which is `inverse`; a name; or `{kind: effective, beta: 0.999}`.
    public init(from decoder: any Decoder) throws {
        if let flag = try? decoder.singleValueContainer().decode(Bool.self), flag {
            self = .inverse
            return
        }
        let name = try? decoder.singleValueContainer().decode(String.self)
        let settings = name == nil ? try decoder.settings(of: "balance", keyedBy: Keys.self) : nil
        let kind = try name ?? settings!.decode(String.self, forKey: .kind)
        switch kind {
        case "inverse":
            try settings?.refuseOthers(than: [], for: kind)
            self = .inverse
        case "effective":
            try settings?.refuseOthers(than: [.beta], for: kind)
            self = .effective(beta: try settings?.decode(.beta, default: 0.999) ?? 0.999)
        default: throw decoder.unknown("balance", kind, known: ["inverse", "effective"])
        }
        try decoder.check(validate)
    }

    /// Writes what `init(from:)` reads.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .inverse:
            var container = encoder.singleValueContainer()
            try container.encode(true)
        case .effective(let beta):
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode("effective", forKey: .kind)
            try container.encode(beta, forKey: .beta)
        }
    }
}

extension Dataset {
    /// Weights of the classes, 1 on average over the examples (or, where examples have several labels, over these); 0 for a
    /// class without examples. Where some targets are one class, others do not count.
    /// - Throws: `TrainingError.target` for a class that the network does not have.
    package func balancedWeights(
        classes: Int, loss: Loss, balancing: Balancing = .inverse
    ) throws(TrainingError) -> [Float] {
        var single = [Int](repeating: 0, count: classes)
        var several = single
        for i in 0..<count {
            let target = target(of: i)
            switch target {
            case .label(let label):
                guard single.indices.contains(label) else {
                    throw .target(loss: loss.name, target: target, outputs: classes)
                }
                single[label] += 1
            case .labels(let labels):
                for label in labels {
                    guard several.indices.contains(label) else {
                        throw .target(loss: loss.name, target: target, outputs: classes)
                    }
                    several[label] += 1
                }
            case .probabilities, .values, .labelAmong: break
            }
        }
        let counts = single.contains { $0 > 0 } ? single : several
        let raw = counts.map { $0 > 0 ? balancing.weight($0) : 0 }
        // Σ count · weight = Σ count
        let mean = zip(counts, raw).reduce(0.0) { $0 + Double($1.0) * $1.1 } / Double(max(1, counts.reduce(0, +)))
        return raw.map { mean > 0 ? Float($0 / mean) : 0 }
    }
}
