import ArgumentParser
import Formant
import FormantTensor

/// `classify --raw`: samples on standard input, lines as soon as they are there.
struct ClassifyStream {
    let command: Classify
    let model: Model
    let layout: ResultPrinter.Layout
    let console: Console

    func run(_ format: RawFormat) throws {
        let classifier = Classifier(model, pool: command.shared.pool())
        let windowing = try classifier.windowing(window: command.windows.window, hop: command.windows.hop)
        let output = OutputStream.standard()
        let printer = try command.printer(command.makesEvents ? .events : .windows, layout, output)
        try output.flush()
        var lines = try WindowLines(command, model, windowing, "-", printer)
        // Control-C ends the input: what was heard until then is written.
        Interruption.listen(.stream)
        do {
            let problem = try classifier.forEachWindow(
                ofStream: 0, name: "standard input", format, windowing, isStopped: { Interruption.isRequested },
                { try lines.add($0) }, pause: { try output.flush() })
            try lines.finish()
            try output.flush()
            if let problem { console.warning("standard input: \(problem)") }
        } catch let error as OutputError { throw error } catch {
            // What was heard before is written all the same.
            try lines.finish()
            try output.flush()
            throw error
        }
    }
}
