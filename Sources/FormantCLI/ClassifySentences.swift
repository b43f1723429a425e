import ArgumentParser
import Formant
import FormantTensor

/// `classify` on sentences.
struct ClassifySentences {
    let command: Classify
    let model: Model
    let layout: ResultPrinter.Layout
    let console: Console

    /// - Returns: how many inputs were done, and how many could not be.
    func run() throws -> (done: Int, failed: Int) {
        let classifier = Classifier(model, pool: command.shared.pool())
        guard let out = command.out else {
            let output = OutputStream.standard()
            let printer = try command.printer(.sentences, layout, output)
            var failed = 0
            for input in command.inputs {
                do {
                    try classify(input, classifier, printer) { try output.flush() }
                } catch let error as OutputError { throw error } catch {
                    console.error("\(error)")
                    failed += 1
                }
            }
            try output.flush()
            return (command.inputs.count - failed, failed)
        }
        let printer = ResultPrinter(command.chosenFormat, .sentences, layout, output: TextBuffer())
        let items = command.inputs.map { InputList.Item(path: $0, name: $0 == "-" ? "standard-input" : $0) }
        let batch = try Batch(
            items, to: command.output(out, printer), settings: try command.settings(printer, layout), block: 1)
        if let story = batch.story { console.note(story) }
        let failed = try batch.run { members in
            members.map { member in
                Result {
                    let buffer = TextBuffer()
                    try classify(items[member].path, classifier, printer.to(buffer)) {}
                    return buffer.take()
                }
            }
        } progress: {
            console.progress(Double($0) / Double(items.count), "\($0) of \(items.count) files")
        }
        console.clearBar()
        for problem in failed { console.error(problem.reason, of: problem.input) }
        return (items.count - failed.count, failed.count)
    }

    private func classify(
        _ input: String, _ classifier: Classifier, _ printer: ResultPrinter, _ pause: () throws -> Void
    ) throws {
        let reader = try SentenceReader(path: input)
        while let sentences = try reader.next() {
            for (sentence, result) in zip(sentences, try classifier.classify(texts: sentences)) {
                try printer.sentence(sentence, result)
            }
            try pause()
        }
        if let line = reader.firstRepairedLine {
            console.warning("\(reader.name): line \(line): not UTF-8; what could not be read counts as unknown")
        }
    }
}
