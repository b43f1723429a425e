import FormantFiles

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The bytes of a regular file, one after another, in memory of one block.
struct ByteReader: ~Copyable {
    let path: String
    private let descriptor: Int32
    private var block: [UInt8]
    private var position = 0
    private var count = 0
    private var atEnd = false

    static let blockSize = 1 << 16

    /// Opens a file. Throws `unreadable` when it is none, or no regular file: a pipe could wait for ever.
    init(path: String) throws(CorpusError) {
        if path.utf8.contains(0) { throw .unreadable(path: path, reason: "the name has a zero byte") }
        let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard opened >= 0 else { throw .unreadable(path: path, reason: FilePath.lastError()) }
        var information = stat()
        guard fstat(opened, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            close(opened)
            throw .unreadable(path: path, reason: "expected a regular file")
        }
        self.path = path
        descriptor = opened
        block = [UInt8](repeating: 0, count: ByteReader.blockSize)
    }

    deinit { close(descriptor) }

    /// The next byte, or nil at the end.
    @inline(__always)
    mutating func next() throws(CorpusError) -> UInt8? {
        if position == count { try fill() }
        if position == count { return nil }
        defer { position += 1 }
        return block[position]
    }

    /// The next byte, which stays; nil at the end.
    mutating func peek() throws(CorpusError) -> UInt8? {
        if position == count { try fill() }
        return position == count ? nil : block[position]
    }

    /// What of the file is at hand without reading on; from the start, up to a block, when nothing was taken yet.
    mutating func lookahead() throws(CorpusError) -> ArraySlice<UInt8> {
        if position == count { try fill() }
        return block[position..<count]
    }

    /// Skips a UTF-8 byte order mark at the start; throws on one of UTF-16 or UTF-32.
    mutating func skipByteOrderMark() throws(CorpusError) {
        let start = Array(try lookahead().prefix(4))
        if start.starts(with: [0xef, 0xbb, 0xbf]) {
            position += 3
        } else if start.starts(with: [0xff, 0xfe]) || start.starts(with: [0xfe, 0xff])
            || start.starts(with: [0, 0, 0xfe, 0xff])
        {
            throw .unreadable(path: path, reason: "expected UTF-8, found the byte order mark of UTF-16 or UTF-32")
        }
    }

    private mutating func fill() throws(CorpusError) {
        guard !atEnd else { return }
        let file = descriptor
        while true {
            let got = block.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
            if got < 0 && errno == EINTR { continue }
            if got < 0 { throw .unreadable(path: path, reason: FilePath.lastError()) }
            position = 0
            count = got
            atEnd = got == 0
            return
        }
    }
}

/// The lines of a file as bytes. A line ends at 0x0A (with a 0x0D before it or not) and nowhere else.
struct LineReader: ~Copyable {
    /// Longest line, in bytes; a longer one is skipped.
    static let limit = 1 << 24

    enum Line {
        case bytes([UInt8])
        case tooLong
    }

    private var bytes: ByteReader
    /// Number of the line that `next` returned last, counted from 1.
    private(set) var number = 0

    init(path: String, skippingMark: Bool) throws(CorpusError) {
        var bytes = try ByteReader(path: path)
        if skippingMark { try bytes.skipByteOrderMark() }
        self.bytes = bytes
    }

    mutating func next() throws(CorpusError) -> Line? {
        guard let first = try bytes.next() else { return nil }
        number += 1
        var line: [UInt8] = []
        var byte: UInt8? = first
        var tooLong = false
        while let current = byte, current != 0x0a {
            if line.count < LineReader.limit { line.append(current) } else { tooLong = true }
            byte = try bytes.next()
        }
        if tooLong { return .tooLong }
        if line.last == 0x0d { line.removeLast() }
        return .bytes(line)
    }
}
