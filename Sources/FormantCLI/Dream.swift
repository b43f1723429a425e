import ArgumentParser
import Formant

struct Dream: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Change a picture, a recording or a sentence so that a network sees more in it.",
        discussion: """
            Examples:
              formant dream photo.jpg --features vgg16-to-relu4_1.safetensors --out dream.png
              formant dream photo.jpg --features vgg16-to-relu4_1.safetensors --layer relu3_3 --channel 12 --out dream.png
              formant dream photo.jpg --features weights.safetensors --guide flowers.jpg --every 10 --out dream.png
              formant dream seven.wav --features run --label three --steps 40 --out dream.wav
              formant dream "what is a comet" --features run --label HUM --steps 3

            FEATURES is a model or the folder of its run, whose front end decides what INPUT is; or a safetensors file with \
            the weights of the recipe vgg16-features. Without --layer it is the last resolution's first activation, of a \
            sentence its label.
            """)

    @Argument(help: "A picture, a recording, or the words of a sentence: what the network takes.")
    var input: String

    @Option(help: ArgumentHelp("A model, its run, or weights of vgg16-features.", valueName: "MODEL|FILE"))
    var features: String

    @Option(
        help: ArgumentHelp("The picture (.png, .jpg) or recording (.wav, .flac) that is written.", valueName: "FILE"))
    var out: String?

    @Option(help: ArgumentHelp("The layer whose activity is raised.", valueName: "NODE"))
    var layer: String?

    @Option(
        name: .customLong("channel"), parsing: .singleValue,
        help: ArgumentHelp("A channel of the layer, counted from 0; may be given several times.", valueName: "N"))
    var channels: [Int] = []

    @Option(help: ArgumentHelp("Raise the output of a label instead of a layer.", valueName: "LABEL"))
    var label: String?

    @Option(help: ArgumentHelp("A picture or recording whose shapes are sought.", valueName: "FILE"))
    var guide: String?

    @Option(
        help: ArgumentHelp("Steps, of a picture at each size; of a sentence words that are exchanged.", valueName: "N"))
    var steps: Int = 10

    @Option(help: ArgumentHelp("Sizes of a picture. Default 4.", valueName: "N"))
    var octaves: Int?

    @Option(help: ArgumentHelp("Ratio of one size to the next smaller one. Default 1.4.", valueName: "X"))
    var scale: Double?

    @Option(
        help: ArgumentHelp("How far a step goes, in standard deviations of the input. Default 0.025.", valueName: "X"))
    var rate: Double?

    @Option(help: ArgumentHelp("How far the input is moved by chance before a step. Default 32.", valueName: "N"))
    var jitter: Int?

    @Option(help: ArgumentHelp("Rows and columns that go through the network at once.", valueName: "N"))
    var tile: Int = 512

    @Option(help: ArgumentHelp("Make a picture's longer side this long first.", valueName: "N"))
    var size: Int?

    @Option(help: ArgumentHelp("Seed of all chance.", valueName: "N"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Write what is there every N steps: OUT-0010.png and so on.", valueName: "N"))
    var every: Int?

    @OptionGroup var shared: SharedOptions

    func run() throws {
        var request = DreamRequest(features: features)
        request.layer = layer
        request.channels = channels
        request.label = label
        request.guide = guide
        request.steps = steps
        request.octaves = octaves
        request.scale = scale
        request.rate = rate
        request.jitter = jitter
        request.tile = tile
        request.size = size
        request.seed = seed
        request.every = every
        let console = Console(quiet: shared.quiet)
        Interruption.listen(.picture)
        let summary = try DreamRun(request, pool: shared.pool(), observer: .showing(on: console)).run(input, to: out)
        console.clearBar()
        try shared.show(summary, as: summary.text)
        if summary.interrupted { console.warning("interrupted: what was dreamt so far was kept") }
    }
}

extension InsightObserver {
    /// Shows the work on the console.
    static func showing(on console: Console) -> InsightObserver {
        InsightObserver(
            note: { console.note($0) }, progress: { done, text in console.progress(done, text) },
            shouldStop: { Interruption.isRequested })
    }
}
