import FormantTensor

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

    /// One draw.
    package func draw(using generator: inout SeededGenerator) -> Float {
        min(highest, lowest + (highest - lowest) * generator.uniform())
    }

    /// As it is written.
    public var description: String { "[\(lowest), \(highest)]" }

    /// Throws unless both ends lie within `limits`, the lower one first.
    func validate(_ option: String, within limits: ClosedRange<Float>, unit: String) throws(AudioError) {
        try require(
            lowest <= highest && limits.contains(lowest) && limits.contains(highest), "augmentation." + option, self,
            "[lowest, highest] within \(limits.lowerBound) … \(limits.upperBound)\(unit)")
    }
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

/// Throws unless `probability` is one.
func validateProbability(_ probability: Float, of augmentation: String) throws(AudioError) {
    try require(
        (0...1).contains(probability), "augmentation.\(augmentation).probability", probability, "0 … 1")
}

extension Decoder {
    /// Throws what `validate` does as an error of the document that is read.
    func checkAugmentation(_ validate: () throws(AudioError) -> Void) throws {
        do { try validate() } catch { throw DecodingError.refused(error, at: codingPath) }
    }
}
