import FormantEvaluation
import FormantTensor

/// A report of random predictions with everything in it.
func sampleReport(
    labels: [String], examples: Int = 200, task: Predictions.Task = .singleLabel, epochs: Int = 12, seed: UInt64 = 1
) throws -> Report {
    var generator = SeededGenerator(seed: seed)
    var predictions = try Predictions(labels: labels, task: task)
    for i in 0..<examples {
        let truth = generator.index(below: labels.count)
        var scores = labels.map { _ in generator.uniform() }
        scores[truth] += generator.uniform()
        let sum = scores.reduce(0, +)
        try predictions.append(
            .init(
                identity: "clips/\(i) & \(labels[truth]).wav", group: i % 3 == 0 ? nil : "\"speaker\" \(i % 5)",
                truth: [truth], scores: scores.map { $0 / sum }))
    }
    let evaluation = try Evaluation(of: predictions)
    let history = (1...epochs).map { (epoch: Int) -> EpochRecord in
        let time = Double(epoch)
        return EpochRecord(
            epoch: epoch, trainLoss: 2 / time, validationLoss: epoch == 3 ? .nan : 2.5 / time,
            validationAccuracy: 1 - 1 / (time + 1), learningRate: 0.001 / time, seconds: 1.5)
    }
    return Report(
        title: "Report of <\(labels[0])>", made: "2025-01-01 & later", warnings: ["labels <5 examples"],
        model: [.init(name: "Front end", value: "log-mel > 40 bands")],
        layers: [LayerRow(name: "conv1", operation: "conv 3×3", output: "32×40×98", parameters: 320)],
        corpus: try CorpusTable(
            splits: ["train", "test"], rows: labels.enumerated().map { .init(label: $1, counts: [1000 + $0, $0]) }),
        recipe: "epochs: 12\nname: \"<b>&amp;</b>\"\n", history: history, bestEpoch: epochs,
        parts: [.init(split: "validation", evaluation: evaluation), .init(split: "test", evaluation: evaluation)],
        reproduce: "formant train 'my corpus' --seed 1 > log")
}
