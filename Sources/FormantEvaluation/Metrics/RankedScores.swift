/// The examples of one question (a label, or all decisions pooled) in descending order of their scores.
///
/// Equal scores make one step: which of them comes first would be chance.
package struct RankedScores: Sendable {
    /// What lies at or above a score.
    package struct Step: Sendable, Equatable {
        /// The score.
        package var score: Float
        /// Examples at or above it that are positive.
        package var truePositives: Int
        /// Examples at or above it that are not.
        package var falsePositives: Int
    }

    /// One per different score, highest first.
    package private(set) var steps: [Step] = []

    /// Ranks scores of 0 or more. Complexity: O(n log n).
    /// - Precondition: `scores` and `truth` have the same number of elements, below 2³¹.
    package init(scores: some Collection<Float>, truth: some Collection<Bool>) {
        precondition(scores.count == truth.count && scores.count < 1 << 31)
        // Scores of 0 or more order like their bits; plain integers sort several times as fast as pairs.
        var keys = [UInt64]()
        keys.reserveCapacity(scores.count)
        for (score, isTrue) in zip(scores, truth) {
            keys.append(UInt64(~(score + 0).bitPattern) << 1 | (isTrue ? 1 : 0))
        }
        keys.sort()
        var step = Step(score: 0, truePositives: 0, falsePositives: 0)
        for (i, key) in keys.enumerated() {
            if key & 1 == 1 { step.truePositives += 1 } else { step.falsePositives += 1 }
            if i + 1 == keys.count || keys[i + 1] >> 1 != key >> 1 {
                step.score = Float(bitPattern: ~UInt32(truncatingIfNeeded: key >> 1))
                steps.append(step)
            }
        }
    }

    /// Number of positive examples.
    package var positives: Int { steps.last?.truePositives ?? 0 }
    /// Number of the others.
    package var negatives: Int { steps.last?.falsePositives ?? 0 }

    /// Σ (Rₙ − Rₙ₋₁) Pₙ over the steps, not interpolated; nil without positive examples.
    package var averagePrecision: Double? {
        guard positives > 0 else { return nil }
        var sum = 0.0
        var before = 0
        for step in steps where step.truePositives > before {
            sum +=
                Double(step.truePositives - before) * Double(step.truePositives)
                / Double(step.truePositives + step.falsePositives)
            before = step.truePositives
        }
        return sum / Double(positives)
    }

    /// The area under the ROC curve by trapezoids: the chance that a positive example scores more than another, ties
    /// counting half; nil unless there are both.
    package var rocArea: Double? {
        guard positives > 0, negatives > 0 else { return nil }
        var twice = 0.0
        var (true0, false0) = (0, 0)
        for step in steps {
            twice += Double(step.falsePositives - false0) * Double(step.truePositives + true0)
            (true0, false0) = (step.truePositives, step.falsePositives)
        }
        return twice / 2 / (Double(positives) * Double(negatives))
    }

    /// (False positive rate, true positive rate) from (0, 0) to (1, 1), one point per step; empty unless there are
    /// positive examples and others.
    package var rocPoints: [CurvePoint] {
        guard positives > 0, negatives > 0 else { return [] }
        return [CurvePoint(x: 0, y: 0)]
            + steps.map {
                CurvePoint(x: ratio($0.falsePositives, negatives), y: ratio($0.truePositives, positives))
            }
    }

    /// (Recall, precision) from (0, 1) on, one point per step; empty without positive examples.
    package var precisionRecallPoints: [CurvePoint] {
        guard positives > 0 else { return [] }
        return [CurvePoint(x: 0, y: 1)]
            + steps.map {
                CurvePoint(
                    x: ratio($0.truePositives, positives),
                    y: ratio($0.truePositives, $0.truePositives + $0.falsePositives))
            }
    }
}

extension Predictions {
    /// Whether each example has each label, row-major like the scores.
    package var decisions: [Bool] {
        var isTrue = [Bool](repeating: false, count: scores.count)
        for i in 0..<count {
            for place in truthStarts[i]..<truthStarts[i + 1] { isTrue[i * labels.count + truthIndices[place]] = true }
        }
        return isTrue
    }

    /// The examples ranked by the score of one label.
    /// - Parameter decisions: `self.decisions`.
    package func ranked(by label: Int, _ decisions: [Bool]) -> RankedScores {
        let places = stride(from: label, to: scores.count, by: labels.count)
        return RankedScores(scores: places.map { scores[$0] }, truth: places.map { decisions[$0] })
    }
}
