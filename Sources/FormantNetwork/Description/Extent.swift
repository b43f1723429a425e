/// A number of positions, or the whole axis.
public enum Extent: Hashable, Sendable, Codable, ExpressibleByIntegerLiteral {
    /// So many.
    case count(Int)
    /// As many as the axis has; written `all`.
    case all

    /// Creates a count.
    public init(integerLiteral value: Int) { self = .count(value) }

    /// Reads a whole number or `all`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let count = try? container.decode(Int.self) {
            self = .count(count)
        } else if (try? container.decode(String.self)) == "all" {
            self = .all
        } else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected a whole number or \"all\"")
        }
    }

    /// Writes a whole number or `all`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .count(let count): try container.encode(count)
        case .all: try container.encode("all")
        }
    }

    /// The number of positions on an axis of `length`.
    public func resolved(_ length: Int) -> Int {
        switch self {
        case .count(let count): count
        case .all: length
        }
    }
}

/// A setting for height (frequency) and width (time); written once where both are the same, else as `[height, width]`.
public struct Pair<Value: Hashable & Sendable & Codable>: Hashable, Sendable, Codable {
    /// Along the height or frequency.
    public var height: Value
    /// Along the width or time.
    public var width: Value

    /// Creates a pair of two values.
    public init(_ height: Value, _ width: Value) {
        self.height = height
        self.width = width
    }

    /// Creates a pair of one value twice.
    public init(_ both: Value) { self.init(both, both) }

    /// Reads one value, or a list of two.
    public init(from decoder: any Decoder) throws {
        if var list = try? decoder.unkeyedContainer() {
            guard list.count == 2 else {
                throw DecodingError.dataCorruptedError(
                    in: list, debugDescription: "expected one value or [height, width], found \(list.count ?? 0) values"
                )
            }
            self.init(try list.decode(Value.self), try list.decode(Value.self))
        } else {
            self.init(try decoder.singleValueContainer().decode(Value.self))
        }
    }

    /// Writes one value, or a list of two.
    public func encode(to encoder: any Encoder) throws {
        if height == width {
            var container = encoder.singleValueContainer()
            try container.encode(height)
        } else {
            var container = encoder.unkeyedContainer()
            try container.encode(height)
            try container.encode(width)
        }
    }
}

extension Pair: ExpressibleByIntegerLiteral where Value: ExpressibleByIntegerLiteral {
    /// Creates a pair of one number twice.
    public init(integerLiteral value: Value.IntegerLiteralType) { self.init(Value(integerLiteral: value)) }
}
