import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How the learning rate moves from its base value over the epochs.
public enum Schedule: Hashable, Sendable {
    /// It stays.
    case constant
    /// It is multiplied by `factor` every `epochs` epochs.
    case step(epochs: Int, factor: Float)
    /// It rises linearly over `warmUp` epochs, then falls along half a cosine to `final` times the base.
    /// Loshchilov & Hutter 2017.
    case cosine(warmUp: Float, final: Float)

    /// The factor to the base rate.
    /// - Parameters:
    ///   - progress: epochs done, with the fraction of the current one.
    ///   - epochs: epochs in all.
    public func factor(at progress: Float, of epochs: Int) -> Float {
        switch self {
        case .constant: return 1
        case .step(let every, let factor): return powf(factor, (progress / Float(max(1, every))).rounded(.down))
        case .cosine(let warmUp, let final):
            if progress < warmUp { return (progress + 0.01) / (warmUp + 0.01) }
            let fraction = min(1, (progress - warmUp) / max(Float(epochs) - warmUp, 1e-6))
            return final + (1 - final) * 0.5 * (1 + cosf(.pi * fraction))
        }
    }

    /// Throws `TrainingError.setting` unless every number is in its range.
    public func validate() throws(TrainingError) {
        switch self {
        case .constant: break
        case .step(let epochs, let factor):
            try check("epochs", epochs, in: 1..., "1 or more")
            try check("factor", factor, in: Float.leastNormalMagnitude...1, "above 0, at most 1")
        case .cosine(let warmUp, let final):
            try check("warmUp", warmUp, in: 0..<Float.infinity, "0 or more epochs")
            try check("final", final, in: 0...1, "0 to 1")
        }
    }
}

extension Schedule: Codable {
    private enum Keys: String, SettingsKey { case kind, epochs, factor, warmUp, final }

    /// Reads `constant`, `{kind: step, epochs: 10, factor: 0.5}` or `{kind: cosine, warmUp: 1, final: 0.01}`.
    public init(from decoder: any Decoder) throws {
        let name = try? decoder.singleValueContainer().decode(String.self)
        let settings = name == nil ? try decoder.settings(of: "schedule", keyedBy: Keys.self) : nil
        let kind = try name ?? settings!.decode(String.self, forKey: .kind)
        switch kind {
        case "constant":
            try settings?.refuseOthers(than: [], for: kind)
            self = .constant
        case "step":
            guard let settings else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath,
                        debugDescription: "step needs settings: {kind: step, epochs: 10, factor: 0.5}"))
            }
            try settings.refuseOthers(than: [.epochs, .factor], for: kind)
            self = .step(
                epochs: try settings.decode(Int.self, forKey: .epochs),
                factor: try settings.decode(Float.self, forKey: .factor))
        case "cosine":
            try settings?.refuseOthers(than: [.warmUp, .final], for: kind)
            self = .cosine(
                warmUp: try settings?.decode(.warmUp, default: 1) ?? 1,
                final: try settings?.decode(.final, default: 0.01) ?? 0.01)
        default: throw decoder.unknown("schedule", kind, known: ["constant", "step", "cosine"])
        }
        try decoder.check(validate)
    }

    /// Writes what `init(from:)` reads.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .constant:
            var container = encoder.singleValueContainer()
            try container.encode("constant")
        case .step(let epochs, let factor):
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode("step", forKey: .kind)
            try container.encode(epochs, forKey: .epochs)
            try container.encode(factor, forKey: .factor)
        case .cosine(let warmUp, let final):
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode("cosine", forKey: .kind)
            try container.encode(warmUp, forKey: .warmUp)
            try container.encode(final, forKey: .final)
        }
    }
}
