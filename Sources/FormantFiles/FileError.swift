/// What can go wrong when a file is read as a whole, and when a file or folder is made.
public enum FileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A file cannot be read.
    case cannotRead(path: String, reason: String)
    /// A file cannot be written whole; `operation` is the step that failed, `reason` the system's.
    case cannotWrite(path: String, operation: String, reason: String)
    /// A folder cannot be made; `part` is it or the one above it at which making them stopped.
    case cannotMakeFolder(path: String, part: String, reason: String)

    /// One sentence for people.
    public var description: String {
        switch self {
        case .cannotRead(let path, let reason):
            return "cannot read \(path): \(reason)"
        case .cannotWrite(let path, let operation, let reason):
            return "cannot write \(path): \(operation) failed: \(reason)"
        case .cannotMakeFolder(let path, let part, let reason):
            return "cannot make the folder \(path): " + (part == path ? reason : "\(part): \(reason)")
        }
    }
}
