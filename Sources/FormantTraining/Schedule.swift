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
}

extension Schedule: Codable {
    private enum Keys: String, SettingsKey { case kind, epochs, factor, warmUp, final }

    /// Reads `constant`, `{kind: step, epochs: 10, factor: 0.5}` or `{kind: cosine, warmUp: 1, final: 0.01}`.
    public init(from decoder: any Decoder) throws {
        let known = ["constant", "step", "cosine"]
        func failure(_ message: String) -> DecodingError {
            .refused(message, at: decoder.codingPath)
        }
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            switch name {
            case "constant": self = .constant
            case "cosine": self = .cosine(warmUp: 1, final: 0.01)
            default: throw DecodingError.refused(UnknownName("schedule", name, known: known), at: decoder.codingPath)
            }
            return
        }
        let settings = try decoder.settings(of: "schedule", keyedBy: Keys.self)
        let kind = try settings.decode(String.self, forKey: .kind)
        switch kind {
        case "constant": self = .constant
        case "step":
            let epochs = try settings.decode(Int.self, forKey: .epochs)
            let factor = try settings.decode(Float.self, forKey: .factor)
            guard epochs >= 1, factor > 0, factor <= 1 else {
                throw failure("step needs epochs of 1 or more and a factor above 0, at most 1")
            }
            self = .step(epochs: epochs, factor: factor)
        case "cosine":
            let warmUp: Float = try settings.decode(.warmUp, default: 1)
            let final: Float = try settings.decode(.final, default: 0.01)
            guard warmUp >= 0, warmUp.isFinite, (0...1).contains(final) else {
                throw failure("cosine needs a warmUp of 0 or more epochs and a final factor from 0 to 1")
            }
            self = .cosine(warmUp: warmUp, final: final)
        default: throw DecodingError.refused(UnknownName("schedule", kind, known: known), at: decoder.codingPath)
        }
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
