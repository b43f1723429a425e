import FormantTensor

/// How the examples that share a value of a column came out.
public struct Slice: Codable, Sendable, Equatable {
    /// One value.
    public struct Row: Codable, Sendable, Equatable {
        /// The value; empty where a line had none.
        public var value: String
        /// Number of examples.
        public var n: Int
        /// Share that is right, as in `Metrics`.
        public var accuracy: Double
        /// Its 95 % confidence interval; nil where there are not two groups (or examples) to draw from.
        public var interval: Interval?

        private enum CodingKeys: String, CodingKey {
            case value, n, accuracy
            case interval = "accuracy_interval"
        }
    }

    /// The column.
    public var column: String
    /// Its values, the lowest accuracy first; of equal ones by value.
    public var rows: [Row]
    /// How many values there are; more than `rows` where only the worst are listed.
    public var values: Int

    /// The most values that are listed.
    public static let rowLimit = 200

    /// Slices predictions.
    /// - Parameters:
    ///   - values: one per example.
    ///   - thresholds: of multi-label tasks; single-label ones need none.
    /// - Throws: `EvaluationError` unless there is one value per example, and about thresholds.
    public init(
        of predictions: Predictions, column: String, values: [String], options: EvaluationOptions = .init()
    ) throws(EvaluationError) {
        guard values.count == predictions.count else {
            throw .countMismatch(list: "values of '\(column)'", expected: predictions.count, found: values.count)
        }
        let right = try predictions.isRight(options)
        var members: [String: [Int]] = [:]
        for (i, value) in values.enumerated() { members[value, default: []].append(i) }
        self.column = column
        self.values = members.count
        let shares = members.map { (value: $0.key, members: $0.value, right: $0.value.count { right[$0] }) }
            .sorted { a, b in
                let (x, y) = (ratio(a.right, a.members.count), ratio(b.right, b.members.count))
                return x != y ? x < y : a.value < b.value
            }
        rows = shares.prefix(Slice.rowLimit).map { share in
            Row(
                value: share.value, n: share.members.count, accuracy: ratio(share.right, share.members.count),
                interval: Slice.interval(predictions, share.members, right, options))
        }
    }

    private static func interval(
        _ predictions: Predictions, _ members: [Int], _ right: [Bool], _ options: EvaluationOptions
    ) -> Interval? {
        let bootstrap = Bootstrap(groups: members.map { predictions.groups[$0] })
        guard bootstrap.clusterCount > 1, options.resamples > 0 else { return nil }
        let count = members.count { right[$0] }
        if count == 0 || count == members.count {
            return bootstrap.interval(ofUniform: ratio(count, members.count))
        }
        var chance = SeededGenerator.derived(seed: options.seed, purpose: "bootstrap")
        return bootstrap.intervals(resamples: min(options.resamples, 1000), using: &chance) { weights in
            var (hits, total) = (0, 0)
            for (place, weight) in weights.enumerated() {
                total += Int(weight)
                if right[members[place]] { hits += Int(weight) }
            }
            return [total > 0 ? ratio(hits, total) : nil]
        }[0]
    }
}

extension Predictions {
    /// Whether each example is right: its label, or all of its labels.
    package func isRight(_ options: EvaluationOptions = .init()) throws(EvaluationError) -> [Bool] {
        let predicted = try isPredicted(options)
        let isTrue = decisions
        let width = labels.count
        return (0..<count).map { i in
            predicted[i * width..<(i + 1) * width].elementsEqual(isTrue[i * width..<(i + 1) * width])
        }
    }
}
