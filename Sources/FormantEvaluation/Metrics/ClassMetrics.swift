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
    /// Area under the precision–recall curve, as a sum of steps; nil without examples.
    public var averagePrecision: Double?
    /// Area under the ROC curve; nil unless some examples have the label and some do not.
    public var rocArea: Double?

    private enum CodingKeys: String, CodingKey {
        case label, precision, recall, f1, support, threshold
        case averagePrecision = "average_precision"
        case rocArea = "roc_auc"
    }
}

/// The accuracy when the k highest scores count as predictions.
public struct TopKAccuracy: Codable, Sendable, Equatable {
    /// How many scores count.
    public var k: Int
    /// Share of examples whose truth is among them.
    public var accuracy: Double
}
