import FormantCorpus
import FormantEvaluation
import FormantNetwork
import FormantTensor
import FormantTraining

/// One training on one split, with what came out.
struct Trial {
    let folder: RunFolder
    var model: Model
    let recipe: ResolvedRecipe
    let bound: BoundNetwork
    let plan: SplitPlan
    let outcome: TrainingLoop.Outcome
    /// Of the validation and the test part.
    var predictions: [Split: Predictions] = [:]
    /// What temperature scaling came to; nil where it was not wanted or there is no validation part.
    var scaling: TemperatureScaling?
    /// The same predictions at temperature 1, where the model has another one.
    var unscaled: [Split: Predictions] = [:]
    let notes: [String]
    /// What a model that was trained further has forgotten.
    var forgetting: Forgetting?
    /// Whether training was asked to stop before its end.
    var interrupted: Bool { outcome.stop == .interrupted }

    func summary(_ split: Split) -> MetricsSummary? {
        predictions[split].flatMap { try? Evaluation(of: $0).metrics.summary }
    }
}

extension TrainingRun {
    /// Fits the front end, trains, predicts and writes a folder.
    func trial(_ prepared: Prepared, _ plan: SplitPlan, folder: RunFolder, fold: Model.Fold? = nil) throws -> Trial {
        for warning in plan.warnings { observer.warning(warning) }
        let corpus = prepared.corpus
        let start = try begin(prepared, plan)
        let (fitted, parts, parameters) = (start.fitted, start.parts, start.parameters)
        let outcome = try train(
            start.loop, parameters, fitted.inputs, parts, prepared, in: folder, fold: fold)
        let model = Model(
            frontEnd: fitted.frontEnd, network: fitted.network, parameters: parameters, labels: prepared.labels,
            scoring: fitted.recipe.training.loss == .binaryCrossEntropy ? .sigmoid : .softmax,
            provenance: Model.Provenance(
                version: Version.current, recipe: fitted.recipe.name, corpus: corpus.name,
                fingerprint: corpus.fingerprint, seed: request.seed, epoch: outcome.bestEpoch, fold: fold,
                base: prepared.base?.digest, division: request.reading.splits == nil ? nil : plan.digest),
            annotations: request.reading.annotations)
        // First of all, so that nothing that fails behind it loses the training.
        try model.write(to: folder.model)

        var trial = Trial(
            folder: folder, model: model, recipe: fitted.recipe, bound: start.bound, plan: plan, outcome: outcome,
            notes: fitted.notes)
        try predict(&trial, prepared, fitted.inputs, parts)
        if let rejection = threshold(corpus, fitted.recipe.training, trial.predictions[.validation]) {
            trial.model.rejection = rejection
            for split in trial.predictions.keys { trial.predictions[split]?.reject(below: rejection.threshold) }
        }
        try decide(&trial, prepared)
        trial.forgetting = try forgetting(trial, prepared, fitted.inputs, parts)
        let scored = trial.model
        if scored.rejection != nil || scored.temperature != nil || scored.thresholds != nil {
            try scored.write(to: folder.model)
        }
        try plan.write(to: folder.splits, corpus: corpus)
        try write(
            trial, prepared, folder: folder, predictions: trial.predictions, calibration: try calibration(of: trial),
            title: "\(corpus.name): \(fitted.recipe.name)", warnings: plan.warnings)
        return trial
    }

    /// Trains the parameters, from the start or from a checkpoint.
    private func train(
        _ loop: TrainingLoop, _ parameters: Parameters, _ inputs: CorpusInputs, _ parts: [Split: [Int]],
        _ prepared: Prepared, in folder: RunFolder, fold: Model.Fold?
    ) throws -> TrainingLoop.Outcome {
        var identity = prepared.identity
        identity["fold"] = fold?.name
        let training = resumable(folder, identity)
        let validation = parts[.validation] ?? []
        return try training.train(
            loop, parameters, from: try training.saved(), on: Subset(inputs, indices: parts[.train] ?? []),
            choosingBy: Subset(inputs, indices: validation),
            judge: judge(loop.options.choose, inputs, validation, labels: prepared.labels, loss: loop.options.loss),
            isFold: fold != nil)
    }
}
