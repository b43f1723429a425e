/// What a model said about examples whose labels are known: the input of every evaluation.
///
/// Everything is checked as it comes in, so that what is computed from it needs no checks.
public struct Predictions: Sendable, Equatable {
    /// How many labels an example has.
    public enum Task: String, Codable, Sendable {
        /// Exactly one of the labels; the scores are the outputs of a softmax.
        case singleLabel = "single_label"
        /// Any number of the labels, none included; the scores are the outputs of one sigmoid per label.
        case multiLabel = "multi_label"
    }

    /// One example and what the model said about it.
    public struct Example: Sendable, Equatable {
        /// The recording's path, or the sentence itself.
        public var identity: String
        /// A name that no other example has, by which runs are compared; the same as `identity` where that is one.
        public var id: String
        /// What must not be split between train and test, and what intervals are clustered by: a speaker, a site.
        public var group: String?
        /// Indices of the true labels, ascending.
        public var truth: [Int]
        /// One probability per label.
        public var scores: [Float]

        /// Creates an example; nothing is checked before it is appended to predictions.
        public init(identity: String, id: String? = nil, group: String? = nil, truth: [Int], scores: [Float]) {
            (self.identity, self.group, self.truth, self.scores) = (identity, group, truth, scores)
            self.id = id ?? identity
        }
    }

    /// The most labels that can be evaluated: a confusion matrix has their number squared.
    public static let labelLimit = 4096

    /// All labels the model knows, in the order of its outputs.
    public let labels: [String]
    /// How many labels an example has.
    public let task: Task
    /// Index of the label of examples that are none of what the others name; nil where there is none.
    public let outOfScope: Int?
    /// Whether each example is rejected, which classifiers with a threshold do; nil where nothing was said about it.
    public internal(set) var rejected: [Bool]?
    /// Which labels each example is given, row-major like the scores, where thresholds were set; nil: those that the options
    /// of an evaluation say.
    public internal(set) var given: [Bool]?
    /// The threshold of each label by which labels are given; nil where none were set or, after pooling, they differ.
    public internal(set) var thresholds: [Float]?
    /// The recording's path or the sentence itself, per example.
    public private(set) var identities: [String] = []
    /// A name of each example that no other has.
    public private(set) var ids: [String] = []
    /// The group of each example, where it has one.
    public private(set) var groups: [String?] = []
    /// All scores, row-major: one row per example, one column per label.
    public private(set) var scores: [Float] = []
    /// All true labels; those of example `i` lie from `truthStarts[i]` to `truthStarts[i + 1]`.
    package private(set) var truthIndices: [Int] = []
    package private(set) var truthStarts: [Int] = [0]

    /// Creates empty predictions.
    /// - Parameters:
    ///   - labels: 1 ... `labelLimit` different names.
    ///   - outOfScope: the label of what is none of the others; one that is not in `labels`, or the only one, is as none.
    public init(
        labels: [String], task: Task = .singleLabel, outOfScope: String? = nil
    ) throws(EvaluationError) {
        guard 1...Predictions.labelLimit ~= labels.count else {
            throw .labelCount(found: labels.count, limit: Predictions.labelLimit)
        }
        var seen = Set<String>()
        for label in labels where !seen.insert(label).inserted { throw .repeatedLabel(label) }
        self.labels = labels
        self.task = task
        self.outOfScope = labels.count > 1 ? outOfScope.flatMap { labels.firstIndex(of: $0) } : nil
    }

    /// Creates predictions from examples.
    /// - Throws: see `append`.
    public init(
        labels: [String], task: Task = .singleLabel, outOfScope: String? = nil, examples: [Example]
    ) throws(EvaluationError) {
        try self.init(labels: labels, task: task, outOfScope: outOfScope)
        reserveCapacity(examples.count)
        for example in examples { try append(example) }
    }

    /// Creates single-label predictions from whole arrays.
    /// - Parameters:
    ///   - identities: one per example.
    ///   - groups: one per example; none at all by default.
    ///   - truth: index of the true label, one per example.
    ///   - scores: examples × labels, row-major: 0 ... 1.
    public init(
        labels: [String], identities: [String], groups: [String?]? = nil, truth: [Int], scores: [Float]
    ) throws(EvaluationError) {
        try self.init(labels: labels)
        let count = identities.count
        if truth.count != count { throw .countMismatch(list: "true labels", expected: count, found: truth.count) }
        if let groups, groups.count != count {
            throw .countMismatch(list: "groups", expected: count, found: groups.count)
        }
        if scores.count % labels.count != 0 || scores.count / labels.count != count {
            throw .countMismatch(list: "scores", expected: count * labels.count, found: scores.count)
        }
        for (i, index) in truth.enumerated() where !labels.indices.contains(index) {
            throw .truthOutOfRange(example: identities[i], labels: labels.count, found: index)
        }
        if let bad = scores.firstIndex(where: { !Predictions.isProbability($0) }) {
            let (row, column) = bad.quotientAndRemainder(dividingBy: labels.count)
            throw .invalidScore(example: identities[row], label: labels[column], found: scores[bad])
        }
        self.identities = identities
        ids = identities
        self.groups = groups ?? Array(repeating: nil, count: count)
        self.scores = scores
        truthIndices = truth
        truthStarts = Array(0...count)
    }

    /// Number of examples.
    public var count: Int { identities.count }

    /// Sets memory aside for `count` examples.
    public mutating func reserveCapacity(_ count: Int) {
        identities.reserveCapacity(count)
        ids.reserveCapacity(count)
        groups.reserveCapacity(count)
        scores.reserveCapacity(count * labels.count)
        truthIndices.reserveCapacity(count)
        truthStarts.reserveCapacity(count + 1)
    }

    /// Adds one example.
    /// - Throws: `EvaluationError` when the number of scores is not that of the labels, a score is not in 0 ... 1, or
    ///   the truth is not one label's index (single-label) or a set of them (multi-label). Nothing is added then.
    public mutating func append(_ example: Example) throws(EvaluationError) {
        let identity = example.identity
        guard example.scores.count == labels.count else {
            throw .scoreCount(example: identity, expected: labels.count, found: example.scores.count)
        }
        if let bad = example.scores.firstIndex(where: { !Predictions.isProbability($0) }) {
            throw .invalidScore(example: identity, label: labels[bad], found: example.scores[bad])
        }
        if task == .singleLabel, example.truth.count != 1 {
            throw .truthCount(example: identity, found: example.truth.count)
        }
        for index in example.truth where !labels.indices.contains(index) {
            throw .truthOutOfRange(example: identity, labels: labels.count, found: index)
        }
        let truth = example.truth.count > 1 ? example.truth.sorted() : example.truth
        for (first, second) in zip(truth, truth.dropFirst()) where first == second {
            throw .repeatedTruth(example: identity, label: labels[first])
        }
        rejected = nil
        (given, thresholds) = (nil, nil)
        identities.append(identity)
        ids.append(example.id)
        groups.append(example.group)
        scores.append(contentsOf: example.scores)
        truthIndices.append(contentsOf: truth)
        truthStarts.append(truthIndices.count)
    }

    /// Adds the examples of other predictions, as of the folds of a cross-validation.
    /// - Throws: `EvaluationError.differentLabels` unless task and labels are the same.
    public mutating func append(contentsOf other: Predictions) throws(EvaluationError) {
        guard other.labels == labels, other.task == task, other.outOfScope == outOfScope else {
            throw .differentLabels(expected: labels, found: other.labels)
        }
        given = given.flatMap { own in other.given.map { own + $0 } }
        thresholds = thresholds == other.thresholds ? thresholds : nil
        rejected = rejected.flatMap { own in other.rejected.map { own + $0 } }
        identities += other.identities
        ids += other.ids
        groups += other.groups
        scores += other.scores
        let offset = truthIndices.count
        truthIndices += other.truthIndices
        truthStarts += other.truthStarts.dropFirst().map { $0 + offset }
    }

    /// The example at `index`.
    /// - Precondition: 0 ≤ `index` < `count`.
    public subscript(index: Int) -> Example {
        let width = labels.count
        return Example(
            identity: identities[index], id: ids[index], group: groups[index],
            truth: Array(truthIndices[truthStarts[index]..<truthStarts[index + 1]]),
            scores: Array(scores[index * width..<(index + 1) * width]))
    }

    /// A softmax in single precision may end a few roundings above 1.
    private static func isProbability(_ score: Float) -> Bool { score >= 0 && score <= 1.0001 }
}
