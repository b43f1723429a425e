import FormantAudio
import FormantCorpus
import FormantEvaluation
import FormantNetwork
import FormantTensor
import FormantText
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
    /// Whether training was asked to stop before its end.
    var interrupted = false

    func summary(_ split: Split) -> MetricsSummary? {
        predictions[split].flatMap { try? Evaluation(of: $0).metrics.summary }
    }
}

extension TrainingRun {
    /// Fits the front end, trains, predicts and writes a folder.
    func trial(_ prepared: Prepared, _ plan: SplitPlan, folder: RunFolder, fold: Model.Fold? = nil) throws -> Trial {
        for warning in plan.warnings { observer.warning(warning) }
        let corpus = prepared.corpus
        var fitted = try fit(prepared, plan)
        if prepared.multiLabel, case .softmaxCrossEntropy = fitted.recipe.training.loss {
            fitted.recipe.training.loss = .binaryCrossEntropy
            observer.note("examples have several labels: training by binary cross-entropy")
        }
        let parts = Dictionary(
            uniqueKeysWithValues: Split.allCases.map { split in
                (split, plan.indices(of: split).filter { fitted.inputs.isUsable[$0] })
            })
        guard let training = parts[.train], !training.isEmpty else {
            throw RunError.tooFew(what: "training examples", found: 0, expected: "1 or more")
        }
        let bound = try fitted.recipe.bound(input: fitted.network.input, classes: corpus.labels.count)
        observer.note(
            "training on \(training.count) examples, choosing by \(parts[.validation]?.count ?? 0), "
                + "\(parts[.test]?.count ?? 0) kept for the test")
        let parameters = Parameters(bound.parameters, seed: request.seed)
        for (name, table) in fitted.tables { try parameters.set(name, to: table) }

        let loop = TrainingLoop(
            network: fitted.network, options: fitted.recipe.training, seed: request.seed,
            mixup: fitted.recipe.augmentation.mixup, pool: pool)
        let outcome = try loop.run(
            parameters, training: Subset(fitted.inputs, indices: training),
            validation: Subset(fitted.inputs, indices: parts[.validation] ?? []),
            observer: TrainingObserver(
                progress: observer.step, epoch: observer.epoch, shouldStop: observer.shouldStop))
        let interrupted = observer.shouldStop()
        let model = Model(
            frontEnd: fitted.frontEnd, network: fitted.network, parameters: parameters, labels: corpus.labels,
            scoring: fitted.recipe.training.loss == .binaryCrossEntropy ? .sigmoid : .softmax,
            provenance: Model.Provenance(
                version: Version.current, recipe: fitted.recipe.name, corpus: corpus.name,
                fingerprint: corpus.fingerprint, seed: request.seed, epoch: outcome.bestEpoch, fold: fold,
                division: request.reading.splits == nil ? nil : plan.digest),
            annotations: request.reading.annotations)
        // First of all, so that nothing that fails behind it loses the training.
        try model.write(to: folder.model)

        var trial = Trial(
            folder: folder, model: model, recipe: fitted.recipe, bound: bound, plan: plan, outcome: outcome,
            notes: fitted.notes, interrupted: interrupted)
        try predict(&trial, prepared, fitted.inputs, parts)
        if let rejection = threshold(corpus, fitted.recipe.training, trial.predictions[.validation]) {
            trial.model.rejection = rejection
            for split in trial.predictions.keys { trial.predictions[split]?.reject(below: rejection.threshold) }
        }
        try decide(&trial, prepared)
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

    /// What depends on the training part.
    private struct Fitted {
        var recipe: ResolvedRecipe
        var frontEnd: FrontEnd
        var network: Network
        var inputs: CorpusInputs
        /// Values of embedding tables.
        var tables: [(name: String, table: Tensor)] = []
        var notes: [String] = []
    }

    private func fit(_ prepared: Prepared, _ plan: SplitPlan) throws -> Fitted {
        try prepared.audio == nil ? fitText(prepared, plan) : fitAudio(prepared, prepared.audio!, plan)
    }

    private func fitAudio(_ prepared: Prepared, _ raw: CorpusInputs, _ plan: SplitPlan) throws -> Fitted {
        if request.vectors != nil {
            throw RecipeError.vectors(
                recipe: request.recipe.name, reason: "takes sound; word vectors are of no use to it")
        }
        let facts = CorpusFacts(classes: prepared.corpus.labels.count, sampleRate: prepared.sampleRate)
        var recipe = try request.recipe.resolved(facts)
        guard case .audio(var frontEnd) = recipe.input else {
            throw RecipeError.modality(recipe: recipe.name, takes: "text", found: "sound")
        }
        var inputs = raw
        if case .corpus = frontEnd.normalisation {
            let training = plan.indices(of: .train).filter { raw.isUsable[$0] }
            guard let statistics = try raw.bandStatistics(over: training) else {
                throw RunError.tooFew(what: "training recordings that can be read", found: 0, expected: "1 or more")
            }
            frontEnd.normalisation = .corpus(statistics)
            inputs = raw.normalised(by: statistics)
        }
        recipe.input = .audio(frontEnd)
        return Fitted(
            recipe: recipe, frontEnd: .audio(frontEnd), network: recipe.network(input: try frontEnd.featureShape()),
            inputs: inputs)
    }

    private func fitText(_ prepared: Prepared, _ plan: SplitPlan) throws -> Fitted {
        let corpus = prepared.corpus
        let first = try request.recipe.resolved(CorpusFacts(classes: corpus.labels.count))
        guard case .text(let options) = first.input else {
            throw RecipeError.modality(recipe: first.name, takes: "sound", found: "text")
        }
        switch (first.words.vectors, request.vectors) {
        case (.required, nil):
            throw RecipeError.vectors(recipe: first.name, reason: "needs word vectors: give a file with --vectors")
        case (.none, .some):
            throw RecipeError.vectors(recipe: first.name, reason: "learns its own word vectors; leave --vectors out")
        default: break
        }
        let texts = plan.indices(of: .train).compactMap { i -> String? in
            if case .text(let text) = corpus.examples[i].input { return text }
            return nil
        }
        var frontEnd = try TextFrontEnd.fit(texts: texts, options: options)
        let fitted = frontEnd.vocabulary
        var notes = [frontEnd.contents]
        let vectors = try wordVectors(for: frontEnd, options: options, recipe: first.name)
        if let vectors, vectors.leadingCount > 0 {
            frontEnd = frontEnd.extended(by: vectors.leadingWords)
            notes.append("\(frontEnd.vocabulary.count - fitted.count) words more from the vectors")
        }
        let facts = CorpusFacts(
            classes: corpus.labels.count, words: frontEnd.rowCount, subwords: max(2, frontEnd.subwordRowCount),
            dimension: vectors?.dimension)
        let recipe = try request.recipe.resolved(facts)
        let network = recipe.network(input: options.shape(ofTokens: 40))
        var tables: [(String, Tensor)] = []
        if let vectors {
            var chance = SeededGenerator.derived(seed: request.seed, purpose: "unknown words")
            let matrix = vectors.embeddingMatrix(
                for: frontEnd.vocabulary, unknown: recipe.words.unknown, using: &chance)
            for name in try wordTables(of: network, facts) { tables.append(("\(name).weight", matrix)) }
            notes.append("\(vectors.coverage(of: fitted))")
        }
        for note in notes { observer.note(note) }
        warn(ofLettersLostIn: texts, options)
        let inputs = CorpusInputs.text(
            corpus, frontEnd, labels: corpus.labels, multiLabel: prepared.multiLabel, pool: pool)
        return Fitted(
            recipe: recipe, frontEnd: .text(frontEnd), network: network, inputs: inputs, tables: tables, notes: notes)
    }
}

extension TrainingRun {
    /// A clean-up for English leaves little of other languages.
    private func warn(ofLettersLostIn texts: [String], _ options: TextFrontEndOptions) {
        let cleanUp = options.normalisation.cleanUp
        let share = cleanUp.shareOfLettersLost(in: texts)
        guard share > 0.01 else { return }
        observer.warning(
            "the clean-up '\(cleanUp.rawValue)' removes \(Int((100 * share).rounded())) % of the letters of the training "
                + "part, since they are not of the English alphabet; --set text.normalisation.cleanUp=none keeps them, with "
                + "--set text.tokeniser=words, or characters for text without spaces")
    }

    /// The word vectors that the request names, of the words that a front end knows.
    private func wordVectors(
        for frontEnd: TextFrontEnd, options: TextFrontEndOptions, recipe: String
    ) throws -> WordVectors? {
        guard let file = request.vectors else { return nil }
        guard frontEnd.vocabulary.holdsWords else {
            throw RecipeError.vectors(
                recipe: recipe, reason: "has a vocabulary without words (hashed, or bytes); leave --vectors out")
        }
        return try WordVectors(
            contentsOf: file, keeping: frontEnd.vocabulary, leading: options.vocabulary.extra,
            wordList: request.vectorWords)
    }

    /// The embedding layers whose rows are the words: those that would have a row more with one word more, whatever else has
    /// as many rows by chance.
    private func wordTables(of network: Network, _ facts: CorpusFacts) throws -> [String] {
        var more = facts
        more.words += 1
        let larger = try request.recipe.resolved(more).network(input: network.input)
        return zip(network.nodes, larger.nodes).compactMap { node, other in
            guard let table = node.layer as? Embedding, let larger = other.layer as? Embedding else { return nil }
            return table.rows < larger.rows ? node.name : nil
        }
    }
}

extension TextFrontEnd {
    /// What it knows, for people.
    fileprivate var contents: String {
        let words =
            vocabulary.holdsWords
            ? "\(vocabulary.count) words in the training part" : "\(vocabulary.count) rows that every text goes into"
        return subwords == nil ? words : "\(words), \(subwordRowCount) rows of sub-words"
    }
}
