import ArgumentParser
import Formant
import FormantTensor

struct Classify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Classify recordings or sentences.",
        discussion: """
            Examples:
              formant classify run some.wav other.flac folder/
              formant classify run long.wav --hop 0.5 --format jsonl
              echo "How far is it from Denver to Aspen ?" | formant classify run -

            A model of sound takes files and folders and prints one line a file, or with --hop one line a window. A model \
            of sentences takes files of one sentence a line, or - for standard input, and prints one line a sentence.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case table, jsonl, csv }

    @Argument(help: "A model file or the folder of its run.")
    var model: String

    @Argument(help: "Files and folders, or - for standard input.")
    var inputs: [String]

    @Option(help: "How results are printed.")
    var format: Format = .table

    @Option(help: ArgumentHelp("Slide over each recording: seconds from one window to the next.", valueName: "SECONDS"))
    var hop: Double?

    @Option(help: ArgumentHelp("Labels to name for each input, strongest first.", valueName: "N"))
    var top: Int = 1

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        if let hop, !(hop >= 0.001 && hop <= 86_400) {
            throw ValidationError("--hop \(hop): expected 0.001 to 86400 seconds")
        }
        if top < 1 { throw ValidationError("--top \(top): expected 1 or more") }
    }

    func run() throws {
        let console = Console(quiet: shared.quiet)
        let model = try Model(path: model)
        let output = OutputStream.standard()
        let printer = ResultPrinter(
            shared.json ? .jsonl : format, top: min(top, model.labels.count), output: output)
        let (done, failed): (Int, Int)
        switch model.frontEnd {
        case .audio:
            guard !inputs.contains("-") else {
                throw ValidationError("-: the model takes recordings, and these are read from files and folders")
            }
            (done, failed) = try classifyRecordings(model, printer, console)
        case .text:
            guard hop == nil else { throw ValidationError("--hop: the model takes sentences, which have no windows") }
            (done, failed) = try classifySentences(model, printer, console)
        }
        try output.flush()
        if failed > 0 { throw done > 0 ? someFailed : ExitCode.failure }
    }

    private func classifyRecordings(
        _ model: Model, _ printer: ResultPrinter, _ console: Console
    ) throws -> (done: Int, failed: Int) {
        let list = InputList(inputs)
        for problem in list.problems { console.error(problem.reason, of: problem.input) }
        var failed = list.problems.count
        let pool = shared.pool(for: hop == nil ? list.items.count : .max)
        let classifier = Classifier(model, pool: pool)
        try printer.header(hop == nil ? .recordings : .windows)
        let block = hop == nil ? 16 * pool.threads : 1
        for first in stride(from: 0, to: list.items.count, by: block) {
            let items = Array(list.items[first..<min(list.items.count, first + block)])
            if let hop {
                do {
                    try classifier.forEachWindow(of: items[0].path, hop: hop) { window in
                        try printer.window(items[0].path, window)
                        console.progress(
                            Double(first) / Double(list.items.count), "\(items[0].path): \(window.end.duration)")
                    }
                } catch let error as OutputError { throw error } catch {
                    console.error("\(error)", of: items[0].path)
                    failed += 1
                }
            } else {
                for (item, result) in zip(items, try classifier.classify(recordings: items.map(\.path))) {
                    switch result {
                    case .success(let result): try printer.recording(item.path, result)
                    case .failure(let error):
                        console.error("\(error)", of: item.path)
                        failed += 1
                    }
                }
            }
            try printer.flush()
            console.progress(
                Double(first + items.count) / Double(list.items.count),
                "\(first + items.count) of \(list.items.count) recordings")
        }
        console.clearBar()
        return (list.items.count + list.problems.count - failed, failed)
    }

    private func classifySentences(
        _ model: Model, _ printer: ResultPrinter, _ console: Console
    ) throws -> (done: Int, failed: Int) {
        let classifier = Classifier(model, pool: shared.pool())
        try printer.header(.sentences)
        var failed = 0
        for input in inputs {
            do {
                let reader = try SentenceReader(path: input)
                while let sentences = try reader.next() {
                    for (sentence, result) in zip(sentences, try classifier.classify(texts: sentences)) {
                        try printer.sentence(sentence, result)
                    }
                    try printer.flush()
                }
                if let line = reader.firstRepairedLine {
                    console.warning("\(reader.name): line \(line): not UTF-8; what could not be read counts as unknown")
                }
            } catch let error as OutputError { throw error } catch {
                console.error("\(error)")
                failed += 1
            }
        }
        return (inputs.count - failed, failed)
    }
}
