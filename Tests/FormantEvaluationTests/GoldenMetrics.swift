import Foundation
import Testing

/// The problems of `Golden/metrics.json`, made by `tools/golden/metrics.py` with scikit-learn.
struct GoldenMetrics: Decodable {
    struct Problem: Decodable {
        var scores: [[Int]]
        var truth: [Int]?
        var truthSets: [[Int]]?
        var thresholds: [Int]?
        var accuracy: Double
        var balancedAccuracy: Double?
        var hammingLoss: Double?
        var logLoss: Double
        var confusion: [[Int]]?
        /// For k = 1, 2, … labels − 1.
        var topK: [Double]?
        var macro: [Double]
        var micro: [Double]
        var weighted: [Double]
        /// Precision, recall, F1, support.
        var classes: [[Double]]
        /// Per label; nil where not defined.
        var averagePrecision: [Double?]
        var rocAuc: [Double?]
        var meanAveragePrecision: Double?
        var microAveragePrecision: Double?
        var macroRocAuc: Double?
        var microRocAuc: Double?
        var expectedCalibrationError: Double
        var adaptiveCalibrationError: Double
        var brier: Double
        var kappa: Double?
        var matthews: Double?
        /// Of all decisions pooled: false positive rates and true positive rates.
        var roc: [[Double]]?
        /// Recalls and precisions.
        var precisionRecall: [[Double]]?
    }

    /// What the integers of the scores are divided by.
    var grid: Float
    var problems: [Problem]

    static func load() throws -> GoldenMetrics {
        let url = try #require(Bundle.module.url(forResource: "Golden/metrics", withExtension: "json"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(GoldenMetrics.self, from: Data(contentsOf: url))
    }
}
