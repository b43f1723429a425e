#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The folder for files that vanish with the process.
enum TemporaryFolder {
    /// `TMPDIR`, or `/tmp`.
    static var path: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }
}
