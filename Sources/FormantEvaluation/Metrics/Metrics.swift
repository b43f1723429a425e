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
    /// Cohen's κ and the correlation coefficient of Matthews: see `ConfusionMatrix`; single-label only.
    public var kappa: Double?
    /// See `kappa`.
    public var matthews: Double?
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
    /// Average precision and areas under ROC curves; nil above `RankingMetrics.decisionLimit`.
    public var ranking: RankingMetrics?
    /// How far scores can be taken for probabilities.
    public var calibration: CalibrationErrors?
    /// 95 % confidence intervals; nil where there are not two groups (or examples) to draw from.
    public var intervals: MetricIntervals?
    /// Figures of parts of the examples, where they were asked for.
    public var slices: [Slice] = []
    /// What rejecting does, for a classifier that rejects. All other figures are as if it did not.
    public var rejection: RejectionMetrics?

    /// The short form.
    public var summary: MetricsSummary {
        MetricsSummary(
            accuracy: accuracy, macroF1: macro.f1, n: n, inScopeAccuracy: rejection?.inScopeAccuracy,
            outOfScopeRecall: rejection?.outOfScopeRecall, outOfScopePrecision: rejection?.outOfScopePrecision,
            accuracyInterval: intervals?.accuracy, macroF1Interval: intervals?.macroF1)
    }

    /// The JSON object, keys sorted, on one line.
    public func json() throws -> String { try JSONText.encode(self) }
}
