#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// From the encodings of game records to UTF-8.
enum Charset {
    /// The bytes of a file as UTF-8.
    ///
    /// What is valid UTF-8 stays as it is, whatever the file says of itself, as most records that name nothing, or
    /// ISO-8859-1, are. Other files are converted from the encoding that their first `CA` names, by the system's `iconv`;
    /// where that knows no such encoding, or none is named, or it is one in which the name itself could not have been
    /// read (`UTF-16`), from ISO-8859-1, the standard's default, in which every byte is a character. UTF-16 is known by
    /// its mark or by its first character, `(`. Sequences that mean nothing become U+FFFD.
    static func utf8(_ bytes: [UInt8]) -> [UInt8] {
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { return repaired(Array(bytes.dropFirst(3))) }
        if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
            return converted(bytes, from: "UTF-16") ?? latin1(bytes)
        }
        if bytes.starts(with: [0x28, 0]) { return converted(bytes, from: "UTF-16LE") ?? latin1(bytes) }
        if bytes.starts(with: [0, 0x28]) { return converted(bytes, from: "UTF-16BE") ?? latin1(bytes) }
        let name = declared(in: bytes) ?? ""
        // ISO-2022 looks like ASCII but for its escapes.
        let isISO2022 = name.uppercased().filter { $0 != "-" }.hasPrefix("ISO2022") && bytes.contains(0x1b)
        if !isISO2022, String(validating: bytes, as: UTF8.self) != nil { return bytes }
        if ["UTF-8", "UTF8"].contains(name.uppercased()) { return repaired(bytes) }
        let sample = Array("CA[".utf8)
        let isPossible = !name.isEmpty && converted(sample, from: name) == sample
        return (isPossible ? converted(bytes, from: name) : nil) ?? latin1(bytes)
    }

    /// What the first `CA` of the first 4,096 bytes names.
    private static func declared(in bytes: [UInt8]) -> String? {
        let start = bytes.prefix(4_096)
        for i in start.indices.dropLast(3) where start[i] == 0x43 && start[i + 1] == 0x41 && start[i + 2] == 0x5b {
            let name = start[(i + 3)...].prefix { $0 != 0x5d }
            let isName = (1...40).contains(name.count) && name.allSatisfy { isPartOfName($0) }
            return isName ? String(decoding: name, as: UTF8.self) : nil
        }
        return nil
    }

    /// Letters, digits and `-_.:`: no name may choose a file or an option of the converter.
    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        case 0x2d, 0x5f, 0x2e, 0x3a: true
        default: false
        }
    }

    private static func repaired(_ bytes: [UInt8]) -> [UInt8] { Array(String(decoding: bytes, as: UTF8.self).utf8) }

    private static func latin1(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 8)
        for byte in bytes { result += byte < 0x80 ? [byte] : [0xc0 | byte >> 6, 0x80 | byte & 0x3f] }
        return result
    }

    /// The text as UTF-8; nil where the system knows no encoding of this name.
    private static func converted(_ bytes: [UInt8], from name: String) -> [UInt8]? {
        guard let converter = iconv_open("UTF-8", name), Int(bitPattern: converter) != -1 else { return nil }
        defer { iconv_close(converter) }
        var result: [UInt8] = []
        var source = bytes.map { CChar(bitPattern: $0) }
        var block = [CChar](repeating: 0, count: 1 << 16)
        source.withUnsafeMutableBufferPointer { source in
            block.withUnsafeMutableBufferPointer { block in
                var (from, left) = (source.baseAddress, source.count)
                while left > 0 {
                    var (to, room) = (block.baseAddress, block.count)
                    let status = iconv(converter, &from, &left, &to, &room)
                    let code = errno
                    result += block[..<(block.count - room)].lazy.map { UInt8(bitPattern: $0) }
                    // A full block is emptied and the conversion goes on; anything else stands for no character.
                    if status == -1, code != E2BIG || room == block.count {
                        result += [0xef, 0xbf, 0xbd]
                        from = from.map { $0 + 1 }
                        left -= 1
                    }
                }
            }
        }
        return result
    }
}
