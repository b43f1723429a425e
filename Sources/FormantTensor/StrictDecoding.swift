/// Decoding for settings that people write by hand: an unknown key is an error, an absent one takes its default.
public protocol SettingsKey: CodingKey, CaseIterable {}

extension Decoder {
    /// A keyed container in which every key must be one of `Key.allCases`.
    /// - Parameter what: the thing that is read, for the message.
    /// - Throws: `DecodingError.dataCorrupted`, naming the unknown key and the nearest right name.
    public func settings<Key: SettingsKey>(
        of what: String, keyedBy keys: Key.Type = Key.self
    ) throws -> KeyedDecodingContainer<Key> {
        let known = Key.allCases.map(\.stringValue)
        for key in try container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
            let message = unknownName("key", key.stringValue, known: known, of: what)
            throw DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: message))
        }
        return try container(keyedBy: keys)
    }
}

extension KeyedDecodingContainer {
    /// The value of a key, or `fallback` where the key is absent or null.
    public func decode<Value: Decodable>(_ key: Key, default fallback: Value) throws -> Value {
        try decodeIfPresent(Value.self, forKey: key) ?? fallback
    }
}

/// A coding key of any name.
public struct AnyKey: CodingKey, Hashable {
    /// The name.
    public let stringValue: String

    /// Creates the key of a name.
    public init(_ name: String) { stringValue = name }

    /// Creates the key of a name.
    public init?(stringValue: String) { self.stringValue = stringValue }

    /// Never: these keys are names.
    public var intValue: Int? { nil }

    /// Never: these keys are names.
    public init?(intValue: Int) { nil }
}
