/// Which rows of a vector file are kept, and those that were.
struct WordSelection {
    private let vocabulary: Vocabulary?
    private let matching: WordMatching
    private let wanted: TokenTable?
    // So many rows from the first on are kept whatever their words.
    private let leading: Int

    /// The words that were kept, in the order of the file.
    private(set) var table = TokenTable()
    /// How many of them come from the leading rows.
    private(set) var leadingCount = 0
    /// Rows that were offered.
    private(set) var rows = 0
    /// Rows that were wanted, but whose word had come before.
    private(set) var duplicates = 0

    init(keeping vocabulary: Vocabulary?, matching: WordMatching, leading: Int) {
        self.vocabulary = vocabulary
        self.matching = matching
        self.leading = leading
        wanted = vocabulary.map { vocabulary in
            var wanted = TokenTable()
            for word in vocabulary.words {
                _ = wanted.insert(word)
                if matching == .foldingCase { _ = wanted.insert(caseFolded(word)) }
            }
            return wanted
        }
    }

    /// Offers the word of the next row.
    /// - Returns: whether the row is kept; then its number is the former `table.count`.
    mutating func keeps(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
        rows += 1
        let leads = rows <= leading
        if !leads, let wanted, wanted.find(word) == nil { return false }
        let before = table.count
        guard table.insert(word) == before else {
            duplicates += 1
            return false
        }
        if leads { leadingCount = table.count }
        return true
    }

    /// The words of the vocabulary that none of the rows offered had.
    var missing: [String] {
        (vocabulary?.words ?? []).filter { word in
            table.find(word) == nil && (matching == .exact || table.find(caseFolded(word)) == nil)
        }
    }

    /// What was kept, with its values.
    /// - Parameters:
    ///   - composed: further words, whose rows come last.
    ///   - moments: of the rows of the file.
    func vectors(
        _ format: VectorFileFormat, values: [Float], composed: [String] = [], moments: Moments
    ) -> WordVectors {
        var table = table
        for word in composed { _ = table.insert(word) }
        let statistics = WordVectors.Statistics(
            rows: rows, duplicates: duplicates, mean: moments.mean, variance: moments.variance)
        return WordVectors(
            format: format, statistics: statistics, table: table, values: values, composedCount: composed.count,
            leadingCount: leadingCount)
    }
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
