import FormantEvaluation
import FormantTensor
import Testing

@Suite struct ComparisonTests {
    private func run(_ name: String, rightIn share: Float, seed: UInt64, count: Int = 200, order: [Int]? = nil) throws
        -> ComparedRun
    {
        var chance = SeededGenerator(seed: seed)
        let rights = (0..<count).map { _ in chance.uniform() < share }
        let examples = (order ?? Array(0..<count)).map { i -> Predictions.Example in
            let isYes = (i % 2 == 0) == rights[i]
            return .init(
                identity: "sentence", id: "text:\(i)", group: "\(i / 4)", truth: [i % 2],
                scores: isYes ? [0.9, 0.1] : [0.2, 0.8])
        }
        return ComparedRun(
            name: name, predictions: try Predictions(labels: ["yes", "no"], examples: examples),
            cost: .init(bytes: 4096, weights: 1000, milliseconds: 0.5))
    }

    @Test func aBetterRunIsFoundBetter() throws {
        let comparison = try Comparison(of: [
            run("old", rightIn: 0.7, seed: 1), run("new", rightIn: 0.95, seed: 2, order: Array((0..<200).reversed())),
        ])
        let pair = comparison.pairs[0]
        #expect(comparison.n == 200 && comparison.clusters == 50)
        #expect(pair.accuracyDifference > 0.15)
        #expect(try #require(pair.accuracyInterval).lower > 0)
        #expect(pair.mcNemar.exact < 0.001)
        #expect(pair.mcNemar.onlySecond == pair.fixed.count && pair.mcNemar.onlyFirst == pair.broken.count)
        let difference = Double(pair.fixed.count - pair.broken.count) / 200
        #expect(abs(difference - pair.accuracyDifference) < 1e-12)
        #expect(pair.fixed.allSatisfy { $0.second == $0.truth && $0.first != $0.truth })
        #expect(pair.verdict.contains("better"))
        let json = try comparison.json()
        #expect(json.contains(#""accuracy_difference_interval":["#) && json.contains(#""mid_p":"#))
        let page = comparison.html(made: "now")
        #expect(page.contains("<h2") && page.contains("Fixed") && !page.contains("<script"))
    }

    @Test func theSameRunTwiceDoesNotDiffer() throws {
        let run = try run("a", rightIn: 0.8, seed: 3)
        let pair = try Comparison(of: [run, run]).pairs[0]
        #expect(pair.accuracyDifference == 0 && pair.accuracyInterval == nil && pair.mcNemar.exact == 1)
        #expect(pair.fixed.isEmpty && pair.broken.isEmpty)
    }

    @Test func otherExamplesAreNamed() throws {
        let whole = try run("a", rightIn: 0.8, seed: 3)
        let part = try run("b", rightIn: 0.8, seed: 3, order: Array(0..<199))
        #expect(
            throws: EvaluationError.differentExamples(first: "a", second: "b", missing: ["text:199"], count: 1)
        ) { try Comparison(of: [whole, part]) }
        #expect(throws: EvaluationError.runCount(found: 1)) { try Comparison(of: [whole]) }
        let twice = try run("c", rightIn: 0.8, seed: 3, order: Array(0..<199) + [0])
        #expect(throws: EvaluationError.repeatedExample(run: "c", example: "text:0")) {
            try Comparison(of: [whole, twice])
        }
        var other = whole
        other.predictions = try Predictions(
            labels: ["yes", "no"],
            examples: (0..<200).map {
                var example = whole.predictions[$0]
                if $0 == 5 { example.truth = [0] }
                return example
            })
        #expect(throws: EvaluationError.differentTruth(first: "a", second: "a", example: "sentence")) {
            try Comparison(of: [whole, other])
        }
    }

    @Test func theBootstrapOfAPairIsPaired() throws {
        // 95 % of the samples hold the true difference of 0.1, and one that knows of the pairs is narrower.
        var inside = 0
        for sample in 0..<200 {
            var chance = SeededGenerator(seed: UInt64(sample))
            var first = try Predictions(labels: ["a", "b"])
            var second = first
            for i in 0..<150 {
                let draw = chance.uniform()
                try first.append(.init(identity: "\(i)", truth: [0], scores: draw < 0.7 ? [1, 0] : [0, 1]))
                try second.append(.init(identity: "\(i)", truth: [0], scores: draw < 0.8 ? [1, 0] : [0, 1]))
            }
            let pair = try Comparison(
                of: [.init(name: "1", predictions: first), .init(name: "2", predictions: second)],
                options: EvaluationOptions(resamples: 500)
            ).pairs[0]
            let interval = try #require(pair.accuracyInterval)
            #expect(interval.upper - interval.lower < 0.16)
            if interval.contains(0.1) { inside += 1 }
        }
        #expect((182...199).contains(inside), "\(inside) of 200")
    }
}
