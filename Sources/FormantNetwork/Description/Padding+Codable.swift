import FormantOperators
import FormantTensor

extension Padding: Codable {
    private enum Keys: String, SettingsKey { case before, after }

    /// Reads `same`, `valid`, a number for both ends, or `{before: …, after: …}`.
    public init(from decoder: any Decoder) throws {
        // A number first: a YAML decoder reads one as text too.
        if let zeros = try? decoder.singleValueContainer().decode(Int.self) {
            self = .explicit(before: zeros, after: zeros)
        } else if let text = try? decoder.singleValueContainer().decode(String.self) {
            switch text {
            case "same": self = .same
            case "valid": self = .valid
            default:
                let message = "unknown padding \"\(text)\"; expected same, valid, a number, or {before: …, after: …}"
                throw DecodingError.refused(message, at: decoder.codingPath)
            }
        } else {
            let settings = try decoder.settings(of: "padding", keyedBy: Keys.self)
            self = .explicit(
                before: try settings.decode(.before, default: 0), after: try settings.decode(.after, default: 0))
        }
    }

    /// Writes what `init(from:)` reads.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .same, .valid:
            var container = encoder.singleValueContainer()
            try container.encode(self == .same ? "same" : "valid")
        case .explicit(let before, let after) where before == after:
            var container = encoder.singleValueContainer()
            try container.encode(before)
        case .explicit(let before, let after):
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(before, forKey: .before)
            try container.encode(after, forKey: .after)
        }
    }
}
