/// How the bytes of a text file stand for characters.
public enum TextEncoding: String, Codable, Hashable, Sendable, CaseIterable {
    /// UTF-8, strictly: overlong forms, surrogates and cut sequences are errors. A byte-order mark at the start is
    /// dropped.
    case utf8 = "utf-8"
    /// ISO-8859-1: each byte is the scalar of the same number, so nothing is an error and nothing is a mark.
    case latin1 = "iso-8859-1"
    /// windows-1252. The five bytes that Microsoft's table leaves undefined (81, 8D, 8F, 90, 9D) become the control
    /// characters of the same number, as the WHATWG Encoding Standard has it; nothing is an error.
    case windows1252 = "windows-1252"

    /// The text that the bytes stand for.
    /// - Parameters:
    ///   - bytes: the whole of a file or of a line.
    ///   - source: the name that an error gives, usually a path.
    ///   - firstLine: the number of the line that `bytes` begin with, for errors.
    ///   - firstOffset: the offset of the first byte in the source, for errors; a byte-order mark is looked for at 0 only.
    /// - Throws: `TextError.invalidEncoding` with line and byte offset of the first wrong byte; UTF-8 only.
    public func decode(
        _ bytes: some Collection<UInt8>, source: String, firstLine: Int = 1, firstOffset: Int = 0
    ) throws(TextError) -> String {
        switch self {
        case .utf8:
            let marked = firstOffset == 0 && bytes.starts(with: [0xef, 0xbb, 0xbf])
            let content = bytes.dropFirst(marked ? 3 : 0)
            if let text = String(validating: content, as: UTF8.self) { return text }
            throw invalid(bytes, source: source, firstLine: firstLine, firstOffset: firstOffset)
        case .latin1:
            return singleByte(bytes) { UInt16($0) }
        case .windows1252:
            return singleByte(bytes) { 0x80...0x9f ~= $0 ? windows1252Upper[Int($0) - 0x80] : UInt16($0) }
        }
    }

    /// The lines of a file, decoded one by one, so that an error names the line.
    ///
    /// A line ends at `\n` or `\r\n` and nowhere else: a lone `\r`, byte 0x85 and U+2028 stay inside. What stands after
    /// the last line end is a line unless it is empty.
    public func decodeLines(_ bytes: [UInt8], source: String) throws(TextError) -> [String] {
        var lines: [String] = []
        for (index, range) in lineRanges(of: bytes).enumerated() {
            lines.append(
                try decode(bytes[range], source: source, firstLine: index + 1, firstOffset: range.lowerBound))
        }
        return lines
    }

    private func singleByte(_ bytes: some Collection<UInt8>, _ scalar: (UInt8) -> UInt16) -> String {
        var units: [UInt8] = []
        units.reserveCapacity(bytes.count + bytes.count / 8)
        for byte in bytes {
            let value = byte < 0x80 ? UInt16(byte) : scalar(byte)
            switch value {
            case ..<0x80: units.append(UInt8(value))
            case ..<0x800:
                units.append(0xc0 | UInt8(value >> 6))
                units.append(0x80 | UInt8(value & 0x3f))
            default:
                units.append(0xe0 | UInt8(value >> 12))
                units.append(0x80 | UInt8(value >> 6 & 0x3f))
                units.append(0x80 | UInt8(value & 0x3f))
            }
        }
        return String(decoding: units, as: UTF8.self)
    }

    private func invalid(
        _ bytes: some Collection<UInt8>, source: String, firstLine: Int, firstOffset: Int
    ) -> TextError {
        let bytes = Array(bytes)
        if firstOffset == 0, bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
            return .invalidEncoding(
                source: source, encoding: self, line: firstLine, offset: 0,
                found: "the byte-order mark of UTF-16; save the file as UTF-8")
        }
        let offset = firstInvalidByte(of: bytes) ?? 0
        let line = firstLine + bytes[..<offset].count { $0 == 0x0a }
        let shown = bytes[offset...].prefix(4).map { hexadecimal($0) }.joined(separator: " ")
        return .invalidEncoding(
            source: source, encoding: self, line: line, offset: firstOffset + offset,
            found: "bytes \(shown) (if the file is older than UTF-8, try iso-8859-1 or windows-1252)")
    }
}

/// Two hexadecimal digits.
func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
}

/// Where the first sequence begins that is no UTF-8 (Unicode 15, table 3-7), or nil if all is well.
func firstInvalidByte(of bytes: [UInt8]) -> Int? {
    var index = 0
    while index < bytes.count {
        let lead = bytes[index]
        if lead < 0x80 {
            index += 1
            continue
        }
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xbf
        switch lead {
        case 0xc2...0xdf: length = 2
        case 0xe0...0xef:
            length = 3
            if lead == 0xe0 { second = 0xa0...0xbf }
            if lead == 0xed { second = 0x80...0x9f }
        case 0xf0...0xf4:
            length = 4
            if lead == 0xf0 { second = 0x90...0xbf }
            if lead == 0xf4 { second = 0x80...0x8f }
        default: return index
        }
        guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return index }
        for next in bytes[(index + 2)..<(index + length)] where !(0x80...0xbf).contains(next) { return index }
        index += length
    }
    return nil
}

// Scalars of bytes 0x80 … 0x9F.
private let windows1252Upper: [UInt16] = [
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
    0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
]
