/// The kinds of word-vector files that Formant reads, as found out from their beginning.
public enum VectorFileFormat: Hashable, Sendable {
    /// A word and its numbers per line, nothing else: GloVe.
    case plainText(dimension: Int)
    /// The same after a line with the number of rows and the dimension: word2vec text, fastText `.vec`.
    case headedText(rows: Int, dimension: Int)
    /// The same header, then words and numbers in binary: word2vec.
    case word2vecBinary(rows: Int, dimension: Int)
    /// A model of fastText with rows for words and for buckets of character n-grams: `.bin`.
    case fastTextBinary(words: Int, dimension: Int)
    /// A NumPy matrix: `.npy`.
    case array(rows: Int, dimension: Int)

    /// Numbers per word.
    public var dimension: Int {
        switch self {
        case .plainText(let dimension), .headedText(_, let dimension), .word2vecBinary(_, let dimension),
            .fastTextBinary(_, let dimension), .array(_, let dimension):
            dimension
        }
    }
}

extension VectorFileFormat {
    /// Bytes of the beginning that are looked at.
    static let probeLength = 1 << 20
    /// The largest dimension accepted; published vectors have up to 1,024.
    static let largestDimension = 1 << 16
}

/// What the beginning of a file shows of its format.
enum VectorFileProbe: Equatable {
    case text(VectorFileFormat)
    case word2vecBinary(rows: Int, dimension: Int)
    case fastTextBinary(hasVersion: Bool)
    case array

    /// Finds the format out from the first bytes of a file.
    /// - Throws: `TextError.notVectors` with the name of what it looks like.
    init(_ bytes: [UInt8], path: String, isCompressed: Bool) throws(TextError) {
        guard !bytes.isEmpty else {
            throw .notVectors(path: path, found: isCompressed ? "gzip of nothing" : "an empty file", advice: "")
        }
        if bytes.starts(with: [0xba, 0x16, 0x4f, 0x2f]) {
            self = .fastTextBinary(hasVersion: true)
            return
        }
        if bytes.starts(with: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]) {
            self = .array
            return
        }
        if let (found, advice) = foreignKind(of: bytes) {
            throw .notVectors(path: path, found: found, advice: advice)
        }
        if isUnversionedFastText(bytes) {
            self = .fastTextBinary(hasVersion: false)
            return
        }
        let isWhole = bytes.count < VectorFileFormat.probeLength
        var lines = lineRanges(of: bytes).prefix(33).map { fields(of: bytes[$0]) }
        // The last line may be cut by the end of the probe.
        if !isWhole, lines.count > 1, lines.count < 33 { lines.removeLast() }
        if let header = header(of: lines) {
            guard (1...VectorFileFormat.largestDimension).contains(header.dimension) else {
                throw .invalidRow(
                    path: path, line: 1, expected: "a dimension of 1 … \(VectorFileFormat.largestDimension)",
                    found: "\(header.dimension)")
            }
            guard header.rows > 0 else {
                throw .notVectors(path: path, found: "a header that claims no rows", advice: "")
            }
            self =
                hasBinaryRows(bytes)
                ? .word2vecBinary(rows: header.rows, dimension: header.dimension)
                : .text(.headedText(rows: header.rows, dimension: header.dimension))
            return
        }
        if bytes.prefix(4096).contains(where: isControl) {
            throw .notVectors(path: path, found: "binary data of an unknown kind", advice: "")
        }
        // A word may hold spaces or look like a number, so that the most frequent number of numbers at the end counts, not
        // that of the first line; of equals the greatest, which refuses a short row rather than misread a long one.
        var votes: [Int: Int] = [:]
        for line in lines {
            let numbers = line.dropFirst().reversed().prefix { isNumber($0) }.count
            if numbers > 0 { votes[numbers, default: 0] += 1 }
        }
        guard let (dimension, _) = votes.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }),
            dimension <= VectorFileFormat.largestDimension
        else {
            throw .notVectors(
                path: path, found: "text without rows of a word and numbers",
                advice: "GloVe, word2vec and fastText text have a word and its numbers on each line")
        }
        self = .text(.plainText(dimension: dimension))
    }
}

// Two whole numbers alone on the first line, unless the second line shows that they are a word and a vector of one number.
private func header(of lines: [[ArraySlice<UInt8>]]) -> (rows: Int, dimension: Int)? {
    guard let first = lines.first, first.count == 2, let rows = wholeNumber(first[0]),
        let dimension = wholeNumber(first[1])
    else { return nil }
    if lines.count > 1, lines[1].count == 2, dimension != 1, isNumber(lines[1][1]) { return nil }
    return (rows, dimension)
}

// After a header, rows of the binary format show themselves by bytes that no text has.
private func hasBinaryRows(_ bytes: [UInt8]) -> Bool {
    let rows = bytes.drop { $0 != 0x0a }.dropFirst().prefix(4096)
    return rows.contains(where: isControl) || !isUTF8Prefix(Array(rows))
}

// Whether the bytes are UTF-8, the last scalar perhaps cut.
private func isUTF8Prefix(_ bytes: [UInt8]) -> Bool {
    guard let wrong = firstInvalidByte(of: bytes) else { return true }
    return wrong + 4 > bytes.count && bytes[wrong] >= 0xc2 && bytes[(wrong + 1)...].allSatisfy { 0x80...0xbf ~= $0 }
}

func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != 0x09 && byte != 0x0a && byte != 0x0d }

private func fields(of line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] { line.split { $0 == 0x20 || $0 == 0x09 } }

private func isNumber(_ field: ArraySlice<UInt8>) -> Bool {
    field.withUnsafeBufferPointer { DecimalNumber($0) } != .notNumber
}

private func wholeNumber(_ field: ArraySlice<UInt8>) -> Int? {
    guard field.count <= 18, field.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return field.reduce(0) { $0 * 10 + Int($1 - 0x30) }
}

// The first models of fastText begin with their arguments, as 32-bit numbers: dimension, window, epochs, least count,
// negatives, longest word n-gram, loss 1 … 3, model 1 … 3, buckets, shortest and longest character n-gram.
private func isUnversionedFastText(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 44 else { return false }
    let arguments = (0..<11).map { field in
        (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[field * 4 + $1]) << UInt32($1 * 8) }
    }
    return (1...65536).contains(arguments[0]) && arguments[1...5].allSatisfy { $0 < 65536 }
        && (1...3).contains(arguments[6]) && (1...3).contains(arguments[7]) && arguments[9] <= arguments[10]
        && arguments[10] < 256
}
