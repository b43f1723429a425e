#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that is there whole or not at all: written under a temporary name in the same folder, flushed to the disk,
/// then renamed over the old one. Dropped without `commit`, it leaves nothing behind.
///
///     try AtomicFile.write(text: json, to: "RUN/run.json")
///
/// A symbolic link is followed, so that its target is replaced and the link stays. An existing file keeps its
/// permissions; a new one gets those of the process's mask. Use it from one thread at a time.
public final class AtomicFile {
    /// The path that the file will have.
    public let path: String
    /// Bytes written so far.
    public private(set) var count = 0

    private let target: String
    private let temporary: String
    private var descriptor: Int32
    private var buffer: [UInt8] = []

    private static let bufferSize = 1 << 16

    /// Begins a file.
    /// - Throws: `FileError.cannotWrite` when the folder is missing or not writable, or when something other than a
    ///   regular file has that name: a rename would destroy a device.
    public init(path: String) throws(FileError) {
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
            candidate = FilePath.join(folder, ".\(name.prefix(100)).\(getpid())-\(attempt).partial")
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
    public func write(_ bytes: [UInt8]) throws(FileError) {
        if buffer.count + bytes.count > AtomicFile.bufferSize { try flush() }
        if bytes.count > AtomicFile.bufferSize {
            try writeThrough(bytes, at: count)
        } else {
            buffer.append(contentsOf: bytes)
        }
        count += bytes.count
    }

    /// Adds a text as UTF-8.
    public func write(_ text: String) throws(FileError) { try write(Array(text.utf8)) }

    /// Replaces the first bytes of the file, which must have been written before.
    public func rewriteStart(_ bytes: [UInt8]) throws(FileError) {
        precondition(bytes.count <= count, "\(bytes.count) bytes for the start of \(count)")
        try flush()
        try writeThrough(bytes, at: 0)
    }

    /// Flushes the file to the disk and gives it its name. Nothing is written afterwards.
    public func commit() throws(FileError) {
        try flush()
        guard fsync(descriptor) == 0 else { throw failure("flushing") }
        let open = descriptor
        descriptor = -1
        guard close(open) == 0 else { throw abandoned("closing") }
        guard rename(temporary, target) == 0 else { throw abandoned("renaming") }
        // The new name is safe once the folder is; where a folder cannot be flushed, the file is there all the same.
        let folder = Self.openFolder(of: target)
        if folder >= 0 {
            _ = fsync(folder)
            close(folder)
        }
    }

    /// Writes a whole file: `body` adds to it, and when it throws, nothing is left and an old file stays as it was.
    public static func write(to path: String, _ body: (AtomicFile) throws(FileError) -> Void) throws(FileError) {
        let file = try AtomicFile(path: path)
        try body(file)
        try file.commit()
    }

    /// Writes a whole file, or nothing.
    public static func write(bytes: [UInt8], to path: String) throws(FileError) {
        let file = try AtomicFile(path: path)
        try file.write(bytes)
        try file.commit()
    }

    /// Writes a whole text file as UTF-8, or nothing.
    public static func write(text: String, to path: String) throws(FileError) {
        try write(bytes: Array(text.utf8), to: path)
    }

    /// Removes what processes that were killed left of files in a folder that they had begun.
    ///
    /// Only for who knows that no other machine writes there: a process is taken for gone where this machine has none of
    /// its number.
    /// - Parameter isMeant: gets the first 100 characters of the name that the file was to have.
    package static func removeLeftovers(in folder: String, _ isMeant: (String) -> Bool) {
        guard let handle = opendir(folder) else { return }
        defer { closedir(handle) }
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasPrefix("."), name.hasSuffix(".partial") else { continue }
            // .NAME.PROCESS-COUNT.partial
            let inner = name.dropFirst().dropLast(".partial".count)
            guard let dot = inner.lastIndex(of: "."), isMeant(String(inner[..<dot])) else { continue }
            let numbers = inner[inner.index(after: dot)...].split(separator: "-")
            guard numbers.count == 2, let process = pid_t(numbers[0]), process > 0, Int(numbers[1]) != nil else {
                continue
            }
            guard kill(process, 0) != 0, errno == ESRCH else { continue }
            unlink(FilePath.join(folder, name))
        }
    }

    private func flush() throws(FileError) {
        try writeThrough(buffer, at: count - buffer.count)
        buffer.removeAll(keepingCapacity: true)
    }

    private func writeThrough(_ bytes: [UInt8], at start: Int) throws(FileError) {
        let code = WholeWrite.code(writing: bytes, to: descriptor, at: start)
        guard code == 0 else {
            throw .cannotWrite(path: path, operation: "writing", reason: FilePath.message(of: code))
        }
    }

    private func failure(_ operation: String) -> FileError {
        .cannotWrite(path: path, operation: operation, reason: FilePath.lastError())
    }

    private func abandoned(_ operation: String) -> FileError {
        let error = failure(operation)
        unlink(temporary)
        return error
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
