#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads lines as they come, some at a time: from a file or, called `-`, from standard input.
final class SentenceReader {
    private let descriptor: Int32
    private let path: String
    /// The input for messages.
    var name: String { path == "-" ? "standard input" : path }
    private var pending: [UInt8] = []
    private var atEnd = false
    private var line = 0

    /// The first line that was not UTF-8 and was read with U+FFFD in place of what was wrong.
    private(set) var firstRepairedLine: Int?

    /// Opens a file.
    init(path: String) throws {
        self.path = path
        descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InputError(name: path, reason: String(cString: strerror(errno))) }
    }

    deinit {
        if descriptor > 0 { close(descriptor) }
    }

    /// The lines that are there, without their ends, at least one; nil at the end. A last line may lack its end.
    func next() throws -> [String]? {
        while !atEnd {
            var block = [UInt8](repeating: 0, count: 1 << 16)
            let count = block.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw InputError(name: name, reason: String(cString: strerror(errno))) }
            let first = pending.count
            pending.append(contentsOf: block[..<count])
            atEnd = count == 0
            guard atEnd || pending[first...].contains(0x0a) else {
                guard pending.count <= 1 << 26 else {
                    throw InputError(name: name, reason: "line \(line + 1) is longer than \(1 << 26) bytes")
                }
                continue
            }
            let lines = takeLines()
            if !lines.isEmpty { return lines }
        }
        return nil
    }

    private func takeLines() -> [String] {
        var lines: [String] = []
        var start = 0
        while let end = pending[start...].firstIndex(of: 0x0a) {
            lines.append(decode(pending[start..<end]))
            start = end + 1
        }
        if atEnd, start < pending.count {
            lines.append(decode(pending[start...]))
            start = pending.count
        }
        pending.removeFirst(start)
        return lines
    }

    private func decode(_ bytes: ArraySlice<UInt8>) -> String {
        line += 1
        let bytes = bytes.last == 0x0d ? bytes.dropLast() : bytes
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        if firstRepairedLine == nil { firstRepairedLine = line }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// An input that could not be read.
struct InputError: Error, CustomStringConvertible {
    let name: String
    let reason: String
    var description: String { "\(name): cannot be read: \(reason)" }
}
