import ArgumentParser
import Formant

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at a model, a corpus, a recording or a recipe.",
        discussion: """
            Examples:
              formant inspect run
              formant inspect corpora/fsdd.yaml --root ~/fsdd
              formant inspect field-recordings --window 3 --annotations mode=one
              formant inspect some.flac --json
              formant inspect recipe kws-cnn
              formant inspect recipes
            """)

    @Argument(help: "A model file or run, a corpus, a recording; or: recipe NAME, recipes.")
    var thing: [String]

    @Option(help: ArgumentHelp("Where the corpus's files are.", valueName: "DIR"))
    var root: String?

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Change a setting of the recipe that is looked at.", valueName: "KEY=VALUE"))
    var settings: [String] = []

    @Option(help: ArgumentHelp("Labels that a recipe's network is shown for.", valueName: "N"))
    var classes: Int = 10

    @OptionGroup var windows: AnnotationArguments

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        if !(1...1_000_000).contains(classes) { throw ValidationError("--classes \(classes): expected 1 to 1000000") }
        guard thing.count == 1 || (thing.count == 2 && thing[0] == "recipe") else {
            throw ValidationError("expected one thing, or recipe NAME; found \(thing.joined(separator: " "))")
        }
    }

    func run() throws {
        let output = OutputStream.standard()
        if thing == ["recipes"] {
            let recipes = try Recipe.names.map { try Recipe($0).resolvedSummary() }
            if shared.json {
                try output.line(try JSONLine.text(recipes))
            } else {
                try output.write(TextTable.text(recipes.map { [$0.name, $0.summary] }))
            }
        } else {
            let inspection =
                thing.count == 2
                ? Inspection.recipe(try RecipeInspection(try Recipe(thing[1]).setting(settings), classes: classes))
                : try Inspection.of(thing[0], root: root, annotations: windows.settings, pool: shared.pool())
            try output.write(shared.json ? try inspection.json() + "\n" : inspection.text)
        }
        try output.flush()
    }
}
