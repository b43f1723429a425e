import FormantPage

/// Why predictions cannot be evaluated, or a report cannot be made or read.
public enum EvaluationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Predictions must have at least one label and at most `limit`.
    case labelCount(found: Int, limit: Int)
    /// Two labels have the same name.
    case repeatedLabel(String)
    /// There is nothing to evaluate.
    case noExamples
    /// A list does not have one entry per example, label or column.
    case countMismatch(list: String, expected: Int, found: Int)
    /// An example does not have one score per label.
    case scoreCount(example: String, expected: Int, found: Int)
    /// A score is not a probability: not a number, infinite, or outside 0 ... 1.
    case invalidScore(example: String, label: String, found: Float)
    /// A true label's index is not that of a label.
    case truthOutOfRange(example: String, labels: Int, found: Int)
    /// An example of a single-label task does not have exactly one true label.
    case truthCount(example: String, found: Int)
    /// An example names the same true label twice.
    case repeatedTruth(example: String, label: String)
    /// A decision threshold is not a number in 0 ... 1.
    case invalidThreshold(label: String, found: Float)
    /// Predictions that are to be pooled are not of the same task and labels.
    case differentLabels(expected: [String], found: [String])
    /// Runs that are to be compared have not judged the same examples.
    case differentExamples(first: String, second: String, missing: [String], count: Int)
    /// Runs that are to be compared say different things about the truth of an example.
    case differentTruth(first: String, second: String, example: String)
    /// An example stands twice in a run that is to be compared.
    case repeatedExample(run: String, example: String)
    /// Comparing takes two runs or more.
    case runCount(found: Int)
    /// A count is negative, or the counts are more than 2⁵³ together.
    case invalidCount(table: String, found: Int)
    /// A `report.json` does not hold a report.
    case unreadableReport(reason: String)

    /// What was done, what was expected, what was found.
    public var description: String {
        switch self {
        case .labelCount(let found, let limit):
            "evaluating: expected 1 to \(limit) labels, found \(found)"
        case .repeatedLabel(let label):
            "evaluating: expected every label once, found '\(label.shortened)' twice"
        case .noExamples:
            "evaluating: expected at least one example, found none"
        case .countMismatch(let list, let expected, let found):
            "evaluating: expected \(expected) \(list), found \(found)"
        case .scoreCount(let example, let expected, let found):
            "evaluating '\(example.shortened)': expected one score per label, \(expected), found \(found)"
        case .invalidScore(let example, let label, let found):
            "evaluating '\(example.shortened)': expected a score of 0 to 1 for '\(label.shortened)', found \(found)"
        case .truthOutOfRange(let example, let labels, let found):
            "evaluating '\(example.shortened)': expected a true label's index of 0 to \(labels - 1), found \(found)"
        case .truthCount(let example, let found):
            "evaluating '\(example.shortened)': expected exactly one true label, found \(found)"
        case .repeatedTruth(let example, let label):
            "evaluating '\(example.shortened)': expected each true label once, found '\(label.shortened)' twice"
        case .invalidThreshold(let label, let found):
            "evaluating: expected a threshold of 0 to 1 for label '\(label.shortened)', found \(found)"
        case .differentLabels(let expected, let found):
            "pooling predictions: expected \(expected.summary), found \(found.summary)"
        case .differentExamples(let first, let second, let missing, let count):
            "comparing: expected the same examples in '\(first)' and '\(second)', found \(count) that only one has ("
                + missing.prefix(5).map(\.shortened).joined(separator: ", ") + "\(count > 5 ? ", …" : ""))"
        case .differentTruth(let first, let second, let example):
            "comparing: expected the same labels of '\(example.shortened)' in '\(first)' and '\(second)', found others"
        case .repeatedExample(let run, let example):
            "comparing: expected every example of '\(run)' once, found '\(example.shortened)' twice"
        case .runCount(let found):
            "comparing: expected 2 runs or more, found \(found)"
        case .invalidCount(let table, let found):
            "reading the \(table): expected counts of 0 or more, together at most 2⁵³, found \(found)"
        case .unreadableReport(let reason):
            "reading a report: expected the JSON of report.json, found \(reason)"
        }
    }
}

extension [String] {
    fileprivate var summary: String {
        let names = prefix(5).map(\.shortened).joined(separator: ", ")
        return "\(count) labels (\(names)\(count > 5 ? ", …" : ""))"
    }
}
