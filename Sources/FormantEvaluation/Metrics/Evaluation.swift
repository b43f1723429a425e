/// What an evaluation is to compute and list.
public struct EvaluationOptions: Sendable, Equatable {
    /// The score from which a label of a multi-label task is predicted: equal to it is enough.
    public enum Thresholds: Sendable, Equatable {
        /// The same for all labels, 0 ... 1.
        case uniform(Float)
        /// One per label, 0 ... 1 each.
        case perLabel([Float])
    }

    /// When a label of a multi-label task is predicted.
    public var thresholds: Thresholds
    /// For which k to compute the top-k accuracy; those outside 1 ..< number of labels are left out.
    public var topK: [Int]
    /// The most pairs of mixed-up labels to list.
    public var listedConfusions: Int
    /// The most wrong examples to list.
    public var listedErrors: Int
    /// The most cells of the confusion matrix off the diagonal whose examples are listed; those on it are where there are
    /// not half as many.
    public var listedPairs: Int
    /// The most examples of such a cell.
    public var listedOfPair: Int
    /// How often examples are drawn again for confidence intervals; 0: no intervals. Of very many decisions it is less
    /// often, at least 200 times.
    public var resamples: Int
    /// Seed of what is drawn for the intervals.
    public var seed: UInt64

    /// Creates options.
    public init(
        thresholds: Thresholds = .uniform(0.5), topK: [Int] = [3, 5], listedConfusions: Int = 20,
        listedErrors: Int = 20, listedPairs: Int = 100, listedOfPair: Int = 4,
        resamples: Int = 2000, seed: UInt64 = 1
    ) {
        self.thresholds = thresholds
        self.topK = topK
        self.listedConfusions = listedConfusions
        self.listedErrors = listedErrors
        self.listedPairs = listedPairs
        self.listedOfPair = listedOfPair
        self.resamples = resamples
        self.seed = seed
    }
}

/// Predictions held against the truth: the figures, what is mixed up, and where the model is most surely wrong.
public struct Evaluation: Codable, Sendable, Equatable {
    /// The figures.
    public var metrics: Metrics
    /// The most frequent pairs of mixed-up labels, most frequent first; single-label only.
    public var confusions: [Confusion]
    /// The wrong examples of which the model was most sure, surest first.
    public var confidentErrors: [ConfidentError]
    /// Examples of the cells of the confusion matrix, by truth and prediction; single-label only.
    public var pairs: [PairExamples] = []
    /// Curves for drawing: of all decisions pooled, then of labels; empty where they were not computed.
    public var curves: [LabelCurves] = []
    /// The reliability diagram; nil where it was not computed.
    public var reliability: Calibration?

    private enum CodingKeys: String, CodingKey {
        case metrics, confusions, curves, reliability, pairs
        case confidentErrors = "confident_errors"
    }

    /// Evaluates predictions. Complexity: O(examples × labels).
    /// - Throws: `EvaluationError.noExamples`, or one about the thresholds.
    public init(
        of predictions: Predictions, options: EvaluationOptions = EvaluationOptions()
    ) throws(EvaluationError) {
        guard predictions.count > 0 else { throw .noExamples }
        switch predictions.task {
        case .singleLabel: self.init(singleLabel: predictions, options: options)
        case .multiLabel:
            var thresholds = try options.thresholds.values(for: predictions.labels)
            if let own = predictions.thresholds { thresholds = own }
            self.init(multiLabel: predictions, thresholds: thresholds, options: options)
        }
        rank(predictions)
        let calibration = Calibration(predictions)
        reliability = calibration
        metrics.calibration = calibration.errors
        metrics.intervals = predictions.intervals(try predictions.isPredicted(options), options: options)
    }

    /// Reads an evaluation; what older reports do not have is left empty.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        metrics = try container.decode(Metrics.self, forKey: .metrics)
        confusions = try container.decode([Confusion].self, forKey: .confusions)
        confidentErrors = try container.decode([ConfidentError].self, forKey: .confidentErrors)
        pairs = try container.decodeIfPresent([PairExamples].self, forKey: .pairs) ?? []
        curves = try container.decodeIfPresent([LabelCurves].self, forKey: .curves) ?? []
        reliability = try container.decodeIfPresent(Calibration.self, forKey: .reliability)
    }

    init(metrics: Metrics, confusions: [Confusion], confidentErrors: [ConfidentError]) {
        (self.metrics, self.confusions, self.confidentErrors) = (metrics, confusions, confidentErrors)
    }
}

extension EvaluationOptions.Thresholds {
    /// One checked threshold per label.
    func values(for labels: [String]) throws(EvaluationError) -> [Float] {
        let values =
            switch self {
            case .uniform(let value): Array(repeating: value, count: labels.count)
            case .perLabel(let values): values
            }
        guard values.count == labels.count else {
            throw .countMismatch(list: "thresholds, one per label", expected: labels.count, found: values.count)
        }
        for (label, value) in zip(labels, values) where !(0...1 ~= value) {
            throw .invalidThreshold(label: label, found: value)
        }
        return values
    }
}

extension Metrics {
    /// The averages and figures per label that both tasks share.
    init(
        task: Predictions.Task, labels: [String], counts: [LabelCounts], thresholds: [Float]?, n: Int, correct: Int,
        logLoss: Double
    ) {
        let scores = counts.map(\.scores)
        let supports = counts.map(\.support)
        self.task = task
        self.n = n
        accuracy = ratio(correct, n)
        self.logLoss = logLoss
        macro = .mean(of: scores, weights: Array(repeating: 1, count: scores.count))
        weighted = .mean(of: scores, weights: supports)
        micro = counts.reduce(LabelCounts(), +).scores
        topK = []
        classes = labels.indices.map { i in
            ClassMetrics(
                label: labels[i], precision: scores[i].precision, recall: scores[i].recall, f1: scores[i].f1,
                support: supports[i], threshold: thresholds?[i])
        }
    }
}

/// −ln p, p clipped as `Metrics` states.
func surprise(_ p: Double) -> Double {
    -naturalLogarithm(min(max(p, Double.ulpOfOne), 1 - Double.ulpOfOne))
}
