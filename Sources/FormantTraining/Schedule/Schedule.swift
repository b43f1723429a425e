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
    /// It rises linearly over so many epochs, then stays.
    case warmUp(epochs: Float)
    /// It rises linearly over `warmUp` epochs, then stays until `patience` epochs have brought no better validation, is
    /// multiplied by `factor`, and so on, down to `final` times the base.
    case plateau(warmUp: Float, factor: Float, patience: Int, final: Float)

    /// The factor to the base rate.
    /// - Parameters:
    ///   - progress: epochs done, with the fraction of the current one.
    ///   - epochs: epochs in all.
    ///   - history: the epochs that are done.
    public func factor(at progress: Float, of epochs: Int, history: [EpochRecord] = []) -> Float {
        switch self {
        case .constant: return 1
        case .warmUp(let epochs): return Schedule.rise(progress, over: epochs)
        case .plateau(let warmUp, let factor, let patience, let final):
            if progress < warmUp { return Schedule.rise(progress, over: warmUp) }
            var (waited, result) = (0, Float(1))
            for record in history {
                waited = record.isBest ? 0 : waited + 1
                if waited >= patience { (waited, result) = (0, result * factor) }
            }
            return max(result, final)
        case .step(let every, let factor): return powf(factor, (progress / Float(max(1, every))).rounded(.down))
        case .cosine(let warmUp, let final):
            if progress < warmUp { return Schedule.rise(progress, over: warmUp) }
            let fraction = min(1, (progress - warmUp) / max(Float(epochs) - warmUp, 1e-6))
            return final + (1 - final) * 0.5 * (1 + cosf(.pi * fraction))
        }
    }

    /// A line from a little above 0 to 1, which it keeps.
    private static func rise(_ progress: Float, over epochs: Float) -> Float {
        progress < epochs ? (progress + 0.01) / (epochs + 0.01) : 1
    }

    /// Throws `TrainingError.setting` unless every number is in its range.
    public func validate() throws(TrainingError) {
        switch self {
        case .constant: break
        case .warmUp(let epochs): try check("epochs", epochs, in: 0..<Float.infinity, "0 or more epochs")
        case .plateau(let warmUp, let factor, let patience, let final):
            try check("warmUp", warmUp, in: 0..<Float.infinity, "0 or more epochs")
            try check("factor", factor, in: Float.leastNormalMagnitude..<1, "above 0, below 1")
            try check("patience", patience, in: 1..., "1 or more")
            try check("final", final, in: 0...1, "0 to 1")
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
    private enum Keys: String, SettingsKey { case kind, epochs, factor, warmUp, final, patience }

    /// Reads `constant`, `{kind: step, epochs: 10, factor: 0.5}`, `{kind: cosine, warmUp: 1, final: 0.01}`,
    /// `{kind: warmUp, epochs: 1}` or `{kind: plateau, warmUp: 0, factor: 0.5, patience: 3, final: 0.001}`.
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
        case "warmUp":
            try settings?.refuseOthers(than: [.epochs], for: kind)
            self = .warmUp(epochs: try settings?.decode(.epochs, default: 1) ?? 1)
        case "plateau":
            try settings?.refuseOthers(than: [.warmUp, .factor, .patience, .final], for: kind)
            self = .plateau(
                warmUp: try settings?.decode(.warmUp, default: 0) ?? 0,
                factor: try settings?.decode(.factor, default: 0.5) ?? 0.5,
                patience: try settings?.decode(.patience, default: 3) ?? 3,
                final: try settings?.decode(.final, default: 0.001) ?? 0.001)
        default:
            throw decoder.unknown("schedule", kind, known: ["constant", "step", "cosine", "warmUp", "plateau"])
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
        case .warmUp(let epochs):
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode("warmUp", forKey: .kind)
            try container.encode(epochs, forKey: .epochs)
        case .plateau(let warmUp, let factor, let patience, let final):
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode("plateau", forKey: .kind)
            try container.encode(warmUp, forKey: .warmUp)
            try container.encode(factor, forKey: .factor)
            try container.encode(patience, forKey: .patience)
            try container.encode(final, forKey: .final)
        }
    }
}
