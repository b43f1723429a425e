import ArgumentParser
import Formant

struct Style: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Give a picture or a recording the style of another.",
        discussion: """
            Examples:
              formant style --content photo.jpg --style painting.jpg --features vgg16-to-relu4_1.safetensors --out new.png
              formant style --content photo.jpg --style painting.jpg --features weights.safetensors --keep-colour --out new.png
              formant style --style painting.jpg --features weights.safetensors --out texture.png
              formant style --content speech.wav --style rain.wav --out new.wav
              formant style --content speech.wav --style other.wav --features run --out new.wav

            Losses, layers and weights are those of Gatys, Ecker & Bethge 2015, each layer's loss as a share of what the \
            style (or content) itself amounts to there. Recordings need no features: random filters do (Ulyanov & \
            Lebedev 2016). Without --content a texture is made.
            """)

    @Option(help: ArgumentHelp("What is shown; nothing for a texture.", valueName: "FILE"))
    var content: String?

    @Option(help: ArgumentHelp("Whose style it gets.", valueName: "FILE"))
    var style: String

    @Option(help: ArgumentHelp("A model, its run, or weights of vgg16-features.", valueName: "MODEL|FILE"))
    var features: String?

    @Option(
        help: ArgumentHelp("The picture (.png, .jpg) or recording (.wav, .flac) that is written.", valueName: "FILE"))
    var out: String

    @Option(
        name: .customLong("content-layer"), parsing: .singleValue,
        help: ArgumentHelp("A layer for the content; may be given several times.", valueName: "NODE"))
    var contentLayers: [String] = []

    @Option(
        name: .customLong("style-layer"), parsing: .singleValue,
        help: ArgumentHelp("A layer for the style; may be given several times.", valueName: "NODE"))
    var styleLayers: [String] = []

    @Option(help: ArgumentHelp("Weight of the content.", valueName: "X"))
    var contentWeight: Double = 1

    @Option(help: ArgumentHelp("Weight of the style. Default 100.", valueName: "X"))
    var styleWeight: Double?

    @Option(help: ArgumentHelp("Weight of the total variation. Default 0.02 for pictures, else 0.", valueName: "X"))
    var variation: Double?

    @Option(help: ArgumentHelp("Iterations at each size.", valueName: "N"))
    var steps: Int = 100

    @Option(help: ArgumentHelp("How the result is found.", valueName: "lbfgs|adam"))
    var method: StyleRequest.Method = .lbfgs

    @Option(help: ArgumentHelp("How far a step of Adam goes, in standard deviations of the input.", valueName: "X"))
    var rate: Double = 0.05

    @Option(
        help: ArgumentHelp("Where the search begins. Default: content where there is one.", valueName: "content|noise"))
    var start: StyleRequest.Start?

    @Option(help: ArgumentHelp("Longer side of the result. Default 512 at most.", valueName: "N"))
    var size: Int?

    @Option(help: ArgumentHelp("Sizes, each half of the next. Default 2.", valueName: "N"))
    var scales: Int?

    @Option(help: ArgumentHelp("Size of the style against that of the result. Default 1.", valueName: "X"))
    var styleScale: Double?

    @Flag(help: "Keep the colours of the content.")
    var keepColour = false

    @Option(help: ArgumentHelp("Length of a texture of a recording. Default: that of the style.", valueName: "SECONDS"))
    var seconds: Double?

    @Option(help: ArgumentHelp("Random filters for recordings. Default 1024.", valueName: "N"))
    var filters: Int?

    @Option(help: ArgumentHelp("Seed of all chance.", valueName: "N"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Write what is there every N iterations: OUT-0010.png and so on.", valueName: "N"))
    var every: Int?

    @OptionGroup var shared: SharedOptions

    func run() throws {
        var request = StyleRequest(style: style)
        request.features = features
        request.content = content
        request.contentLayers = contentLayers
        request.styleLayers = styleLayers
        request.contentWeight = contentWeight
        request.styleWeight = styleWeight
        request.variation = variation
        request.steps = steps
        request.method = method
        request.rate = rate
        request.start = start
        request.size = size
        request.scales = scales
        request.styleScale = styleScale
        request.keepsColour = keepColour
        request.seconds = seconds
        request.filters = filters
        request.seed = seed
        request.every = every
        let console = Console(quiet: shared.quiet)
        Interruption.listen(.picture)
        let summary = try StyleRun(request, pool: shared.pool(), observer: .showing(on: console)).run(to: out)
        console.clearBar()
        try shared.show(summary, as: summary.text)
        if summary.interrupted { console.warning("interrupted: the best so far was kept") }
    }
}

extension StyleRequest.Method: ExpressibleByArgument {}
extension StyleRequest.Start: ExpressibleByArgument {}
