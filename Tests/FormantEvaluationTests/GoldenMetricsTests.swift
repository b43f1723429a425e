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
            #expect(metrics.topK.count == problem.topK?.count ?? 0, "problem \(number)")
            for (found, expected) in zip(metrics.topK, problem.topK ?? []) {
                expectEqual(found.accuracy, expected, "top \(found.k)", number)
            }
        }
    }

    private func evaluate(_ problem: GoldenMetrics.Problem, grid: Float) throws -> Metrics {
        let labels = try #require(problem.scores.first).indices.map { "label \($0)" }
        let scores = problem.scores.map { $0.map { Float($0) / grid } }
        if let truth = problem.truth {
            let predictions = try Predictions(
                labels: labels, identities: truth.indices.map { "\($0)" }, truth: truth, scores: scores.flatMap { $0 })
            // scikit-learn has no top-k accuracy of two labels.
            let topK = labels.count == 2 ? [] : Array(1..<labels.count)
            return try Evaluation(of: predictions, options: EvaluationOptions(topK: topK)).metrics
        }
        let sets = try #require(problem.truthSets)
        let thresholds = try #require(problem.thresholds).map { Float($0) / grid }
        let predictions = try Predictions(
            labels: labels, task: .multiLabel,
            examples: zip(sets, scores).map { Predictions.Example(identity: "", truth: $0, scores: $1) })
        return try Evaluation(of: predictions, options: EvaluationOptions(thresholds: .perLabel(thresholds))).metrics
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
