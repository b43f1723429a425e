import FormantNetwork
import FormantTensor

extension TrainingOptions {
    /// Layers that training leaves as they are.
    public enum Freeze: Hashable, Sendable {
        /// Those of some names; a name that ends in `*` stands for all that begin so.
        case layers([String])
        /// All but the last one that has weights.
        case allButLast

        /// The names of the layers.
        /// - Throws: `TrainingError.setting` for a name that no layer with weights has, and where nothing is left to be
        ///   trained; `NetworkError`.
        public func names(in network: Network) throws -> Set<String> {
            let all = try network.bound().nodes.filter { !$0.binding.parameters.isEmpty }.map(\.name)
            switch self {
            case .allButLast: return Set(all.dropLast())
            case .layers(let patterns):
                var names: Set<String> = []
                for pattern in patterns {
                    let matching = all.filter { LayerPattern.matches(pattern, $0) }
                    guard !matching.isEmpty else { throw LayerPattern.unknown("freeze", pattern, all) }
                    names.formUnion(matching)
                }
                guard names.count < all.count else {
                    throw TrainingError.setting(
                        name: "freeze", value: "all layers", expected: "a layer that is left to be trained")
                }
                return names
            }
        }
    }
}

extension TrainingOptions.Freeze: Codable {
    private static let allButLastName = "all-but-last"

    /// Reads `all-but-last`, a name, or a list of names.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let name = try? container.decode(String.self) {
            self = name == Self.allButLastName ? .allButLast : .layers([name])
        } else {
            self = .layers(try container.decode([String].self))
        }
    }

    /// Writes what `init(from:)` reads.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .allButLast: try container.encode(Self.allButLastName)
        case .layers(let names): try container.encode(names)
        }
    }
}

/// Names of layers as settings give them.
enum LayerPattern {
    /// Whether a name is meant: the same, or one that begins so where `*` ends the pattern.
    static func matches(_ pattern: String, _ name: String) -> Bool {
        pattern.last == "*" ? name.hasPrefix(pattern.dropLast()) : name == pattern
    }

    /// The error of a name that no layer has.
    static func unknown(_ setting: String, _ pattern: String, _ known: [String]) -> TrainingError {
        let near = nearestName(to: pattern, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
        return .setting(
            name: setting, value: "\"\(pattern)\"",
            expected: "a layer with weights, of \(known.joined(separator: ", "))\(near)")
    }
}

extension ParameterTable {
    /// What the rate of each parameter is multiplied by; 1 where nothing is said.
    /// - Parameter rates: factors by the names of layers, of which the longest that fits counts.
    /// - Throws: `TrainingError.setting` for a name that no layer with weights has.
    func rateFactors(_ rates: [String: Float]) throws(TrainingError) -> [Float] {
        let layers = entries.map { entry in
            entry.name.lastIndex(of: ".").map { String(entry.name[..<$0]) } ?? entry.name
        }
        for pattern in rates.keys.sorted() where !layers.contains(where: { LayerPattern.matches(pattern, $0) }) {
            var known: [String] = []
            for layer in layers where known.last != layer { known.append(layer) }
            throw LayerPattern.unknown("rates", pattern, known)
        }
        return layers.map { layer in
            let fitting = rates.filter { LayerPattern.matches($0.key, layer) }
            return fitting.max { ($0.key.count, $1.key) < ($1.key.count, $0.key) }?.value ?? 1
        }
    }
}
