/// Pretrained vectors of words, as many of a file's rows as were asked for.
public struct WordVectors: Sendable {
    /// The format of the file they come from.
    public let format: VectorFileFormat
    /// What is known of the rows of the file.
    public let statistics: Statistics

    // The words of the file, and behind them those that were put together from sub-words.
    let table: TokenTable
    // Row after row, `dimension` values each.
    let values: [Float]

    /// How many of the words were put together from sub-words, as the file has no row of theirs.
    public let composedCount: Int
    /// How many of the words, which are the first ones, come from the file's first rows that were asked for as such.
    public let leadingCount: Int

    /// What is known of all rows of a file, kept or not.
    public struct Statistics: Hashable, Sendable {
        /// Number of rows.
        public internal(set) var rows = 0
        /// Rows that were left out because their word stands in the file before; counted among the words asked for only.
        public internal(set) var duplicates = 0
        /// Mean of all values; of a fastText `.bin`, of those of the words asked for.
        public internal(set) var mean = 0.0
        /// Variance of the same values about their mean.
        public internal(set) var variance = 0.0
    }

    /// Numbers per word.
    public var dimension: Int { format.dimension }

    /// Number of words that were kept, those put together from sub-words among them.
    public var count: Int { table.count }

    /// The words that were kept, in the order of the file, and then those put together from sub-words. Bytes that are no UTF-8
    /// are shown as U+FFFD.
    public var words: [String] { (0..<table.count).map { table[$0] } }

    /// The words of the file's first rows, as many as were asked for and are different.
    public var leadingWords: [String] { (0..<leadingCount).map { table[$0] } }

    /// The vector of a word as written, or nil if it was not kept. Words are equal if their UTF-8 is.
    public subscript(word: String) -> [Float]? { table.find(word).map { Array(row($0)) } }

    func row(_ number: Int) -> ArraySlice<Float> { values[(number * dimension)..<((number + 1) * dimension)] }

    // Whether a row was put together from sub-words.
    func isComposed(_ number: Int) -> Bool { number >= table.count - composedCount }
}

/// How the words of a vocabulary are looked for among those of a vector file.
public enum WordMatching: String, Codable, Hashable, Sendable, CaseIterable {
    /// As written.
    case exact
    /// As written, and if there is none, with case folded: lower-case vectors then serve a vocabulary that keeps case.
    case foldingCase
}

/// What stands for a word that a vector file has no row of.
public enum UnknownWords: String, Codable, Hashable, Sendable, CaseIterable {
    /// Chance, in the variance of the known words.
    case random
    /// What the file's sub-words give (fastText `.bin`); chance where the file has none, or the word none of them.
    case subword
    /// Zeros.
    case zero
}
