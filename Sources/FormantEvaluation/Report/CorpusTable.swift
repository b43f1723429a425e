import FormantPage

/// Examples per label (rows) and split (columns).
public struct CorpusTable: Sendable, Equatable {
    /// The counts of one label.
    public struct Row: Codable, Sendable, Equatable {
        /// The label.
        public var label: String
        /// One count per split.
        public var counts: [Int]

        /// Creates a row.
        public init(label: String, counts: [Int]) { (self.label, self.counts) = (label, counts) }
    }

    /// Names of the splits.
    public let splits: [String]
    /// The labels with their counts.
    public let rows: [Row]

    /// Creates a table.
    /// - Throws: `EvaluationError` unless every row has one count per split, and all are 0 or more and at most 2⁵³
    ///   together.
    public init(splits: [String], rows: [Row]) throws(EvaluationError) {
        for row in rows where row.counts.count != splits.count {
            throw .countMismatch(
                list: "counts for label '\(row.label.shortened)', one per split", expected: splits.count,
                found: row.counts.count)
        }
        try requireCounts(rows.lazy.flatMap(\.counts), of: "corpus table")
        self.splits = splits
        self.rows = rows
    }

    /// Examples per split.
    public var totals: [Int] { splits.indices.map { split in rows.reduce(0) { $0 + $1.counts[split] } } }
}

extension CorpusTable: Codable {
    private enum CodingKeys: String, CodingKey { case splits, rows }

    /// Reads and checks a table.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            splits: container.decode([String].self, forKey: .splits),
            rows: container.decode([Row].self, forKey: .rows))
    }

    /// Writes splits and rows.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(splits, forKey: .splits)
        try container.encode(rows, forKey: .rows)
    }
}
