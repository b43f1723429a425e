#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes all of some bytes, however few the system takes at a time.
package enum WholeWrite {
    /// Writes bytes at a place in an open file.
    /// - Returns: 0, or the system's number of what went wrong.
    package static func code(writing bytes: [UInt8], to descriptor: Int32, at start: Int) -> Int32 {
        bytes.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let written = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(start + done))
                if written < 0 && errno == EINTR { continue }
                if written <= 0 { return written < 0 ? errno : ENOSPC }
                done += written
            }
            return 0
        }
    }
}
