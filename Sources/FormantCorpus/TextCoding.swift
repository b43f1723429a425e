/// How the bytes of a text file mean characters.
public enum TextCoding: String, CaseIterable, Sendable {
    /// UTF-8.
    case utf8 = "utf-8"
    /// ISO 8859-1: the first 256 characters of Unicode.
    case latin1 = "iso-8859-1"
    /// Windows's Western European code page.
    case windows1252 = "windows-1252"

    /// What is said of bytes that are no UTF-8.
    static let notUTF8 = "not UTF-8; another coding is named by --encoding (iso-8859-1, windows-1252)"

    /// The text of bytes; nil when they are not valid in this coding (which only UTF-8 can say).
    func decode(_ bytes: [UInt8]) -> String? {
        switch self {
        case .utf8: return String(validating: bytes, as: UTF8.self)
        case .latin1:
            var text = String.UnicodeScalarView()
            for byte in bytes { text.append(Unicode.Scalar(byte)) }
            return String(text)
        case .windows1252:
            var text = String.UnicodeScalarView()
            for byte in bytes {
                let code = 0x80..<0xa0 ~= byte ? TextCoding.upperControls[Int(byte) - 0x80] : UInt16(byte)
                text.append(Unicode.Scalar(code) ?? "\u{fffd}")
            }
            return String(text)
        }
    }

    // windows-1252, 0x80 to 0x9F, as in the WHATWG Encoding Standard: the five unused bytes stay controls.
    private static let upperControls: [UInt16] = [
        0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d,
        0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
        0x0153, 0x009d, 0x017e, 0x0178,
    ]
}

extension StringProtocol {
    /// Without spaces, tabs and line ends (ASCII) at both ends.
    var trimmed: String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0d).contains($0) }
        var bytes = Substring(self).utf8
        while let first = bytes.first, isSpace(first) { bytes.removeFirst() }
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return String(Substring(bytes))
    }

    /// What texts have in common that count as equal: in lower case, with one space where there is white space.
    var asGroup: String {
        var text = String(self)
        let plain = text.withUTF8 { bytes -> [UInt8]? in
            guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
            var plain: [UInt8] = []
            plain.reserveCapacity(bytes.count)
            for byte in bytes {
                if byte == 0x20 || (0x09...0x0d).contains(byte) {
                    if let last = plain.last, last != 0x20 { plain.append(0x20) }
                } else {
                    plain.append((0x41...0x5a).contains(byte) ? byte | 0x20 : byte)
                }
            }
            if plain.last == 0x20 { plain.removeLast() }
            return plain
        }
        if let plain { return String(decoding: plain, as: UTF8.self) }
        let words = text.lowercased().unicodeScalars.split { $0.properties.isWhitespace }
        return words.map { String($0) }.joined(separator: " ")
    }
}
