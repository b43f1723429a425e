/// Decoding for settings that people write by hand: an unknown key is an error, an absent one takes its default.
public protocol SettingsKey: CodingKey, CaseIterable {}

extension Decoder {
    /// A keyed container in which every key must be one of `Key.allCases`.
    /// - Parameter what: the thing that is read, for the message.
    /// - Throws: `DecodingError.dataCorrupted` around `UnknownName`, with the unknown key and the nearest right name.
    public func settings<Key: SettingsKey>(
        of what: String, keyedBy keys: Key.Type = Key.self
    ) throws -> KeyedDecodingContainer<Key> {
        let known = Key.allCases.map(\.stringValue)
        // In a fixed order, so that the same document gives the same error.
        let found = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
        if let name = found.first(where: { !known.contains($0) }) {
            throw DecodingError.refused(UnknownName("key", name, of: what, known: known), at: codingPath)
        }
        return try container(keyedBy: keys)
    }
}

extension KeyedDecodingContainer {
    /// The value of a key, or `fallback` where the key is absent or null.
    public func decode<Value: Decodable>(_ key: Key, default fallback: Value) throws -> Value {
        try decodeIfPresent(Value.self, forKey: key) ?? fallback
    }

    /// The case that a key names, or `fallback` where the key is absent or null.
    /// - Throws: `DecodingError.dataCorrupted` around `UnknownName`, with the nearest right name.
    public func name<Value>(_ key: Key, default fallback: Value) throws -> Value
    where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
        guard let name = try decodeIfPresent(String.self, forKey: key) else { return fallback }
        do {
            return try Value(named: name, kind: key.stringValue)
        } catch {
            throw DecodingError.refused(error, at: codingPath + [key])
        }
    }
}

extension DecodingError {
    /// The error for a value that can be read but not taken: decoders hand it on unchanged, with the place.
    /// - Parameter reason: what is wrong with it; the error says the same and carries it.
    public static func refused(
        _ reason: some Error & CustomStringConvertible, at place: [any CodingKey]
    ) -> DecodingError {
        .dataCorrupted(.init(codingPath: place, debugDescription: reason.description, underlyingError: reason))
    }

    /// The error for a value that can be read but not taken: decoders hand it on unchanged, with the place.
    public static func refused(_ reason: String, at place: [any CodingKey]) -> DecodingError {
        .dataCorrupted(.init(codingPath: place, debugDescription: reason))
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
