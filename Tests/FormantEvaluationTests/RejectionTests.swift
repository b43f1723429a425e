import FormantEvaluation
import FormantTensor
import Testing

/// The threshold below which an example is rejected, and the figures at it.
@Suite struct RejectionTests {
    /// Predictions over the labels a, b and oos: truth, and the scores of a and b; oos has the rest.
    private func predictions(_ rows: [(truth: Int, a: Float, b: Float)]) throws -> Predictions {
        try Predictions(
            labels: ["a", "b", "oos"], outOfScope: "oos",
            examples: rows.enumerated().map { i, row in
                .init(identity: "\(i)", truth: [row.truth], scores: [row.a, row.b, max(0, 1 - row.a - row.b)])
            })
    }

    @Test func theThresholdLiesMidwayBetweenWhatGoesAndWhatStays() throws {
        // Ten in scope: right with leads of 0.1, 0.14 … 0.42, and one that is wrong.
        var rows = (0..<9).map { (truth: 0, a: 0.5 + 0.02 * Float($0), b: Float(0.1)) }
        rows.append((truth: 1, a: 0.4, b: 0.3))
        rows.append((truth: 2, a: 0.51, b: 0.1))
        rows.append((truth: 2, a: 0.9, b: 0.05))
        let predictions = try predictions(rows)
        for (cost, expected) in [(0.0, Float(0.05)), (0.05, 0.05), (0.1, 0.12), (0.2, 0.16), (0.99, 0.4)] {
            let threshold = try #require(predictions.rejectionThreshold(cost: cost))
            #expect(abs(threshold - expected) < 1e-6, "cost \(cost): \(threshold)")
        }
    }

    @Test func itComesDownWhereNothingMoreIsToBeFound() throws {
        let rows: [(truth: Int, a: Float, b: Float)] =
            (0..<100).map { (0, 0.3 + 0.005 * Float($0), 0.1) } + [(2, 0.2, 0.1), (2, 0.312, 0.1)]
        let threshold = try #require(try predictions(rows).rejectionThreshold(cost: 0.2))
        // Of the scores 0.312 and 0.315, less what is left for the label out of scope.
        #expect(abs(threshold - (0.312 + 0.315 - 0.9)) < 1e-6, "\(threshold)")
    }

    @Test func thereMustBeSomethingToFindItBy() throws {
        #expect(try predictions([(2, 0.5, 0.2)]).rejectionThreshold(cost: 0.1) == nil)
        #expect(try predictions([(1, 0.5, 0.2)]).rejectionThreshold(cost: 0.1) == nil)
        let several = try Predictions(
            labels: ["a", "b"], task: .multiLabel, examples: [.init(identity: "", truth: [0], scores: [1, 0])])
        #expect(several.rejectionThreshold(cost: 0.1) == nil)
    }

    /// Among all thresholds that cost no more, none finds more: by trying each.
    @Test(arguments: 0..<20) func noThresholdFindsMore(seed: Int) throws {
        var generator = SeededGenerator.derived(seed: UInt64(seed), purpose: "rejection")
        let rows = (0..<200).map { _ in
            let a = Float(generator.index(below: 100)) / 100
            return (truth: generator.index(below: 3), a: a, b: min(1 - a, Float(generator.index(below: 100)) / 100))
        }
        var predictions = try predictions(rows)
        let inScope = rows.count { $0.truth != 2 }
        func count(below threshold: Float) throws -> (lost: Int, found: Int) {
            predictions.reject(below: threshold)
            let rejected = try #require(predictions.rejected)
            var (lost, found) = (0, 0)
            for (row, isRejected) in zip(rows, rejected) where isRejected {
                if row.truth == 2 { found += 1 }
                if row.truth == (row.b > row.a ? 1 : 0) { lost += 1 }
            }
            return (lost, found)
        }
        let allowed = Int(0.1 * Double(inScope))
        let threshold = try #require(predictions.rejectionThreshold(cost: 0.1))
        let chosen = try count(below: threshold)
        #expect(chosen.lost <= allowed, "seed \(seed)")
        for step in -100...100 {
            let other = try count(below: Float(step) / 100)
            // Scores are hundredths: just above the chosen one lies what the next hundredth finds.
            if other.lost <= allowed, Float(step) / 100 <= threshold {
                #expect(other.found <= chosen.found, "seed \(seed)")
            }
        }
    }

    @Test func figuresAreCounted() throws {
        var predictions = try predictions([
            (0, 0.9, 0.1), (0, 0.4, 0.3), (1, 0.6, 0.2), (2, 0.1, 0.2), (2, 0.1, 0.8), (1, 0.1, 0.7),
        ])
        #expect(try Evaluation(of: predictions).metrics.rejection == nil)
        predictions.reject(below: 0.3)
        let metrics = try Evaluation(of: predictions).metrics
        let rejection = try #require(metrics.rejection)
        #expect(rejection.inScopeAccuracy == 0.5 && rejection.outOfScopeRecall == 0.5)
        #expect(rejection.outOfScopePrecision == 0.5 && rejection.rejected == 2)
        #expect(metrics.accuracy == 4.0 / 6)
        #expect(metrics.summary.inScopeAccuracy == 0.5 && metrics.summary.outOfScopeRecall == 0.5)
        let json = try metrics.json()
        for key in [
            "in_scope_accuracy\":0.5", "out_of_scope_recall\":0.5", "out_of_scope_precision\":0.5", "rejected\":2",
        ] {
            #expect(json.contains(key), "\(json)")
        }
        let report = Report(
            title: "t", made: "now", parts: [.init(split: "test", evaluation: try Evaluation(of: predictions))])
        #expect(try Report(json: report.json()) == report)
        #expect(report.html().contains("Out-of-scope recall"))
    }

    @Test func foldsArePooledWithTheirOwnThresholds() throws {
        var one = try predictions([(0, 0.9, 0.1), (2, 0.4, 0.1)])
        var other = try predictions([(0, 0.4, 0.1), (2, 0.2, 0.1)])
        one.reject(below: 0.5)
        other.reject(below: -0.3)
        try one.append(contentsOf: other)
        #expect(one.rejected == [false, true, false, true])
        #expect(try Evaluation(of: one).metrics.rejection?.inScopeAccuracy == 1)
    }
}
