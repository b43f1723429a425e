/// An example that the model got wrong, and how sure it was.
public struct ConfidentError: Codable, Sendable, Equatable {
    /// Position of the example among the predictions.
    public var index: Int
    /// The recording's path, or the sentence itself.
    public var identity: String
    /// The example's group, where it has one.
    public var group: String?
    /// The true labels.
    public var truth: [String]
    /// The predicted labels.
    public var prediction: [String]
    /// How sure the model was of its wrong decision, 0 ... 1: the score of the predicted label (single-label); the
    /// highest among the scores of labels wrongly given and 1 − the scores of labels wrongly left out (multi-label).
    public var confidence: Float
}

/// The few of many that are the most confident: of equal ones, the earlier.
struct MostConfident {
    let limit: Int
    private(set) var entries: [(index: Int, confidence: Float)] = []

    init(limit: Int) { self.limit = max(0, limit) }

    /// Takes the example at `index`. Complexity: O(1) for one that does not belong to the few, else O(`limit`).
    mutating func add(index: Int, confidence: Float) {
        if entries.count == limit {
            guard let last = entries.last, confidence > last.confidence else { return }
            entries.removeLast()
        }
        let position = entries.firstIndex { $0.confidence < confidence } ?? entries.count
        entries.insert((index, confidence), at: position)
    }
}
