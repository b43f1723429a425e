/// The kinds of word-vector files that Formant reads, as found out from their beginning.
public enum VectorFileFormat: Hashable, Sendable {
    /// A word and its numbers per line, nothing else: GloVe.
    case plainText(dimension: Int)
    /// The same after a line with the number of rows and the dimension: word2vec text, fastText `.vec`.
    case headedText(rows: Int, dimension: Int)

    /// Numbers per word.
    public var dimension: Int {
        switch self {
        case .plainText(let dimension), .headedText(_, let dimension): dimension
        }
    }
}

extension VectorFileFormat {
    /// Bytes of the beginning that are looked at.
    static let probeLength = 1 << 20
    /// The largest dimension accepted; published vectors have up to 1,024.
    static let largestDimension = 1 << 16

    /// Finds the format out from the first bytes of a file.
    /// - Throws: `TextError.notVectors` with the name of what it looks like.
    init(beginning bytes: [UInt8], path: String) throws(TextError) {
        guard !bytes.isEmpty else { throw .notVectors(path: path, found: "an empty file", advice: "") }
        if let (found, advice) = binaryKind(of: bytes) { throw .notVectors(path: path, found: found, advice: advice) }
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
            if let found = binaryRows(in: bytes) {
                throw .notVectors(path: path, found: found, advice: "save it as text (gensim: binary=False)")
            }
            self = .headedText(rows: header.rows, dimension: header.dimension)
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
        self = .plainText(dimension: dimension)
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
private func binaryRows(in bytes: [UInt8]) -> String? {
    let rows = bytes.drop { $0 != 0x0a }.dropFirst().prefix(4096)
    return rows.contains(where: isControl) || !isUTF8Prefix(Array(rows)) ? "a word2vec binary file" : nil
}

// Whether the bytes are UTF-8, the last scalar perhaps cut.
private func isUTF8Prefix(_ bytes: [UInt8]) -> Bool {
    guard let wrong = firstInvalidByte(of: bytes) else { return true }
    return wrong + 4 > bytes.count && bytes[wrong] >= 0xc2 && bytes[(wrong + 1)...].allSatisfy { 0x80...0xbf ~= $0 }
}

private func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != 0x09 && byte != 0x0a && byte != 0x0d }

private func fields(of line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] { line.split { $0 == 0x20 || $0 == 0x09 } }

private func isNumber(_ field: ArraySlice<UInt8>) -> Bool {
    field.withUnsafeBufferPointer { DecimalNumber($0) } != .notNumber
}

private func wholeNumber(_ field: ArraySlice<UInt8>) -> Int? {
    guard field.count <= 18, field.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return field.reduce(0) { $0 * 10 + Int($1 - 0x30) }
}

// Magic numbers of the files that people keep vectors in, or confuse with them.
private func binaryKind(of bytes: [UInt8]) -> (found: String, advice: String)? {
    let kinds: [(magic: [UInt8], found: String, advice: String)] = [
        ([0x1f, 0x8b], "a gzip file", "decompress it first: gunzip --keep FILE"),
        ([0x50, 0x4b, 0x03, 0x04], "a zip or npz archive", "unpack it first"),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "an xz file", "decompress it first: unxz --keep FILE"),
        ([0x42, 0x5a, 0x68], "a bzip2 file", "decompress it first: bunzip2 --keep FILE"),
        ([0x28, 0xb5, 0x2f, 0xfd], "a Zstandard file", "decompress it first: unzstd FILE"),
        ([0xba, 0x16, 0x4f, 0x2f], "a fastText binary model", "use the .vec file that comes with it"),
        ([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], "a NumPy array without its words", ""),
        ([0x89, 0x48, 0x44, 0x46], "an HDF5 file", ""),
        ([0x80, 0x02], "a Python pickle", "save it as text"), ([0x80, 0x03], "a Python pickle", "save it as text"),
        ([0x80, 0x04], "a Python pickle", "save it as text"), ([0x80, 0x05], "a Python pickle", "save it as text"),
        ([0xff, 0xfe], "UTF-16 text", "save it as UTF-8"), ([0xfe, 0xff], "UTF-16 text", "save it as UTF-8"),
    ]
    for kind in kinds where bytes.starts(with: kind.magic) { return (kind.found, kind.advice) }
    if isUnversionedFastText(bytes) {
        return ("a fastText binary model of before its version header", "use the .vec file that comes with it")
    }
    return nil
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
