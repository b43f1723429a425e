import FormantAudio
import FormantCorpus
import FormantGo
import FormantEvaluation
import FormantText
import FormantTraining

extension TrainingRun {
    /// The recipe with its sizes: of the request, or, where a model is trained further, with that model's front end and
    /// network.
    func resolved(_ facts: CorpusFacts, _ base: BaseModel?) throws -> ResolvedRecipe {
        var recipe = try request.recipe.resolved(facts)
        guard let base else { return recipe }
        switch base.model.frontEnd {
        case .audio(let frontEnd): recipe.input = .audio(frontEnd)
        case .text(let frontEnd): recipe.input = .text(frontEnd.options(vocabulary: recipe.input))
        case .go(let frontEnd): recipe.input = .go(frontEnd)
        case .image(let frontEnd): recipe.input = .image(frontEnd)
        }
        recipe.layers = base.network.layers
        return recipe
    }

    /// The model that the request names.
    func baseModel(_ corpus: Corpus) throws -> BaseModel? {
        guard let path = request.from else { return nil }
        if request.vectors != nil {
            throw RunError.base(model: path, reason: "it has its word vectors; leave --vectors out")
        }
        let base = try BaseModel(path: path, keeping: request.head, for: corpus)
        let old = base.labels.count { base.model.labels.contains($0) }
        observer.note(
            "going on from \(path): \(old) of its \(base.model.labels.count) labels, \(base.labels.count - old) new ones"
        )
        return base
    }

    /// What a model that was trained further has forgotten: how often it and the one that it came from are right, of the
    /// examples whose label both know. Nil where examples have several labels.
    func forgetting(_ trial: Trial, _ prepared: Prepared, _ inputs: CorpusInputs, _ parts: [Split: [Int]]) throws
        -> Forgetting?
    {
        guard let base = prepared.base, !prepared.multiLabel else { return nil }
        let former = base.model.labels
        let known = Set(former).intersection(base.labels)
        guard let split = [Split.test, .validation].first(where: { !(parts[$0] ?? []).isEmpty }) else { return nil }
        let indices = (parts[split] ?? []).filter { known.contains(prepared.labels[inputs.truth(of: $0)[0]]) }
        func answers(_ model: Model) throws -> [String] {
            try outputs(of: model, inputs, indices, pool: pool).map { outputs in
                model.labels[outputs.indices.max { outputs[$0] < outputs[$1] }!]
            }
        }
        let (before, after) = (try answers(base.model), try answers(trial.model))
        let truths = indices.map { prepared.labels[inputs.truth(of: $0)[0]] }
        return Forgetting(
            split: split.rawValue, labels: former.filter(known.contains), truths: truths, before: before, after: after)
    }
}

extension TextFrontEnd {
    /// What it was made by, but for the limits of the vocabulary, which are those of a recipe.
    fileprivate func options(vocabulary recipe: ResolvedRecipe.Input) -> TextFrontEndOptions {
        var options = TextFrontEndOptions()
        if case .text(let own) = recipe { options.vocabulary = own.vocabulary }
        options.normalisation = normalisation
        options.tokeniser = tokeniser
        options.padding = padding
        options.subwords = subwords?.rule
        return options
    }
}

extension Recipe {
    /// The recipe by which a model was trained, where it is built in, else the standard one for what the model takes.
    public static func standard(forModel path: String) throws -> String {
        let model = try Model(path: path)
        if Recipe.names.contains(model.provenance.recipe) { return model.provenance.recipe }
        guard let modality = model.frontEnd.modality else { return GoFrontEnd.standardRecipe }
        return standard(for: modality)
    }
}
