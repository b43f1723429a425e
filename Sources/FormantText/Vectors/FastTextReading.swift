extension WordVectors {
    // Reads a model as fastText's `saveModel` writes it: arguments, dictionary, input matrix. What follows, the output matrix,
    // has no word vectors in it.
    static func readFastText(
        _ reader: inout ByteReader, hasVersion: Bool, _ selection: WordSelection
    ) throws(TextError) -> WordVectors {
        var selection = selection
        let model = try FastTextModel(&reader, hasVersion: hasVersion)
        // The rows whose mean each kept word is: its own, and those of its n-grams.
        var parts: [[Int]] = []
        for number in 0..<model.entries {
            let offset = reader.offset
            let path = reader.path
            let rows = try reader.field(upTo: 0, limit: 1 << 14, of: "a word") { word throws(TextError) -> [Int]? in
                guard number < model.words else { return nil }
                guard !word.isEmpty else {
                    throw .invalidBytes(path: path, offset: offset, expected: "a word", found: "none")
                }
                guard selection.keeps(word) else { return nil }
                // The end of a sentence is no word that has parts.
                return [number] + (word.elementsEqual("</s>".utf8) ? [] : model.gramRows(of: word))
            }
            if let rows { parts.append(rows) }
            _ = try reader.readInteger(Int64.self, of: "a word's count")
            let kind = try reader.readInteger(Int8.self, of: "a word's kind")
            guard kind == (number < model.words ? 0 : 1) else {
                throw .invalidBytes(
                    path: reader.path, offset: reader.offset - 1,
                    expected: number < model.words ? "a word (kind 0)" : "a label (kind 1)", found: "kind \(kind)")
            }
        }
        var composed: [String] = []
        for var word in selection.missing {
            let rows = word.withUTF8 { model.gramRows(of: $0) }
            guard !rows.isEmpty else { continue }
            composed.append(word)
            parts.append(rows)
        }
        try model.readMatrixHeader(&reader)

        let matrix = try MatrixRows(parts.joined(), of: model, &reader)
        var values: [Float] = []
        var moments = Moments()
        for (number, rows) in parts.enumerated() {
            let mean = matrix.mean(of: rows)
            guard mean.allSatisfy(\.isFinite) else {
                throw .invalidBytes(
                    path: reader.path, offset: reader.offset,
                    expected: "a finite sum of the rows of each word, of which the last was read",
                    found: "one beyond single precision for word \(number + 1) of those wanted")
            }
            values.append(contentsOf: mean)
            if number < selection.table.count { moments.add(mean) }
        }
        return selection.vectors(
            .fastTextBinary(words: model.words, dimension: model.dimension), values: values, composed: composed,
            moments: moments)
    }
}

/// The arguments of a fastText model, and the sizes of its dictionary.
private struct FastTextModel {
    var dimension: Int
    var buckets: Int
    // The lengths of the character n-grams; nil if there are none.
    var lengths: ClosedRange<Int>?
    var entries: Int
    var words: Int
    private let hasVersion: Bool

    // Files from before the version number have neither it nor what was added to the format with it.
    init(_ reader: inout ByteReader, hasVersion: Bool) throws(TextError) {
        let path = reader.path
        self.hasVersion = hasVersion
        var version: Int32 = 11
        if hasVersion {
            try reader.skip(4)
            version = try reader.readInteger(of: "the version")
            guard version == 11 || version == 12 else {
                throw .invalidBytes(path: path, offset: 4, expected: "version 11 or 12", found: "\(version)")
            }
        }
        let begin = reader.offset
        var arguments: [Int] = []
        for _ in 0..<12 { arguments.append(Int(try reader.readInteger(Int32.self, of: "the arguments"))) }
        _ = try reader.readInteger(UInt64.self, of: "the arguments")
        func wrong(_ field: Int, _ expected: String) -> TextError {
            .invalidBytes(
                path: path, offset: begin + field * 4, expected: expected, found: "\(arguments[field])")
        }
        dimension = arguments[0]
        guard (1...VectorFileFormat.largestDimension).contains(dimension) else {
            throw wrong(0, "a dimension of 1 … \(VectorFileFormat.largestDimension)")
        }
        buckets = arguments[8]
        guard buckets >= 0 else { throw wrong(8, "buckets of 0 or more") }
        let (shortest, longest) = (max(1, arguments[9]), arguments[10])
        guard longest <= 32 else { throw wrong(10, "character n-grams of at most 32") }
        // Classifiers of version 11 were trained without n-grams of characters, whatever stands in them.
        let isOldClassifier = version == 11 && arguments[7] == 3
        lengths = buckets > 0 && !isOldClassifier && shortest <= longest ? shortest...longest : nil

        let place = reader.offset
        entries = Int(try reader.readInteger(Int32.self, of: "the dictionary's size"))
        words = Int(try reader.readInteger(Int32.self, of: "the number of words"))
        let labels = Int(try reader.readInteger(Int32.self, of: "the number of labels"))
        guard words > 0, labels >= 0, entries == words + labels else {
            throw .invalidBytes(
                path: path, offset: place, expected: "a dictionary of words and labels",
                found: "\(entries) entries, \(words) words, \(labels) labels")
        }
        _ = try reader.readInteger(Int64.self, of: "the number of tokens")
        if hasVersion, try reader.readInteger(Int64.self, of: "the pruning") > 0 { throw quantised(path) }
    }

    func readMatrixHeader(_ reader: inout ByteReader) throws(TextError) {
        if hasVersion, try reader.readInteger(UInt8.self, of: "the kind of matrix") != 0 {
            throw quantised(reader.path)
        }
        let place = reader.offset
        let rows = try reader.readInteger(Int64.self, of: "the matrix's rows")
        let columns = try reader.readInteger(Int64.self, of: "the matrix's columns")
        guard rows == Int64(words) + Int64(buckets), columns == Int64(dimension) else {
            throw .invalidBytes(
                path: reader.path, offset: place,
                expected: "a matrix of \(words) + \(buckets) rows and \(dimension) columns",
                found: "\(rows) rows and \(columns) columns")
        }
    }

    // The rows of a word's character n-grams, in fastText's order.
    func gramRows(of word: UnsafeBufferPointer<UInt8>) -> [Int] {
        guard let lengths else { return [] }
        var rows: [Int] = []
        var grams = CharacterGrams(lengths: lengths)
        _ = grams.forEach(of: word, characters: .scalars) { gram in
            rows.append(words + Int(fastTextHash(gram)) % buckets)
            return true
        }
        return rows
    }

    private func quantised(_ path: String) -> TextError {
        .notVectors(
            path: path, found: "a quantised fastText model",
            advice: "use the model from before quantisation (.bin), or its .vec file")
    }
}

/// Some rows of a matrix that is read once from front to back.
private struct MatrixRows {
    private let dimension: Int
    // In rising order, without repetition.
    private let numbers: [Int]
    private var values: [Float] = []

    init(_ wanted: some Sequence<Int>, of model: FastTextModel, _ reader: inout ByteReader) throws(TextError) {
        dimension = model.dimension
        numbers = Set(wanted).sorted()
        var row = [Float](repeating: 0, count: dimension)
        var next = 0
        for number in numbers {
            if number > next { try reader.skip((number - next) * dimension * 4, of: "rows of the matrix") }
            try reader.readFloats(into: &row, of: "row \(number + 1)")
            values.append(contentsOf: row)
            next = number + 1
        }
    }

    // Summed in the order given, and divided by their number.
    func mean(of rows: [Int]) -> [Float] {
        var sum = [Float](repeating: 0, count: dimension)
        for row in rows {
            let start = place(of: row) * dimension
            for index in 0..<dimension { sum[index] += values[start + index] }
        }
        if rows.count > 1 { for index in 0..<dimension { sum[index] /= Float(rows.count) } }
        return sum
    }

    private func place(of row: Int) -> Int {
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < row { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
