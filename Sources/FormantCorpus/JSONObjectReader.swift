/// Reads one JSON object of a manifest's line (RFC 8259), one level deep; what is nested in it is checked and skipped.
///
/// A reader of its own, because a general decoder takes about 40 µs a line, and because numbers have to stay the text
/// that they were: `1.0` and `1` are different labels.
package struct JSONObjectReader {
    /// What a key holds.
    package enum Value: Equatable, Sendable {
        /// A string, or a number or `true` or `false` as it was written.
        case text(String)
        /// A list of strings and numbers.
        case list([String])
        /// An object, or a list of something else.
        case other
        /// `null`.
        case null
    }

    static let depthLimit = 100

    let bytes: [UInt8]
    var position = 0

    /// The pairs of an object in the order written; of a key that stands there twice, both. Nil when the bytes are not
    /// exactly one JSON object in UTF-8.
    package static func pairs(of bytes: [UInt8]) -> [(key: String, value: Value)]? {
        var reader = JSONObjectReader(bytes: bytes)
        return reader.object()
    }

    init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func object() -> [(key: String, value: Value)]? {
        guard let pairs = members() else { return nil }
        skipSpace()
        return position == bytes.count ? pairs : nil
    }

    /// The pairs of an object, whatever comes behind it.
    mutating func members() -> [(key: String, value: Value)]? {
        guard take(0x7b) else { return nil }
        var pairs: [(key: String, value: Value)] = []
        if !take(0x7d) {
            repeat {
                skipSpace()
                guard let key = string(), take(0x3a), let value = value(depth: 1) else { return nil }
                pairs.append((key, value))
            } while take(0x2c)
            guard take(0x7d) else { return nil }
        }
        return pairs
    }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { position += 1 }
    }

    /// Takes a byte, spaces before it skipped.
    mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        position += 1
        return true
    }

    mutating func value(depth: Int) -> Value? {
        guard depth <= JSONObjectReader.depthLimit else { return nil }
        skipSpace()
        switch next {
        case 0x22: return string().map(Value.text)
        case 0x7b:  // {
            position += 1
            if take(0x7d) { return .other }
            repeat {
                skipSpace()
                guard string() != nil, take(0x3a), value(depth: depth + 1) != nil else { return nil }
            } while take(0x2c)
            return take(0x7d) ? .other : nil
        case 0x5b:  // [
            position += 1
            if take(0x5d) { return .list([]) }
            var texts: [String]? = []
            repeat {
                guard let value = value(depth: depth + 1) else { return nil }
                if case .text(let text) = value { texts?.append(text) } else { texts = nil }
            } while take(0x2c)
            return take(0x5d) ? texts.map(Value.list) ?? .other : nil
        case 0x74: return word("true").map(Value.text)
        case 0x66: return word("false").map(Value.text)
        case 0x6e: return word("null").map { _ in .null }
        default: return number().map(Value.text)
        }
    }

    private mutating func word(_ word: String) -> String? {
        guard bytes[position...].starts(with: word.utf8) else { return nil }
        position += word.utf8.count
        return word
    }

    // number = [ "-" ] ( "0" / 1-9 *digit ) [ "." 1*digit ] [ ("e" / "E") [ "-" / "+" ] 1*digit ]
    private mutating func number() -> String? {
        let start = position
        if next == 0x2d { position += 1 }
        if next == 0x30 { position += 1 } else if !digits() { return nil }
        if next == 0x2e {
            position += 1
            if !digits() { return nil }
        }
        if next == 0x65 || next == 0x45 {
            position += 1
            if next == 0x2b || next == 0x2d { position += 1 }
            if !digits() { return nil }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() -> Bool {
        let start = position
        while let byte = next, 0x30...0x39 ~= byte { position += 1 }
        return position > start
    }

    mutating func string() -> String? {
        guard next == 0x22 else { return nil }
        position += 1
        let start = position
        while let byte = next, byte != 0x22, byte != 0x5c {
            guard byte >= 0x20 else { return nil }
            position += 1
        }
        guard next == 0x5c else {
            guard next == 0x22 else { return nil }
            defer { position += 1 }
            return String(validating: bytes[start..<position], as: UTF8.self)
        }
        var content = Array(bytes[start..<position])
        while let byte = next, byte != 0x22 {
            position += 1
            if byte == 0x5c {
                guard let scalar = escape() else { return nil }
                content.append(contentsOf: String(Character(scalar)).utf8)
            } else {
                guard byte >= 0x20 else { return nil }
                content.append(byte)
            }
        }
        guard next == 0x22 else { return nil }
        position += 1
        return String(validating: content, as: UTF8.self)
    }

    /// The scalar that an escape after `\` stands for; nil for a surrogate without its other half.
    private mutating func escape() -> Unicode.Scalar? {
        guard let byte = next else { return nil }
        position += 1
        switch byte {
        case 0x22, 0x5c, 0x2f: return Unicode.Scalar(byte)
        case 0x62: return "\u{8}"
        case 0x66: return "\u{c}"
        case 0x6e: return "\n"
        case 0x72: return "\r"
        case 0x74: return "\t"
        case 0x75:
            guard let unit = hexadecimal() else { return nil }
            guard 0xd800...0xdbff ~= unit else { return Unicode.Scalar(unit) }
            guard next == 0x5c else { return nil }
            position += 1
            guard next == 0x75 else { return nil }
            position += 1
            guard let low = hexadecimal(), 0xdc00...0xdfff ~= low else { return nil }
            return Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
        default: return nil
        }
    }

    private mutating func hexadecimal() -> UInt32? {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next else { return nil }
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x41 + 10
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
