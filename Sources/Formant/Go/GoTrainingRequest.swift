/// What a training on games of Go is to do.
public struct GoTrainingRequest: Sendable {
    /// A folder of SGF files.
    public var games: String
    /// The folder of the run.
    public var output: String
    /// The recipe, with its settings.
    public var recipe: Recipe
    /// Seed of all chance.
    public var seed: UInt64 = 1
    /// Whether to go on from the checkpoint in the folder of the run, where there is one.
    public var resumes = false
    /// How often the state of the training is kept.
    public var checkpoints = TrainingRequest.Checkpoints.standard
    /// The command line that does the same again.
    public var commandLine = ""

    /// Creates a request.
    public init(games: String, output: String, recipe: Recipe) {
        self.games = games
        self.output = output
        self.recipe = recipe
    }
}
