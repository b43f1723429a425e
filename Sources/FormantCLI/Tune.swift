import ArgumentParser
import Formant

struct Tune: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Search settings of a recipe, by validation alone.",
        discussion: """
            Examples:
              formant tune corpora/intents --recipe kim-rand --vary training.rate=1e-4..1e-2:log --trials 20 --out search
              formant tune corpora/spoken-words --vary training.batch=8..64 --vary training.optimiser=adam,sgd \
            --method halving --trials 27 --out search

            RANGE is LOW..HIGH, LOW..HIGH:log (each factor as likely as any other), or values with commas between them; \
            two whole numbers give whole numbers. The test part of the corpus is not read.
            DIR gets a folder of formant train for each trial, trials.csv and trials.json.
            """)

    @Argument(help: "The corpus: a folder, a manifest or a card.")
    var corpus: String

    @Option(help: ArgumentHelp("The folder of the search.", valueName: "DIR"))
    var out: String

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("A setting to vary, such as training.rate=1e-4..1e-1:log.", valueName: "KEY=RANGE"))
    var vary: [String] = []

    @Option(help: ArgumentHelp("How many draws.", valueName: "N"))
    var trials = 20

    @Option(
        help: ArgumentHelp(
            "random: all epochs for every trial; halving: a few for all, more for the best.",
            valueName: "random|halving"))
    var method = Search.Method.random

    @Option(help: ArgumentHelp("A built-in recipe (formant inspect recipes) or a file.", valueName: "NAME|FILE"))
    var recipe: String?

    @Option(help: ArgumentHelp("Where the corpus's files are.", valueName: "DIR"))
    var root: String?

    @Option(help: ArgumentHelp("Epochs at most; short for --set training.epochs=N.", valueName: "N"))
    var epochs: Int?

    @Option(help: ArgumentHelp("Seed of all chance.", valueName: "N"))
    var seed: UInt64 = 1

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Change a setting of the recipe for all trials.", valueName: "KEY=VALUE"))
    var settings: [String] = []

    @Option(help: ArgumentHelp("Word vectors.", valueName: "FILE"))
    var vectors: String?

    @Option(help: ArgumentHelp("Where features are kept from run to run; off: nowhere.", valueName: "DIR|off"))
    var cache: String?

    @Flag(help: "Go on with the search in DIR.")
    var resume = false

    @OptionGroup(title: "Reading the corpus") var reading: CorpusArguments

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        if let epochs, epochs < 1 { throw ValidationError("--epochs \(epochs): expected 1 or more") }
    }

    func run() throws {
        let console = Console(quiet: shared.quiet)
        let reading = reading.reading()
        let recipe = try Recipe(try recipe ?? Recipe.standard(forCorpus: corpus, root: root, reading: reading))
            .setting(settings + (epochs.map { ["training.epochs=\($0)"] } ?? []))
        var request = TrainingRequest(corpus: corpus, root: root, output: out, recipe: recipe)
        request.seed = seed
        request.reading = reading
        request.caching = cache.map(FeatureCaching.init) ?? .standard
        request.vectors = vectors
        request.resumes = resume
        request.commandLine = CommandLine.arguments.filter { $0 != "--resume" }.shellQuoted
        Interruption.listen()
        let result = try Search(
            request, space: try SearchSpace(vary), trials: trials, method: method, pool: shared.pool(),
            observer: .showing(on: console)
        ).run()
        console.clearBar()
        let output = OutputStream.standard()
        try output.write(shared.json ? try JSONLine.text(result) + "\n" : result.text)
        try output.flush()
        if result.interrupted { console.warning("interrupted: what was found is kept, and --resume goes on") }
        if result.best == nil { throw ExitCode.failure }
    }
}

extension Search.Method: ExpressibleByArgument {}
