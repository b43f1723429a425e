import FormantFiles

/// What can go wrong with game records, positions and planes.
public enum GoError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A file cannot be read.
    case file(FileError)
    /// A record cannot be read: `line` from 1 (0: no one line), and what was expected and found.
    case record(source: String, line: Int, reason: String)
    /// A board of a size that there is none of.
    case boardSize(found: Int, expected: ClosedRange<Int>)
    /// Stones are set up so that a chain has no liberty.
    case chainWithoutLiberty(vertex: String)
    /// A move is against the rules.
    case move(IllegalMove)

    /// One sentence for people.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .record(let source, let line, let reason):
            line > 0 ? "\(source), line \(line): \(reason)" : "\(source): \(reason)"
        case .boardSize(let found, let expected):
            "a board of size \(found), expected \(expected.lowerBound) to \(expected.upperBound)"
        case .chainWithoutLiberty(let vertex): "the stones set up at \(vertex) have no liberty"
        case .move(let error): error.description
        }
    }
}
