/// Why a training ended.
public enum StopReason: Hashable, Sendable {
    /// All epochs were done.
    case complete
    /// There was no better validation for as many epochs as `TrainingOptions.patience` says.
    case patience
    /// Its minutes were over: those it was given.
    case minutes(Double)
    /// It was asked to stop.
    case interrupted
    /// It gave values that are no numbers: where, and what to do.
    case diverged(String)

    /// One word.
    public var name: String {
        switch self {
        case .complete: "complete"
        case .patience: "patience"
        case .minutes: "minutes"
        case .interrupted: "interrupted"
        case .diverged: "diverged"
        }
    }

    /// One sentence for people.
    public var description: String {
        switch self {
        case .complete: "all epochs were done"
        case .patience: "validation no longer got better"
        case .minutes(let minutes): "the time given, \(minutes) minutes, was over"
        case .interrupted: "it was asked to stop"
        case .diverged(let reason): reason
        }
    }
}

extension StopReason: Codable {
    private enum Keys: String, CodingKey { case reason, detail, minutes }

    /// Reads what `encode(to:)` writes.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        switch try container.decode(String.self, forKey: .reason) {
        case "complete": self = .complete
        case "patience": self = .patience
        case "minutes": self = .minutes(try container.decode(Double.self, forKey: .minutes))
        case "interrupted": self = .interrupted
        case "diverged": self = .diverged(try container.decode(String.self, forKey: .detail))
        case let other:
            throw DecodingError.dataCorruptedError(
                forKey: .reason, in: container, debugDescription: "\"\(other)\" is no reason to stop")
        }
    }

    /// Writes `reason`, the word; `detail`, the sentence; and `minutes` where they were over.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(name, forKey: .reason)
        try container.encode(description, forKey: .detail)
        if case .minutes(let minutes) = self { try container.encode(minutes, forKey: .minutes) }
    }
}
