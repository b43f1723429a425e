/// Fields of comma-separated values (RFC 4180).
package enum CSVField {
    /// A field as it has to be written: in quotes when it holds a comma, a quote, a line end or outer spaces.
    ///
    /// Byte by byte: a quote with a combining accent behind it is another character, but it ends the field all the same.
    package static func quoted(_ field: String) -> String {
        let special = field.utf8.contains { $0 == 0x22 || $0 == 0x2c || $0 == 0x0a || $0 == 0x0d }
        guard special || field.utf8.first == 0x20 || field.utf8.last == 0x20 else { return field }
        var bytes: [UInt8] = [0x22]
        for byte in field.utf8 { bytes += byte == 0x22 ? [0x22, 0x22] : [byte] }
        return String(decoding: bytes + [0x22], as: UTF8.self)
    }
}
