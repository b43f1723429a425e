import FormantAudio
import FormantCorpus
import FormantNetwork
import FormantTensor
import FormantText
import FormantTraining

extension TrainingRun {
    /// A training before its first step.
    struct Beginning {
        var fitted: Fitted
        /// The examples of each split that can be used.
        var parts: [Split: [Int]]
        var bound: BoundNetwork
        var parameters: Parameters
        var loop: TrainingLoop
    }

    /// Fits the front end and sets the weights up.
    func begin(_ prepared: Prepared, _ plan: SplitPlan) throws -> Beginning {
        var fitted = try fit(prepared, plan)
        if prepared.multiLabel, case .softmaxCrossEntropy = fitted.recipe.training.loss {
            fitted.recipe.training.loss = .binaryCrossEntropy
            observer.note("examples have several labels: training by binary cross-entropy")
        }
        var parts = Dictionary(
            uniqueKeysWithValues: Split.allCases.map { split in
                (split, plan.indices(of: split).filter { fitted.inputs.isUsable[$0] })
            })
        guard let training = parts[.train], !training.isEmpty else {
            throw RunError.tooFew(what: "training examples", found: 0, expected: "1 or more")
        }
        var bound = try fitted.recipe.bound(input: fitted.network.input, classes: prepared.labels.count)
        if let freeze = fitted.recipe.training.freeze {
            fitted.network.frozen = try freeze.names(in: fitted.network)
            bound = try fitted.network.bound()
        }
        observer.note(
            "training on \(training.count) examples, choosing by \(parts[.validation]?.count ?? 0), "
                + "\(parts[.test]?.count ?? 0) kept for the test")
        if request.hidesTest { parts[.test] = [] }
        let parameters = Parameters(bound.parameters, seed: request.seed)
        for (name, table) in fitted.tables { try parameters.set(name, to: table) }
        try prepared.base?.copy(to: parameters, keepingHead: request.head == .extended)
        let loop = TrainingLoop(
            network: fitted.network, options: fitted.recipe.training, seed: request.seed,
            mixup: fitted.recipe.augmentation.mixup, pool: pool)
        return Beginning(fitted: fitted, parts: parts, bound: bound, parameters: parameters, loop: loop)
    }

    /// What depends on the training part.
    struct Fitted {
        var recipe: ResolvedRecipe
        var frontEnd: FrontEnd
        var network: Network
        var inputs: CorpusInputs
        /// Values of embedding tables.
        var tables: [(name: String, table: Tensor)] = []
        var notes: [String] = []
    }

    /// Fits what depends on the training part.
    private func fit(_ prepared: Prepared, _ plan: SplitPlan) throws -> Fitted {
        guard let files = prepared.files else { return try fitText(prepared, plan) }
        if request.vectors != nil {
            throw RecipeError.vectors(
                recipe: request.recipe.name,
                reason: "takes \(prepared.corpus.modality.takes); word vectors are of no use to it")
        }
        return prepared.corpus.modality == .image
            ? try fitImages(prepared, files) : try fitAudio(prepared, files, plan)
    }

    /// Nothing of the front end for pictures depends on the training part.
    private func fitImages(_ prepared: Prepared, _ inputs: CorpusInputs) throws -> Fitted {
        let recipe = try resolved(CorpusFacts(classes: prepared.labels.count), prepared.base)
        guard case .image(let frontEnd) = recipe.input else {
            throw RecipeError.modality(recipe: recipe.name, takes: recipe.input.takes, found: "images")
        }
        return Fitted(
            recipe: recipe, frontEnd: .image(frontEnd), network: recipe.network(input: frontEnd.shape), inputs: inputs)
    }

    private func fitAudio(_ prepared: Prepared, _ raw: CorpusInputs, _ plan: SplitPlan) throws -> Fitted {
        let facts = CorpusFacts(classes: prepared.labels.count, sampleRate: prepared.sampleRate)
        var recipe = try resolved(facts, prepared.base)
        guard case .audio(var frontEnd) = recipe.input else {
            throw RecipeError.modality(recipe: recipe.name, takes: recipe.input.takes, found: "sound")
        }
        var inputs = raw
        if prepared.base != nil, case .corpus(let known?) = frontEnd.normalisation {
            inputs = raw.normalised(by: known)
        } else if case .corpus = frontEnd.normalisation {
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
        if let base = prepared.base, case .text(let frontEnd) = base.model.frontEnd {
            let facts = CorpusFacts(classes: prepared.labels.count)
            let inputs = CorpusInputs.text(
                corpus, frontEnd, labels: prepared.labels, multiLabel: prepared.multiLabel, pool: pool)
            return Fitted(
                recipe: try resolved(facts, base), frontEnd: base.model.frontEnd, network: base.network, inputs: inputs)
        }
        let first = try request.recipe.resolved(CorpusFacts(classes: corpus.labels.count))
        guard case .text(let options) = first.input else {
            throw RecipeError.modality(recipe: first.name, takes: first.input.takes, found: "text")
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
            corpus, frontEnd, labels: prepared.labels, multiLabel: prepared.multiLabel, pool: pool)
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
