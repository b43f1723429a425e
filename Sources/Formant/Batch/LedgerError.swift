/// Why a batch cannot go on.
public enum LedgerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The ledger cannot be read or written.
    case file(path: String, operation: String, reason: String)
    /// Something else has the ledger's name.
    case foreign(path: String)
    /// The ledger is of a batch with another model or other options.
    case differs(path: String, what: [String])
    /// Another process works on the same batch.
    case busy(path: String)

    /// What was expected and what was found.
    public var description: String {
        switch self {
        case .file(let path, let operation, let reason): "\(path): \(operation) failed: \(reason)"
        case .foreign(let path):
            "\(path): expected a ledger of an interrupted batch, found something else; it is left as it is"
        case .differs(let path, let what):
            "\(path): an interrupted batch was begun otherwise: \(what.joined(separator: "; ")). Give the same to go on "
                + "with it, or remove the ledger to begin anew"
        case .busy(let path): "\(path): another process works on this batch"
        }
    }
}
