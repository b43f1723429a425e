/// What the figures of one label are computed from. Counts of parts can be added.
public struct LabelCounts: Sendable, Equatable {
    /// Examples that have the label and were given it.
    public var truePositives = 0
    /// Examples that were given the label without having it.
    public var falsePositives = 0
    /// Examples that have the label and were not given it.
    public var falseNegatives = 0

    /// Creates counts.
    public init(truePositives: Int = 0, falsePositives: Int = 0, falseNegatives: Int = 0) {
        self.truePositives = truePositives
        self.falsePositives = falsePositives
        self.falseNegatives = falseNegatives
    }

    /// Number of examples that have the label.
    public var support: Int { truePositives + falseNegatives }

    /// Precision, recall and F1 of the label, 0 where nothing is divided by nothing.
    public var scores: PrecisionRecallF1 {
        PrecisionRecallF1(
            precision: ratio(truePositives, truePositives + falsePositives),
            recall: ratio(truePositives, support),
            f1: ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives))
    }

    /// The sum of two counts.
    public static func + (a: LabelCounts, b: LabelCounts) -> LabelCounts {
        LabelCounts(
            truePositives: a.truePositives + b.truePositives,
            falsePositives: a.falsePositives + b.falsePositives,
            falseNegatives: a.falseNegatives + b.falseNegatives)
    }
}

/// Precision, recall and their harmonic mean, each in 0 ... 1.
public struct PrecisionRecallF1: Sendable, Equatable {
    /// Share of right ones among those given the label: TP / (TP + FP).
    public var precision: Double
    /// Share of those found among those that have the label: TP / (TP + FN).
    public var recall: Double
    /// 2 TP / (2 TP + FP + FN).
    public var f1: Double

    /// Creates the three figures.
    public init(precision: Double, recall: Double, f1: Double) {
        (self.precision, self.recall, self.f1) = (precision, recall, f1)
    }

    /// The mean of `scores`, each counted `weights` times; zeros when the weights add up to 0.
    /// - Precondition: `weights` has as many elements as `scores`.
    static func mean(of scores: [PrecisionRecallF1], weights: [Int]) -> PrecisionRecallF1 {
        precondition(scores.count == weights.count)
        let total = Double(weights.reduce(0, +))
        var sum = PrecisionRecallF1(precision: 0, recall: 0, f1: 0)
        guard total > 0 else { return sum }
        for (score, weight) in zip(scores, weights) {
            sum.precision += Double(weight) * score.precision
            sum.recall += Double(weight) * score.recall
            sum.f1 += Double(weight) * score.f1
        }
        return PrecisionRecallF1(precision: sum.precision / total, recall: sum.recall / total, f1: sum.f1 / total)
    }
}

/// `part / whole`, and 0 for 0 / 0.
func ratio(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
