import FormantCorpus
import FormantEvaluation
import FormantTensor

/// What a model says of some examples of a corpus.
/// - Parameter outOfScope: the label of examples that are none of what the others name; where the model has no output for
///   it, it is a further label whose score is always 0.
func predictions(
    of model: Model, _ inputs: CorpusInputs, _ corpus: Corpus, _ indices: [Int], outOfScope: String? = nil,
    pool: WorkerPool
) throws -> Predictions {
    try predictions(
        from: outputs(of: model, inputs, indices, pool: pool), of: model, inputs, corpus, indices,
        outOfScope: outOfScope)
}

/// What a model's network says of some examples, before scores are made of it.
func outputs(of model: Model, _ inputs: CorpusInputs, _ indices: [Int], pool: WorkerPool) throws -> [[Float]] {
    let predictor = SentencePredictor(network: model.network, parameters: model.parameters, pool: pool)
    return try predictor.outputs(shapes: indices.map { inputs.shape(of: $0) }) { i, input in
        var none: SeededGenerator?
        try inputs.load(indices[i], into: input, varyingBy: &none)
    }
}

/// What a model says of some examples of a corpus, by its network's outputs.
func predictions(
    from outputs: [[Float]], of model: Model, _ inputs: CorpusInputs, _ corpus: Corpus, _ indices: [Int],
    outOfScope: String? = nil
) throws -> Predictions {
    let further = outOfScope.map { model.labels.contains($0) ? [] : [$0] } ?? []
    var predictions = try Predictions(
        labels: model.labels + further, task: model.scoring == .softmax ? .singleLabel : .multiLabel,
        outOfScope: outOfScope)
    predictions.reserveCapacity(indices.count)
    for (place, index) in indices.enumerated() {
        let example = corpus.examples[index]
        try predictions.append(
            Predictions.Example(
                identity: example.shown, id: example.id, group: example.group, truth: inputs.truth(of: index),
                scores: model.scores(outputs[place]) + further.map { _ in 0 }))
    }
    if let rejection = model.rejection { predictions.reject(below: rejection.threshold) }
    if let thresholds = model.thresholds { try predictions.decide(by: thresholds) }
    return predictions
}

extension CorpusInputs {
    /// The indices of an example's true labels.
    func truth(of index: Int) -> [Int] {
        switch target(of: index) {
        case .label(let label): [label]
        case .labels(let labels): labels
        case .probabilities, .values, .labelAmong: []
        }
    }
}

extension Example {
    /// How a report names the example: the sentence itself, or the recording.
    var shown: String {
        if case .text(let text) = input { return text }
        return id
    }
}
