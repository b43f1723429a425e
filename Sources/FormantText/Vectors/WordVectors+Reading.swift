extension WordVectors {
    /// Reads a file of GloVe, word2vec text or fastText `.vec`; which of them is found out from its beginning.
    ///
    /// Reads as a stream: memory holds the rows that are kept, and one line. Lines end at `\n` or `\r\n`; fields are
    /// separated by spaces or tabs; a byte-order mark is skipped; of rows with the same word the first counts. Words are
    /// compared byte by byte with those of the vocabulary.
    /// - Parameters:
    ///   - path: the file.
    ///   - vocabulary: the words to keep rows of; nil keeps all.
    ///   - matching: whether rows of case-folded words are kept too.
    /// - Throws: `TextError`: `cannotRead`; `notVectors` with what the file looks like; `invalidRow` and `rowCount` with the
    ///   line.
    public init(
        contentsOf path: String, keeping vocabulary: Vocabulary?, matching: WordMatching = .foldingCase
    ) throws(TextError) {
        var reader = try LineReader(path: path)
        try self.init(reading: &reader, keeping: vocabulary, matching: matching)
    }

    /// Reads the same from memory; `name` stands for the path in errors.
    public init(
        bytes: [UInt8], name: String, keeping vocabulary: Vocabulary?, matching: WordMatching = .foldingCase
    ) throws(TextError) {
        var reader = LineReader(bytes: bytes, name: name)
        try self.init(reading: &reader, keeping: vocabulary, matching: matching)
    }

    private init(
        reading reader: inout LineReader, keeping vocabulary: Vocabulary?, matching: WordMatching
    ) throws(TextError) {
        let path = reader.path
        if try reader.peek(3) == [0xef, 0xbb, 0xbf] { reader.skip(3) }
        let format = try VectorFileFormat(
            beginning: try reader.peek(VectorFileFormat.probeLength), path: path)
        var claimed = Int.max
        if case .headedText(let rows, _) = format {
            claimed = rows
            _ = try reader.next { _, _ throws(TextError) in () }
        }
        let wanted = vocabulary.map { wantedWords(of: $0, matching: matching) }
        var kept = TokenTable()
        var values: [Float] = []
        var statistics = Statistics()
        var moments = Moments()
        var row = [Float](repeating: 0, count: format.dimension)
        while true {
            let more: Void? = try reader.next { bytes, line throws(TextError) in
                guard statistics.rows < claimed else {
                    throw .rowCount(path: path, line: line, claimed: claimed, found: "this line is one more")
                }
                let word = try VectorRow(bytes, into: &row, path: path, line: line).word
                statistics.rows += 1
                moments.add(row)
                if let wanted, wanted.find(word) == nil { return }
                let before = kept.count
                if kept.insert(word) == before {
                    values.append(contentsOf: row)
                } else {
                    statistics.duplicates += 1
                }
            }
            if more == nil { break }
        }
        if case .headedText = format, statistics.rows < claimed {
            throw .rowCount(
                path: path, line: reader.line, claimed: claimed, found: "the file ends after \(statistics.rows)")
        }
        statistics.mean = moments.mean
        statistics.variance = moments.variance
        self.init(format: format, statistics: statistics, table: kept, values: values)
    }
}

private func wantedWords(of vocabulary: Vocabulary, matching: WordMatching) -> TokenTable {
    var wanted = TokenTable()
    for word in vocabulary.words {
        _ = wanted.insert(word)
        if matching == .foldingCase { _ = wanted.insert(caseFolded(word)) }
    }
    return wanted
}

/// Sums for mean and variance, in double precision; single-precision values cannot overflow them.
struct Moments {
    private var count = 0.0
    private var sum = 0.0
    private var squares = 0.0

    mutating func add(_ values: some Sequence<Float>) {
        for value in values {
            let value = Double(value)
            count += 1
            sum += value
            squares += value * value
        }
    }

    var isEmpty: Bool { count == 0 }
    var mean: Double { count == 0 ? 0 : sum / count }
    var variance: Double { count == 0 ? 0 : max(0, squares / count - mean * mean) }
}
