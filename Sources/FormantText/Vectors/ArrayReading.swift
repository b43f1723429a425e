#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension WordVectors {
    // Reads a NumPy matrix whose rows are the vectors of the words of a list.
    static func readArray(
        _ reader: inout ByteReader, words list: inout ByteReader, _ selection: WordSelection
    ) throws(TextError) -> WordVectors {
        var selection = selection
        let header = try ArrayHeader(&reader)
        let (rows, dimension) = (header.rows, header.dimension)
        // Which of the kept rows a row of the matrix is, or -1.
        var places: [Int32] = []
        let listPath = list.path
        if try list.peek(3) == [0xef, 0xbb, 0xbf] { try list.skip(3) }
        while true {
            let more: Void? = try list.next { word, line throws(TextError) in
                guard line <= rows else {
                    throw .rowCount(path: listPath, line: line, claimed: rows, found: "this word is one more")
                }
                guard !word.isEmpty else {
                    throw .invalidRow(path: listPath, line: line, expected: "a word", found: "an empty line")
                }
                let number = selection.table.count
                places.append(selection.keeps(word) ? Int32(number) : -1)
            }
            if more == nil { break }
        }
        guard places.count == rows else {
            throw .rowCount(
                path: listPath, line: list.line, claimed: rows, found: "the list of words ends after \(places.count)")
        }
        let format = VectorFileFormat.array(rows: rows, dimension: dimension)
        var values: [Float] = []
        var moments = Moments()
        // What is contiguous is a row in C order, a column in Fortran order: then the kept ones are turned at the end.
        let (runs, length) = header.isFortran ? (dimension, rows) : (rows, dimension)
        let block = max(1, (1 << 14) / header.size)
        var numbers = [Float](repeating: 0, count: min(block, length))
        for run in 0..<runs {
            for first in stride(from: 0, to: length, by: block) {
                let count = min(block, length - first)
                try reader.readNumbers(into: &numbers, count: count, header)
                moments.add(numbers.prefix(count))
                if header.isFortran {
                    for index in 0..<count where places[first + index] >= 0 { values.append(numbers[index]) }
                } else if places[run] >= 0 {
                    values.append(contentsOf: numbers.prefix(count))
                }
            }
        }
        guard try reader.peek(1).isEmpty else {
            throw .invalidBytes(
                path: reader.path, offset: reader.offset, expected: "the end after \(rows) × \(dimension) numbers",
                found: "more bytes")
        }
        if header.isFortran {
            let kept = selection.table.count
            var turned = [Float](repeating: 0, count: values.count)
            for column in 0..<dimension {
                for row in 0..<kept { turned[row * dimension + column] = values[column * kept + row] }
            }
            values = turned
        }
        return selection.vectors(format, values: values, moments: moments)
    }
}

/// The list of words beside a NumPy matrix: the same name with `.txt` or `.vocab` for `.npy`, compressed or not.
func listBeside(_ path: String) throws(TextError) -> ByteReader {
    var name = path
    if name.hasSuffix(".gz") { name.removeLast(3) }
    if name.hasSuffix(".npy") { name.removeLast(4) }
    for ending in [".txt", ".vocab", ".txt.gz", ".vocab.gz"] where access(name + ending, R_OK) == 0 {
        return try ByteReader.file(name + ending)
    }
    throw .arrayWithoutWords(path: path)
}

extension TextError {
    static func arrayWithoutWords(path: String) -> TextError {
        .notVectors(
            path: path, found: "a NumPy array without its words",
            advice:
                "give the list of them, one a line (--vector-words FILE), or put it beside it with the ending .txt or .vocab"
        )
    }
}

/// The header of a `.npy` file of versions 1 to 3, of a matrix of floating-point numbers.
private struct ArrayHeader {
    var rows = 0
    var dimension = 0
    /// Bytes per number: 2, 4 or 8.
    var size = 0
    var isBigEndian = false
    /// Column after column.
    var isFortran = false

    init(_ reader: inout ByteReader) throws(TextError) {
        let path = reader.path
        func wrong(_ offset: Int, _ expected: String, _ found: String) -> TextError {
            .invalidBytes(path: path, offset: offset, expected: expected, found: found)
        }
        try reader.skip(6)
        let version = try reader.readInteger(UInt16.self, of: "the version")
        // The major number is the first byte.
        guard (1...3).contains(version & 0xff) else { throw wrong(6, "version 1, 2 or 3", "\(version & 0xff)") }
        let length: Int
        if version & 0xff == 1 {
            length = Int(try reader.readInteger(UInt16.self, of: "the header's length"))
        } else {
            length = Int(try reader.readInteger(UInt32.self, of: "the header's length"))
        }
        let offset = reader.offset
        guard length <= 1 << 16 else { throw wrong(offset - 4, "a header of at most 65536 bytes", "\(length)") }
        let text = try reader.take(length, of: "the header") { bytes throws(TextError) in
            String(decoding: bytes, as: UTF8.self)
        }
        let type = quoted(text, "descr") ?? "none"
        switch type.drop(while: { "<>=|".contains($0) }) {
        case "f2": size = 2
        case "f4": size = 4
        case "f8": size = 8
        default: throw wrong(offset, "numbers of the type f2, f4 or f8", "'\(type.prefix(40))'")
        }
        isBigEndian = type.first == ">"
        switch value(text, "fortran_order")?.prefix(1) {
        case "T": isFortran = true
        case "F": isFortran = false
        default: throw wrong(offset, "'fortran_order': True or False", "neither")
        }
        let shape = value(text, "shape").flatMap { text -> [Int?]? in
            guard text.first == "(", let end = text.firstIndex(of: ")") else { return nil }
            return text[text.index(after: text.startIndex)..<end].split(separator: ",").map { part in
                let digits = part.filter { $0 != " " }
                return digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
            }
        }
        guard let shape, shape.count == 2, let rows = shape[0], let dimension = shape[1] else {
            throw wrong(offset, "a matrix: 'shape': (rows, columns)", "'\(String(text.prefix(80)).trimmedEnd)'")
        }
        guard (1...Int(Int32.max)).contains(rows), (1...VectorFileFormat.largestDimension).contains(dimension) else {
            throw wrong(
                offset, "1 … \(Int32.max) rows and 1 … \(VectorFileFormat.largestDimension) columns",
                "\(rows) and \(dimension)")
        }
        (self.rows, self.dimension) = (rows, dimension)
    }
}

// What stands behind a key of a Python dictionary, up to its end.
private func value(_ text: String, _ key: String) -> Substring? {
    for quote in ["'", "\""] {
        let name = Array("\(quote)\(key)\(quote):".utf8)
        let bytes = Array(text.utf8)
        guard bytes.count >= name.count else { continue }
        for start in 0...(bytes.count - name.count) where bytes[start..<(start + name.count)].elementsEqual(name) {
            let rest = String(decoding: bytes[(start + name.count)...], as: UTF8.self)
            return Substring(rest.drop { $0 == " " })
        }
    }
    return nil
}

private func quoted(_ text: String, _ key: String) -> String? {
    guard let value = value(text, key), let quote = value.first, quote == "'" || quote == "\"" else { return nil }
    return String(value.dropFirst().prefix { $0 != quote })
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = self
        while let last = text.last, last == " " || last == "\n" { text.removeLast() }
        return text
    }
}

extension ByteReader {
    // Reads numbers of the header's type as single precision.
    fileprivate mutating func readNumbers(
        into numbers: inout [Float], count: Int, _ header: ArrayHeader
    ) throws(TextError) {
        let (path, offset, size) = (self.path, self.offset, header.size)
        try take(count * size, of: "numbers") { bytes throws(TextError) in
            for index in 0..<count {
                let value: Float
                switch size {
                case 2:
                    let bits = bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
                    value = single(half: header.isBigEndian ? UInt16(bigEndian: bits) : UInt16(littleEndian: bits))
                case 4:
                    let bits = bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
                    value = Float(
                        bitPattern: header.isBigEndian ? UInt32(bigEndian: bits) : UInt32(littleEndian: bits))
                default:
                    let bits = bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
                    value = Float(
                        Double(bitPattern: header.isBigEndian ? UInt64(bigEndian: bits) : UInt64(littleEndian: bits)))
                }
                guard value.isFinite else {
                    throw .invalidBytes(
                        path: path, offset: offset + index * size, expected: "a finite number", found: "\(value)")
                }
                numbers[index] = value
            }
        }
    }
}

// The value of a half-precision number (IEEE 754), which single precision holds exactly. Float16 is not on every platform.
private func single(half bits: UInt16) -> Float {
    let exponent = Int(bits >> 10 & 0x1f)
    let fraction = Float(bits & 0x3ff)
    let magnitude: Float
    switch exponent {
    case 0: magnitude = fraction * 0x1p-24
    case 31: magnitude = fraction == 0 ? .infinity : .nan
    default: magnitude = Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction * 0x1p-10)
    }
    return bits & 0x8000 == 0 ? magnitude : -magnitude
}
