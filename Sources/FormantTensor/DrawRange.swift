/// What an augmentation draws from, uniformly: all values from `lowest` to `highest`.
///
/// In JSON and YAML: `[lowest, highest]`, or one number, which then is every draw.
public struct DrawRange: Hashable, Sendable, CustomStringConvertible {
    /// The least value.
    public var lowest: Float
    /// The greatest value.
    public var highest: Float

    /// Creates a range.
    public init(_ lowest: Float, _ highest: Float) {
        self.lowest = lowest
        self.highest = highest
    }

    /// Whether both ends lie within `limits`, the lower one first.
    package func isWithin(_ limits: ClosedRange<Float>) -> Bool {
        lowest <= highest && limits.contains(lowest) && limits.contains(highest)
    }

    /// One draw.
    package func draw(using generator: inout SeededGenerator) -> Float {
        min(highest, lowest + (highest - lowest) * generator.uniform())
    }

    /// As it is written.
    public var description: String { "[\(lowest), \(highest)]" }
}

extension DrawRange: Codable {
    /// Reads `[lowest, highest]` or one number.
    public init(from decoder: any Decoder) throws {
        if let value = try? decoder.singleValueContainer().decode(Float.self) {
            self.init(value, value)
            return
        }
        guard let ends = try? decoder.singleValueContainer().decode([Float].self), ends.count == 2 else {
            throw DecodingError.refused("expected [lowest, highest], or one number", at: decoder.codingPath)
        }
        self.init(ends[0], ends[1])
    }

    /// Writes both ends.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode([lowest, highest])
    }
}
