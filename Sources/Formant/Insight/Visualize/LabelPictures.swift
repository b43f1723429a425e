import FormantInsight
import FormantNetwork
import FormantTensor

/// What the model, and another one, say of the inputs that the labels like.
struct LabelPictures {
    let view: InputView
    let judge: InputView?
    let pool: WorkerPool

    /// Judges the inputs of a preset, one for each of the first labels.
    func judge(_ inputs: [[Float]], _ shape: Shape, preset: String) throws -> [VisualizeSummary.Judgement] {
        let own = try results(inputs, shape, by: view)
        let judged = try judge.map { try results(inputs, shape, by: $0) }
        return inputs.indices.map { label in
            VisualizeSummary.Judgement(
                preset: preset, label: view.model.labels[label], own: own[label].ranking[0].label,
                ownScore: own[label].ranking[0].score, judged: judged?[label].ranking[0].label,
                judgedScore: judged?[label].ranking[0].score)
        }
    }

    /// How many labels were found again.
    static func verdict(_ judgements: [VisualizeSummary.Judgement], preset: String) -> VisualizeSummary.Verdict {
        VisualizeSummary.Verdict(
            preset: preset, own: judgements.filter { $0.own == $0.label }.count,
            judged: judgements.contains { $0.judged != nil }
                ? judgements.filter { $0.judged == $0.label }.count : nil,
            labels: judgements.count)
    }

    /// What a model says. Of a sentence that is made of numbers, the nearest words are read.
    func results(_ inputs: [[Float]], _ shape: Shape, by other: InputView) throws -> [Classifier.Result] {
        let classifier = Classifier(other.model, pool: pool)
        if let words = view.words {
            return try classifier.classify(texts: inputs.map { words.sentence($0, width: shape.width) })
        }
        let probe = try other.subject.probe(Probe.Options(shape: shape, differentiates: false))
        return try inputs.map { input in
            let values = other.model.parameters === view.model.parameters ? input : try view.input(input, for: other)
            return try classifier.result(probe.forward([values])[0], of: "a maximised input")
        }
    }
}

extension WordTable {
    /// The sentence whose words are nearest to the columns of an input.
    func sentence(_ values: [Float], width: Int) -> String {
        reading(values, width: width, count: 1).compactMap { $0.first?.word }.joined(separator: " ")
    }
}
