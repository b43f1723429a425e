/// Figures that do not depend on a threshold: how well scores order the examples. Each label is a question of its own
/// (one against the rest, where an example has exactly one label).
///
/// Conventions are scikit-learn's, but that a label whose figure is not defined (no example has it, or for the ROC curve
/// every one) is left out of a mean, where scikit-learn warns and counts 0 or gives no number.
public struct RankingMetrics: Sendable, Equatable {
    /// Mean average precision (mAP): over the labels that have examples; nil without any.
    public var meanAveragePrecision: Double?
    /// Average precision of all decisions pooled.
    public var microAveragePrecision: Double?
    /// Mean area under the ROC curves, over the labels that some examples have and some do not.
    public var macroROCArea: Double?
    /// Area under the ROC curve of all decisions pooled.
    public var microROCArea: Double?

    init(
        meanAveragePrecision: Double? = nil, microAveragePrecision: Double? = nil, macroROCArea: Double? = nil,
        microROCArea: Double? = nil
    ) {
        self.meanAveragePrecision = meanAveragePrecision
        self.microAveragePrecision = microAveragePrecision
        self.macroROCArea = macroROCArea
        self.microROCArea = microROCArea
    }

    /// Above so many decisions (examples × labels) they are not ranked: it would take longer than all else.
    public static let decisionLimit = 1 << 22
}

/// A place on a curve; in JSON a list of two numbers.
public struct CurvePoint: Sendable, Equatable, Codable {
    /// False positive rate, or recall.
    public var x: Double
    /// True positive rate, or precision.
    public var y: Double

    /// Creates a point.
    public init(x: Double, y: Double) { (self.x, self.y) = (x, y) }

    /// Reads `[x, y]`.
    public init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        x = try list.decode(Double.self)
        y = try list.decode(Double.self)
    }

    /// Writes `[x, y]`.
    public func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        try list.encode(x)
        try list.encode(y)
    }
}

/// The ROC and the precision–recall curve of a label, thinned to at most `pointLimit` points each and rounded to four
/// digits after the point: for drawing.
public struct LabelCurves: Codable, Sendable, Equatable {
    /// The label; nil: all decisions pooled.
    public var label: String?
    /// (False positive rate, true positive rate), from (0, 0) to (1, 1).
    public var roc: [CurvePoint]
    /// (Recall, precision), from (0, 1) on.
    public var precisionRecall: [CurvePoint]

    /// The most points of a curve.
    public static let pointLimit = 100

    private enum CodingKeys: String, CodingKey {
        case label, roc
        case precisionRecall = "precision_recall"
    }

    init(label: String?, _ ranked: RankedScores) {
        self.label = label
        roc = LabelCurves.thinned(ranked.rocPoints)
        precisionRecall = LabelCurves.thinned(ranked.precisionRecallPoints)
    }

    private static func thinned(_ points: [CurvePoint]) -> [CurvePoint] {
        func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
        let count = min(points.count, pointLimit)
        return (0..<count).map { i in
            let point = points[count < points.count ? i * (points.count - 1) / (count - 1) : i]
            return CurvePoint(x: rounded(point.x), y: rounded(point.y))
        }
    }
}

extension Evaluation {
    /// Up to so many labels have their curves kept; of more, the `worstCurves` of the lowest average precision.
    static let openCurves = 20
    /// See `openCurves`.
    static let worstCurves = 5

    /// Adds what ranking the decisions gives to metrics, labels and curves.
    mutating func rank(_ predictions: Predictions) {
        guard predictions.scores.count <= RankingMetrics.decisionLimit else { return }
        let decisions = predictions.decisions
        let labels = predictions.labels
        var areas: [Double] = []
        var precisions: [Double] = []
        var all: [(label: Int, precision: Double, curves: LabelCurves)] = []
        for label in labels.indices {
            let ranked = predictions.ranked(by: label, decisions)
            metrics.classes[label].rocArea = ranked.rocArea
            metrics.classes[label].averagePrecision = ranked.averagePrecision
            if let area = ranked.rocArea { areas.append(area) }
            if let precision = ranked.averagePrecision {
                precisions.append(precision)
                all.append((label, precision, LabelCurves(label: labels[label], ranked)))
            }
        }
        if labels.count > Evaluation.openCurves {
            all.sort { ($0.precision, $0.label) < ($1.precision, $1.label) }
            all.removeSubrange(min(all.count, Evaluation.worstCurves)...)
        }
        let pooled = RankedScores(scores: predictions.scores, truth: decisions)
        metrics.ranking = RankingMetrics(
            meanAveragePrecision: mean(precisions), microAveragePrecision: pooled.averagePrecision,
            macroROCArea: mean(areas), microROCArea: pooled.rocArea)
        curves = (pooled.positives > 0 ? [LabelCurves(label: nil, pooled)] : []) + all.map(\.curves)
    }
}

/// The mean; nil of nothing.
func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}
