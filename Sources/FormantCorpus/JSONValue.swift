/// A JSON value (RFC 8259) with its numbers as they were written: `1.0` and `1` are different labels.
enum JSONValue: Sendable {
    /// A string, or a number or `true` or `false` as it was written.
    case text(String)
    /// A list.
    case list([JSONValue])
    /// An object: its pairs in the order written; of a key that stands there twice, both.
    case object([(key: String, value: JSONValue)])
    /// `null`.
    case null

    /// Largest document, in bytes.
    static let sizeLimit = 1 << 26

    /// Reads a document.
    /// - Returns: the value, or the line, counted from 1, up to which the bytes can be read as one.
    static func parse(_ bytes: [UInt8]) -> Result<JSONValue, BadLine> {
        var reader = JSONObjectReader(bytes: bytes)
        let value = reader.tree(depth: 1)
        reader.skipSpace()
        if let value, reader.position == bytes.count { return .success(value) }
        return .failure(BadLine(line: 1 + bytes[..<min(reader.position, bytes.count)].count { $0 == 0x0a }))
    }

    /// Where a document is none.
    struct BadLine: Error { let line: Int }

    /// What it is, for messages.
    var kind: String {
        switch self {
        case .text: return "a text or a number"
        case .list(let items): return "a list of \(items.count)"
        case .object(let pairs):
            let keys = pairs.prefix(8).map { "'\($0.key.prefix(40))'" }.joined(separator: ", ")
            return pairs.isEmpty ? "an empty object" : "an object with \(keys)\(pairs.count > 8 ? " …" : "")"
        case .null: return "null"
        }
    }
}

extension JSONObjectReader {
    /// The value that comes next, with all that is in it; nil where the bytes are none, or nested too deep.
    fileprivate mutating func tree(depth: Int) -> JSONValue? {
        guard depth <= JSONObjectReader.depthLimit else { return nil }
        skipSpace()
        switch next {
        case 0x7b:  // {
            position += 1
            var pairs: [(key: String, value: JSONValue)] = []
            if take(0x7d) { return .object(pairs) }
            repeat {
                skipSpace()
                guard let key = string(), take(0x3a), let value = tree(depth: depth + 1) else { return nil }
                pairs.append((key, value))
            } while take(0x2c)
            return take(0x7d) ? .object(pairs) : nil
        case 0x5b:  // [
            position += 1
            var items: [JSONValue] = []
            if take(0x5d) { return .list(items) }
            repeat {
                guard let item = tree(depth: depth + 1) else { return nil }
                items.append(item)
            } while take(0x2c)
            return take(0x5d) ? .list(items) : nil
        default:
            switch value(depth: depth) {
            case .text(let text): return .text(text)
            case .null: return .null
            case .list, .other, nil: return nil
            }
        }
    }
}
