import FormantEvaluation
import FormantTensor
import Foundation
import Testing

/// Confidence intervals against simulations in which the true value is known.
@Suite struct IntervalTests {
    /// How often the intervals of many samples hold the true value, per figure.
    struct Coverage {
        var accuracy = 0.0
        var macroF1 = 0.0
        var balanced = 0.0
        var precision = 0.0
    }

    /// Predictions of `groups` groups; a group has a hardness of its own, which its examples share.
    static func singleLabel(groups: Int, sizes: ClosedRange<Int>, using chance: inout SeededGenerator) throws
        -> Predictions
    {
        var predictions = try Predictions(labels: ["a", "b", "c"])
        for group in 0..<groups {
            let ease = sizes.upperBound == 1 ? 0 : 0.3 * (chance.uniform() - 0.5)
            for _ in 0..<sizes.lowerBound + chance.index(below: sizes.count) {
                let draw = chance.uniform()
                let truth = draw < 0.5 ? 0 : draw < 0.8 ? 1 : 2
                let isRight = chance.uniform() < [0.85, 0.75, 0.65][truth] + ease
                let label = isRight ? truth : (truth + 1 + chance.index(below: 2)) % 3
                var scores: [Float] = [0.1, 0.1, 0.1]
                scores[label] = 0.8
                try predictions.append(
                    .init(
                        identity: "\(predictions.count)", group: sizes.upperBound == 1 ? nil : "\(group)",
                        truth: [truth], scores: scores))
            }
        }
        return predictions
    }

    static func multiLabel(groups: Int, sizes: ClosedRange<Int>, using chance: inout SeededGenerator) throws
        -> Predictions
    {
        var predictions = try Predictions(labels: ["a", "b"], task: .multiLabel)
        for group in 0..<groups {
            let shift = sizes.upperBound == 1 ? 0 : 0.5 * chance.normal()
            for _ in 0..<sizes.lowerBound + chance.index(below: sizes.count) {
                let truth = [0, 1].filter { chance.uniform() < [0.4, 0.25][$0] }
                let scores = [0, 1].map { label -> Float in
                    let value = chance.normal() + shift + (truth.contains(label) ? 1 : -1)
                    return min(max(0.5 + value / 8, 0), 1)
                }
                try predictions.append(
                    .init(
                        identity: "\(predictions.count)", group: sizes.upperBound == 1 ? nil : "\(group)",
                        truth: truth, scores: scores))
            }
        }
        return predictions
    }

    static func coverage(
        samples: Int, groups: Int, sizes: ClosedRange<Int>, seed: UInt64,
        _ draw: (Int, ClosedRange<Int>, inout SeededGenerator) throws -> Predictions
    ) throws -> Coverage {
        var chance = SeededGenerator(seed: seed)
        let whole = try Evaluation(
            of: draw(max(1, 120_000 * groups / 100 / sizes.upperBound), sizes, &chance),
            options: EvaluationOptions(resamples: 0)
        ).metrics
        var coverage = Coverage()
        for sample in 0..<samples {
            // Fewer resamples than evaluations have cost little coverage where there are many groups.
            let options = EvaluationOptions(resamples: groups < 30 ? 2000 : 600, seed: UInt64(sample))
            let metrics = try Evaluation(of: draw(groups, sizes, &chance), options: options).metrics
            let intervals = try #require(metrics.intervals)
            if intervals.accuracy?.contains(whole.accuracy) == true { coverage.accuracy += 1 / Double(samples) }
            if intervals.macroF1?.contains(whole.macro.f1) == true { coverage.macroF1 += 1 / Double(samples) }
            if let value = whole.balancedAccuracy, intervals.balancedAccuracy?.contains(value) == true {
                coverage.balanced += 1 / Double(samples)
            }
            if let value = whole.ranking?.meanAveragePrecision,
                intervals.meanAveragePrecision?.contains(value) == true
            {
                coverage.precision += 1 / Double(samples)
            }
        }
        return coverage
    }

    private func expect(_ coverage: Coverage, _ range: ClosedRange<Double>, isSingle: Bool, _ what: String) {
        print("coverage, \(what): \(coverage)")
        #expect(range.contains(coverage.accuracy), "\(what), accuracy: \(coverage.accuracy)")
        #expect(range.contains(coverage.macroF1), "\(what), macro F1: \(coverage.macroF1)")
        if isSingle {
            #expect(range.contains(coverage.balanced), "\(what), balanced accuracy: \(coverage.balanced)")
        } else {
            #expect(range.contains(coverage.precision), "\(what), mAP: \(coverage.precision)")
        }
    }

    @Test(arguments: [(100, 1...1), (30, 4...10)])
    func intervalsHoldTheTruth(groups: Int, sizes: ClosedRange<Int>) throws {
        // Of 400 samples the share itself varies by 1.1 points, so the bounds are wider than those below.
        let single = try Self.coverage(samples: 400, groups: groups, sizes: sizes, seed: 7, Self.singleLabel)
        expect(single, 0.92...0.98, isSingle: true, "\(groups) groups of \(sizes)")
    }

    @Test(
        .enabled(if: ProcessInfo.processInfo.environment["FORMANT_LONG"] != nil),
        arguments: [(100, 1...1), (300, 1...1), (20, 4...10), (40, 4...10)])
    func coverageLiesBetween93And97Percent(groups: Int, sizes: ClosedRange<Int>) throws {
        let single = try Self.coverage(samples: 4000, groups: groups, sizes: sizes, seed: 11, Self.singleLabel)
        expect(single, 0.93...0.97, isSingle: true, "\(groups) groups of \(sizes)")
        let several = try Self.coverage(samples: 2000, groups: groups, sizes: sizes, seed: 13, Self.multiLabel)
        expect(several, 0.93...0.97, isSingle: false, "\(groups) groups of \(sizes), several labels")
    }

    @Test func groupsMakeIntervalsWider() throws {
        // Ten groups, each wholly right or wrong: ten observations, not 200.
        let apart = try Predictions(
            labels: ["a", "b"], identities: (0..<200).map { "\($0)" }, truth: Array(repeating: 0, count: 200),
            scores: (0..<200).flatMap { $0 / 20 < 7 ? [Float(1), 0] : [0, 1] })
        let together = try Predictions(
            labels: ["a", "b"], identities: (0..<200).map { "\($0)" }, groups: (0..<200).map { "\($0 / 20)" },
            truth: Array(repeating: 0, count: 200), scores: apart.scores)
        let narrow = try #require(Evaluation(of: apart).metrics.intervals?.accuracy)
        let intervals = try #require(Evaluation(of: together).metrics.intervals)
        let wide = try #require(intervals.accuracy)
        #expect(intervals.clusters == 10)
        #expect(narrow.contains(0.7) && wide.contains(0.7))
        #expect(wide.upper - wide.lower > 3 * (narrow.upper - narrow.lower))
        #expect(try Evaluation(of: together).metrics.intervals == intervals, "the same seed gives the same interval")
    }

    @Test func allRightStillLeavesRoom() throws {
        let predictions = try Predictions(
            labels: ["a", "b"], identities: (0..<20).map { "\($0)" }, truth: Array(repeating: 0, count: 20),
            scores: (0..<20).flatMap { _ in [Float(1), 0] })
        let interval = try #require(Evaluation(of: predictions).metrics.intervals?.accuracy)
        // 0.025^(1/20)
        #expect(abs(interval.lower - 0.8315665) < 1e-6 && interval.upper == 1)
        let one = try Predictions(labels: ["a", "b"], identities: ["1"], truth: [0], scores: [1, 0])
        #expect(try Evaluation(of: one).metrics.intervals == nil)
    }

    @Test func quantilesAndTests() {
        for (p, z) in [(0.025, -1.959963985), (0.5, 0.0), (0.9, 1.281551566)] {
            #expect(abs(Distributions.normalQuantile(p) - z) < 1e-8)
            #expect(abs(Distributions.normal(z) - p) < 1e-9)
        }
        for (freedom, t) in [(1, 12.7062), (2, 4.30265), (3, 3.18245), (5, 2.57058), (30, 2.04227)] {
            #expect(abs(Distributions.studentQuantile975(freedom: freedom) - t) < 0.004)
        }
        // scipy 1.17: binomtest(2, 12).pvalue, binom.pmf(2, 12, 0.5), binomtest(480, 1000).pvalue.
        let few = McNemar(onlyFirst: 2, onlySecond: 10)
        #expect(abs(few.exact - 0.03857421875) < 1e-12)
        #expect(abs(few.midP - (0.03857421875 - 0.01611328125)) < 1e-12)
        let many = McNemar(onlyFirst: 520, onlySecond: 480)
        #expect(abs(many.exact - 0.2174483) < 1e-6, "\(many.exact)")
        #expect(McNemar(onlyFirst: 0, onlySecond: 0).midP == 1)
        #expect(abs(McNemar(onlyFirst: 3, onlySecond: 3).midP - (1 - 0.3125 / 2)) < 1e-12)
        #expect(McNemar(onlyFirst: 0, onlySecond: 100_000).exact < 1e-300)
    }
}
