import ArgumentParser

/// `formant go`: what is done with games of Go.
struct GoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "go",
        abstract: "Go: train a network on game records, judge it, play against it.",
        discussion: """
            Examples:
              formant go train games --recipe go-policy --out run
              formant go evaluate run games
              formant go suggest run game.sgf --move 50 --out board.svg
              formant go gtp run
              formant go features games --out arrays
            """,
        subcommands: [GoTrain.self, GoEvaluate.self, GoSuggest.self, GoProtocol.self, GoFeatures.self])
}
