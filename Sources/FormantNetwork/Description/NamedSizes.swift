/// Sizes that a recipe names because only the corpus knows them: `units: classes`, `rows: words`.
///
/// A decoder finds them in its `userInfo` under `NamedSizes.key`.
public struct NamedSizes: Sendable, Hashable {
    /// Each name with its size.
    public var sizes: [String: Int]

    /// Creates the sizes of a corpus.
    public init(_ sizes: [String: Int]) { self.sizes = sizes }

    /// Where a decoder's `userInfo` holds them.
    public static let key = CodingUserInfoKey(rawValue: "formant.sizes")!
}

extension Decoder {
    /// A whole number, or the name of one.
    func size<Key: CodingKey>(_ settings: KeyedDecodingContainer<Key>, _ key: Key) throws -> Int {
        guard let name = try? settings.decode(String.self, forKey: key), Int(name) == nil else {
            return try settings.decode(Int.self, forKey: key)
        }
        let known = (userInfo[NamedSizes.key] as? NamedSizes)?.sizes ?? [:]
        if let size = known[name] { return size }
        let expected =
            known.isEmpty ? "a whole number" : "a whole number or \(known.keys.sorted().joined(separator: ", "))"
        throw DecodingError.dataCorruptedError(
            forKey: key, in: settings, debugDescription: "\(key.stringValue) is \"\(name)\"; expected \(expected)")
    }
}
