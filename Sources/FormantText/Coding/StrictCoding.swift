/// A key of any name, to see which keys there are.
struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int?
    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }
    init(intValue: Int) {
        stringValue = "\(intValue)"
        self.intValue = intValue
    }
}

extension Decoder {
    /// The keyed container, after a look that it holds no other keys than those of `keys`.
    /// - Throws: `DecodingError.dataCorrupted` around `TextError.unknownKey`, so that every decoder hands it on unchanged.
    func strictContainer<Key: CodingKey & CaseIterable>(
        _ keys: Key.Type, of owner: String
    ) throws -> KeyedDecodingContainer<Key> {
        let known = Key.allCases.map(\.stringValue)
        // In a fixed order, so that the same input gives the same error.
        let present = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
        for key in present where !known.contains(key) {
            let error = TextError.unknownKey(key: key, owner: owner, nearest: nearestName(to: key, among: known))
            throw corrupted(error, at: codingPath)
        }
        return try container(keyedBy: keys)
    }
}

extension KeyedDecodingContainer {
    /// The value of an enumeration by its name, or nil if the key is absent.
    /// - Throws: `DecodingError.dataCorrupted` around `TextError.unknownName`.
    func name<Value>(_ key: Key, of option: String) throws -> Value?
    where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
        guard let name = try decodeIfPresent(String.self, forKey: key) else { return nil }
        if let value = Value(rawValue: name) { return value }
        let nearest = nearestName(to: name, among: Value.allCases.map(\.rawValue))
        throw corrupted(.unknownName(name: name, option: option, nearest: nearest), at: codingPath + [key])
    }
}

/// A `DecodingError` that carries a `TextError` and says the same.
func corrupted(_ error: TextError, at path: [any CodingKey]) -> DecodingError {
    .dataCorrupted(.init(codingPath: path, debugDescription: error.description, underlyingError: error))
}
