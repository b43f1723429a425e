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

    @Option(help: ArgumentHelp("Where the corpus's files are.", valueName: "DIR"))
    var root: String?

    @Flag(help: "Go on with the search in DIR.")
    var resume = false

    @OptionGroup var training: RecipeArguments

    @OptionGroup(title: "Reading the corpus") var reading: CorpusArguments

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let console = Console(quiet: shared.quiet)
        let reading = reading.reading()
        let recipe = try Recipe(
            try training.recipe ?? Recipe.standard(forCorpus: corpus, root: root, reading: reading)
        ).setting(training.settings.all)
        var request = training.request(
            corpus: corpus, root: root, output: out, recipe: recipe, reading: reading)
        request.resumes = resume
        Interruption.listen()
        let result = try Search(
            request, space: try SearchSpace(vary), trials: trials, method: method, pool: shared.pool(),
            observer: .showing(on: console)
        ).run()
        console.clearBar()
        try shared.show(result, as: result.text)
        if result.interrupted { console.warning("interrupted: what was found is kept, and --resume goes on") }
        if result.best == nil { throw ExitCode.failure }
    }
}

extension Search.Method: ExpressibleByArgument {}
