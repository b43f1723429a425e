import ArgumentParser
import Formant

struct GoProtocol: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gtp",
        abstract: "Play through the Go Text Protocol, for Sabaki, GoGui and other programs.",
        discussion: """
            Example, as the command line of an engine:
              formant go gtp run --temperature 0.3 --avoid-self-atari
            """)

    @Argument(help: "A model file or the folder of its run.")
    var model: String

    @Option(
        help: ArgumentHelp("0: the likeliest move; above, moves by chance, up to 10.", valueName: "T"))
    var temperature: Float = 0

    @Option(help: ArgumentHelp("Resign when so many points behind, as the stones stand.", valueName: "POINTS"))
    var resign: Double?

    @Flag(help: "Look one move ahead, and leave out moves that put own stones in atari.")
    var avoidSelfAtari = false

    @Flag(help: "Show the network each board in all eight ways and take the mean.")
    var ensemble = false

    @Option(help: ArgumentHelp("Seed of chance.", valueName: "N"))
    var seed: UInt64 = 1

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard (0...10).contains(temperature) else {
            throw ValidationError("--temperature \(temperature): expected 0 to 10")
        }
        if let resign, !(resign >= 0 && resign.isFinite) {
            throw ValidationError("--resign \(resign): expected 0 or more points")
        }
    }

    func run() throws {
        var options = GoPlayer.Options()
        options.temperature = temperature
        options.resigns = resign
        options.avoidsSelfAtari = avoidSelfAtari
        options.ensemble = ensemble
        options.seed = seed
        var player = try GoPlayer(modelPath: model, options: options, pool: shared.pool())
        let output = OutputStream.standard()
        let reader = try SentenceReader(path: "-")
        while !player.hasQuit, let lines = try reader.next() {
            for line in lines where !player.hasQuit {
                guard let answer = player.respond(to: Array(line.utf8)) else { continue }
                try output.write(answer)
                try output.flush()
            }
        }
    }
}
