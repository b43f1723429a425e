import ArgumentParser
import Formant

struct Visualize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a model learned: filters, neurons, labels.",
        discussion: """
            Examples:
              formant visualize run corpora/spoken-words --out pages
              formant visualize run --what maximise --preset plain --preset penalty --judge other-run --out pages
              formant visualize run corpora/intents "wake me at seven" --layer convolution1 --out pages

            Writes pages without scripts (index.html and one per layer), and every picture, sound and figure as a file beside \
            them. Without a corpus: filters, maximised inputs and fooling inputs. With one also the places that filters answer \
            most strongly, what counted there, and linear probes of the layers.
            """)

    @Argument(help: "A model file or the folder of its run.")
    var model: String

    @Argument(
        help: ArgumentHelp(
            "A corpus (folder, manifest or card), and inputs whose response maps are shown: files, or sentences.",
            valueName: "CORPUS|INPUT"))
    var items: [String] = []

    @Option(help: ArgumentHelp("The folder for the pages.", valueName: "DIR"))
    var out: String

    @Option(help: ArgumentHelp("Where the corpus's files are.", valueName: "DIR"))
    var root: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "A layer; may be given several times. Default: all with filters or neurons.", valueName: "NAME"))
    var layer: [String] = []

    @Option(
        help: ArgumentHelp(
            "What to show, separated by commas: filters, maximise, patches, deconvnet, fooling, probe. Default: all that "
                + "the inputs allow.", valueName: "LIST"))
    var what: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "How inputs are maximised: plain, penalty, smooth or waves; may be given several times. Default: plain and "
                + "penalty.", valueName: "NAME"))
    var preset: [String] = []

    @Option(help: ArgumentHelp("Steps of gradient ascent; default: as the preset has them.", valueName: "N"))
    var steps: Int?

    @Option(
        help: ArgumentHelp(
            "Another model, which says what it makes of the inputs that labels like.", valueName: "MODEL"))
    var judge: String?

    @Option(help: ArgumentHelp("Filters of a layer that are shown.", valueName: "N"))
    var limit: Int = 32

    @Option(help: ArgumentHelp("Of where searches begin.", valueName: "N"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "Where features are kept from run to run; off: nowhere. See formant cache.", valueName: "DIR|off"))
    var cache: String?

    @OptionGroup(title: "Reading the corpus") var reading: CorpusArguments

    @OptionGroup var shared: SharedOptions

    private func request() throws -> VisualizeRequest {
        var request = VisualizeRequest(
            model: model, items: items, root: root, reading: reading.reading(), out: out)
        request.layers = layer
        request.parts = try VisualizeRequest.Part.named(what)
        if !preset.isEmpty { request.presets = try VisualizeRequest.presets(named: preset) }
        (request.steps, request.judge, request.limit, request.seed) = (steps, judge, limit, seed)
        request.caching = cache.map(FeatureCaching.init) ?? .standard
        return request
    }

    func run() throws {
        let console = Console(quiet: shared.quiet)
        var observer = RunObserver.showing(on: console)
        observer.shouldStop = { Interruption.isRequested }
        Interruption.listen()
        let summary = try VisualizeRun.run(try request(), pool: shared.pool(), observer: observer)
        console.clearBar()
        let output = OutputStream.standard()
        try output.write(shared.json ? try summary.json() + "\n" : summary.text)
        try output.flush()
        if !summary.isComplete { throw ExitCode.failure }
    }
}
