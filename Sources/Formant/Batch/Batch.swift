import FormantFiles

/// Text about many inputs, in one file or a file for each, that survives whatever interrupts its making.
///
/// Each input's text goes into a ledger beside the output as soon as it is there; when all have theirs, the output is
/// written out of the ledger, whole, in the order of the inputs, and the ledger is removed. So the bytes are the same
/// however often the process was killed on the way, and whatever the number of threads.
package struct Batch {
    /// Where the text goes.
    package struct Output: Sendable {
        /// The file, or the folder.
        package var path: String
        /// Whether `path` is a folder that gets a file for each input: its name with `suffix` behind it.
        package var isFolder: Bool
        /// What is behind the names of a folder's files.
        package var suffix: String
        /// The first lines of a file.
        package var header: String
        /// Whether each line gets its number in the file, and a tab, in front.
        package var isNumbered: Bool

        /// Creates an output: a path that ends in a slash, or is a folder, is one.
        package init(path: String, suffix: String, header: String, isNumbered: Bool) {
            self.path = path
            isFolder = Output.isFolder(path)
            self.suffix = suffix
            self.header = header
            self.isNumbered = isNumbered
        }

        /// Whether a path means a folder: it ends in a slash, or is one.
        package static func isFolder(_ path: String) -> Bool {
            path.hasSuffix("/") || FilePath.kind(of: path) == .folder
        }
    }

    private let items: [InputList.Item]
    private let output: Output
    private let ledger: Ledger
    private let block: Int

    /// Opens the ledger, and sees to it that the output can be written.
    /// - Parameters:
    ///   - settings: all that decides the text of an input.
    ///   - block: inputs that are worked on at once.
    /// - Throws: `LedgerError`, `FileError`.
    package init(_ items: [InputList.Item], to output: Output, settings: [String: String], block: Int) throws {
        self.items = items
        self.output = output
        self.block = max(1, block)
        if output.isFolder {
            try FolderMaker.make(output.path)
        } else {
            _ = try AtomicFile(path: output.path)
        }
        ledger = try Ledger(output: output.path, settings: settings)
    }

    /// What there is to say of a batch that goes on; nil of one that begins.
    package var story: String? { ledger.story(of: items.map(\.path)) }

    /// Does what is left to do, and writes the output unless nothing could be done.
    /// - Parameters:
    ///   - work: gets the places of some inputs and returns, for each, its text or what is wrong with it.
    ///   - progress: receives the number of inputs done.
    /// - Returns: the inputs that could not be done.
    /// - Throws: what writing throws, and `work`; the ledger then stays.
    package func run(
        work: ([Int]) throws -> [Result<[UInt8], any Error>], progress: (Int) -> Void
    ) throws -> [InputProblem] {
        var failed: [Int: String] = [:]
        for first in stride(from: 0, to: items.count, by: block) {
            let members = first..<min(items.count, first + block)
            let pending = members.filter { !ledger.holds(items[$0].path) }
            let stamps = pending.map { FileStamp(path: items[$0].path) }
            if !pending.isEmpty {
                for (place, (stamp, result)) in zip(pending, zip(stamps, try work(pending))) {
                    switch result {
                    case .success(let text): try ledger.append(items[place].path, stamp, .done(text))
                    case .failure(let error):
                        failed[place] = "\(error)"
                        try ledger.append(items[place].path, stamp, .failed("\(error)"))
                    }
                }
            }
            progress(members.upperBound)
        }
        if failed.count < items.count { try write(items.indices.filter { failed[$0] == nil }) }
        ledger.remove()
        return failed.sorted { $0.key < $1.key }.map { InputProblem(input: items[$0.key].path, reason: $0.value) }
    }

    private func write(_ places: [Int]) throws {
        guard output.isFolder else {
            let writer = try NumberedWriter(output.path, output)
            for place in places { try writer.write(try ledger.result(items[place].path)) }
            try writer.file.commit()
            return
        }
        var names = FileNames(isFolder: true)
        for place in places {
            // A file given twice has one text.
            guard let name = names.claim(items[place]) else { continue }
            let path = FilePath.join(output.path, name + output.suffix)
            try FolderMaker.make(FilePath.folder(of: path))
            let writer = try NumberedWriter(path, output)
            try writer.write(try ledger.result(items[place].path))
            try writer.file.commit()
        }
    }

    /// A file whose lines are numbered where that is wanted.
    private final class NumberedWriter {
        let file: AtomicFile
        private let isNumbered: Bool
        private var number = 0

        init(_ path: String, _ output: Output) throws {
            file = try AtomicFile(path: path)
            isNumbered = output.isNumbered
            try file.write(output.header)
        }

        func write(_ text: [UInt8]) throws {
            guard isNumbered else { return try file.write(text) }
            for line in text.split(separator: 0x0a) {
                number += 1
                try file.write(Array("\(number)\t".utf8) + line + [0x0a])
            }
        }
    }
}
