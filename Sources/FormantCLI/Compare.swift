import ArgumentParser
import Formant

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare runs that judged the same examples.",
        discussion: """
            Examples:
              formant compare before after
              formant compare run-1 run-2 run-3 --out comparison.html --json

            Each run is held against the first: a paired bootstrap over the groups, McNemar's test, which examples were \
            fixed and broken, F1 by label, size and speed.
            """)

    @Argument(help: ArgumentHelp("Folders of formant train, two or more.", valueName: "RUN"))
    var runs: [String]

    @Option(help: ArgumentHelp("Write a page with all of it.", valueName: "FILE"))
    var out: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if runs.count < 2 { throw ValidationError("expected two runs or more, found \(runs.count)") }
    }

    func run() throws {
        let comparison = try ComparisonRun.run(folders: runs)
        if let out { try comparison.writePage(to: out) }
        let output = OutputStream.standard()
        try output.write(json ? try comparison.json() + "\n" : comparison.text)
        try output.flush()
    }
}
