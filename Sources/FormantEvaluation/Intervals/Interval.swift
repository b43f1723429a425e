/// A confidence interval; in JSON a list of two numbers.
public struct Interval: Sendable, Equatable, Codable {
    /// Its lower end.
    public var lower: Double
    /// Its upper end.
    public var upper: Double

    /// Creates an interval.
    public init(_ lower: Double, _ upper: Double) { (self.lower, self.upper) = (lower, upper) }

    /// Whether it holds a value.
    public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

    /// Reads `[lower, upper]`.
    public init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        lower = try list.decode(Double.self)
        upper = try list.decode(Double.self)
    }

    /// Writes `[lower, upper]`.
    public func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        try list.encode(lower)
        try list.encode(upper)
    }
}

/// The 95 % confidence intervals of the main figures.
public struct MetricIntervals: Sendable, Equatable {
    /// Of the accuracy.
    public var accuracy: Interval?
    /// Of the macro F1.
    public var macroF1: Interval?
    /// Of the balanced accuracy; single-label only.
    public var balancedAccuracy: Interval?
    /// Of the mean average precision; multi-label only.
    public var meanAveragePrecision: Interval?
    /// What was drawn from: the groups, an example without a group being one of its own.
    public var clusters: Int

    /// Creates intervals.
    public init(
        accuracy: Interval?, macroF1: Interval?, balancedAccuracy: Interval?, meanAveragePrecision: Interval?,
        clusters: Int
    ) {
        self.accuracy = accuracy
        self.macroF1 = macroF1
        self.balancedAccuracy = balancedAccuracy
        self.meanAveragePrecision = meanAveragePrecision
        self.clusters = clusters
    }
}
