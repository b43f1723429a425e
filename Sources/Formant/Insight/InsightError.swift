/// Why a dream or a transfer of style cannot be.
public enum InsightError: Error, Sendable, CustomStringConvertible {
    /// An option that does not go with the kind of input, or is out of its range.
    case option(name: String, value: String, expected: String)
    /// A label or a layer that the network has not.
    case unknown(option: String, name: String, reason: String)
    /// Features that cannot be turned back into sound.
    case inaudible(feature: String)
    /// What is asked for has no meaning for this kind of input.
    case undefined(what: String, expected: String)

    /// Whether what was asked for is at fault, not a file.
    public var isUsage: Bool {
        if case .inaudible = self { return false }
        return true
    }

    /// What was expected and what was found.
    public var description: String {
        switch self {
        case .option(let name, let value, let expected):
            "\(name)\(value.isEmpty ? "" : " ")\(value): expected \(expected)"
        case .unknown(let option, let name, let reason): "\(option) \(name): \(reason)"
        case .inaudible(let feature):
            "features of the kind \(feature) cannot be turned back into sound; expected a model with magnitude, power, "
                + "log-power, mel or log-mel"
        case .undefined(let what, let expected): "\(what); expected \(expected)"
        }
    }
}

extension InsightError {
    /// Throws unless an option that is given lies in its range.
    static func check<Value: Comparable>(
        _ name: String, _ value: Value?, _ range: ClosedRange<Value>
    ) throws(InsightError) {
        guard let value, !range.contains(value) else { return }
        throw .option(name: name, value: "\(value)", expected: "\(range.lowerBound) to \(range.upperBound)")
    }
}
