#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads all bytes of a file that has to be in memory as a whole.
package enum WholeRead {
    /// The bytes of a regular file: of a pipe or a device one could wait for ever.
    /// - Parameter limit: the most bytes; a larger file is an error before anything is allocated for it.
    /// - Throws: `FileError.cannotRead`.
    package static func bytes(of path: String, limit: Int) throws(FileError) -> [UInt8] {
        if path.utf8.contains(0) { throw .cannotRead(path: path, reason: "the name has a zero byte") }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .cannotRead(path: path, reason: FilePath.lastError()) }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0 else {
            throw .cannotRead(path: path, reason: FilePath.lastError())
        }
        guard information.st_mode & S_IFMT == S_IFREG else {
            let found = information.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a pipe or device"
            throw .cannotRead(path: path, reason: "expected a regular file, found \(found)")
        }
        guard information.st_size <= limit else {
            throw .cannotRead(path: path, reason: "expected at most \(limit) bytes, found \(information.st_size)")
        }
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(information.st_size)) { buffer, count in
            while count < buffer.count {
                let got = read(descriptor, buffer.baseAddress! + count, buffer.count - count)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = errno }
                // A file that was cut while it is read ends where it now ends.
                if got <= 0 { return }
                count += got
            }
        }
        guard failure == 0 else { throw .cannotRead(path: path, reason: FilePath.message(of: failure)) }
        return bytes
    }
}
