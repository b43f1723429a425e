import FormantCorpus
import FormantEvaluation
import FormantTraining

extension TrainingRun {
    /// Predicts the validation and the test part, at the temperature that the validation part asks for.
    func predict(
        _ trial: inout Trial, _ prepared: Prepared, _ inputs: CorpusInputs, _ parts: [Split: [Int]]
    ) throws {
        let corpus = prepared.corpus
        let outOfScope = hasOutOfScope(corpus) ? corpus.outOfScope : nil
        var all: [(split: Split, indices: [Int], outputs: [[Float]])] = []
        for split in [Split.validation, .test] {
            guard let indices = parts[split], !indices.isEmpty else { continue }
            all.append((split, indices, try outputs(of: trial.model, inputs, indices, pool: pool)))
        }
        if trial.recipe.training.calibrate, let part = all.first, part.split == .validation {
            trial.scaling = TemperatureScaling(
                outputs: part.outputs, truths: part.indices.map { inputs.truth(of: $0) },
                task: trial.model.scoring == .softmax ? .singleLabel : .multiLabel)
        }
        if let temperature = trial.scaling?.temperature, temperature != 1 {
            for part in all {
                trial.unscaled[part.split] = try predictions(
                    from: part.outputs, of: trial.model, inputs, corpus, part.indices, outOfScope: outOfScope)
            }
            trial.model.temperature = temperature
        }
        for part in all {
            trial.predictions[part.split] = try predictions(
                from: part.outputs, of: trial.model, inputs, corpus, part.indices, outOfScope: outOfScope)
        }
    }

    /// What scaling did on the test part, or on validation where there is none.
    func calibration(of trial: Trial) throws -> CalibrationReport? {
        guard let scaling = trial.scaling,
            let split = [Split.test, .validation].first(where: { trial.predictions[$0] != nil })
        else { return nil }
        let after = trial.predictions[split]!
        return try CalibrationReport(
            scaling, split: split.rawValue, before: trial.unscaled[split] ?? after, after: after)
    }

    /// Sets the thresholds of several labels by the validation part, where they are wanted.
    func decide(_ trial: inout Trial, _ prepared: Prepared) throws {
        guard let target = trial.recipe.training.thresholds.flatMap(ThresholdTarget.init(named:)) else { return }
        guard let validation = trial.predictions[.validation] else {
            observer.warning("no thresholds: there is no validation part to find them by")
            return
        }
        let corpus = prepared.corpus
        let clips = trial.plan.indices(of: .validation).compactMap { i -> AudioClip? in
            if case .audio(let clip) = corpus.examples[i].input { return clip }
            return nil
        }
        let thresholds = validation.thresholds(for: target, hours: hours(of: clips))
        trial.model.thresholds = thresholds
        for split in trial.predictions.keys { try trial.predictions[split]?.decide(by: thresholds) }
    }

    /// How long clips are together, stretches that several share counted once; clips without an end count nothing.
    func hours(of clips: [AudioClip]) -> Double {
        var seconds = 0.0
        for (_, stretches) in Dictionary(grouping: clips, by: \.path) {
            var covered = 0.0
            for clip in stretches.sorted(by: { ($0.start ?? 0) < ($1.start ?? 0) }) {
                guard let end = clip.end, end > covered else { continue }
                seconds += end - max(covered, clip.start ?? 0)
                covered = end
            }
        }
        return seconds / 3600
    }

    /// Throws where thresholds are wanted that are no target, or that a corpus does not allow.
    func checkThresholds(_ corpus: Corpus, _ options: TrainingOptions) throws {
        guard let name = options.thresholds else { return }
        guard let target = ThresholdTarget(named: name) else {
            throw RunError.option(name: "training.thresholds", value: name, expected: ThresholdTarget.expected)
        }
        guard corpus.isMultiLabel else {
            throw RunError.setting(
                name: "training.thresholds", value: name,
                reason: "examples of \(corpus.name) have one label each, which needs no thresholds")
        }
        if case .falseAlarms = target, corpus.longestWindow == nil {
            throw RunError.setting(
                name: "training.thresholds", value: name,
                reason: "false alarms an hour need windows of recordings; \(corpus.name) has none")
        }
    }
}
