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
    /// 95 % confidence interval of the accuracy; nil where there are not two groups (or examples) to draw from.
    public var accuracyInterval: Interval?
    /// 95 % confidence interval of the macro F1; nil as well where it does not vary.
    public var macroF1Interval: Interval?

    private enum CodingKeys: String, CodingKey {
        case accuracy, n
        case macroF1 = "macro_f1"
        case inScopeAccuracy = "in_scope_accuracy"
        case outOfScopeRecall = "out_of_scope_recall"
        case outOfScopePrecision = "out_of_scope_precision"
        case accuracyInterval = "accuracy_interval"
        case macroF1Interval = "macro_f1_interval"
    }

    /// The JSON object, keys sorted, on one line.
    public func json() throws -> String { try JSONText.encode(self) }
}
