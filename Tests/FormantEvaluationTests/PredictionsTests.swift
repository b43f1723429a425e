import FormantEvaluation
import Testing

@Suite struct PredictionsTests {
    private typealias Example = Predictions.Example

    @Test func refusesLabelsThatCannotBeTold() {
        #expect(throws: EvaluationError.labelCount(found: 0, limit: Predictions.labelLimit)) {
            try Predictions(labels: [])
        }
        #expect(throws: EvaluationError.labelCount(found: 5000, limit: Predictions.labelLimit)) {
            try Predictions(labels: (0..<5000).map { "\($0)" })
        }
        #expect(throws: EvaluationError.repeatedLabel("yes")) { try Predictions(labels: ["yes", "no", "yes"]) }
    }

    @Test(arguments: [
        (
            Example(identity: "a", truth: [0], scores: [1]),
            EvaluationError.scoreCount(example: "a", expected: 2, found: 1)
        ),
        (
            Example(identity: "a", truth: [0], scores: [0, .infinity]),
            .invalidScore(example: "a", label: "no", found: .infinity)
        ),
        (
            Example(identity: "a", truth: [0], scores: [-0.1, 1]),
            .invalidScore(example: "a", label: "yes", found: -0.1)
        ),
        (Example(identity: "a", truth: [0], scores: [3, 1]), .invalidScore(example: "a", label: "yes", found: 3)),
        (Example(identity: "a", truth: [], scores: [1, 0]), .truthCount(example: "a", found: 0)),
        (Example(identity: "a", truth: [0, 1], scores: [1, 0]), .truthCount(example: "a", found: 2)),
        (Example(identity: "a", truth: [2], scores: [1, 0]), .truthOutOfRange(example: "a", labels: 2, found: 2)),
        (
            Example(identity: "a", truth: [.min], scores: [1, 0]),
            .truthOutOfRange(example: "a", labels: 2, found: .min)
        ),
    ])
    private func refusesExamples(_ example: Example, _ error: EvaluationError) throws {
        var predictions = try Predictions(labels: ["yes", "no"])
        #expect(throws: error) { try predictions.append(example) }
        #expect(predictions.count == 0)
    }

    @Test func refusesScoresThatAreNoNumbers() throws {
        var predictions = try Predictions(labels: ["yes"], task: .multiLabel)
        let error = #expect(throws: EvaluationError.self) {
            try predictions.append(Example(identity: "clip.wav", truth: [], scores: [.nan]))
        }
        #expect(error?.description.contains("'clip.wav'") == true)
    }

    @Test func refusesRepeatedTruth() throws {
        var predictions = try Predictions(labels: ["yes", "no"], task: .multiLabel)
        #expect(throws: EvaluationError.repeatedTruth(example: "a", label: "no")) {
            try predictions.append(Example(identity: "a", truth: [1, 0, 1], scores: [1, 0]))
        }
    }

    @Test func refusesArraysThatDoNotMatch() {
        #expect(throws: EvaluationError.countMismatch(list: "true labels", expected: 2, found: 1)) {
            try Predictions(labels: ["a"], identities: ["1", "2"], truth: [0], scores: [1, 1])
        }
        #expect(throws: EvaluationError.countMismatch(list: "scores", expected: 2, found: 3)) {
            try Predictions(labels: ["a"], identities: ["1", "2"], truth: [0, 0], scores: [1, 1, 1])
        }
        #expect(throws: EvaluationError.countMismatch(list: "groups", expected: 1, found: 0)) {
            try Predictions(labels: ["a"], identities: ["1"], groups: [], truth: [0], scores: [1])
        }
        #expect(throws: EvaluationError.truthOutOfRange(example: "2", labels: 1, found: -1)) {
            try Predictions(labels: ["a"], identities: ["1", "2"], truth: [0, -1], scores: [1, 1])
        }
        #expect(throws: EvaluationError.invalidScore(example: "2", label: "a", found: 2)) {
            try Predictions(labels: ["a"], identities: ["1", "2"], truth: [0, 0], scores: [1, 2])
        }
    }

    @Test func poolsFolds() throws {
        let first = Example(identity: "a", group: "ann", truth: [1, 0], scores: [0.5, 0.25])
        let second = Example(identity: "b", truth: [], scores: [0, 1])
        let third = Example(identity: "c", truth: [1], scores: [0, 0.75])
        var pooled = try Predictions(labels: ["x", "y"], task: .multiLabel, examples: [first, second])
        try pooled.append(contentsOf: Predictions(labels: ["x", "y"], task: .multiLabel, examples: [third]))
        #expect(pooled.count == 3)
        #expect(pooled[0] == Example(identity: "a", group: "ann", truth: [0, 1], scores: [0.5, 0.25]))
        #expect(pooled[1] == second)
        #expect(pooled[2] == third)
        let other = try Predictions(labels: ["y", "x"], task: .multiLabel)
        #expect(throws: EvaluationError.self) { try pooled.append(contentsOf: other) }
    }
}
