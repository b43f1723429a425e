import FormantEvaluation
import Testing

/// All figures against scikit-learn, to 1e-6.
@Suite struct GoldenMetricsTests {
    @Test func equalScikitLearn() throws {
        let golden = try GoldenMetrics.load()
        #expect(golden.problems.count == 100)
        for (number, problem) in golden.problems.enumerated() {
            let metrics = try evaluate(problem, grid: golden.grid)
            #expect(metrics.n == problem.scores.count, "problem \(number)")
            expectEqual(metrics.accuracy, problem.accuracy, "accuracy", number)
            expectEqual(metrics.balancedAccuracy, problem.balancedAccuracy, "balanced accuracy", number)
            expectEqual(metrics.hammingLoss, problem.hammingLoss, "Hamming loss", number)
            expectEqual(metrics.logLoss, problem.logLoss, "log loss", number)
            expectEqual(metrics.macro, problem.macro, "macro", number)
            expectEqual(metrics.micro, problem.micro, "micro", number)
            expectEqual(metrics.weighted, problem.weighted, "weighted", number)
            #expect(metrics.confusion?.counts == problem.confusion, "problem \(number)")
            #expect(metrics.classes.count == problem.classes.count)
            for (found, expected) in zip(metrics.classes, problem.classes) {
                let scores = PrecisionRecallF1(precision: found.precision, recall: found.recall, f1: found.f1)
                expectEqual(scores, Array(expected.prefix(3)), "label \(found.label)", number)
                #expect(found.support == Int(expected[3]), "problem \(number), label \(found.label)")
            }
            for (found, expected) in zip(metrics.classes, zip(problem.averagePrecision, problem.rocAuc)) {
                expectEqual(found.averagePrecision, expected.0, "average precision", number)
                expectEqual(found.rocArea, expected.1, "ROC area", number)
            }
            let ranking = try #require(metrics.ranking)
            expectEqual(ranking.meanAveragePrecision, problem.meanAveragePrecision, "mAP", number)
            expectEqual(ranking.microAveragePrecision, problem.microAveragePrecision, "micro AP", number)
            expectEqual(ranking.macroROCArea, problem.macroRocAuc, "macro ROC area", number)
            expectEqual(ranking.microROCArea, problem.microRocAuc, "micro ROC area", number)
            let calibration = try #require(metrics.calibration)
            expectEqual(calibration.expected, problem.expectedCalibrationError, "ECE", number)
            expectEqual(calibration.brier, problem.brier, "Brier", number)
            expectEqual(calibration.adaptive, problem.adaptiveCalibrationError, "adaptive ECE", number)
            expectEqual(metrics.kappa, problem.kappa, "kappa", number)
            expectEqual(metrics.matthews, problem.matthews, "Matthews", number)
            #expect(metrics.topK.count == problem.topK?.count ?? 0, "problem \(number)")
            for (found, expected) in zip(metrics.topK, problem.topK ?? []) {
                expectEqual(found.accuracy, expected, "top \(found.k)", number)
            }
        }
    }

    @Test func curvesEqualScikitLearn() throws {
        let golden = try GoldenMetrics.load()
        var curves = 0
        for (number, problem) in golden.problems.enumerated() {
            guard let roc = problem.roc, let precisionRecall = problem.precisionRecall else { continue }
            curves += 1
            let truth = problem.scores.indices.flatMap { i in
                let truths = problem.truth.map { [$0[i]] } ?? problem.truthSets?[i] ?? []
                return problem.scores[i].indices.map(truths.contains)
            }
            let ranked = RankedScores(
                scores: problem.scores.flatMap { $0.map { Float($0) / golden.grid } }, truth: truth)
            for (points, expected, what) in [
                (ranked.rocPoints, roc, "ROC"), (ranked.precisionRecallPoints, precisionRecall, "precision-recall"),
            ] {
                #expect(points.count == expected[0].count, "problem \(number), \(what)")
                for (point, (x, y)) in zip(points, zip(expected[0], expected[1])) {
                    expectEqual(point.x, x, what, number)
                    expectEqual(point.y, y, what, number)
                }
            }
        }
        #expect(curves >= 10)
    }

    private func evaluate(_ problem: GoldenMetrics.Problem, grid: Float) throws -> Metrics {
        let labels = try #require(problem.scores.first).indices.map { "label \($0)" }
        let scores = problem.scores.map { $0.map { Float($0) / grid } }
        if let truth = problem.truth {
            let predictions = try Predictions(
                labels: labels, identities: truth.indices.map { "\($0)" }, truth: truth, scores: scores.flatMap { $0 })
            // scikit-learn has no top-k accuracy of two labels.
            let topK = labels.count == 2 ? [] : Array(1..<labels.count)
            return try Evaluation(of: predictions, options: EvaluationOptions(topK: topK, resamples: 0)).metrics
        }
        let sets = try #require(problem.truthSets)
        let thresholds = try #require(problem.thresholds).map { Float($0) / grid }
        let predictions = try Predictions(
            labels: labels, task: .multiLabel,
            examples: zip(sets, scores).map { Predictions.Example(identity: "", truth: $0, scores: $1) })
        let options = EvaluationOptions(thresholds: .perLabel(thresholds), resamples: 0)
        return try Evaluation(of: predictions, options: options).metrics
    }

    private func expectEqual(_ found: Double?, _ expected: Double?, _ what: String, _ problem: Int) {
        if found == nil && expected == nil { return }
        let difference = abs((found ?? .infinity) - (expected ?? -.infinity))
        #expect(difference <= 1e-6, "problem \(problem), \(what): \(String(describing: found))")
    }

    private func expectEqual(_ found: PrecisionRecallF1, _ expected: [Double], _ what: String, _ problem: Int) {
        for (value, name) in zip(
            zip([found.precision, found.recall, found.f1], expected), ["precision", "recall", "F1"])
        {
            expectEqual(value.0, value.1, "\(what) \(name)", problem)
        }
    }
}
