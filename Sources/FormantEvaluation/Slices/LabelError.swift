/// An example whose label is likely wrong.
public struct LabelError: Codable, Sendable, Equatable {
    /// The recording's path, or the sentence itself.
    public var identity: String
    /// The example's group, where it has one.
    public var group: String?
    /// The labels that it has.
    public var given: [String]
    /// The label that the model would rather see: in place of the one given (single-label), or added to or taken from
    /// those given (multi-label).
    public var suggested: String
    /// How much more the model believes `suggested` than what is given, −1 ... 1; the larger, the likelier an error.
    public var margin: Double
}

extension Predictions {
    /// Examples whose labels are likely wrong, likeliest first: confident learning (Northcutt, Jiang & Chuang 2021,
    /// "Confident learning", § 3.1), ranked by the margin of scores. The predictions must come from models that did not
    /// train on the examples.
    ///
    /// A label's threshold is the mean of its score over the examples that have it. An example of a single-label task is
    /// listed where, among the labels whose thresholds its scores reach, the strongest is not its own. Of a multi-label
    /// task each label is a question: listed is what has not the label and reaches the mean of what has, and what has it
    /// and does not exceed the mean of what has not.
    /// - Parameter limit: the most examples to list, 0 or more.
    public func labelErrors(limit: Int = 20) -> [LabelError] {
        let width = labels.count
        let isTrue = decisions
        var sums = [Double](repeating: 0, count: 2 * width)
        var counts = [Int](repeating: 0, count: 2 * width)
        for i in 0..<count {
            for label in 0..<width {
                let side = 2 * label + (isTrue[i * width + label] ? 1 : 0)
                sums[side] += Double(scores[i * width + label])
                counts[side] += 1
            }
        }
        func threshold(_ label: Int, having: Bool) -> Double? {
            let side = 2 * label + (having ? 1 : 0)
            return counts[side] > 0 ? sums[side] / Double(counts[side]) : nil
        }
        let having = (0..<width).map { threshold($0, having: true) ?? .infinity }
        let lacking = (0..<width).map { threshold($0, having: false) ?? -.infinity }
        var found: [(index: Int, label: Int, margin: Double)] = []
        for i in 0..<count {
            let row = scores[i * width..<(i + 1) * width].map(Double.init)
            var best: (label: Int, margin: Double)?
            switch task {
            case .singleLabel:
                let truth = truthIndices[i]
                var strongest: Int?
                for label in 0..<width where row[label] >= having[label] {
                    if row[label] > strongest.map({ row[$0] }) ?? -1 { strongest = label }
                }
                if let strongest, strongest != truth { best = (strongest, row[strongest] - row[truth]) }
            case .multiLabel:
                for label in 0..<width where having[label] > lacking[label] {
                    let (score, has) = (row[label], isTrue[i * width + label])
                    guard has ? score <= lacking[label] : score >= having[label] else { continue }
                    let margin = has ? 1 - 2 * score : 2 * score - 1
                    if margin > best?.margin ?? -.infinity { best = (label, margin) }
                }
            }
            if let best { found.append((i, best.label, best.margin)) }
        }
        found.sort { $0.margin != $1.margin ? $0.margin > $1.margin : $0.index < $1.index }
        return found.prefix(max(0, limit)).map { error in
            let example = self[error.index]
            return LabelError(
                identity: example.identity, group: example.group, given: example.truth.map { labels[$0] },
                suggested: labels[error.label], margin: error.margin)
        }
    }
}
