#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads bytes line by line with bounded memory. A line ends at `\n` or `\r\n`, as everywhere in Formant.
///
/// Where the bytes come from is a closure: a file, an array, later a decompressor.
struct LineReader: ~Copyable {
    /// The name that errors give.
    let path: String
    /// The number of the line read last, from 1; 0 before the first.
    private(set) var line = 0

    private let fetch: (UnsafeMutableRawBufferPointer) throws(TextError) -> Int
    private let descriptor: Int32
    private let longestLine: Int
    private var buffer: [UInt8]
    private var start = 0
    private var end = 0
    private var isExhausted = false

    /// Opens a file.
    /// - Throws: `TextError.cannotRead`.
    init(path: String, bufferSize: Int = 1 << 16, longestLine: Int = 1 << 24) throws(TextError) {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw .cannotRead(path: path, reason: String(cString: strerror(errno))) }
        self.init(path: path, descriptor: descriptor, bufferSize: bufferSize, longestLine: longestLine) {
            (into: UnsafeMutableRawBufferPointer) throws(TextError) in
            while true {
                let count = read(descriptor, into.baseAddress, into.count)
                if count >= 0 { return count }
                if errno != EINTR { throw .cannotRead(path: path, reason: String(cString: strerror(errno))) }
            }
        }
    }

    /// Reads from memory.
    init(bytes: [UInt8], name: String, bufferSize: Int = 1 << 16, longestLine: Int = 1 << 24) {
        var position = 0
        self.init(path: name, descriptor: -1, bufferSize: bufferSize, longestLine: longestLine) {
            (into: UnsafeMutableRawBufferPointer) in
            let count = min(into.count, bytes.count - position)
            into.copyBytes(from: bytes[position..<(position + count)])
            position += count
            return count
        }
    }

    private init(
        path: String, descriptor: Int32, bufferSize: Int, longestLine: Int,
        fetch: @escaping (UnsafeMutableRawBufferPointer) throws(TextError) -> Int
    ) {
        self.path = path
        self.descriptor = descriptor
        self.longestLine = longestLine
        self.fetch = fetch
        buffer = [UInt8](repeating: 0, count: bufferSize)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// What comes next, at most `count` bytes, without moving on; less only at the end.
    mutating func peek(_ count: Int) throws(TextError) -> [UInt8] {
        while end - start < count, !isExhausted { try fill() }
        return Array(buffer[start..<min(end, start + count)])
    }

    /// Moves on by bytes that `peek` has shown.
    mutating func skip(_ count: Int) { start = min(end, start + count) }

    /// Hands the next line, without its end, to `body`, together with its number; nil at the end. The bytes are valid
    /// during the call only.
    /// - Throws: `TextError.cannotRead`; `TextError.invalidRow` if there is no line end within the longest line; what `body`
    ///   throws.
    mutating func next<Result>(
        _ body: (UnsafeBufferPointer<UInt8>, _ line: Int) throws(TextError) -> Result
    ) throws(TextError) -> Result? {
        var searched = 0
        while true {
            let found = buffer[(start + searched)..<end].firstIndex(of: 0x0a)
            if let lineEnd = found ?? (isExhausted && start < end ? end : nil) {
                line += 1
                let isReturned = found != nil && lineEnd > start && buffer[lineEnd - 1] == 0x0d
                let range = start..<(isReturned ? lineEnd - 1 : lineEnd)
                start = found == nil ? lineEnd : lineEnd + 1
                let number = line
                return try buffer.withUnsafeBufferPointer { all throws(TextError) in
                    try body(UnsafeBufferPointer(rebasing: all[range]), number)
                }
            }
            if isExhausted { return nil }
            searched = end - start
            guard searched < longestLine else {
                throw .invalidRow(
                    path: path, line: line + 1, expected: "a line end within \(longestLine) bytes", found: "none")
            }
            try fill()
        }
    }

    private mutating func fill() throws(TextError) {
        if start > 0 {
            buffer.replaceSubrange(0..<(end - start), with: buffer[start..<end])
            end -= start
            start = 0
        }
        if end == buffer.count { buffer.append(contentsOf: repeatElement(0, count: buffer.count)) }
        let free = end
        let fetch = fetch
        let count = try buffer.withUnsafeMutableBufferPointer { all throws(TextError) in
            try fetch(UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: all[free...])))
        }
        if count == 0 { isExhausted = true }
        end += count
    }
}
