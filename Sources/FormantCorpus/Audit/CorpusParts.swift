/// The parts of a corpus that have to be kept apart: the splits that it gives, or else its folds.
public struct CorpusParts: Sendable {
    /// The part of each example, as an index into `names`.
    public let numbers: [Int]
    /// `train`, `validation`, `test`; or `fold NAME`; or `all` where the corpus gives neither.
    public let names: [String]

    /// Name of the one part of a corpus that is not divided.
    public static let undivided = "all"

    /// What the corpus gives. Examples without a split, where others have one, are for training; of folds those
    /// without one are a part of their own.
    public init(of corpus: Corpus) {
        if corpus.examples.contains(where: { $0.split != nil }) {
            self.init(splits: corpus.examples.map { $0.split ?? .train })
        } else if corpus.folds.count > 1 {
            self.init(folds: corpus)
        } else {
            self.init(numbers: [Int](repeating: 0, count: corpus.examples.count), names: [Self.undivided])
        }
    }

    private init(numbers: [Int], names: [String]) {
        self.numbers = numbers
        self.names = names
    }

    /// The parts of a split.
    public init(splits: [Split]) {
        names = Split.allCases.map(\.rawValue)
        numbers = splits.map { Split.allCases.firstIndex(of: $0) ?? 0 }
    }

    /// The folds that the corpus gives.
    public init(folds corpus: Corpus) {
        names = corpus.folds.map { "fold \($0)" } + ["no fold"]
        numbers = corpus.examples.map { $0.fold ?? corpus.folds.count }
    }

    /// The groups; examples without one are a part of their own.
    public init(groups corpus: Corpus) {
        let groups = Set(corpus.examples.compactMap(\.group)).sorted()
        var places: [String: Int] = [:]
        for (place, group) in groups.enumerated() { places[group] = place }
        names = groups.map { "group \($0)" } + ["no group"]
        numbers = corpus.examples.map { $0.group.flatMap { places[$0] } ?? groups.count }
    }

    /// Whether some examples are in different parts.
    public func areCrossed(by examples: some Sequence<Int>) -> Bool {
        var first: Int?
        for index in examples {
            if let first, numbers[index] != first { return true }
            first = numbers[index]
        }
        return false
    }
}
