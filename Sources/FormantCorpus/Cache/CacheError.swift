/// What can go wrong with a cache of features.
public enum CacheError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The folder or the file cannot be used; `reason` is the system's or the database's.
    case unusable(path: String, operation: String, reason: String)
    /// The file is a cache of another version, or of another program.
    case version(path: String, found: Int, expected: Int)
    /// A size limit is out of range.
    case limit(Int)

    /// One sentence for people.
    public var description: String {
        switch self {
        case .unusable(let path, let operation, let reason): "the cache \(path): \(operation) failed: \(reason)"
        case .version(let path, let found, let expected):
            "the cache \(path) has version \(found), expected \(expected); remove the file, or choose another folder"
        case .limit(let bytes):
            "a cache of at most \(bytes) bytes: expected \(FeatureCache.leastLimit) to \(FeatureCache.greatestLimit)"
        }
    }
}
