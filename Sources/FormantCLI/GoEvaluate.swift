import ArgumentParser
import Formant

struct GoEvaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Judge a network on games: by move number and by rank.",
        discussion: """
            Examples:
              formant go evaluate run games
              formant go evaluate run other-games --part all --ensemble --json
            """)

    @Argument(help: "A model file or the folder of its run.")
    var model: String

    @Argument(help: "A folder of SGF files.")
    var folder: String

    @Option(help: ArgumentHelp("Which games count.", valueName: "PART"))
    var part = GoPart.test

    @Flag(help: "Show the network each board in all eight ways and take the mean.")
    var ensemble = false

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let console = Console(quiet: shared.quiet)
        Interruption.listen(.whole)
        let evaluation = try GoEvaluationRun.run(
            modelPath: model, folder: folder, part: part, ensemble: ensemble, pool: shared.pool(),
            observer: .showing(on: console))
        console.clearBar()
        try shared.show(evaluation, as: evaluation.text)
        if evaluation.failed > 0 { throw someFailed }
    }
}

extension GoPart: ExpressibleByArgument {}
