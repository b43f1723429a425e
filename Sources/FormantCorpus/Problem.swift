/// One thing that is wrong in a corpus: a bad line, a file that is not there, a class in two spellings of a column.
public struct Problem: Sendable, Hashable, CustomStringConvertible {
    /// The file that it is in, as it was opened; a folder for a folder per class.
    public var file: String
    /// Line in `file`, counted from 1; nil when the whole file is meant.
    public var line: Int?
    /// What was expected and what was found, and whether something was skipped for it.
    public var what: String

    /// Names a problem.
    public init(file: String, line: Int? = nil, what: String) {
        self.file = file
        self.line = line
        self.what = what
    }

    /// `FILE, line N: WHAT`.
    public var description: String { line.map { "\(file), line \($0): \(what)" } ?? "\(file): \(what)" }
}

/// Problems in the order found, kept up to a limit, so that a file of nothing but bad lines stays small in memory.
struct ProblemLog: Sendable {
    static let limit = 1_000
    private(set) var kept: [Problem] = []
    private(set) var count = 0

    mutating func add(_ file: String, _ line: Int? = nil, _ what: String) {
        count += 1
        if kept.count < ProblemLog.limit { kept.append(Problem(file: file, line: line, what: what)) }
    }

    /// Takes over what another log kept, and how many it had.
    mutating func add(contentsOf problems: [Problem], count more: Int) {
        count += max(more, problems.count)
        kept += problems.prefix(max(0, ProblemLog.limit - kept.count))
    }
}
