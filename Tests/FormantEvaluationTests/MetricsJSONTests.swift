import FormantEvaluation
import Testing

@Suite struct MetricsJSONTests {
    private func metrics() throws -> Metrics {
        let predictions = try Predictions(
            labels: ["no", "yes"], identities: ["1", "2", "3", "4"], truth: [0, 0, 1, 1],
            scores: [1, 0, 0.25, 0.75, 0, 1, 0.25, 0.75])
        return try Evaluation(of: predictions, options: EvaluationOptions(resamples: 0)).metrics
    }

    /// The metrics without what ranking and calibration add.
    private func plain() throws -> Metrics {
        var metrics = try metrics()
        (metrics.ranking, metrics.calibration) = (nil, nil)
        for i in metrics.classes.indices {
            (metrics.classes[i].averagePrecision, metrics.classes[i].rocArea) = (nil, nil)
        }
        return metrics
    }

    @Test func figuresOfRankingCalibrationAndIntervals() throws {
        var metrics = try metrics()
        metrics.intervals = MetricIntervals(
            accuracy: Interval(0.5, 1), macroF1: Interval(0.25, 1), balancedAccuracy: nil, meanAveragePrecision: nil,
            clusters: 4)
        let text = try metrics.json()
        for key in [
            #""accuracy_interval":[0.5,1]"#, #""macro_f1_interval":[0.25,1]"#, #""interval_clusters":4"#,
            #""mean_average_precision":"#, #""macro_roc_auc":"#, #""expected_calibration_error":"#, #""brier":"#,
            #""average_precision":"#, #""roc_auc":"#,
        ] {
            #expect(text.contains(key), "\(key) in \(text)")
        }
        #expect(!text.contains("balanced_accuracy_interval"))
        let summary = try metrics.summary.json()
        #expect(summary.hasPrefix(#"{"accuracy":0.75,"accuracy_interval":[0.5,1],"macro_f1":"#), "\(summary)")
    }

    @Test func singleLabelText() throws {
        // −ln 0.25, −ln 0.75 and two that are 0 but for clipping, over 4.
        let expected =
            #"{"accuracy":0.75,"balanced_accuracy":0.75,"classes":["#
            + #"{"f1":0.6666666666666666,"label":"no","precision":1,"recall":0.5,"support":2},"#
            + #"{"f1":0.8,"label":"yes","precision":0.6666666666666666,"recall":1,"support":2}],"#
            + #""confusion":{"counts":[[1,1],[0,2]],"labels":["no","yes"]},"kappa":0.5,"log_loss":"#
        let text = try plain().json()
        #expect(text.hasPrefix(expected), "\(text)")
        let rest =
            #","macro_f1":0.7333333333333334,"macro_precision":0.8333333333333333,"macro_recall":0.75,"#
            + #""matthews":0.5773502691896258,"#
            + #""micro_f1":0.75,"micro_precision":0.75,"micro_recall":0.75,"n":4,"task":"single_label","top_k":[],"#
            + #""weighted_f1":0.7333333333333334,"weighted_precision":0.8333333333333333,"weighted_recall":0.75}"#
        #expect(text.hasSuffix(rest), "\(text)")
    }

    @Test func shortForm() throws {
        #expect(try metrics().summary.json() == #"{"accuracy":0.75,"macro_f1":0.7333333333333334,"n":4}"#)
    }

    @Test func multiLabelLeavesOutWhatItDoesNotHave() throws {
        let predictions = try Predictions(
            labels: ["a/b"], task: .multiLabel, examples: [.init(identity: "1", truth: [0], scores: [1])])
        let text = try Evaluation(of: predictions).metrics.json()
        #expect(!text.contains("confusion") && !text.contains("balanced") && !text.contains("top_k"))
        #expect(text.contains(#""hamming_loss":0"#) && text.contains(#""threshold":0.5"#) && text.contains(#""a/b""#))
    }
}
