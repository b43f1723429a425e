extension WordVectors {
    /// Reads a file of word vectors; which format it is in is found out from its beginning, and so is whether it is
    /// compressed by gzip.
    ///
    /// Formats: text of GloVe, word2vec and fastText (`.vec`); word2vec's binary one; fastText's models (`.bin`, not quantised);
    /// a NumPy matrix (`.npy`: two dimensions, float16, float32 or float64, in C or Fortran order) with a list of its words.
    ///
    /// Reads as a stream: memory holds the rows that are kept (of a fastText model the rows that they are the mean of), and a
    /// buffer. In text, lines end at `\n` or `\r\n`; fields are separated by spaces or tabs; a byte-order mark is skipped. Of
    /// rows with the same word the first counts. Words are compared byte by byte with those of the vocabulary.
    /// - Parameters:
    ///   - path: the file.
    ///   - vocabulary: the words to keep rows of; nil keeps all.
    ///   - matching: whether rows of case-folded words are kept too.
    ///   - leading: so many rows from the first on are kept whatever their words; at least 0.
    ///   - wordList: the words of a NumPy matrix, one a line; nil: the file beside it that has its name with `.txt` or `.vocab`
    ///     for `.npy`.
    /// - Throws: `TextError`: `cannotRead`; `notVectors` with what the file looks like; `invalidRow` and `rowCount` with the
    ///   line; `invalidBytes` with the offset; `invalidOption` for a list of words where there is no matrix.
    public init(
        contentsOf path: String, keeping vocabulary: Vocabulary?, matching: WordMatching = .foldingCase,
        leading: Int = 0, wordList: String? = nil
    ) throws(TextError) {
        var reader = try ByteReader.file(path)
        self = try WordVectors.read(
            &reader, WordSelection(keeping: vocabulary, matching: matching, leading: leading), hasList: wordList != nil
        ) { () throws(TextError) -> ByteReader in
            if let wordList { return try ByteReader.file(wordList) }
            return try listBeside(path)
        }
    }

    /// Reads the same from memory; `name` stands for the path in errors.
    public init(
        bytes: [UInt8], name: String, keeping vocabulary: Vocabulary?, matching: WordMatching = .foldingCase,
        leading: Int = 0, wordList: [UInt8]? = nil
    ) throws(TextError) {
        var reader = try ByteReader.memory(bytes, name: name)
        self = try WordVectors.read(
            &reader, WordSelection(keeping: vocabulary, matching: matching, leading: leading), hasList: wordList != nil
        ) { () throws(TextError) -> ByteReader in
            guard let wordList else { throw .arrayWithoutWords(path: name) }
            return try ByteReader.memory(wordList, name: "\(name): its words")
        }
    }

    private static func read(
        _ reader: inout ByteReader, _ selection: WordSelection, hasList: Bool,
        list: () throws(TextError) -> ByteReader
    ) throws(TextError) -> WordVectors {
        if try reader.peek(3) == [0xef, 0xbb, 0xbf] { try reader.skip(3) }
        let beginning = try reader.peek(VectorFileFormat.probeLength)
        let probe = try VectorFileProbe(beginning, path: reader.path, isCompressed: reader.isCompressed)
        if hasList, probe != .array {
            throw .invalidOption(
                name: "list of words", expected: "a NumPy matrix that it belongs to",
                found: "\(reader.path), which has its own words")
        }
        switch probe {
        case .text(let format): return try readText(&reader, format, selection)
        case .word2vecBinary(let rows, let dimension):
            return try readWord2Vec(&reader, rows: rows, dimension: dimension, selection)
        case .fastTextBinary(let hasVersion):
            return try readFastText(&reader, hasVersion: hasVersion, selection)
        case .array:
            var list = try list()
            return try readArray(&reader, words: &list, selection)
        }
    }

    private static func readText(
        _ reader: inout ByteReader, _ format: VectorFileFormat, _ selection: WordSelection
    ) throws(TextError) -> WordVectors {
        let path = reader.path
        var selection = selection
        var claimed = Int.max
        if case .headedText(let rows, _) = format {
            claimed = rows
            _ = try reader.next { _, _ throws(TextError) in () }
        }
        var values: [Float] = []
        var moments = Moments()
        var row = [Float](repeating: 0, count: format.dimension)
        while true {
            let more: Void? = try reader.next { bytes, line throws(TextError) in
                guard selection.rows < claimed else {
                    throw .rowCount(path: path, line: line, claimed: claimed, found: "this line is one more")
                }
                let word = try VectorRow(bytes, into: &row, path: path, line: line).word
                moments.add(row)
                if selection.keeps(word) { values.append(contentsOf: row) }
            }
            if more == nil { break }
        }
        if case .headedText = format, selection.rows < claimed {
            throw .rowCount(
                path: path, line: reader.line, claimed: claimed, found: "the file ends after \(selection.rows)")
        }
        return selection.vectors(format, values: values, moments: moments)
    }

    private static func readWord2Vec(
        _ reader: inout ByteReader, rows: Int, dimension: Int, _ selection: WordSelection
    ) throws(TextError) -> WordVectors {
        let path = reader.path
        var selection = selection
        _ = try reader.next { _, _ throws(TextError) in () }
        var values: [Float] = []
        var moments = Moments()
        var row = [Float](repeating: 0, count: dimension)
        while selection.rows < rows {
            let offset = reader.offset
            let isKept = try reader.field(upTo: 0x20, limit: 1 << 16, of: "a word") { bytes throws(TextError) -> Bool in
                // Some writers end a row with a line feed.
                let word = UnsafeBufferPointer(rebasing: bytes.drop { $0 == 0x0a })
                guard !word.isEmpty else {
                    throw .invalidBytes(path: path, offset: offset, expected: "a word", found: "a space")
                }
                return selection.keeps(word)
            }
            try reader.readFloats(into: &row, of: "row \(selection.rows)")
            moments.add(row)
            if isKept { values.append(contentsOf: row) }
        }
        while try reader.peek(1) == [0x0a] { try reader.skip(1) }
        guard try reader.peek(1).isEmpty else {
            throw .invalidBytes(
                path: path, offset: reader.offset, expected: "the end after the \(rows) rows that the header claims",
                found: "more bytes")
        }
        return selection.vectors(
            .word2vecBinary(rows: rows, dimension: dimension), values: values, moments: moments)
    }
}

extension ByteReader {
    /// Reads single-precision numbers, little end first, as many as `row` has.
    /// - Throws: `TextError.invalidBytes` at the end of the bytes, and for a number that is not finite.
    mutating func readFloats(into row: inout [Float], of what: @autoclosure () -> String) throws(TextError) {
        let (path, offset, count) = (self.path, self.offset, row.count)
        try take(count * 4, of: what()) { bytes throws(TextError) in
            for index in 0..<count {
                let value = Float(
                    bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
                guard value.isFinite else {
                    throw .invalidBytes(
                        path: path, offset: offset + index * 4, expected: "a finite number", found: "\(value)")
                }
                row[index] = value
            }
        }
    }

    /// Reads a whole number, little end first.
    mutating func readInteger<Value: FixedWidthInteger>(
        _ type: Value.Type = Value.self, of what: String
    ) throws(TextError) -> Value {
        try take(MemoryLayout<Value>.size, of: what) { bytes throws(TextError) in
            Value(littleEndian: bytes.loadUnaligned(as: Value.self))
        }
    }
}
