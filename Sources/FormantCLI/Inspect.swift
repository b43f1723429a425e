import ArgumentParser
import Formant

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at a model, a corpus, a recording, a recipe or what its augmentation does.",
        discussion: """
            Examples:
              formant inspect run
              formant inspect corpora/fsdd.yaml --root ~/fsdd
              formant inspect manifest.csv --splits run/splits.csv --json
              formant inspect field-recordings --window 3 --annotations mode=one
              formant inspect some.flac --json
              formant inspect recipe kws-cnn
              formant inspect recipe bc-resnet --diagram network.svg
              formant inspect recipe mnist-lecture --dense-equivalent
              formant inspect recipes
              formant inspect augment corpora/esc-10.yaml --root ~/ESC-10 --recipe esc-cnn --count 5 --out samples
            """)

    @Argument(help: "A model file or run, a corpus, a recording; or: recipe NAME, recipes, augment CORPUS.")
    var thing: [String]

    @Option(help: ArgumentHelp("Where the corpus's files are.", valueName: "DIR"))
    var root: String?

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Change a setting of the recipe that is looked at.", valueName: "KEY=VALUE"))
    var settings: [String] = []

    @Option(help: ArgumentHelp("Draw the network of a model or a recipe as an SVG file.", valueName: "FILE"))
    var diagram: String?

    @Flag(
        help: "Count each convolution's parameters beside those of the fully connected layer between the same shapes.")
    var denseEquivalent = false

    @Option(help: ArgumentHelp("Labels that a recipe's network is shown for.", valueName: "N"))
    var classes: Int = 10

    @Option(help: ArgumentHelp("The recipe whose augmentation is looked at.", valueName: "NAME|FILE"))
    var recipe: String?

    @Option(help: ArgumentHelp("Recordings that augment writes.", valueName: "N"))
    var count: Int = 8

    @Option(help: ArgumentHelp("The folder that augment writes to.", valueName: "DIR"))
    var out: String?

    @Option(help: ArgumentHelp("Seed of the chance of augment.", valueName: "N"))
    var seed: UInt64 = 1

    @Flag(help: "Read only the headers of a corpus's recordings, and look for no copies.")
    var quick = false

    @OptionGroup(title: "Reading the corpus") var reading: CorpusArguments

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        if !(1...1_000_000).contains(classes) { throw ValidationError("--classes \(classes): expected 1 to 1000000") }
        guard thing.count == 1 || (thing.count == 2 && ["recipe", "augment"].contains(thing[0])) else {
            throw ValidationError(
                "expected one thing, recipe NAME or augment CORPUS; found \(thing.joined(separator: " "))")
        }
        if !(1...10_000).contains(count) { throw ValidationError("--count \(count): expected 1 to 10000") }
        guard isAugment == (out != nil) else {
            throw ValidationError(
                isAugment ? "augment needs --out DIR, the folder it writes to" : "--out is for augment CORPUS alone")
        }
        for (name, isGiven) in [("--diagram", diagram != nil), ("--dense-equivalent", denseEquivalent)]
        where isGiven && (isAugment || thing == ["recipes"]) {
            throw ValidationError("\(name) is for a model or a recipe alone")
        }
        if recipe != nil, !isAugment { throw ValidationError("--recipe is for augment CORPUS alone") }
    }

    private var isAugment: Bool { thing.count == 2 && thing[0] == "augment" }

    func run() throws {
        let output = OutputStream.standard()
        let console = Console(quiet: shared.quiet)
        let reading = reading.reading()
        if thing == ["recipes"] {
            let recipes = try Recipe.names.map { try Recipe($0).resolvedSummary() }
            if shared.json {
                try output.line(try JSONLine.text(recipes))
            } else {
                try output.write(TextTable.text(recipes.map { [$0.name, $0.summary] }))
            }
        } else if isAugment, let out {
            let name = try recipe ?? Recipe.standard(forCorpus: thing[1], root: root, reading: reading)
            let inspection = try AugmentationInspection(
                corpus: thing[1], root: root, reading: reading,
                recipe: try Recipe(name).setting(settings), count: count, seed: seed, output: out)
            try output.write(shared.json ? try JSONLine.text(inspection) + "\n" : inspection.text)
        } else {
            let inspection =
                thing.count == 2
                ? Inspection.recipe(try RecipeInspection(try Recipe(thing[1]).setting(settings), classes: classes))
                : try Inspection.of(
                    thing[0], root: root, reading: reading, depth: quick ? .headers : .whole, pool: shared.pool(),
                    progress: { console.progress(Double($0) / Double(max(1, $1)), "\($0) of \($1) recordings") })
            console.clearBar()
            if let diagram { try inspection.writeDiagram(to: diagram) }
            if denseEquivalent {
                let counts = try inspection.denseEquivalent()
                try output.write(shared.json ? try JSONLine.text(counts) + "\n" : counts.text)
            } else {
                try output.write(shared.json ? try inspection.json() + "\n" : inspection.text)
            }
            try output.flush()
            if inspection.failed > 0 { throw someFailed }
        }
        try output.flush()
    }
}
