import FormantPage
import FormantTensor

/// Runs that judged the same examples, each held against the first.
public struct Comparison: Codable, Sendable, Equatable {
    /// The figures of one run.
    public struct Run: Codable, Sendable, Equatable {
        /// How it is called.
        public var name: String
        /// Share of examples that are right.
        public var accuracy: Double
        /// Its 95 % confidence interval.
        public var accuracyInterval: Interval?
        /// Mean F1 over the labels.
        public var macroF1: Double
        /// Its 95 % confidence interval.
        public var macroF1Interval: Interval?
        /// What it costs.
        public var cost: ComparedRun.Cost

        private enum CodingKeys: String, CodingKey {
            case name, accuracy, cost
            case accuracyInterval = "accuracy_interval"
            case macroF1 = "macro_f1"
            case macroF1Interval = "macro_f1_interval"
        }
    }

    /// An example that one of two runs gets right.
    public struct Change: Codable, Sendable, Equatable {
        /// Its name.
        public var id: String
        /// The recording's path, or the sentence itself.
        public var identity: String
        /// Its labels.
        public var truth: [String]
        /// What the first run says.
        public var first: [String]
        /// What the other says.
        public var second: [String]
    }

    /// The F1 of one label in two runs.
    public struct LabelDifference: Codable, Sendable, Equatable {
        /// The label.
        public var label: String
        /// Number of examples that have it.
        public var support: Int
        /// F1 of the first run.
        public var first: Double
        /// F1 of the other.
        public var second: Double
        /// `second` − `first`.
        public var difference: Double
    }

    /// A run against the first.
    public struct Pair: Codable, Sendable, Equatable {
        /// The first run.
        public var first: String
        /// The other.
        public var second: String
        /// Accuracy of the other less that of the first.
        public var accuracyDifference: Double
        /// Its 95 % confidence interval by a paired bootstrap: both are judged on the same draws of the groups.
        public var accuracyInterval: Interval?
        /// The same of the macro F1.
        public var macroF1Difference: Double
        /// Its 95 % confidence interval.
        public var macroF1Interval: Interval?
        /// Whether one errs less often than chance explains. Examples of a group count as independent here.
        public var mcNemar: McNemar
        /// Examples that only the other gets right, in their order, at most `listed`.
        public var fixed: [Change]
        /// Examples that only the first gets right, in their order, at most `listed`.
        public var broken: [Change]
        /// Every label that occurs, the largest difference first.
        public var labels: [LabelDifference]

        private enum CodingKeys: String, CodingKey {
            case first, second, fixed, broken, labels
            case accuracyDifference = "accuracy_difference"
            case accuracyInterval = "accuracy_difference_interval"
            case macroF1Difference = "macro_f1_difference"
            case macroF1Interval = "macro_f1_difference_interval"
            case mcNemar = "mcnemar"
        }

        /// One sentence of what the tests say.
        public var verdict: String {
            let p = "p " + NumberText.probability(mcNemar.midP)
            guard let interval = accuracyInterval else {
                return mcNemar.onlyFirst + mcNemar.onlySecond == 0
                    ? "Both are right and wrong on the same examples."
                    : "There are too few groups for an interval (\(p))."
            }
            if interval.lower > 0 { return "'\(second)' is better than '\(first)' (\(p))." }
            if interval.upper < 0 { return "'\(second)' is worse than '\(first)' (\(p))." }
            return "No difference in accuracy is shown: the interval holds 0 (\(p))."
        }
    }

    /// Number of examples.
    public var n: Int
    /// What intervals draw from: the groups, an example without a group being one of its own.
    public var clusters: Int
    /// The part that is compared, `test` or `validation`.
    public var split: String
    /// The runs, in their order.
    public var runs: [Run]
    /// Each run but the first against the first.
    public var pairs: [Pair]

    /// Compares runs.
    /// - Parameters:
    ///   - split: the part that the predictions are of.
    ///   - listed: the most changed examples of a pair to list, each way.
    /// - Throws: `EvaluationError` for fewer than two runs, none or other examples, truths or labels.
    public init(
        of runs: [ComparedRun], split: String = "test", listed: Int = 100, options: EvaluationOptions = .init()
    ) throws(EvaluationError) {
        guard runs.count > 1 else { throw .runCount(found: runs.count) }
        guard runs[0].predictions.count > 0 else { throw .noExamples }
        var aligned: [ComparedRun] = []
        for run in runs { aligned.append(try run.aligned(with: runs[0])) }
        let judged = aligned.map(Judged.init)
        let bootstrap = Bootstrap(groups: aligned[0].predictions.groups)
        n = aligned[0].predictions.count
        clusters = bootstrap.clusterCount
        self.split = split
        let resamples = min(options.resamples, max(200, 500_000_000 / max(1, 2 * n)))
        self.runs = judged.map { run in
            var chance = SeededGenerator.derived(seed: options.seed, purpose: "bootstrap")
            let intervals = bootstrap.intervals(
                resamples: resamples, using: &chance, figures: { Array(run.weighted.figures($0)[..<2]) })
            let accuracy = run.figures[0] ?? 0
            return Run(
                name: run.run.name, accuracy: accuracy,
                accuracyInterval: intervals[0]
                    ?? (accuracy == 0 || accuracy == 1 ? bootstrap.interval(ofUniform: accuracy) : nil),
                macroF1: run.figures[1] ?? 0, macroF1Interval: intervals[1], cost: run.run.cost)
        }
        pairs = judged.dropFirst().map { other in
            var chance = SeededGenerator.derived(seed: options.seed, purpose: "bootstrap")
            let intervals = bootstrap.intervals(resamples: resamples, using: &chance) { weights in
                zip(judged[0].weighted.figures(weights), other.weighted.figures(weights)).prefix(2).map { a, b in
                    a.flatMap { a in b.map { $0 - a } }
                }
            }
            return judged[0].pair(with: other, intervals: intervals, listed: listed)
        }
    }

    /// The text of `--json`: one object, keys sorted, on one line.
    public func json() throws -> String { try JSONText.encode(self) }
}

/// A run with what is computed once of it.
private struct Judged {
    let run: ComparedRun
    let isPredicted: [Bool]
    let weighted: WeightedFigures
    let figures: [Double?]
    let isRight: [Bool]
    let counts: [LabelCounts]

    /// - Parameter run: aligned, and so with predictions.
    init(_ run: ComparedRun) {
        self.run = run
        let predictions = run.predictions
        let width = predictions.labels.count
        let given = run.isPredicted!
        let isTrue = predictions.decisions
        isPredicted = given
        weighted = WeightedFigures(predictions, isPredicted: given, ranks: false)
        figures = weighted.figures(Array(repeating: 1, count: predictions.count))
        isRight = (0..<predictions.count).map { i in
            given[i * width..<(i + 1) * width].elementsEqual(isTrue[i * width..<(i + 1) * width])
        }
        var counts = [LabelCounts](repeating: LabelCounts(), count: width)
        for i in isTrue.indices {
            switch (isTrue[i], given[i]) {
            case (true, true): counts[i % width].truePositives += 1
            case (true, false): counts[i % width].falseNegatives += 1
            case (false, true): counts[i % width].falsePositives += 1
            case (false, false): break
            }
        }
        self.counts = counts
    }

    func names(_ example: Int) -> [String] {
        let labels = run.predictions.labels
        return labels.indices.filter { isPredicted[example * labels.count + $0] }.map { labels[$0] }
    }

    func pair(with other: Judged, intervals: [Interval?], listed: Int) -> Comparison.Pair {
        let predictions = run.predictions
        func changes(_ indices: [Int]) -> [Comparison.Change] {
            indices.prefix(max(0, listed)).map { i in
                Comparison.Change(
                    id: predictions.ids[i], identity: predictions.identities[i],
                    truth: predictions[i].truth.map { predictions.labels[$0] }, first: names(i),
                    second: other.names(i))
            }
        }
        let fixed = isRight.indices.filter { !isRight[$0] && other.isRight[$0] }
        let broken = isRight.indices.filter { isRight[$0] && !other.isRight[$0] }
        var labels: [Comparison.LabelDifference] = []
        for (label, name) in predictions.labels.enumerated() {
            let support = counts[label].support
            let (a, b) = (counts[label].scores.f1, other.counts[label].scores.f1)
            guard support > 0 || counts[label].falsePositives > 0 || other.counts[label].falsePositives > 0 else {
                continue
            }
            labels.append(.init(label: name, support: support, first: a, second: b, difference: b - a))
        }
        labels.sort { a, b in
            let (x, y) = (a.difference.magnitude, b.difference.magnitude)
            return x != y ? x > y : a.label < b.label
        }
        return Comparison.Pair(
            first: run.name, second: other.run.name,
            accuracyDifference: (other.figures[0] ?? 0) - (figures[0] ?? 0), accuracyInterval: intervals[0],
            macroF1Difference: (other.figures[1] ?? 0) - (figures[1] ?? 0), macroF1Interval: intervals[1],
            mcNemar: McNemar(onlyFirst: broken.count, onlySecond: fixed.count), fixed: changes(fixed),
            broken: changes(broken), labels: labels)
    }
}
