/// What a model that was trained further has forgotten: how often it and the model that it came from give the right label,
/// of examples whose label both know.
public struct Forgetting: Codable, Sendable, Equatable {
    /// One label.
    public struct Row: Codable, Sendable, Equatable {
        /// The label.
        public var label: String
        /// Number of its examples.
        public var n: Int
        /// Share of them that the earlier model gets right, 0 ... 1.
        public var before: Double
        /// Share of them that the new model gets right.
        public var after: Double
    }

    /// The part of the corpus that was looked at.
    public var split: String
    /// Number of examples.
    public var n: Int
    /// Share that the earlier model gets right; nil without examples.
    public var before: Double?
    /// Share that the new model gets right, which has more labels to choose from; nil without examples.
    public var after: Double?
    /// Each label that both know, in the order of the earlier model.
    public var labels: [Row]

    /// Counts answers.
    /// - Parameters:
    ///   - labels: those that both models know.
    ///   - truths: the label of each example.
    ///   - before: what the earlier model says of each.
    ///   - after: what the new one says.
    public init(split: String, labels: [String], truths: [String], before: [String], after: [String]) {
        self.split = split
        n = truths.count
        func share(_ answers: [String], of label: String?) -> (count: Int, share: Double) {
            let own = truths.indices.filter { label == nil || truths[$0] == label }
            let right = own.count { answers[$0] == truths[$0] }
            return (own.count, own.isEmpty ? 0 : Double(right) / Double(own.count))
        }
        self.before = truths.isEmpty ? nil : share(before, of: nil).share
        self.after = truths.isEmpty ? nil : share(after, of: nil).share
        self.labels = labels.map { label in
            let (count, first) = share(before, of: label)
            return Row(label: label, n: count, before: first, after: share(after, of: label).share)
        }
    }
}
