import FormantTensor

/// A key that takes any name: to see which keys a mapping really has.
private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// The keyed container of `Key`, refusing any key that `Key` does not name.
    ///
    /// The error is a `DecodingError`, because that is what the decoders of JSON and YAML hand on unchanged; its
    /// underlying error is the `AudioError`.
    func strictContainer<Key: CodingKey & CaseIterable>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        let names = Key.allCases.map(\.stringValue)
        let found = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
        for name in found where !names.contains(name) {
            throw decodingError(unknown("key", name, among: names), at: codingPath)
        }
        return try container(keyedBy: type)
    }
}

extension KeyedDecodingContainer {
    /// The value of a key, or `fallback` where the key is absent.
    func value<Value: Decodable>(_ key: Key, default fallback: Value) throws -> Value {
        try decodeIfPresent(Value.self, forKey: key) ?? fallback
    }

    /// The case that a key names, or `fallback` where the key is absent; an unknown name is refused with the nearest.
    func name<Value: RawRepresentable & CaseIterable>(
        _ key: Key, default fallback: Value
    ) throws -> Value where Value.RawValue == String {
        guard let text = try decodeIfPresent(String.self, forKey: key) else { return fallback }
        if let value = Value(rawValue: text) { return value }
        let names = Value.allCases.map(\.rawValue)
        throw decodingError(unknown(key.stringValue, text, among: names), at: codingPath)
    }
}

/// The error for a name that does not exist.
func unknown(_ what: String, _ name: String, among names: [String]) -> AudioError {
    .unknownName(what: what, found: name, nearest: nearestName(to: name, among: names), known: names)
}

/// An `AudioError` in the clothes that decoders hand on.
func decodingError(_ error: AudioError, at path: [any CodingKey]) -> DecodingError {
    let place = path.map(\.stringValue).joined(separator: ".")
    return .dataCorrupted(
        .init(
            codingPath: path, debugDescription: place.isEmpty ? "\(error)" : "\(place): \(error)",
            underlyingError: error))
}
