import ArgumentParser
import Formant

/// What is trained, and how: the options of every command that trains.
struct RecipeArguments: ParsableArguments {
    @Option(help: ArgumentHelp("A built-in recipe (formant inspect recipes) or a file.", valueName: "NAME|FILE"))
    var recipe: String?

    @OptionGroup var settings: SettingArguments

    @Option(
        help: ArgumentHelp(
            "Word vectors: GloVe, word2vec or fastText, as text or binary, or a NumPy matrix; gzip too.",
            valueName: "FILE"))
    var vectors: String?

    @Option(
        help: ArgumentHelp(
            "The words of a NumPy matrix, one a line; if absent, the .txt or .vocab beside it.", valueName: "FILE"))
    var vectorWords: String?

    @Option(
        help: ArgumentHelp(
            "Where features are kept from run to run; off: nowhere. See formant cache.", valueName: "DIR|off"))
    var cache: String?

    func validate() throws {
        if vectorWords != nil, vectors == nil {
            throw ValidationError("--vector-words: expected --vectors with the matrix whose words they are, found none")
        }
    }

    /// A training by a recipe.
    func request(corpus: String, root: String?, output: String, recipe: Recipe, reading: CorpusReading)
        -> TrainingRequest
    {
        var request = TrainingRequest(corpus: corpus, root: root, output: output, recipe: recipe)
        request.seed = settings.seed
        request.reading = reading
        request.caching = cache.map(FeatureCaching.init) ?? .standard
        request.vectors = vectors
        request.vectorWords = vectorWords
        request.commandLine = CheckpointArguments.commandLine
        return request
    }
}
