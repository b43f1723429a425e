/// Where lines go.
protocol TextSink: AnyObject {
    /// Adds text.
    func write(_ text: String) throws
}

extension TextSink {
    /// Adds a line.
    func line(_ text: String) throws { try write(text + "\n") }
}

extension OutputStream: TextSink {}

/// Lines that are kept for later.
final class TextBuffer: TextSink {
    private(set) var bytes: [UInt8] = []

    func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Takes out what was written.
    func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }
}

/// Puts its number and a tab before each line.
final class NumberedLines: TextSink {
    private let output: any TextSink
    private var number = 0

    init(_ output: any TextSink) { self.output = output }

    /// - Parameter text: one whole line.
    func write(_ text: String) throws {
        number += 1
        try output.write("\(number)\t\(text)")
    }
}
