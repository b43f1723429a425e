#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads bytes with bounded memory: so many at a time, or line by line. A line ends at `\n` or `\r\n`, as everywhere in
/// Formant. What is compressed by gzip is decompressed on the way.
///
/// Where the bytes come from is a closure: a file, an array, or another one with a decompressor before it.
struct ByteReader: ~Copyable {
    /// The name that errors give.
    let path: String
    /// The number of the line read last, from 1; 0 before the first.
    private(set) var line = 0
    /// Whether the bytes come out of gzip.
    private(set) var isCompressed = false

    typealias Fetch = (UnsafeMutableRawBufferPointer) throws(TextError) -> Int

    private var fetch: Fetch
    private let descriptor: Int32
    private let longestLine = 1 << 24
    private var buffer: [UInt8]
    private var start = 0
    private var end = 0
    private var isExhausted = false
    // The offset of the buffer's first byte in what is read.
    private var base = 0

    /// Opens a file.
    /// - Throws: `TextError.cannotRead`; `TextError.invalidBytes` if it is gzip and broken at its beginning.
    static func file(_ path: String) throws(TextError) -> ByteReader {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotRead(path: path, reason: String(cString: strerror(errno))) }
        var reader = ByteReader(path: path, descriptor: descriptor) {
            (into: UnsafeMutableRawBufferPointer) throws(TextError) -> Int in
            while true {
                let count = read(descriptor, into.baseAddress, into.count)
                if count >= 0 { return count }
                if errno != EINTR { throw .cannotRead(path: path, reason: String(cString: strerror(errno))) }
            }
        }
        try reader.decompress()
        return reader
    }

    /// Reads from memory.
    /// - Throws: `TextError.invalidBytes` if it is gzip and broken at its beginning.
    static func memory(_ bytes: [UInt8], name: String) throws(TextError) -> ByteReader {
        var position = 0
        var reader = ByteReader(path: name, descriptor: -1) {
            (into: UnsafeMutableRawBufferPointer) throws(TextError) -> Int in
            let count = min(into.count, bytes.count - position)
            into.copyBytes(from: bytes[position..<(position + count)])
            position += count
            return count
        }
        try reader.decompress()
        return reader
    }

    private init(path: String, descriptor: Int32, fetch: @escaping Fetch) {
        self.path = path
        self.descriptor = descriptor
        self.fetch = fetch
        buffer = [UInt8](repeating: 0, count: 1 << 16)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    private mutating func decompress() throws(TextError) {
        guard try peek(2) == [0x1f, 0x8b] else { return }
        let inflater = try GzipInflater(path: path, beginning: Array(buffer[start..<end]), fetch: fetch)
        fetch = { (into: UnsafeMutableRawBufferPointer) throws(TextError) -> Int in try inflater.read(into: into) }
        start = 0
        end = 0
        isExhausted = false
        isCompressed = true
    }

    /// How many bytes were read so far, after decompression.
    var offset: Int { base + start }

    /// What comes next, at most `count` bytes, without moving on; less only at the end.
    mutating func peek(_ count: Int) throws(TextError) -> [UInt8] {
        while end - start < count, !isExhausted { try fill() }
        return Array(buffer[start..<min(end, start + count)])
    }

    /// Takes exactly so many bytes and hands them to `body`. They are valid during the call only.
    /// - Throws: `TextError.invalidBytes` at the end of the bytes, with `what` as what was expected; what `body` throws.
    mutating func take<Result>(
        _ count: Int, of what: @autoclosure () -> String,
        _ body: (UnsafeRawBufferPointer) throws(TextError) -> Result
    ) throws(TextError) -> Result {
        while end - start < count, !isExhausted { try fill() }
        guard end - start >= count else {
            throw .invalidBytes(
                path: path, offset: offset, expected: "\(count) bytes of \(what())",
                found: "the end of the file after \(end - start)")
        }
        let range = start..<(start + count)
        start += count
        return try buffer.withUnsafeBufferPointer { all throws(TextError) in
            try body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: all[range])))
        }
    }

    /// Moves on by so many bytes: over a file by seeking.
    /// - Throws: `TextError.invalidBytes` if there are not so many, where that shows.
    mutating func skip(_ count: Int, of what: @autoclosure () -> String = "what is skipped") throws(TextError) {
        let held = min(count, end - start)
        start += held
        var left = count - held
        guard left > 0 else { return }
        base += start
        start = 0
        end = 0
        // The last byte is read, so that an end before it shows.
        if descriptor >= 0, !isCompressed, left > buffer.count, lseek(descriptor, off_t(left - 1), SEEK_CUR) >= 0 {
            base += left - 1
            left = 1
        }
        while left > 0 {
            if end == start {
                if !isExhausted { try fill() }
                guard end > start else {
                    throw .invalidBytes(
                        path: path, offset: offset, expected: "\(count) bytes of \(what())",
                        found: "the end of the file")
                }
            }
            let step = min(left, end - start)
            start += step
            left -= step
        }
    }

    /// Hands the bytes up to the next `end` byte, which is passed over, to `body`.
    /// - Throws: `TextError.invalidBytes` if it does not come within `limit` bytes; what `body` throws.
    mutating func field<Result>(
        upTo end: UInt8, limit: Int, of what: String,
        _ body: (UnsafeBufferPointer<UInt8>) throws(TextError) -> Result
    ) throws(TextError) -> Result {
        var searched = 0
        while true {
            let found = buffer[(start + searched)..<min(self.end, start + limit + 1)].firstIndex(of: end)
            if let found {
                let range = start..<found
                start = found + 1
                return try buffer.withUnsafeBufferPointer { all throws(TextError) in
                    try body(UnsafeBufferPointer(rebasing: all[range]))
                }
            }
            searched = min(self.end - start, limit + 1)
            guard searched <= limit, !isExhausted else {
                throw .invalidBytes(
                    path: path, offset: offset, expected: "\(what) of at most \(limit) bytes and its end",
                    found: isExhausted ? "the end of the file" : "more")
            }
            try fill()
        }
    }

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
            base += start
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
