import ArgumentParser
import Formant

struct GoSuggest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suggest",
        abstract: "Show what a network would play in a position of a game.",
        discussion: """
            Example:
              formant go suggest run game.sgf --move 50 --out board.svg
            """)

    @Argument(help: "A model file or the folder of its run.")
    var model: String

    @Argument(help: "A game record; of several games in it the first.")
    var game: String

    @Option(
        help: ArgumentHelp("The move that is suggested, from 1. Default: the one after the last.", valueName: "N"))
    var move: Int?

    @Option(help: ArgumentHelp("How many points are listed.", valueName: "N"))
    var top = 10

    @Option(help: ArgumentHelp("Draw the board with the probabilities: FILE.svg or FILE.png.", valueName: "FILE"))
    var out: String?

    @Flag(help: "Show the network each board in all eight ways and take the mean.")
    var ensemble = false

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard (1...GoSuggestion.most).contains(top) else {
            throw ValidationError("--top \(top): expected 1 to \(GoSuggestion.most)")
        }
    }

    func run() throws {
        let suggestion = try GoSuggestion(
            modelPath: model, gamePath: game, move: move, top: top, ensemble: ensemble, pool: shared.pool())
        if let out { try suggestion.write(to: out) }
        try shared.show(suggestion, as: suggestion.text)
    }
}
