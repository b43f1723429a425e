/// The figures of one evaluation: the `test` object of the command line, written as one flat JSON object.
///
/// Conventions, all those of scikit-learn with `labels` = every label the model knows and `zero_division` = 0:
/// - 0 / 0 is 0: the precision of a label that was never predicted, the recall of one without examples.
/// - Macro averages are over all labels of the model, those without examples included; weighted averages count each
///   label by its examples; micro averages pool the counts of all labels (single-label: equal to the accuracy).
/// - Balanced accuracy is the mean recall over the labels that have examples.
/// - The prediction of a single-label task is the label of the highest score, and of equal ones the first; top-k
///   breaks ties the same way. A label of a multi-label task is predicted when its score reaches its threshold.
/// - Log loss is the mean of −ln p, with p clipped to 2⁻⁵² ... 1 − 2⁻⁵²: of the true label's score (single-label), or
///   of the score of what is true of each label of each example (multi-label: binary cross-entropy).
public struct Metrics: Sendable, Equatable {
    /// How many labels an example has.
    public var task: Predictions.Task
    /// Number of examples.
    public var n: Int
    /// Share of examples whose prediction equals the truth; with several labels all of them must (subset accuracy).
    public var accuracy: Double
    /// Mean recall over labels with examples; single-label only.
    public var balancedAccuracy: Double?
    /// Share of wrong decisions among examples × labels; multi-label only.
    public var hammingLoss: Double?
    /// Mean over all labels.
    public var macro: PrecisionRecallF1
    /// From the pooled counts of all labels.
    public var micro: PrecisionRecallF1
    /// Mean over labels, weighted by their examples.
    public var weighted: PrecisionRecallF1
    /// In nats.
    public var logLoss: Double
    /// Share of examples whose truth is among the k highest scores, for a few k; single-label only.
    public var topK: [TopKAccuracy]
    /// Figures per label, in the order of the labels.
    public var classes: [ClassMetrics]
    /// Truth against prediction; single-label only.
    public var confusion: ConfusionMatrix?
    /// What rejecting does, for a classifier that rejects. All other figures are as if it did not.
    public var rejection: RejectionMetrics?

    /// The short form.
    public var summary: MetricsSummary {
        MetricsSummary(
            accuracy: accuracy, macroF1: macro.f1, n: n, inScopeAccuracy: rejection?.inScopeAccuracy,
            outOfScopeRecall: rejection?.outOfScopeRecall, outOfScopePrecision: rejection?.outOfScopePrecision)
    }

    /// The JSON object, keys sorted, on one line.
    public func json() throws -> String { try JSONText.encode(self) }
}

/// The short form of `Metrics`, as `train --json` prints it.
public struct MetricsSummary: Codable, Sendable, Equatable {
    /// Share of right predictions.
    public var accuracy: Double
    /// Mean F1 over all labels.
    public var macroF1: Double
    /// Number of examples.
    public var n: Int
    /// As in `RejectionMetrics`; nil for a classifier that does not reject.
    public var inScopeAccuracy: Double?
    /// As in `RejectionMetrics`.
    public var outOfScopeRecall: Double?
    /// As in `RejectionMetrics`.
    public var outOfScopePrecision: Double?

    private enum CodingKeys: String, CodingKey {
        case accuracy, n
        case macroF1 = "macro_f1"
        case inScopeAccuracy = "in_scope_accuracy"
        case outOfScopeRecall = "out_of_scope_recall"
        case outOfScopePrecision = "out_of_scope_precision"
    }

    /// The JSON object, keys sorted, on one line.
    public func json() throws -> String { try JSONText.encode(self) }
}

/// The figures of one label.
public struct ClassMetrics: Codable, Sendable, Equatable {
    /// The label.
    public var label: String
    /// Share of right ones among those given the label.
    public var precision: Double
    /// Share of those found among those that have the label.
    public var recall: Double
    /// Harmonic mean of precision and recall.
    public var f1: Double
    /// Number of examples that have the label.
    public var support: Int
    /// The score from which the label is predicted; multi-label only.
    public var threshold: Float?
}

/// The accuracy when the k highest scores count as predictions.
public struct TopKAccuracy: Codable, Sendable, Equatable {
    /// How many scores count.
    public var k: Int
    /// Share of examples whose truth is among them.
    public var accuracy: Double
}
