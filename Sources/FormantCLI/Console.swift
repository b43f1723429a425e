import Formant
import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Text on its way to a file descriptor, written in blocks.
final class OutputStream {
    private let descriptor: Int32
    private let name: String
    private var buffer: [UInt8] = []

    init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// Standard output.
    static func standard() -> OutputStream { OutputStream(descriptor: 1, name: "standard output") }

    /// Adds a line.
    func line(_ text: String) throws { try write(text + "\n") }

    /// Adds text.
    func write(_ text: String) throws {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Adds text that is UTF-8 already.
    func write(bytes: [UInt8]) throws {
        buffer.append(contentsOf: bytes)
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Writes what is there.
    func flush() throws {
        var done = 0
        while done < buffer.count {
            let written = buffer.withUnsafeBytes { platformWrite(descriptor, $0.baseAddress! + done, $0.count - done) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw OutputError(name: name, reason: String(cString: strerror(errno))) }
            done += written
        }
        buffer.removeAll(keepingCapacity: true)
    }
}

private func platformWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

/// Output that could not be written.
struct OutputError: Error, CustomStringConvertible {
    let name: String
    let reason: String
    var description: String { "\(name): cannot be written: \(reason)" }
}

/// Notes, warnings and progress on standard error: a bar on a terminal, plain lines elsewhere.
final class Console: @unchecked Sendable {
    private let logger: Logger
    private let isTerminal = isatty(2) == 1
    private let quiet: Bool
    private var lastShown = ContinuousClock.now
    private var barIsShown = false

    init(quiet: Bool) {
        self.quiet = quiet
        var logger = Logger(label: "formant") { _ in PlainLogHandler() }
        logger.logLevel = quiet ? .warning : .info
        self.logger = logger
    }

    func note(_ text: String) {
        clearBar()
        logger.info("\(text)")
    }

    func warning(_ text: String) {
        clearBar()
        logger.warning("\(text)")
    }

    func error(_ text: String) {
        clearBar()
        logger.error("\(text)")
    }

    /// Says what is wrong with an input, which is named first.
    func error(_ reason: String, of input: String) {
        error(reason.hasPrefix(input + ":") ? reason : "\(input): \(reason)")
    }

    /// Shows how far a piece of work is: a bar often, or a line every ten seconds.
    func progress(_ fraction: Double, _ text: @autoclosure () -> String) {
        guard !quiet else { return }
        let now = ContinuousClock.now
        guard now - lastShown >= (isTerminal ? .milliseconds(100) : .seconds(10)) else { return }
        lastShown = now
        guard isTerminal else {
            logger.info("\(text())")
            return
        }
        let width = 24
        let filled = max(0, min(width, Int(fraction * Double(width))))
        let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: width - filled)
        standardError("\r\u{1b}[K\(bar) \(text().onOneLine)")
        barIsShown = true
    }

    /// Takes the bar off the terminal.
    func clearBar() {
        if barIsShown { standardError("\r\u{1b}[K") }
        barIsShown = false
    }
}

private func standardError(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { platformWrite(2, $0.baseAddress!, $0.count) }
}

/// Log lines without time and label: `warning: …`.
private struct PlainLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let prefix = event.level >= .warning ? "\(event.level): " : ""
        standardError("\(prefix)\(event.message)".onOneLine + "\n")
    }
}
