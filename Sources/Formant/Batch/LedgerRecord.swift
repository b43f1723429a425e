import FormantFiles

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What tells one state of a file from another: its size, and when it was last written.
struct FileStamp: Hashable, Sendable {
    var size: Int64
    var seconds: Int64
    var nanoseconds: Int64

    /// The stamp of a file; nil where there is none.
    init?(path: String) {
        var status = stat()
        guard !path.utf8.contains(0), stat(path, &status) == 0 else { return nil }
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        size = Int64(status.st_size)
        seconds = Int64(time.tv_sec)
        nanoseconds = Int64(time.tv_nsec)
    }

    init(size: Int64, seconds: Int64, nanoseconds: Int64) {
        self.size = size
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }
}

/// One record of a ledger, as its bytes say.
///
/// A record is 8 bytes with the length of its body, 4 with a check of length and body (CRC-32), and the body: one byte
/// that says what it is, 4 with the length of the path, the path, three numbers of 8 bytes for the stamp, and the rest.
/// Numbers are little-endian.
struct LedgerRecord {
    enum Kind: UInt8 { case settings = 0, done = 1, failed = 2 }

    /// Bytes before the body.
    static let prefix = 12
    /// Bytes of the body before the path.
    private static let fixed = 5
    private static let stampSize = 24

    var kind: Kind
    var path: String
    var stamp: FileStamp
    /// Where the rest begins in the body.
    var restOffset: Int

    /// Reads the beginning of a body, which holds at least the path and the stamp; nil where it is no record's.
    init?(_ body: [UInt8]) {
        guard body.count >= LedgerRecord.fixed, let kind = Kind(rawValue: body[0]) else { return nil }
        let length = Int(LedgerRecord.number(body[1..<5]))
        let end = LedgerRecord.fixed + length + LedgerRecord.stampSize
        guard body.count >= end, let path = String(validating: body[5..<5 + length], as: UTF8.self) else { return nil }
        func signed(_ at: Int) -> Int64 {
            Int64(bitPattern: LedgerRecord.number(body[end - LedgerRecord.stampSize + at..<end - 16 + at]))
        }
        self.kind = kind
        self.path = path
        stamp = FileStamp(size: signed(0), seconds: signed(8), nanoseconds: signed(16))
        restOffset = end
    }

    /// The bytes of a record.
    static func bytes(_ kind: Kind, _ path: String, _ stamp: FileStamp?, _ rest: [UInt8]) -> [UInt8] {
        let path = Array(path.utf8)
        var body: [UInt8] = [kind.rawValue]
        body.reserveCapacity(fixed + path.count + stampSize + rest.count)
        append(UInt64(path.count), 4, to: &body)
        body += path
        for number in [stamp?.size ?? -1, stamp?.seconds ?? 0, stamp?.nanoseconds ?? 0] {
            append(UInt64(bitPattern: number), 8, to: &body)
        }
        body += rest
        var bytes: [UInt8] = []
        append(UInt64(body.count), 8, to: &bytes)
        append(UInt64(check(length: bytes, body)), 4, to: &bytes)
        return bytes + body
    }

    /// The check of a length's 8 bytes and a body.
    static func check(length: [UInt8], _ body: [UInt8]) -> UInt32 {
        var check = CyclicRedundancyCheck()
        check.add(length)
        check.add(body)
        return check.value
    }

    static func number(_ bytes: some Collection<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    static func append(_ number: UInt64, _ count: Int, to bytes: inout [UInt8]) {
        for shift in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * shift))) }
    }
}
