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
        let pool = command.shared.pool()
        let work = Work(classifier: Classifier(model, pool: pool), pool: pool, console: console)
        guard let out = command.out else {
            let output = OutputStream.standard()
            let printer = try command.printer(.sentences, layout, output)
            var failed = 0
            for input in command.inputs {
                do {
                    try work.classify(input, printer, to: output) { try output.flush() }
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
                    try work.classify(items[member].path, printer, to: buffer) {}
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
}

/// Classifies files, as many lines at a time as there are.
private struct Work {
    let classifier: Classifier
    let pool: WorkerPool
    let console: Console

    /// - Parameter pause: called after the lines that came together, before the next ones are waited for.
    func classify(
        _ input: String, _ printer: ResultPrinter, to output: any TextSink, _ pause: () throws -> Void
    ) throws {
        let reader = try SentenceReader(path: input)
        while let sentences = try reader.next() {
            for lines in try lines(sentences, try classifier.classify(texts: sentences), printer) {
                try output.write(bytes: lines)
            }
            try pause()
        }
        if let line = reader.firstRepairedLine {
            console.warning("\(reader.name): line \(line): not UTF-8; what could not be read counts as unknown")
        }
    }

    /// The lines of some sentences, some together, written by all threads.
    private func lines(
        _ sentences: [String], _ results: [Classifier.Result], _ printer: ResultPrinter
    ) throws -> [[UInt8]] {
        let grain = 64
        var parts = [Result<[UInt8], any Error>](
            repeating: .success([]), count: (sentences.count + grain - 1) / grain)
        parts.withUnsafeMutableBufferPointer { parts in
            nonisolated(unsafe) let parts = parts  // each written by one worker
            pool.forRanges(of: sentences.count, grain: grain) { range, _ in
                let buffer = TextBuffer()
                let own = printer.to(buffer)
                parts[range.lowerBound / grain] = Result {
                    for i in range { try own.sentence(sentences[i], results[i]) }
                    return buffer.take()
                }
            }
        }
        return try parts.map { try $0.get() }
    }
}
