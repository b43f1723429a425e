import ArgumentParser
import Formant
import FormantTensor

struct Classify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Classify recordings, pictures or sentences.",
        discussion: """
            Examples:
              formant classify run some.wav other.flac folder/
              formant classify run long.wav --window 3 --hop 1 --format jsonl
              formant classify run 20240131_054500.wav --on 0.8 --off 0.5 --gap 1 --minimum 0.5 --format audacity
              formant classify digits scan.png photos/ --top 3
              formant classify run season/ --events --format csv --out season.csv
              arecord -t raw -f S16_LE -r 16000 | formant classify run - --raw s16le --rate 16000 --hop 0.5
              echo "How far is it from Denver to Aspen ?" | formant classify run -

            A model of sound takes files and folders and prints one line a file, or one line a window, or one line an \
            event. A model of pictures takes files and folders and prints one line a file. A model of sentences takes files of one sentence a line, or - for standard input, and prints one line \
            a sentence.

            With --out, what is done is kept in a ledger beside the output until that is complete: interrupted and given \
            again, the command goes on where it was.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case table, jsonl, csv, audacity, raven }

    @Argument(help: "A model file or the folder of its run.")
    var model: String

    @Argument(help: "Files and folders, or - for standard input.")
    var inputs: [String]

    @Option(help: "How results are printed; default table, with --raw jsonl.")
    var format: Format?

    @Option(help: ArgumentHelp("Labels to name for each input, strongest first.", valueName: "N"))
    var top: Int = 1

    @Option(
        help: ArgumentHelp(
            "Write results to a file, whole or not at all, or to a folder (a name that ends in /) with a file for each input.",
            valueName: "FILE|DIR"))
    var out: String?

    @OptionGroup(title: "Windows and events") var windows: WindowArguments
    @OptionGroup(title: "Samples on standard input") var raw: RawArguments
    @OptionGroup var shared: SharedOptions

    func validate() throws {
        if top < 1 { throw ValidationError("--top \(top): expected 1 or more") }
        if shared.json, let format, format != .jsonl {
            throw ValidationError("--json is short for --format jsonl, and --format \(format.rawValue) was given")
        }
        if raw.raw != nil {
            guard inputs == ["-"] else {
                throw ValidationError("--raw: is about standard input; give - as the only input")
            }
            if out != nil { throw ValidationError("--out: goes with files; what --raw gives is on standard output") }
        }
        if top > 1, makesEvents {
            throw ValidationError("--top \(top): events have one label each; name those wanted by --label")
        }
    }

    func run() throws {
        let console = Console(quiet: shared.quiet)
        let model = try Model(path: model)
        var layout = ResultPrinter.Layout(top: min(top, model.namedLabels.count))
        let outcome: (done: Int, failed: Int)
        switch model.frontEnd {
        case .audio(let frontEnd):
            try windows.checkLabels(model.labels)
            layout.highestFrequency = Double(frontEnd.sampleRate) / 2
            if let format = try raw.format() {
                try ClassifyStream(command: self, model: model, layout: layout, console: console).run(format)
                return
            }
            guard !inputs.contains("-") else {
                throw ValidationError(
                    "-: the model takes recordings, from files and folders, or samples from standard input with --raw")
            }
            outcome = try ClassifyFiles(command: self, model: model, layout: layout, console: console).run()
        case .image:
            try refuseSound("pictures")
            guard !inputs.contains("-") else {
                throw ValidationError("-: the model takes pictures, from files and folders")
            }
            outcome = try ClassifyFiles(command: self, model: model, layout: layout, console: console).run()
        case .text:
            try refuseSound("sentences")
            outcome = try ClassifySentences(command: self, model: model, layout: layout, console: console).run()
        case .go: throw ValidationError("the model plays Go: see formant go gtp and formant go suggest")
        }
        if outcome.failed > 0 { throw outcome.done > 0 ? someFailed : ExitCode.failure }
    }

    /// Refuses what is about recordings.
    private func refuseSound(_ taken: String) throws {
        if let option = windows.firstGiven {
            throw ValidationError("\(option): the model takes \(taken), which have no windows")
        }
        if raw.raw != nil { throw ValidationError("--raw: the model takes \(taken)") }
        if chosenFormat == .audacity || chosenFormat == .raven {
            throw ValidationError(
                "--format \(chosenFormat.rawValue): is about recordings; the model takes \(taken)")
        }
    }

    /// The format of the lines.
    var chosenFormat: Format { shared.json ? .jsonl : format ?? (raw.raw == nil ? .table : .jsonl) }

    /// Whether lines are events.
    var makesEvents: Bool { windows.makesEvents || chosenFormat == .audacity || chosenFormat == .raven }

    /// Whether recordings are cut into windows.
    var slides: Bool { windows.slides || makesEvents || raw.raw != nil }

    /// A printer to standard output, after its first line; Raven's lines are numbered on the way.
    func printer(_ subject: ResultPrinter.Subject, _ layout: ResultPrinter.Layout, _ output: OutputStream) throws
        -> ResultPrinter
    {
        let sink: any TextSink = chosenFormat == .raven ? NumberedLines(output) : output
        let printer = ResultPrinter(chosenFormat, subject, layout, output: sink)
        try output.write(printer.header)
        return printer
    }

    /// What decides the lines of an input, for the ledger.
    func settings(_ printer: ResultPrinter, _ layout: ResultPrinter.Layout) throws -> [String: String] {
        var settings = ["command": "classify", "lines": printer.subject.rawValue, "format": chosenFormat.rawValue]
        settings["top"] = "\(layout.top)"
        settings["times"] = layout.hasTimes ? "shown" : "none"
        settings["recordings named"] = layout.namesRecordings ? "yes" : "no"
        settings["model"] = try Batch.digest(ofModel: model)
        return settings.merging(Batch.machine) { old, _ in old }
    }

    /// The output of a batch.
    func output(_ path: String, _ printer: ResultPrinter) -> Batch.Output {
        let suffix =
            switch chosenFormat {
            case .table: ".tsv"
            case .jsonl: ".jsonl"
            case .csv: ".csv"
            case .audacity: ".txt"
            case .raven: ".selections.txt"
            }
        return Batch.Output(path: path, suffix: suffix, header: printer.header, isNumbered: chosenFormat == .raven)
    }
}
