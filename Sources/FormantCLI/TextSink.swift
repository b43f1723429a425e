/// Where lines go.
protocol TextSink: AnyObject {
    /// Adds text.
    func write(_ text: String) throws
    /// Adds text that is UTF-8 already.
    func write(bytes: [UInt8]) throws
}

extension TextSink {
    func write(bytes: [UInt8]) throws { try write(String(decoding: bytes, as: UTF8.self)) }

    /// Adds a line.
    func line(_ text: String) throws { try write(text + "\n") }
}

extension OutputStream: TextSink {}

/// Lines that are kept for later.
final class TextBuffer: TextSink {
    private(set) var bytes: [UInt8] = []

    func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

    func write(bytes more: [UInt8]) { bytes += more }

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
