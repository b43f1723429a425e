/// A few examples of one truth and one prediction: what stands behind a cell of the confusion matrix.
public struct PairExamples: Codable, Sendable, Equatable {
    /// One example.
    public struct Entry: Codable, Sendable, Equatable {
        /// Position of the example among the predictions.
        public var index: Int
        /// The recording's path, or the sentence itself.
        public var identity: String
        /// The example's group, where it has one.
        public var group: String?
        /// The score of the prediction, 0 ... 1.
        public var confidence: Float
    }

    /// Number of the true label in the matrix.
    public var truth: Int
    /// Number of the predicted label in the matrix.
    public var prediction: Int
    /// How many examples there are.
    public var count: Int
    /// The most certain of the wrong ones, the least certain of the right ones, these first.
    public var examples: [Entry]

    /// Whether truth and prediction are the same.
    public var isRight: Bool { truth == prediction }
}

/// Collects examples behind the cells of a confusion matrix, a few for each.
struct PairCollector {
    private let limit: Int
    private var cells: [Int: (count: Int, few: MostConfident)] = [:]
    private let width: Int

    /// - Parameter limit: the most examples of a cell.
    init(width: Int, limit: Int) { (self.width, self.limit) = (width, limit) }

    mutating func add(index: Int, truth: Int, prediction: Int, confidence: Float) {
        guard limit > 0 else { return }
        let key = truth * width + prediction
        let rank = truth == prediction ? -confidence : confidence
        cells[key, default: (0, MostConfident(limit: limit))].few.add(index: index, confidence: rank)
        cells[key]!.count += 1
    }

    /// The cells off the diagonal with the most examples and, where all of them find room, those on it, by truth and
    /// prediction.
    /// - Parameter listed: the most cells of each kind.
    func pairs(of predictions: Predictions, listed: Int) -> [PairExamples] {
        let wrong = cells.filter { $0.key / width != $0.key % width }
            .sorted { $0.value.count != $1.value.count ? $0.value.count > $1.value.count : $0.key < $1.key }
            .prefix(listed).map(\.key)
        let right = width <= listed / 2 ? cells.keys.filter { $0 / width == $0 % width } : []
        return (wrong + right).sorted().map { key in
            let cell = cells[key]!
            return PairExamples(
                truth: key / width, prediction: key % width, count: cell.count,
                examples: cell.few.entries.map { entry in
                    PairExamples.Entry(
                        index: entry.index, identity: predictions.identities[entry.index],
                        group: predictions.groups[entry.index], confidence: min(1, entry.confidence.magnitude))
                })
        }
    }
}
