import ArgumentParser
import Formant

struct GoFeatures: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features",
        abstract: "Write the planes of positions, and what was played, as NumPy files.",
        discussion: """
            Examples:
              formant go features games --out arrays
              formant go features games --part validation --recipe go-lecture --limit 10000 --out arrays

            DIR gets planes.npy, bytes [positions, planes, rows, columns]; moves.npy, the number of the point that was \
            played, row by row from the upper left corner; legal.npy, bytes [positions, rows, columns], 1 where a stone \
            may be placed; and positions.csv, which says of what game and move each is. A position of 48 planes takes \
            17 KB.
            """)

    @Argument(help: "A folder of SGF files.")
    var folder: String

    @Option(help: ArgumentHelp("The folder to write to.", valueName: "DIR"))
    var out: String

    @Option(help: ArgumentHelp("Whose planes: go-policy, go-lecture or a file.", valueName: "NAME|FILE"))
    var recipe = "go-policy"

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Change a setting of the recipe, such as go.size=13.", valueName: "KEY=VALUE"))
    var settings: [String] = []

    @Option(help: ArgumentHelp("Which games count, as go train parts them.", valueName: "PART"))
    var part = GoPart.all

    @Option(help: ArgumentHelp("At most so many positions, spread evenly over the games.", valueName: "N"))
    var limit: Int?

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let console = Console(quiet: shared.quiet)
        Interruption.listen(.whole)
        var features = GoFeatureRun(recipe: try Recipe(recipe).setting(settings))
        (features.part, features.limit) = (part, limit)
        let summary = try features.run(games: folder, to: out, pool: shared.pool(), observer: .showing(on: console))
        console.clearBar()
        try shared.show(
            summary, as: "\(summary.positions) positions of \(summary.planes) planes in \(summary.out)".onOneLine + "\n"
        )
        if summary.failed > 0 { throw someFailed }
    }
}
