/// A run that is to be compared: what it said about examples, and what it costs.
public struct ComparedRun: Sendable {
    /// How it is called.
    public var name: String
    /// What it said about the test part.
    public var predictions: Predictions
    /// Which labels it gave, row-major like the scores; nil: the best of a single-label task, or those of 0.5 and more.
    public var isPredicted: [Bool]?
    /// What it costs.
    public var cost: Cost

    /// What a model costs; nil where it is not known.
    public struct Cost: Codable, Sendable, Equatable {
        /// Bytes of the model file.
        public var bytes: Int?
        /// Number of weights.
        public var weights: Int?
        /// Multiply-adds of one example.
        public var multiplyAdds: Int?
        /// Milliseconds that the network takes for one example, by one thread of this machine.
        public var milliseconds: Double?
        /// Seconds that the training took.
        public var trainingSeconds: Double?

        private enum CodingKeys: String, CodingKey {
            case bytes, weights, milliseconds
            case multiplyAdds = "multiply_adds"
            case trainingSeconds = "training_seconds"
        }

        /// Creates costs.
        public init(
            bytes: Int? = nil, weights: Int? = nil, multiplyAdds: Int? = nil, milliseconds: Double? = nil,
            trainingSeconds: Double? = nil
        ) {
            self.bytes = bytes
            self.weights = weights
            self.multiplyAdds = multiplyAdds
            self.milliseconds = milliseconds
            self.trainingSeconds = trainingSeconds
        }
    }

    /// Creates a run.
    public init(name: String, predictions: Predictions, isPredicted: [Bool]? = nil, cost: Cost = Cost()) {
        self.name = name
        self.predictions = predictions
        self.isPredicted = isPredicted
        self.cost = cost
    }

    /// The same with examples and labels in the order of another run.
    /// - Throws: `EvaluationError` unless examples, truths and labels are the same.
    func aligned(with other: ComparedRun) throws(EvaluationError) -> ComparedRun {
        let own = predictions
        let wanted = other.predictions
        var places: [String: Int] = [:]
        for (i, id) in own.ids.enumerated() {
            if places.updateValue(i, forKey: id) != nil { throw .repeatedExample(run: name, example: id) }
        }
        var missing = wanted.ids.filter { places[$0] == nil }
        if own.count != wanted.count || !missing.isEmpty {
            let known = Set(wanted.ids)
            missing += own.ids.filter { !known.contains($0) }
            if missing.isEmpty, let id = wanted.ids.first(where: { id in wanted.ids.count { $0 == id } > 1 }) {
                throw .repeatedExample(run: other.name, example: id)
            }
            throw .differentExamples(first: other.name, second: name, missing: missing, count: missing.count)
        }
        guard own.task == wanted.task, Set(own.labels) == Set(wanted.labels) else {
            throw .differentLabels(expected: wanted.labels, found: own.labels)
        }
        let columns = wanted.labels.map { own.labels.firstIndex(of: $0)! }
        let width = columns.count
        let given: [Bool]
        if let isPredicted { given = isPredicted } else { given = try own.isPredicted() }
        var examples: [Predictions.Example] = []
        var decided: [Bool] = []
        for (i, id) in wanted.ids.enumerated() {
            let place = places[id]!
            let example = own[place]
            let truth = columns.indices.filter { example.truth.contains(columns[$0]) }
            guard truth == wanted[i].truth else {
                throw .differentTruth(first: other.name, second: name, example: example.identity)
            }
            examples.append(
                Predictions.Example(
                    identity: wanted.identities[i], id: id, group: wanted.groups[i], truth: truth,
                    scores: columns.map { example.scores[$0] }))
            decided += columns.map { given[place * width + $0] }
        }
        return ComparedRun(
            name: name,
            predictions: try Predictions(labels: wanted.labels, task: wanted.task, examples: examples),
            isPredicted: decided, cost: cost)
    }
}
