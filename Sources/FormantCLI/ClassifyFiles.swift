import ArgumentParser
import Formant
import FormantTensor

/// `classify` on sound files or pictures.
struct ClassifyFiles {
    let command: Classify
    let model: Model
    var layout: ResultPrinter.Layout
    let console: Console

    /// - Returns: how many inputs were done, and how many could not be.
    func run() throws -> (done: Int, failed: Int) {
        let list = InputList(command.inputs, of: model.frontEnd.modality ?? .audio)
        let isFolder = command.out.map(Batch.Output.isFolder) ?? false
        if command.chosenFormat == .audacity, list.items.count > 1, !isFolder {
            throw ValidationError(
                "--format audacity: a label track is about one recording, and there are \(list.items.count); give --out a "
                    + "folder (a name that ends in /), which gets a file for each")
        }
        var layout = layout
        layout.hasTimes = list.items.contains { command.windows.time(of: $0.path) != nil }
        layout.namesRecordings = list.items.count > 1 && !isFolder
        for problem in list.problems { console.error(problem.reason, of: problem.input) }
        guard !list.items.isEmpty else { return (0, list.problems.count) }
        let pool = command.shared.pool(for: command.slides ? .max : list.items.count)
        let classifier = Classifier(model, pool: pool)
        let subject: ResultPrinter.Subject =
            command.makesEvents ? .events : command.slides ? .windows : .files
        let windowing =
            command.slides
            ? try classifier.windowing(window: command.windows.window, hop: command.windows.hop) : nil
        let work = Work(
            command: command, classifier: classifier, windowing: windowing, items: list.items,
            block: windowing == nil ? 16 * pool.threads : 1, console: console)
        let failed =
            if let out = command.out {
                try batch(work, ResultPrinter(command.chosenFormat, subject, layout, output: TextBuffer()), layout, out)
            } else {
                try stream(work, subject, layout)
            }
        console.clearBar()
        return (list.items.count - failed, failed + list.problems.count)
    }

    /// Lines to standard output as they come.
    private func stream(
        _ work: Work, _ subject: ResultPrinter.Subject, _ layout: ResultPrinter.Layout
    ) throws -> Int {
        let output = OutputStream.standard()
        let printer = try command.printer(subject, layout, output)
        let block = work.block
        var failed = 0
        for first in stride(from: 0, to: work.items.count, by: block) {
            let members = Array(first..<min(work.items.count, first + block))
            for (place, result) in zip(members, try work.lines(of: members) { _ in printer }) {
                guard case .failure(let error) = result else { continue }
                console.error("\(error)", of: work.items[place].path)
                failed += 1
            }
            try output.flush()
            work.show(members.count + first)
        }
        return failed
    }

    /// Lines to a file or folder, with a ledger.
    private func batch(
        _ work: Work, _ printer: ResultPrinter, _ layout: ResultPrinter.Layout, _ out: String
    ) throws -> Int {
        var settings = try command.settings(printer, layout)
        if let windowing = work.windowing {
            let more = try command.windows.settings(windowing, events: command.makesEvents)
            settings.merge(more) { _, new in new }
        }
        let batch = try Batch(work.items, to: command.output(out, printer), settings: settings, block: work.block)
        if let story = batch.story { console.note(story) }
        let failed = try batch.run { members in
            let buffers = members.map { _ in TextBuffer() }
            let results = try work.lines(of: members) { printer.to(buffers[$0]) }
            return zip(results, buffers).map { result, buffer in result.map { buffer.take() } }
        } progress: {
            work.show($0)
        }
        for problem in failed { console.error(problem.reason, of: problem.input) }
        return failed.count
    }

    /// Files to classify, in any mode.
    struct Work {
        let command: Classify
        let classifier: Classifier
        let windowing: Classifier.Windowing?
        let items: [InputList.Item]
        /// Files that are classified together; of a recording that is cut into windows these are.
        let block: Int
        let console: Console

        /// Prints the lines of some files.
        /// - Parameters:
        ///   - members: their places.
        ///   - printer: where those of the file go that has a place among `members`.
        /// - Returns: for each, nothing or what is wrong with it.
        func lines(
            of members: [Int], _ printer: (Int) -> ResultPrinter
        ) throws -> [Result<Void, any Error>] {
            if let windowing {
                return try members.indices.map { i in
                    try attempt { try slide(over: items[members[i]].path, windowing, printer(i)) }
                }
            }
            let results = try classifier.classify(files: members.map { items[$0].path })
            return try zip(members.indices, results).map { i, result in
                try attempt { try printer(i).file(items[members[i]].path, result.get()) }
            }
        }

        func show(_ done: Int) {
            console.progress(Double(done) / Double(items.count), "\(done) of \(items.count) files")
        }

        /// An error is the file's, unless the output is what cannot be written.
        private func attempt(_ body: () throws -> Void) throws -> Result<Void, any Error> {
            do {
                return .success(try body())
            } catch let error as OutputError { throw error } catch { return .failure(error) }
        }

        private func slide(
            over path: String, _ windowing: Classifier.Windowing, _ printer: ResultPrinter
        ) throws {
            var lines = try WindowLines(command, classifier.model, windowing, path, printer)
            try classifier.forEachWindow(of: path, windowing) { window in
                try lines.add(window)
                console.progress(0, "\(path): \(window.end.duration)")
            }
            try lines.finish()
        }
    }
}

/// The lines that the windows of one recording give, one each or one an event.
struct WindowLines {
    private let path: String
    private let time: RecordingTime?
    private let printer: ResultPrinter
    private var merger: EventMerger?

    init(
        _ command: Classify, _ model: Model, _ windowing: Classifier.Windowing, _ path: String, _ printer: ResultPrinter
    ) throws {
        self.path = path
        self.printer = printer
        time = command.windows.time(of: path)
        merger =
            command.makesEvents
            ? EventMerger(
                try command.windows.rules(), labels: model.labels, sampleRate: windowing.sampleRate,
                thresholds: command.windows.on == nil ? model.thresholds : nil) : nil
    }

    mutating func add(_ window: Classifier.Window) throws {
        guard merger != nil else { return try printer.window(path, window, time) }
        for event in merger!.add(window) { try printer.event(path, event, time) }
    }

    mutating func finish() throws {
        guard merger != nil else { return }
        for event in merger!.finish() { try printer.event(path, event, time) }
    }
}
