import ArgumentParser
import Formant
import FormantTensor

/// What every command takes.
struct SharedOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Threads to work with; results do not depend on it.", valueName: "N"))
    var threads: Int?

    @Flag(help: "Print JSON on standard output.")
    var json = false

    @Flag(help: "Say nothing but warnings and errors.")
    var quiet = false

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads \(threads): expected 1 to 1024")
        }
    }

    /// The threads, no more than there is work for.
    func pool(for work: Int = .max) -> WorkerPool {
        WorkerPool(threads: max(1, min(threads ?? WorkerPool.processorCount, work)))
    }

    /// Prints what came of a command on standard output: a line of JSON where that is wanted, else a text with its line ends.
    func show(_ value: some Encodable, as text: @autoclosure () -> String) throws {
        let output = OutputStream.standard()
        try output.write(json ? try JSONLine.text(value) + "\n" : text())
        try output.flush()
    }
}
