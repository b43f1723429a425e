/// Pretrained vectors of words, as many of a file's rows as were asked for.
public struct WordVectors: Sendable {
    /// The format of the file they come from.
    public let format: VectorFileFormat
    /// What is known of all rows of the file.
    public let statistics: Statistics

    let table: TokenTable
    // Row after row, `dimension` values each.
    let values: [Float]

    /// What is known of all rows of a file, kept or not.
    public struct Statistics: Hashable, Sendable {
        /// Number of rows.
        public internal(set) var rows = 0
        /// Rows that were left out because their word stands in the file before; counted among the words asked for only.
        public internal(set) var duplicates = 0
        /// Mean of all values.
        public internal(set) var mean = 0.0
        /// Variance of all values about their mean.
        public internal(set) var variance = 0.0
    }

    /// Numbers per word.
    public var dimension: Int { format.dimension }

    /// Number of words that were kept.
    public var count: Int { table.count }

    /// The words that were kept, in the order of the file. Bytes that are no UTF-8 are shown as U+FFFD.
    public var words: [String] { (0..<table.count).map { table[$0] } }

    /// The vector of a word as written, or nil if it was not kept. Words are equal if their UTF-8 is.
    public subscript(word: String) -> [Float]? { table.find(word).map { Array(row($0)) } }

    func row(_ number: Int) -> ArraySlice<Float> { values[(number * dimension)..<((number + 1) * dimension)] }
}

/// How the words of a vocabulary are looked for among those of a vector file.
public enum WordMatching: String, Codable, Hashable, Sendable, CaseIterable {
    /// As written.
    case exact
    /// As written, and if there is none, with case folded: lower-case vectors then serve a vocabulary that keeps case.
    case foldingCase
}
