#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reading files whole.
package enum WholeRead {
    /// The bytes of a regular file.
    /// - Parameter limit: the most bytes that are taken; a larger file is an error.
    /// - Throws: `FileError.cannotRead` when there is no such file, it is no regular one (a pipe could wait for ever), or
    ///   it is too large.
    package static func bytes(of path: String, limit: Int) throws(FileError) -> [UInt8] {
        func failure(_ reason: String) -> FileError { .cannotRead(path: path, reason: reason) }
        guard !path.isEmpty, !path.utf8.contains(0) else { throw failure("expected a path") }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(FilePath.lastError()) }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            throw failure("expected a regular file")
        }
        let size = Int(information.st_size)
        guard size <= limit else { throw failure("\(size) bytes, expected at most \(limit)") }
        var count = 0
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
            while count < size {
                let got = read(descriptor, buffer.baseAddress! + count, size - count)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { code = errno }
                if got <= 0 { break }
                count += got
            }
            initialized = count
        }
        guard code == 0 else { throw failure(FilePath.message(of: code)) }
        return bytes
    }
}
