import FormantTensor

/// A rule that moves weights against their gradients.
public enum OptimiserRule: Hashable, Sendable {
    /// Gradient descent with momentum, as PyTorch has it.
    case sgd(momentum: Float, nesterov: Bool)
    /// Kingma & Ba 2015; weight decay, where there is one, enters the gradient.
    case adam(beta1: Float, beta2: Float, epsilon: Float)
    /// Loshchilov & Hutter 2019: weight decay apart from the gradient.
    case adamW(beta1: Float, beta2: Float, epsilon: Float)
    /// Zeiler 2012.
    case adadelta(rho: Float, epsilon: Float)

    /// Vectors of state per weight.
    var stateCount: Int {
        switch self {
        case .sgd(let momentum, _): momentum == 0 ? 0 : 1
        default: 2
        }
    }

    /// Throws `TrainingError.setting` unless every number is in its range.
    public func validate() throws(TrainingError) {
        func factor(_ name: String, _ value: Float) throws(TrainingError) {
            try check(name, value, in: 0..<1, "0 or more, below 1")
        }
        switch self {
        case .sgd(let momentum, _): try factor("momentum", momentum)
        case .adam(let beta1, let beta2, let epsilon), .adamW(let beta1, let beta2, let epsilon):
            try factor("beta1", beta1)
            try factor("beta2", beta2)
            try check("epsilon", epsilon, in: 1e-30..<1, "1e-30 or more, below 1")
        case .adadelta(let rho, let epsilon):
            try factor("rho", rho)
            try check("epsilon", epsilon, in: 1e-30..<1, "1e-30 or more, below 1")
        }
    }
}

extension OptimiserRule: Codable {
    private enum Keys: String, SettingsKey { case kind, momentum, nesterov, beta1, beta2, epsilon, rho }

    /// Reads a name, or `{kind: sgd, momentum: 0.9, nesterov: true}` and the like.
    public init(from decoder: any Decoder) throws {
        let name = try? decoder.singleValueContainer().decode(String.self)
        let settings = name == nil ? try decoder.settings(of: "optimiser", keyedBy: Keys.self) : nil
        func value(_ key: Keys, _ fallback: Float) throws -> Float {
            try settings?.decode(key, default: fallback) ?? fallback
        }
        let kind = try name ?? settings!.decode(String.self, forKey: .kind)
        switch kind {
        case "sgd":
            try settings?.refuseOthers(than: [.momentum, .nesterov], for: kind)
            self = .sgd(
                momentum: try value(.momentum, 0.9), nesterov: try settings?.decode(.nesterov, default: false) ?? false)
        case "adam", "adamW":
            try settings?.refuseOthers(than: [.beta1, .beta2, .epsilon], for: kind)
            let (beta1, beta2) = (try value(.beta1, 0.9), try value(.beta2, 0.999))
            let epsilon = try value(.epsilon, 1e-8)
            self =
                kind == "adam"
                ? .adam(beta1: beta1, beta2: beta2, epsilon: epsilon)
                : .adamW(beta1: beta1, beta2: beta2, epsilon: epsilon)
        case "adadelta":
            try settings?.refuseOthers(than: [.rho, .epsilon], for: kind)
            self = .adadelta(rho: try value(.rho, 0.95), epsilon: try value(.epsilon, 1e-6))
        default: throw decoder.unknown("optimiser", kind, known: ["sgd", "adam", "adamW", "adadelta"])
        }
        try decoder.check(validate)
    }

    /// Writes what `init(from:)` reads.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        switch self {
        case .sgd(let momentum, let nesterov):
            try container.encode("sgd", forKey: .kind)
            try container.encode(momentum, forKey: .momentum)
            try container.encode(nesterov, forKey: .nesterov)
        case .adam(let beta1, let beta2, let epsilon), .adamW(let beta1, let beta2, let epsilon):
            var name = "adam"
            if case .adamW = self { name = "adamW" }
            try container.encode(name, forKey: .kind)
            try container.encode(beta1, forKey: .beta1)
            try container.encode(beta2, forKey: .beta2)
            try container.encode(epsilon, forKey: .epsilon)
        case .adadelta(let rho, let epsilon):
            try container.encode("adadelta", forKey: .kind)
            try container.encode(rho, forKey: .rho)
            try container.encode(epsilon, forKey: .epsilon)
        }
    }
}
