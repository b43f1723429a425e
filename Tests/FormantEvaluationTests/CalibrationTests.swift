import FormantEvaluation
import FormantTensor
import Testing

@Suite struct CalibrationTests {
    /// Outputs whose softmax (or sigmoid) at `temperature` is the chance of each label.
    private func outputs(_ count: Int, temperature: Float, seed: UInt64) -> (outputs: [[Float]], truths: [[Int]]) {
        var chance = SeededGenerator(seed: seed)
        var outputs: [[Float]] = []
        var truths: [[Int]] = []
        for _ in 0..<count {
            let logits = (0..<4).map { _ in 1.5 * chance.normal() }
            // The label of the largest logit plus Gumbel noise has the chances of the softmax; here by the sum of chances.
            let powers = logits.map { exponential($0) }
            var draw = chance.uniform() * powers.reduce(0, +)
            var truth = 0
            while truth < 3, draw >= powers[truth] {
                draw -= powers[truth]
                truth += 1
            }
            outputs.append(logits.map { $0 * temperature })
            truths.append([truth])
        }
        return (outputs, truths)
    }

    private func exponential(_ x: Float) -> Float {
        // (1 + x / 2¹⁰)^(2¹⁰), near enough for drawing.
        var power = 1 + x / 1024
        for _ in 0..<10 { power *= power }
        return power
    }

    @Test(arguments: [Float(0.4), 2, 5])
    func findsTheTemperature(_ temperature: Float) throws {
        let (outputs, truths) = outputs(4000, temperature: temperature, seed: 3)
        let scaling = try #require(TemperatureScaling(outputs: outputs, truths: truths, task: .singleLabel))
        #expect(abs(scaling.temperature / temperature - 1) < 0.08, "\(scaling.temperature)")
        #expect(scaling.lossAfter < scaling.lossBefore)
    }

    @Test func keepsOneWhereItDoesNotPay() throws {
        let (outputs, truths) = outputs(1000, temperature: 1, seed: 4)
        let scaling = try #require(TemperatureScaling(outputs: outputs, truths: truths, task: .singleLabel))
        #expect(scaling.temperature == 1)
        #expect(scaling.lossBefore == scaling.lossAfter)
    }

    @Test func severalLabels() throws {
        var chance = SeededGenerator(seed: 9)
        var outputs: [[Float]] = []
        var truths: [[Int]] = []
        for _ in 0..<3000 {
            let logits = (0..<3).map { _ in 2 * chance.normal() }
            truths.append((0..<3).filter { chance.uniform() < 1 / (1 + exponential(-logits[$0])) })
            outputs.append(logits.map { $0 * 3 })
        }
        let scaling = try #require(TemperatureScaling(outputs: outputs, truths: truths, task: .multiLabel))
        #expect(abs(scaling.temperature / 3 - 1) < 0.08, "\(scaling.temperature)")
    }

    @Test func hostileOutputsDoNotCount() throws {
        #expect(TemperatureScaling(outputs: [[.nan, 0], [0, 1]], truths: [[0], [5]], task: .singleLabel) == nil)
        #expect(TemperatureScaling(outputs: [], truths: [], task: .multiLabel) == nil)
        // All right and without doubt: the loss falls to 0 at the lowest temperature, and stays finite.
        let sure = try #require(
            TemperatureScaling(
                outputs: Array(repeating: [1e30, -1e30], count: 50), truths: Array(repeating: [0], count: 50),
                task: .singleLabel))
        #expect(sure.temperature == 1 && sure.lossAfter == 0)
        let wrong = try #require(
            TemperatureScaling(
                outputs: Array(repeating: [3, -3], count: 50), truths: Array(repeating: [1], count: 50),
                task: .singleLabel))
        #expect(wrong.temperature > 19)
    }

    @Test func thresholdsReachTheirTargets() throws {
        let predictions = try Predictions(
            labels: ["a", "b"], task: .multiLabel,
            examples: [(0.9, true), (0.8, true), (0.7, false), (0.6, true), (0.2, false), (0.1, true)].map {
                score, has in
                .init(identity: "\(score)", truth: has ? [0] : [], scores: [Float(score), 0.3])
            })
        func threshold(_ name: String, hours: Double = 0) throws -> Float {
            let target = try #require(ThresholdTarget(named: name))
            #expect(target.name == name)
            let thresholds = predictions.thresholds(for: target, hours: hours)
            #expect(thresholds[1] == 0.5, "a label without examples")
            return thresholds[0]
        }
        #expect(abs(try threshold("precision=1") - 0.75) < 1e-6)
        #expect(abs(try threshold("precision=0.75") - 0.4) < 1e-6)
        #expect(abs(try threshold("recall=0.5") - 0.75) < 1e-6)
        #expect(abs(try threshold("recall=1") - 0.05) < 1e-6)
        // F1 of 4 examples above: 6/8; of all: 8/10.
        #expect(abs(try threshold("f1") - 0.05) < 1e-6)
        #expect(abs(try threshold("f0.5") - 0.75) < 1e-6)
        #expect(abs(try threshold("false-alarms=0", hours: 1) - 0.75) < 1e-6)
        #expect(abs(try threshold("false-alarms=2", hours: 0.5) - 0.4) < 1e-6)
        for bad in ["f", "f0", "precision=2", "recall=-1", "recall=nan", "false-alarms=inf", "x=1", ""] {
            #expect(ThresholdTarget(named: bad) == nil, "\(bad)")
        }
        var decided = predictions
        try decided.decide(by: [0.75, 0.25])
        let metrics = try Evaluation(of: decided).metrics
        #expect(metrics.classes[0].threshold == 0.75 && metrics.classes[0].recall == 0.5)
        #expect(metrics.classes[1].precision == 0)
        #expect(throws: EvaluationError.self) { try decided.decide(by: [2, 0]) }
        // Folds with thresholds of their own keep what each decided.
        var other = predictions
        try other.decide(by: [0.05, 0.5])
        try decided.append(contentsOf: other)
        let pooled = try Evaluation(of: decided).metrics
        #expect(pooled.classes[0].threshold == nil)
        #expect(pooled.classes[0].recall == 0.75)
    }

    @Test func likelyLabelErrors() throws {
        var chance = SeededGenerator(seed: 2)
        var predictions = try Predictions(labels: ["a", "b", "c"])
        for i in 0..<300 {
            let real = i % 3
            // Every fiftieth label is wrong.
            let given = i % 50 == 7 ? (real + 1) % 3 : real
            var scores = (0..<3).map { _ in 0.02 * chance.uniform() }
            scores[real] = 1 - scores.reduce(0, +) + scores[real]
            try predictions.append(.init(identity: "\(i)", truth: [given], scores: scores))
        }
        let errors = predictions.labelErrors(limit: 10)
        #expect(Set(errors.map(\.identity)) == ["7", "57", "107", "157", "207", "257"])
        #expect(errors.allSatisfy { $0.margin > 0 && $0.given != [$0.suggested] })
        #expect(predictions.labelErrors(limit: 2).count == 2)
        let several = try Predictions(
            labels: ["x"], task: .multiLabel,
            examples: (0..<20).map {
                .init(identity: "\($0)", truth: ($0 < 10) != ($0 == 4) ? [0] : [], scores: [$0 < 10 ? 0.9 : 0.1])
            })
        #expect(several.labelErrors().first?.identity == "4")
    }

    @Test func slicesNameTheWorstFirst() throws {
        let predictions = try Predictions(
            labels: ["a", "b"], identities: (0..<30).map { "\($0)" }, truth: Array(repeating: 0, count: 30),
            scores: (0..<30).flatMap { $0 < 10 && $0 % 2 == 0 ? [Float(0), 1] : [1, 0] })
        let slice = try Slice(
            of: predictions, column: "room", values: (0..<30).map { $0 < 10 ? "hall" : "booth" })
        #expect(slice.rows.map(\.value) == ["hall", "booth"])
        #expect(slice.rows[0].accuracy == 0.5 && slice.rows[0].n == 10 && slice.values == 2)
        let interval = try #require(slice.rows[0].interval)
        #expect(interval.lower < 0.3 && interval.upper > 0.7)
        #expect(throws: EvaluationError.self) { try Slice(of: predictions, column: "room", values: []) }
    }
}
