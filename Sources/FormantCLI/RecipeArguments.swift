import ArgumentParser
import Formant

/// What is trained, and how: the options of every command that trains.
struct RecipeArguments: ParsableArguments {
    @Option(help: ArgumentHelp("A built-in recipe (formant inspect recipes) or a file.", valueName: "NAME|FILE"))
    var recipe: String?

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Change a setting of the recipe, such as training.rate=0.01.", valueName: "KEY=VALUE"))
    var settings: [String] = []

    @Option(help: ArgumentHelp("Epochs at most; short for --set training.epochs=N.", valueName: "N"))
    var epochs: Int?

    @Option(help: ArgumentHelp("Seed of all chance.", valueName: "N"))
    var seed: UInt64 = 1

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
        if let epochs, epochs < 1 { throw ValidationError("--epochs \(epochs): expected 1 or more") }
        if vectorWords != nil, vectors == nil {
            throw ValidationError("--vector-words: expected --vectors with the matrix whose words they are, found none")
        }
    }

    /// The settings of the recipe.
    var allSettings: [String] { settings + (epochs.map { ["training.epochs=\($0)"] } ?? []) }

    /// A training by a recipe.
    func request(corpus: String, root: String?, output: String, recipe: Recipe, reading: CorpusReading)
        -> TrainingRequest
    {
        var request = TrainingRequest(corpus: corpus, root: root, output: output, recipe: recipe)
        request.seed = seed
        request.reading = reading
        request.caching = cache.map(FeatureCaching.init) ?? .standard
        request.vectors = vectors
        request.vectorWords = vectorWords
        request.commandLine = CheckpointArguments.commandLine
        return request
    }
}
