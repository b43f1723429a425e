/// Why a training run or an evaluation cannot go on.
public enum RunError: Error, Sendable, CustomStringConvertible {
    /// An option is out of its range, or does not go with another.
    case option(name: String, value: String, expected: String)
    /// A setting `KEY=VALUE` of an option is not understood.
    case setting(name: String, value: String, reason: String)
    /// Too little to train on.
    case tooFew(what: String, found: Int, expected: String)
    /// The corpus has labels that the model does not know, or none that it knows.
    case labels(reason: String)
    /// The split that a corpus gives has the same on both sides.
    case leaks([String])
    /// It was asked to stop before the training began.
    case interrupted
    /// It was asked to stop before its end, and there is nothing to keep.
    case stopped
    /// A line of `predictions.csv` is not what a run writes.
    case predictions(path: String, line: Int, reason: String)
    /// A run has nothing that could be compared.
    case notComparable(run: String, reason: String)
    /// A model cannot be trained further on a corpus.
    case base(model: String, reason: String)
    /// A checkpoint is damaged, or of another training.
    case checkpoint(path: String, reason: String)
    /// A model was trained on a fold that its corpus does not have.
    case fold(name: String, kind: String)

    /// What was expected and what was found.
    public var description: String {
        switch self {
        case .option(let name, let value, let expected): "\(name) \(value): expected \(expected)"
        case .setting(let name, let value, let reason): "\(name)\(value.isEmpty ? "" : " ")\(value): \(reason)"
        case .tooFew(let what, let found, let expected): "\(what): found \(found), expected \(expected)"
        case .labels(let reason): reason
        case .predictions(let path, let line, let reason): "\(path), line \(line): \(reason)"
        case .notComparable(let run, let reason): "\(run): \(reason)"
        case .base(let model, let reason): "--from \(model): \(reason)"
        case .checkpoint(let path, let reason): "\(path): \(reason)"
        case .leaks(let what):
            "the split of the corpus leaks:\n  " + what.joined(separator: "\n  ")
                + "\nmove them to one side, leave the split to Formant (no column split), or train all the same with "
                + "--allow-leaks; formant inspect lists all of them"
        case .interrupted: "interrupted before the training began"
        case .stopped: "interrupted before the end; nothing was kept"
        case .fold(let name, let kind):
            "the model says that it was trained without the fold \"\(name)\" of \(kind), which the corpus does not have"
        }
    }
}
