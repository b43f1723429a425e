import FormantEvaluation
import FormantTensor
import Testing

@Suite struct EvaluationTests {
    @Test func nothingToEvaluateIsAnError() throws {
        let empty = try Predictions(labels: ["a", "b"])
        #expect(throws: EvaluationError.noExamples) { try Evaluation(of: empty) }
    }

    @Test func tiesGoToTheFirstLabel() throws {
        let predictions = try Predictions(
            labels: ["a", "b", "c"], identities: ["1", "2"], truth: [1, 2], scores: [0.25, 0.375, 0.375, 0, 0.5, 0.5])
        let evaluation = try Evaluation(of: predictions, options: EvaluationOptions(topK: [0, 1, 2, 3]))
        #expect(evaluation.metrics.confusion?.counts == [[0, 0, 0], [0, 1, 0], [0, 1, 0]])
        #expect(evaluation.metrics.topK.map(\.k) == [1, 2])
        #expect(evaluation.metrics.topK.map(\.accuracy) == [0.5, 1])
    }

    @Test func impossibleTruthCostsAFiniteLoss() throws {
        let predictions = try Predictions(labels: ["a", "b"], identities: ["1"], truth: [0], scores: [0, 1])
        let metrics = try Evaluation(of: predictions).metrics
        #expect(abs(metrics.logLoss - 36.04365338911715) < 1e-12)  // 52 · ln 2
        #expect(metrics.macro == PrecisionRecallF1(precision: 0, recall: 0, f1: 0))
    }

    @Test func listsTheMostFrequentConfusions() throws {
        let counts = [[5, 1, 0], [3, 9, 1], [0, 3, 7]]
        var predictions = try Predictions(labels: ["a", "b", "c"])
        for (truth, row) in counts.enumerated() {
            for (prediction, count) in row.enumerated() {
                for _ in 0..<count {
                    let scores = (0..<3).map { $0 == prediction ? Float(1) : 0 }
                    try predictions.append(.init(identity: "x", truth: [truth], scores: scores))
                }
            }
        }
        let evaluation = try Evaluation(of: predictions, options: EvaluationOptions(listedConfusions: 3))
        #expect(evaluation.confusions.map { "\($0.truth)\($0.prediction)\($0.count)" } == ["ba3", "cb3", "ab1"])
        #expect(evaluation.metrics.confusion?.counts == counts)
        #expect(evaluation.metrics.confusion?.total == 29)
    }

    @Test func listsTheSurestErrors() throws {
        let confidences: [Float] = [0.75, 0.5, 0.875, 0.75, 0.625]
        let predictions = try Predictions(
            labels: ["a", "b"], identities: (0..<5).map { "clip \($0)" }, groups: ["g", nil, nil, nil, nil],
            truth: [0, 1, 0, 0, 1], scores: confidences.flatMap { [1 - $0, $0] })
        let errors = try Evaluation(of: predictions, options: EvaluationOptions(listedErrors: 2)).confidentErrors
        #expect(errors.map(\.index) == [2, 0])
        #expect(errors.map(\.confidence) == [0.875, 0.75])
        #expect(errors[1].identity == "clip 0" && errors[1].group == "g")
        #expect(errors[1].truth == ["a"] && errors[1].prediction == ["b"])
        #expect(try Evaluation(of: predictions, options: EvaluationOptions(listedErrors: -1)).confidentErrors.isEmpty)
    }

    @Test func surestErrorsEqualASortOfAll() throws {
        let seed: UInt64 = 11
        var generator = SeededGenerator(seed: seed)
        let scores = (0..<2000).map { _ in Float(generator.index(below: 64)) / 64 }
        let predictions = try Predictions(
            labels: ["a", "b"], identities: scores.map { "\($0)" }, truth: scores.map { _ in 0 },
            scores: scores.flatMap { [1 - $0, $0] })
        let expected = scores.indices.filter { scores[$0] > 0.5 }
            .sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
        let errors = try Evaluation(of: predictions, options: EvaluationOptions(listedErrors: 100)).confidentErrors
        #expect(errors.map(\.index) == Array(expected.prefix(100)), "seed \(seed)")
    }

    @Test func multiLabelErrorsNameAllLabels() throws {
        let predictions = try Predictions(
            labels: ["a", "b", "c"], task: .multiLabel,
            examples: [
                .init(identity: "right", truth: [0, 2], scores: [0.5, 0.25, 0.75]),
                .init(identity: "missed", truth: [0, 1], scores: [0.5, 0.125, 0]),
                .init(identity: "false alarm", truth: [], scores: [0, 0, 0.75]),
            ])
        let evaluation = try Evaluation(of: predictions)
        #expect(evaluation.confidentErrors.map(\.identity) == ["missed", "false alarm"])
        #expect(evaluation.confidentErrors.map(\.confidence) == [0.875, 0.75])
        #expect(evaluation.confidentErrors[0].truth == ["a", "b"])
        #expect(evaluation.confidentErrors[0].prediction == ["a"])
        #expect(evaluation.metrics.accuracy == 1.0 / 3)
        #expect(evaluation.metrics.hammingLoss == 2.0 / 9)
    }

    @Test func refusesThresholdsThatDoNotFit() throws {
        let predictions = try Predictions(
            labels: ["a", "b"], task: .multiLabel, examples: [.init(identity: "1", truth: [], scores: [0, 1])])
        #expect(throws: EvaluationError.countMismatch(list: "thresholds, one per label", expected: 2, found: 1)) {
            try Evaluation(of: predictions, options: EvaluationOptions(thresholds: .perLabel([0.5])))
        }
        #expect(throws: EvaluationError.invalidThreshold(label: "a", found: 2)) {
            try Evaluation(of: predictions, options: EvaluationOptions(thresholds: .uniform(2)))
        }
        #expect(throws: EvaluationError.self) {
            try Evaluation(of: predictions, options: EvaluationOptions(thresholds: .uniform(.nan)))
        }
    }

    @Test func confusionMatricesAddUp() throws {
        var sum = try ConfusionMatrix(labels: ["a", "b"], counts: [[1, 2], [3, 4]])
        sum += try ConfusionMatrix(labels: ["a", "b"], counts: [[10, 0], [0, 1]])
        #expect(sum.counts == [[11, 2], [3, 5]])
        #expect(sum.labelCounts[0] == LabelCounts(truePositives: 11, falsePositives: 3, falseNegatives: 2))
        #expect(sum.correct == 16)
    }

    @Test func aMillionPredictionsTakeASecondOrTwo() throws {
        let (count, width) = (1_000_000, 10)
        var generator = SeededGenerator(seed: 5)
        let truth = (0..<count).map { _ in generator.index(below: width) }
        let scores = (0..<count * width).map { _ in generator.uniform() }
        let clock = ContinuousClock()
        var accuracy = 0.0
        let time = try clock.measure {
            let predictions = try Predictions(
                labels: (0..<width).map { "\($0)" }, identities: Array(repeating: "", count: count), truth: truth,
                scores: scores)
            accuracy = try Evaluation(of: predictions).metrics.accuracy
        }
        #expect(abs(accuracy - 0.1) < 0.003)
        #expect(time < .seconds(6), "took \(time); the limit leaves room for a busy machine")
        print("10⁶ predictions × 10 labels: \(time)")
    }
}
