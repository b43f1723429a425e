import ArgumentParser
import Formant

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Judge a model on a corpus.",
        discussion: """
            Examples:
              formant evaluate run corpora/spoken-words
              formant evaluate run/model.safetensors other.csv --split all --report other.html --json

            Without --split the test part counts, or everything where the corpus has none. A corpus that the model was \
            trained on is cut as it was then; recordings with annotations become the windows of the training unless \
            --window, --hop or --annotations are given.
            """)

    @Argument(help: "A model file or the folder of its run.")
    var model: String

    @Argument(help: "The corpus: a folder, a manifest or a card.")
    var corpus: String

    @Option(help: ArgumentHelp("Where the corpus's files are.", valueName: "DIR"))
    var root: String?

    @Option(help: ArgumentHelp("What counts: train, validation, test or all.", valueName: "NAME"))
    var split: String?

    @Option(help: ArgumentHelp("Write the report to a file: a page, or JSON by the ending .json.", valueName: "FILE"))
    var report: String?

    @Option(
        help: ArgumentHelp(
            "Where features are kept from run to run; off: nowhere. See formant cache.", valueName: "DIR|off"))
    var cache: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Accuracy by the values of a column of the manifest, or by group; may be given several times.",
            valueName: "COLUMN"))
    var slice: [String] = []

    @Option(
        help: ArgumentHelp(
            "The corpus's label of examples that are none of what the others name, where the model has none.",
            valueName: "LABEL"))
    var outOfScope: String?

    @OptionGroup(title: "Reading the corpus") var reading: CorpusArguments

    @OptionGroup var shared: SharedOptions

    private func part() throws -> EvaluationRun.Part {
        guard let split else { return .standard }
        guard let part = EvaluationRun.Part(named: split) else {
            throw ValidationError("--split \(split): expected train, validation, test or all")
        }
        return part
    }

    func validate() throws { _ = try part() }

    func run() throws {
        let console = Console(quiet: shared.quiet)
        let outcome = try EvaluationRun.run(
            modelPath: model, corpusArgument: corpus, root: root, reading: reading.reading(outOfScope: outOfScope),
            part: try part(), slices: slice,
            caching: cache.map(FeatureCaching.init) ?? .standard, pool: shared.pool(),
            commandLine: CommandLine.arguments.shellQuoted,
            illustrated: report != nil, observer: .showing(on: console))
        console.clearBar()
        for warning in outcome.warnings { console.warning(warning) }
        for problem in outcome.failed { console.error(problem.reason, of: problem.input) }
        if let report { try outcome.writeReport(to: report) }
        let output = OutputStream.standard()
        try output.write(shared.json ? try outcome.evaluation.metrics.json() + "\n" : outcome.text)
        try output.flush()
        if !outcome.failed.isEmpty { throw someFailed }
    }
}
