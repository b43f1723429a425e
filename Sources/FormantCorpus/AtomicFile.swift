#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that is there whole or not at all: written under a temporary name in the same folder, flushed to the disk,
/// then renamed over the old one. Dropped without `commit`, it leaves nothing behind.
///
///     try AtomicFile.write(to: "RUN/run.json") { file throws(CorpusError) in try file.write(json) }
///
/// A symbolic link is followed, so that its target is replaced and the link stays. An existing file keeps its
/// permissions; a new one gets those of the process's mask.
public struct AtomicFile: ~Copyable {
    /// The path that the file will have.
    public let path: String
    private let target: String
    private let temporary: String
    private var descriptor: Int32
    private var buffer: [UInt8] = []

    private static let bufferSize = 1 << 16

    /// Begins a file. Throws `cannotWrite` when the folder is missing or not writable, or when something other than a
    /// regular file has that name: a rename would destroy a device.
    public init(path: String) throws(CorpusError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw .cannotWrite(path: path, operation: "naming", reason: "expected a path")
        }
        var mode = mode_t(0o666)
        var existing = stat()
        let exists = stat(path, &existing) == 0
        if exists {
            guard existing.st_mode & S_IFMT == S_IFREG else {
                throw .cannotWrite(path: path, operation: "opening", reason: "something that is no file has this name")
            }
            mode = existing.st_mode & 0o777
        }
        let target = exists ? AtomicFile.resolved(path) : path
        let folder = FilePath.folder(of: target)
        let name = FilePath.name(of: target)
        var opened: Int32 = -1
        var candidate = ""
        // The process's number and a count: two processes never meet, and a leftover of a killed one is stepped over.
        for attempt in 0..<1_000 {
            candidate = FilePath.join(folder, ".\(name.prefix(40)).\(getpid())-\(attempt).partial")
            opened = open(candidate, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
            if opened >= 0 || errno != EEXIST { break }
        }
        guard opened >= 0 else {
            throw .cannotWrite(path: path, operation: "creating a file beside it", reason: FilePath.lastError())
        }
        if exists { _ = fchmod(opened, mode) }
        self.path = path
        self.target = target
        temporary = candidate
        descriptor = opened
        buffer.reserveCapacity(AtomicFile.bufferSize)
    }

    deinit {
        if descriptor >= 0 {
            close(descriptor)
            unlink(temporary)
        }
    }

    /// Adds bytes.
    public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(CorpusError) {
        if buffer.count + bytes.count > AtomicFile.bufferSize { try flush() }
        if bytes.count > AtomicFile.bufferSize {
            try writeThrough(bytes)
        } else {
            buffer.append(contentsOf: bytes)
        }
    }

    /// Adds bytes.
    public mutating func write(_ bytes: [UInt8]) throws(CorpusError) {
        // The closure hands its error out as a value: `withUnsafeBytes` does not carry typed ones on all platforms.
        var failure: CorpusError?
        bytes.withUnsafeBytes { raw in
            do throws(CorpusError) { try write(raw) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Adds a text as UTF-8.
    public mutating func write(_ text: String) throws(CorpusError) { try write(Array(text.utf8)) }

    /// Flushes the file to the disk and gives it its name.
    public consuming func commit() throws(CorpusError) {
        try flush()
        guard fsync(descriptor) == 0 else { throw failure("flushing") }
        let open = descriptor
        descriptor = -1
        guard close(open) == 0 else {
            let error = failure("closing")
            unlink(temporary)
            throw error
        }
        guard rename(temporary, target) == 0 else {
            let error = failure("renaming")
            unlink(temporary)
            throw error
        }
        // The new name is safe once the folder is; where a folder cannot be flushed, the file is there all the same.
        let folder = Self.openFolder(of: target)
        if folder >= 0 {
            _ = fsync(folder)
            close(folder)
        }
    }

    /// Writes a whole file: `body` adds to it, and when it throws, nothing is left and an old file stays as it was.
    public static func write(
        to path: String, _ body: (inout AtomicFile) throws(CorpusError) -> Void
    ) throws(CorpusError) {
        var file = try AtomicFile(path: path)
        try body(&file)
        try file.commit()
    }

    private mutating func flush() throws(CorpusError) {
        let pending = buffer
        buffer.removeAll(keepingCapacity: true)
        var failure: CorpusError?
        pending.withUnsafeBytes { raw in
            do throws(CorpusError) { try writeThrough(raw) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private func writeThrough(_ bytes: UnsafeRawBufferPointer) throws(CorpusError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            #if canImport(Glibc)
                let written = Glibc.write(descriptor, rest.base.baseAddress.map { $0 + rest.startIndex }, rest.count)
            #else
                let written = Darwin.write(descriptor, rest.base.baseAddress.map { $0 + rest.startIndex }, rest.count)
            #endif
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw failure("writing") }
            rest = rest.dropFirst(written)
        }
    }

    private func failure(_ operation: String) -> CorpusError {
        .cannotWrite(path: path, operation: operation, reason: FilePath.lastError())
    }

    private static func openFolder(of path: String) -> Int32 {
        open(FilePath.folder(of: path), O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    }

    private static func resolved(_ path: String) -> String {
        guard let pointer = realpath(path, nil) else { return path }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}
