/// One line of a vector file: a word and as many numbers as the file's dimension, read from the right, so that a word
/// may hold spaces (GloVe 840B has `. . .`).
struct VectorRow {
    /// The bytes of the word.
    let word: UnsafeBufferPointer<UInt8>

    /// Reads a line into `values`, whose count is the dimension.
    /// - Throws: `TextError.invalidRow` naming `path` and `line`.
    init(_ bytes: UnsafeBufferPointer<UInt8>, into values: inout [Float], path: String, line: Int) throws(TextError) {
        let dimension = values.count
        func wrong(_ found: String) -> TextError {
            .invalidRow(path: path, line: line, expected: "a word and \(dimension) numbers", found: found)
        }
        var end = bytes.count
        func isSeparator(_ index: Int) -> Bool { bytes[index] == 0x20 || bytes[index] == 0x09 }
        func trim() { while end > 0, isSeparator(end - 1) { end -= 1 } }
        trim()
        for index in stride(from: dimension - 1, through: 0, by: -1) {
            var start = end
            while start > 0, !isSeparator(start - 1) { start -= 1 }
            let field = UnsafeBufferPointer(rebasing: bytes[start..<end])
            guard start > 0 else {
                let fields = dimension - index
                throw wrong(
                    fields == 1 && field.isEmpty ? "an empty line" : "\(fields) field\(fields == 1 ? "" : "s") in all")
            }
            switch DecimalNumber(field) {
            case .finite(let value): values[index] = value
            case .notFinite: throw wrong("'\(shown(field))', which is no finite number")
            case .notNumber: throw wrong("'\(shown(field))', which is no number")
            }
            end = start
            trim()
        }
        guard end > 0 else { throw wrong("no word") }
        word = UnsafeBufferPointer(rebasing: bytes[..<end])
        // The last part of a word of several parts that looks like a value is one number too many.
        if let space = word.lastIndex(where: { $0 == 0x20 || $0 == 0x09 }) {
            let last = UnsafeBufferPointer(rebasing: word[(space + 1)...])
            if last.contains(UInt8(ascii: ".")), case .finite = DecimalNumber(last) {
                throw wrong("more numbers, or a word that ends in '\(shown(last))'")
            }
        }
    }
}

// The first bytes of a field, fit to be printed in an error.
private func shown(_ field: UnsafeBufferPointer<UInt8>) -> String {
    let text = String(decoding: field.prefix(40), as: UTF8.self)
    let plain = text.unicodeScalars.map { scalar in
        scalar.properties.generalCategory == .control ? "\u{fffd}" : Character(scalar)
    }
    return String(plain) + (field.count > 40 ? "…" : "")
}
