import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that is there whole or not at all: written under a temporary name in the same folder, flushed, and renamed.
///
/// Without `commit()` nothing remains. Use it from one thread at a time.
final class OutputFile {
    /// Bytes written so far.
    private(set) var offset: UInt64 = 0

    private let path: String
    private let target: String
    private let temporary: String
    private var descriptor: Int32
    private var buffer: [UInt8] = []

    private static let flushSize = 1 << 18
    private static let serial = Atomic<Int>(0)

    /// Opens the temporary file.
    /// - Throws: `AudioError.output`: also where `path` is a directory or a device.
    init(_ path: String) throws(AudioError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw .output(file: path, action: "create", reason: "a path that no file can have")
        }
        self.path = path
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw .output(file: path, action: "create", reason: "it exists and is no regular file")
            }
            target = Self.resolved(path)
        } else {
            target = path
        }
        let number = Self.serial.wrappingAdd(1, ordering: .relaxed).oldValue
        temporary = "\(target).partial-\(getpid())-\(number)"
        descriptor = open(temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .output(file: path, action: "create", reason: systemMessage(errno)) }
        buffer.reserveCapacity(Self.flushSize)
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(temporary)
    }

    /// Appends bytes.
    func write(_ bytes: some Collection<UInt8>) throws(AudioError) {
        buffer.append(contentsOf: bytes)
        offset += UInt64(bytes.count)
        if buffer.count >= Self.flushSize { try flush() }
    }

    /// Replaces the first bytes of the file.
    func rewriteStart(_ bytes: [UInt8]) throws(AudioError) {
        try flush()
        try writeOut(bytes, at: 0)
    }

    /// Flushes to the disk and gives the file its name.
    func commit() throws(AudioError) {
        try flush()
        guard fsync(descriptor) == 0 else { throw failure("flush") }
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0 else { throw abandoned("close") }
        guard rename(temporary, target) == 0 else { throw abandoned("rename") }
        // The new name is safe only when the folder is on the disk too; a file system without that is no failure.
        let folder = target.lastIndex(of: "/").map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
        let handle = open(folder, O_RDONLY | O_CLOEXEC)
        if handle >= 0 {
            fsync(handle)
            close(handle)
        }
    }

    private func flush() throws(AudioError) {
        try writeOut(buffer, at: Int64(offset) - Int64(buffer.count))
        buffer.removeAll(keepingCapacity: true)
    }

    private func writeOut(_ bytes: [UInt8], at start: Int64) throws(AudioError) {
        let code = bytes.withUnsafeBytes { bytes -> Int32 in
            var done = 0
            while done < bytes.count {
                let count = pwrite(
                    descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(start) + off_t(done))
                if count < 0 && errno == EINTR { continue }
                if count <= 0 { return count < 0 ? errno : ENOSPC }
                done += count
            }
            return 0
        }
        if code != 0 { throw .output(file: path, action: "write", reason: systemMessage(code)) }
    }

    private func failure(_ action: String) -> AudioError {
        .output(file: path, action: action, reason: systemMessage(errno))
    }

    private func abandoned(_ action: String) -> AudioError {
        let error = failure(action)
        unlink(temporary)
        return error
    }

    /// Where a link leads, so that the file it points to is replaced and not the link.
    private static func resolved(_ path: String) -> String {
        guard let pointer = realpath(path, nil) else { return path }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}
