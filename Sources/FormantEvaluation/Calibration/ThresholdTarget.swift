/// What the thresholds of a multi-label task are to reach, label by label, on examples that were not trained on.
public enum ThresholdTarget: Codable, Hashable, Sendable {
    /// The highest Fβ: β above 1 favours recall, below 1 precision. 0.01 ... 100.
    case f(beta: Double)
    /// At least this precision, 0 ... 1, with as much recall as that allows.
    case precision(Double)
    /// At least this recall, 0 ... 1, with as few false alarms as that allows.
    case recall(Double)
    /// At most so many false alarms an hour, 0 or more, with as much recall as that allows.
    case falseAlarms(perHour: Double)

    /// Reads `f1` (or `f2`, `f0.5` …), `precision=0.9`, `recall=0.9`, `false-alarms=2` (an hour).
    public init?(named name: String) {
        let parts = name.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 1 {
            guard name.first == "f", let beta = Double(name.dropFirst()), beta >= 0.01, beta <= 100 else { return nil }
            self = .f(beta: beta)
            return
        }
        guard let value = Double(parts[1]), value >= 0, value < .infinity else { return nil }
        switch parts[0] {
        case "precision" where value <= 1: self = .precision(value)
        case "recall" where value <= 1: self = .recall(value)
        case "false-alarms": self = .falseAlarms(perHour: value)
        default: return nil
        }
    }

    /// What `init(named:)` reads.
    public var name: String {
        func short(_ value: Double) -> String { value == value.rounded() && value < 1e9 ? "\(Int(value))" : "\(value)" }
        return switch self {
        case .f(let beta): "f" + short(beta)
        case .precision(let value): "precision=" + short(value)
        case .recall(let value): "recall=" + short(value)
        case .falseAlarms(let rate): "false-alarms=" + short(rate)
        }
    }

    /// What `init(named:)` takes, for messages.
    public static let expected = "f1 (or f2, f0.5 …), precision=P, recall=R or false-alarms=N an hour"
}

extension Predictions {
    /// Gives each example the labels whose scores reach their thresholds.
    /// - Throws: `EvaluationError` unless there is one threshold of 0 ... 1 per label, or the task is single-label.
    public mutating func decide(by thresholds: [Float]) throws(EvaluationError) {
        guard task == .multiLabel else {
            throw .countMismatch(list: "thresholds of a single-label task", expected: 0, found: thresholds.count)
        }
        let values = try EvaluationOptions.Thresholds.perLabel(thresholds).values(for: labels)
        given = scores.indices.map { scores[$0] >= values[$0 % labels.count] }
        self.thresholds = values
    }

    /// One threshold per label that reaches a target on these examples, where one does; else the nearest to it. A label
    /// without examples gets 0.5. A threshold lies midway between the lowest score that is to be above it and the next
    /// one below.
    /// - Parameter hours: how long the examples are together, for false alarms.
    public func thresholds(for target: ThresholdTarget, hours: Double = 0) -> [Float] {
        let decisions = decisions
        return labels.indices.map { label in
            let ranked = ranked(by: label, decisions)
            guard ranked.positives > 0 else { return 0.5 }
            return ranked.threshold(for: target, hours: hours)
        }
    }
}

extension RankedScores {
    /// See `Predictions.thresholds`.
    /// - Precondition: there are positive examples.
    func threshold(for target: ThresholdTarget, hours: Double) -> Float {
        func precision(_ step: Step) -> Double { ratio(step.truePositives, step.truePositives + step.falsePositives) }
        func recall(_ step: Step) -> Double { ratio(step.truePositives, positives) }
        /// The step of the largest value; of equal ones the first, which has the fewest false alarms.
        func largest(_ value: (Step) -> Double) -> Int {
            var best = 0
            for i in steps.indices where value(steps[i]) > value(steps[best]) { best = i }
            return best
        }
        let chosen: Int?
        switch target {
        case .f(let beta):
            let square = beta * beta
            chosen = largest { step in
                let hits = (1 + square) * Double(step.truePositives)
                let missed = square * Double(positives - step.truePositives)
                return hits / (hits + missed + Double(step.falsePositives))
            }
        case .precision(let wanted):
            let last = steps.lastIndex { precision($0) >= wanted && $0.truePositives > 0 }
            chosen =
                last.flatMap { last in steps.firstIndex { $0.truePositives == steps[last].truePositives } }
                ?? largest(precision)
        case .recall(let wanted): chosen = steps.firstIndex { recall($0) >= wanted }
        case .falseAlarms(let rate):
            let allowed = rate * max(0, hours) + 1e-9
            chosen = steps.lastIndex { Double($0.falsePositives) <= allowed }
        }
        // No step at all: above the highest score.
        var (above, below): (Float, Float) = (1, steps[0].score)
        if let chosen {
            (above, below) = (steps[chosen].score, chosen + 1 < steps.count ? steps[chosen + 1].score : 0)
        }
        let middle = below + (above - below) / 2
        return min(1, middle > below || below == above ? middle : above)
    }
}
