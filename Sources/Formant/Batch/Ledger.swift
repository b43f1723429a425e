import FormantFiles

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a batch has done so far, in a file beside its output: `OUT.ledger`.
///
/// Records are only ever appended, each with a check of its own. A process that is killed leaves whole records and at
/// most one torn at the end, which is cut off when the batch goes on. What is done counts only while the input's size and
/// time of change are those that it had. One process at a time holds the ledger.
final class Ledger {
    /// What became of an input.
    enum Outcome: Sendable, Equatable {
        /// It is done, and this is the result.
        case done([UInt8])
        /// It cannot be done, for a reason.
        case failed(String)
    }

    private struct Entry {
        var offset: Int
        var count: Int
        var stamp: FileStamp
    }

    /// The ledger's file.
    let path: String
    private let descriptor: Int32
    private var end = 0
    private var entries: [String: Entry] = [:]
    private var unflushed = 0
    private var lastFlush = ContinuousClock.now

    /// The first bytes of every ledger.
    static let magic = Array("formant ledger 1\n".utf8)
    /// Bytes and time after which records are flushed to the disk.
    private static let flushLimit = (bytes: 1 << 26, time: Duration.seconds(5))

    /// Opens the ledger of an output, or begins one.
    /// - Parameters:
    ///   - output: the file or folder that the batch makes.
    ///   - settings: all that decides what becomes of an input, by name.
    /// - Throws: `LedgerError`.
    init(output: String, settings: [String: String]) throws(LedgerError) {
        var name = output
        while name.count > 1, name.hasSuffix("/") { name.removeLast() }
        path = name + ".ledger"
        descriptor = try Ledger.locked(path)
        // What a line is made of holds no line ends.
        try begin(settings.mapValues(\.onOneLine))
        // What a killed process left of the output itself: it is written in one go, at the end.
        let own = String(FilePath.name(of: name).prefix(100))
        AtomicFile.removeLeftovers(in: FilePath.folder(of: name)) { $0 == own }
    }

    deinit { close(descriptor) }

    /// Inputs that are done as they are.
    var count: Int { entries.count }

    /// Whether an input is done, and has not changed since.
    func holds(_ input: String) -> Bool {
        guard let entry = entries[input], let stamp = FileStamp(path: input) else { return false }
        return entry.stamp == stamp
    }

    /// Whether an input was done before it changed.
    func isOutdated(_ input: String) -> Bool { entries[input] != nil && !holds(input) }

    /// Notes what became of an input.
    /// - Parameter stamp: of the input before it was read; one without a stamp is done again when the batch goes on.
    func append(_ input: String, _ stamp: FileStamp?, _ outcome: Outcome) throws(LedgerError) {
        switch outcome {
        case .failed(let reason):
            try write(LedgerRecord.bytes(.failed, input, stamp, Array(reason.utf8)))
            entries[input] = nil
        case .done(let result):
            let bytes = LedgerRecord.bytes(.done, input, stamp, result)
            try write(bytes)
            let none = FileStamp(size: -1, seconds: 0, nanoseconds: 0)
            entries[input] = Entry(offset: end - result.count, count: result.count, stamp: stamp ?? none)
        }
    }

    /// The result of an input that is done.
    /// - Parameter limit: at most so many of its first bytes.
    func result(_ input: String, limit: Int = .max) throws(LedgerError) -> [UInt8] {
        guard let entry = entries[input] else { throw failure("finding a result", "\(input) has none") }
        return try read(entry.offset, min(entry.count, limit))
    }

    /// Removes the ledger: the output is complete.
    func remove() { unlink(path) }

    /// Opens and locks the file, so that no other process has it.
    private static func locked(_ path: String) throws(LedgerError) -> Int32 {
        func failure(_ operation: String) -> LedgerError {
            .file(path: path, operation: operation, reason: FilePath.lastError())
        }
        if let kind = FilePath.kind(of: path), kind != .file { throw .foreign(path: path) }
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
            guard descriptor >= 0 else { throw failure("opening the ledger") }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                let error: LedgerError = errno == EWOULDBLOCK ? .busy(path: path) : failure("locking")
                close(descriptor)
                throw error
            }
            // Between opening and locking, its last owner may have removed it.
            var status = stat()
            if fstat(descriptor, &status) == 0, status.st_nlink > 0 { return descriptor }
            close(descriptor)
        }
    }

    /// Reads what is there, or writes the beginning.
    private func begin(_ settings: [String: String]) throws(LedgerError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("looking at the ledger", FilePath.lastError()) }
        let size = Int(status.st_size)
        let start = try read(0, min(size, Ledger.magic.count))
        guard Ledger.magic.starts(with: start) else { throw .foreign(path: path) }
        if start.count == Ledger.magic.count, let (record, body) = try self.record(at: start.count, size) {
            guard record.kind == .settings else { throw .foreign(path: path) }
            try compare(settings, with: body[record.restOffset...])
            end = Ledger.magic.count + LedgerRecord.prefix + body.count
            try takeEntries(size)
            if end < size, ftruncate(descriptor, off_t(end)) != 0 {
                throw failure("cutting off a torn record", FilePath.lastError())
            }
            return
        }
        // Nothing whole: a batch that ended before it began.
        guard ftruncate(descriptor, 0) == 0 else { throw failure("emptying the ledger", FilePath.lastError()) }
        let text = settings.sorted { $0.key < $1.key }.map { "\($0.key)\t\($0.value)" }.joined(separator: "\n")
        try write(Ledger.magic + LedgerRecord.bytes(.settings, "", nil, Array(text.utf8)))
        try flush()
        let folder = open(FilePath.folder(of: path), O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        if folder >= 0 {
            _ = fsync(folder)
            close(folder)
        }
    }

    private func takeEntries(_ size: Int) throws(LedgerError) {
        while let (record, body) = try self.record(at: end, size) {
            let count = body.count - record.restOffset
            end += LedgerRecord.prefix + body.count
            switch record.kind {
            case .done: entries[record.path] = Entry(offset: end - count, count: count, stamp: record.stamp)
            case .failed, .settings: entries[record.path] = nil
            }
        }
    }

    private func compare(_ settings: [String: String], with text: ArraySlice<UInt8>) throws(LedgerError) {
        var old: [String: String] = [:]
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { old[String(parts[0])] = String(parts[1]) }
        }
        let names = Set(old.keys).union(settings.keys).filter { old[$0] != settings[$0] }.sorted()
        guard names.isEmpty else {
            let what = names.map { "\($0) was \(old[$0] ?? "not given"), is \(settings[$0] ?? "not given")" }
            throw .differs(path: path, what: what)
        }
    }

    /// The whole record at a place; nil where there is none.
    private func record(at offset: Int, _ size: Int) throws(LedgerError) -> (LedgerRecord, [UInt8])? {
        guard size - offset >= LedgerRecord.prefix else { return nil }
        let prefix = try read(offset, LedgerRecord.prefix)
        let length = LedgerRecord.number(prefix[..<8])
        // No longer than what is there: a length that was torn asks for no memory.
        guard length <= UInt64(size - offset - LedgerRecord.prefix) else { return nil }
        let body = try read(offset + LedgerRecord.prefix, Int(length))
        let check = LedgerRecord.check(length: Array(prefix[..<8]), body)
        guard UInt64(check) == LedgerRecord.number(prefix[8...]), let record = LedgerRecord(body) else { return nil }
        return (record, body)
    }

    private func write(_ bytes: [UInt8]) throws(LedgerError) {
        let code = WholeWrite.code(writing: bytes, to: descriptor, at: end)
        guard code == 0 else {
            let error = failure("writing", FilePath.message(of: code))
            // What was torn would be cut off when the batch goes on; a full disk has use for the room.
            _ = ftruncate(descriptor, off_t(end))
            throw error
        }
        end += bytes.count
        unflushed += bytes.count
        if unflushed >= Ledger.flushLimit.bytes || ContinuousClock.now - lastFlush >= Ledger.flushLimit.time {
            try flush()
        }
    }

    private func flush() throws(LedgerError) {
        guard fsync(descriptor) == 0 else { throw failure("flushing", FilePath.lastError()) }
        unflushed = 0
        lastFlush = ContinuousClock.now
    }

    private func read(_ offset: Int, _ count: Int) throws(LedgerError) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { bytes, done in
            while done < count {
                let got = pread(descriptor, bytes.baseAddress! + done, count - done, off_t(offset + done))
                if got < 0 && errno == EINTR { continue }
                if got <= 0 {
                    code = got < 0 ? errno : EIO
                    return
                }
                done += got
            }
        }
        guard code == 0 else { throw failure("reading", FilePath.message(of: code)) }
        return bytes
    }

    private func failure(_ operation: String, _ reason: String) -> LedgerError {
        .file(path: path, operation: operation, reason: reason)
    }
}
