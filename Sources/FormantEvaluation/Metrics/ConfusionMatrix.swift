/// How often each true label was given each predicted one: rows are the truth, columns the prediction.
///
/// Matrices of the same labels can be added, so that parts (groups, folds) are counted once and combined at will.
/// JSON: `{"labels": ["a", …], "counts": [[…], …]}`.
public struct ConfusionMatrix: Sendable, Equatable {
    /// The labels of rows and columns.
    public let labels: [String]
    /// All counts, row-major.
    private var cells: [Int]

    /// Creates a matrix of zeros.
    init(labels: [String]) {
        self.labels = labels
        cells = Array(repeating: 0, count: labels.count * labels.count)
    }

    /// Creates a matrix from its rows.
    /// - Throws: `EvaluationError` unless there are as many rows and columns as labels, and all counts are 0 or more
    ///   and at most 2⁵³ together.
    public init(labels: [String], counts: [[Int]]) throws(EvaluationError) {
        guard labels.count <= Predictions.labelLimit else {
            throw .labelCount(found: labels.count, limit: Predictions.labelLimit)
        }
        guard counts.count == labels.count else {
            throw .countMismatch(list: "rows of the confusion matrix", expected: labels.count, found: counts.count)
        }
        for row in counts where row.count != labels.count {
            throw .countMismatch(list: "columns of the confusion matrix", expected: labels.count, found: row.count)
        }
        self.labels = labels
        cells = counts.flatMap { $0 }
        try requireCounts(cells, of: "confusion matrix")
    }

    /// Number of examples with true label `truth` that were given `prediction`.
    public subscript(truth truth: Int, prediction prediction: Int) -> Int {
        get { cells[truth * labels.count + prediction] }
        set { cells[truth * labels.count + prediction] = newValue }
    }

    /// The counts as rows.
    public var counts: [[Int]] {
        labels.indices.map { Array(cells[$0 * labels.count..<($0 + 1) * labels.count]) }
    }

    /// Number of examples.
    public var total: Int { cells.reduce(0, +) }

    /// Number of examples on the diagonal.
    public var correct: Int { labels.indices.reduce(0) { $0 + self[truth: $1, prediction: $1] } }

    /// The true positives, false positives and false negatives of each label.
    public var labelCounts: [LabelCounts] {
        var all = [LabelCounts](repeating: LabelCounts(), count: labels.count)
        for truth in labels.indices {
            for prediction in labels.indices {
                let count = self[truth: truth, prediction: prediction]
                if truth == prediction {
                    all[truth].truePositives += count
                } else {
                    all[truth].falseNegatives += count
                    all[prediction].falsePositives += count
                }
            }
        }
        return all
    }

    /// The pairs off the diagonal that occur, the most frequent first; equal counts in the order of rows and columns.
    /// - Parameter limit: the most pairs to return.
    public func confusions(limit: Int) -> [Confusion] {
        var pairs: [(count: Int, position: Int)] = []
        for (position, count) in cells.enumerated() where count > 0 && position % (labels.count + 1) != 0 {
            pairs.append((count, position))
        }
        pairs.sort { $0.count != $1.count ? $0.count > $1.count : $0.position < $1.position }
        return pairs.prefix(max(0, limit)).map { pair in
            let (truth, prediction) = pair.position.quotientAndRemainder(dividingBy: labels.count)
            return Confusion(truth: labels[truth], prediction: labels[prediction], count: pair.count)
        }
    }

    /// Adds the counts of another matrix of the same labels.
    /// - Precondition: the labels are equal.
    public static func += (sum: inout ConfusionMatrix, other: ConfusionMatrix) {
        precondition(sum.labels == other.labels, "confusion matrices of different labels")
        for i in sum.cells.indices { sum.cells[i] += other.cells[i] }
    }
}

/// A pair of labels that the model mixed up.
public struct Confusion: Codable, Sendable, Equatable {
    /// The true label.
    public var truth: String
    /// The label it was given.
    public var prediction: String
    /// How often.
    public var count: Int
}

extension ConfusionMatrix: Codable {
    private enum CodingKeys: String, CodingKey { case labels, counts }

    /// Reads and checks a matrix.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            labels: container.decode([String].self, forKey: .labels),
            counts: container.decode([[Int]].self, forKey: .counts))
    }

    /// Writes labels and rows.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(labels, forKey: .labels)
        try container.encode(counts, forKey: .counts)
    }
}

/// Throws unless all counts are 0 or more and their sum is at most 2⁵³: exact as a `Double`, and far enough from the
/// largest `Int` for sums and doubles of counts to be safe.
func requireCounts(_ counts: some Sequence<Int>, of table: String) throws(EvaluationError) {
    let limit = 1 << 53
    var total = 0
    for count in counts {
        guard count >= 0, count <= limit - total else { throw .invalidCount(table: table, found: count) }
        total += count
    }
}
