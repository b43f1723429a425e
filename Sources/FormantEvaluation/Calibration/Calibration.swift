/// How far scores can be taken for probabilities.
///
/// Of a single-label task, the confidence is the highest score, and it is right when that label is true. Of a multi-label
/// task all decisions are pooled: the confidence is the score, and it is right when the label is true.
public struct Calibration: Codable, Sendable, Equatable {
    /// Examples whose confidence lies in one range.
    public struct Bin: Codable, Sendable, Equatable {
        /// The range: above `lower` (the first: at or above) up to and with `upper`.
        public var lower: Double
        /// See `lower`.
        public var upper: Double
        /// Number of examples.
        public var count: Int
        /// Their mean confidence; 0 without examples.
        public var confidence: Double
        /// The share of them that are right; 0 without examples.
        public var accuracy: Double
    }

    /// Number of bins, as in Guo et al. 2017.
    public static let binCount = 15

    /// Bins of equal width: the reliability diagram.
    public var bins: [Bin]
    /// Σ (count / n) · |accuracy − confidence| over `bins` (ECE). Naeini et al. 2015, Guo et al. 2017.
    public var expectedError: Double
    /// The same over as many bins of equal number, in the order of confidence, of which the first ones take one more where
    /// they do not divide evenly. Nixon et al. 2019.
    public var adaptiveError: Double
    /// Mean squared distance of scores and truth: per example summed over the labels (single-label, 0 ... 2; Brier 1950),
    /// or per decision (multi-label, 0 ... 1).
    public var brier: Double

    /// The three figures.
    public var errors: CalibrationErrors {
        CalibrationErrors(expected: expectedError, adaptive: adaptiveError, brier: brier)
    }

    private enum CodingKeys: String, CodingKey {
        case bins, brier
        case expectedError = "expected_calibration_error"
        case adaptiveError = "adaptive_calibration_error"
    }

    /// Measures at least one example.
    init(_ predictions: Predictions) {
        let width = predictions.labels.count
        var confidences: [Float] = []
        var rights: [Bool] = []
        var distance = 0.0
        predictions.scores.withUnsafeBufferPointer { scores in
            var isTrue = [Bool](repeating: false, count: width)
            for i in 0..<predictions.count {
                let truths = predictions.truthStarts[i]..<predictions.truthStarts[i + 1]
                for t in truths { isTrue[predictions.truthIndices[t]] = true }
                var best = 0
                for label in 0..<width {
                    let score = scores[i * width + label]
                    if score > scores[i * width + best] { best = label }
                    let difference = Double(score) - (isTrue[label] ? 1 : 0)
                    distance += difference * difference
                    if predictions.task == .multiLabel {
                        confidences.append(min(1, score))
                        rights.append(isTrue[label])
                    }
                }
                if predictions.task == .singleLabel {
                    confidences.append(min(1, scores[i * width + best]))
                    rights.append(isTrue[best])
                }
                for t in truths { isTrue[predictions.truthIndices[t]] = false }
            }
        }
        brier = distance / Double(predictions.task == .singleLabel ? predictions.count : confidences.count)
        bins = Calibration.equalWidth(confidences, rights)
        expectedError = Calibration.error(bins, of: confidences.count)
        adaptiveError =
            confidences.count > RankingMetrics.decisionLimit
            ? expectedError : Calibration.error(Calibration.equalNumber(confidences, rights), of: confidences.count)
    }

    private static func error(_ bins: [Bin], of n: Int) -> Double {
        bins.reduce(0) { $0 + Double($1.count) * ($1.accuracy - $1.confidence).magnitude } / Double(n)
    }

    private static func equalWidth(_ confidences: [Float], _ rights: [Bool]) -> [Bin] {
        var counts = [Int](repeating: 0, count: binCount)
        var sums = [Double](repeating: 0, count: binCount)
        var right = counts
        for (confidence, isRight) in zip(confidences, rights) {
            let bin = min(binCount - 1, max(0, Int((Double(confidence) * Double(binCount)).rounded(.up)) - 1))
            counts[bin] += 1
            sums[bin] += Double(confidence)
            if isRight { right[bin] += 1 }
        }
        return counts.indices.map { i in
            Bin(
                lower: Double(i) / Double(binCount), upper: Double(i + 1) / Double(binCount), count: counts[i],
                confidence: counts[i] > 0 ? sums[i] / Double(counts[i]) : 0, accuracy: ratio(right[i], counts[i]))
        }
    }

    private static func equalNumber(_ confidences: [Float], _ rights: [Bool]) -> [Bin] {
        // By confidence, then by number: bits of numbers from 0 on order like the numbers.
        let order = confidences.enumerated().map { UInt64(($0.element + 0).bitPattern) << 32 | UInt64($0.offset) }
            .sorted()
        let (size, more) = confidences.count.quotientAndRemainder(dividingBy: binCount)
        var start = 0
        return (0..<binCount).map { i in
            let end = start + size + (i < more ? 1 : 0)
            defer { start = end }
            var sum = 0.0
            var right = 0
            for key in order[start..<end] {
                let example = Int(key & 0xffff_ffff)
                sum += Double(confidences[example])
                if rights[example] { right += 1 }
            }
            let count = end - start
            return Bin(
                lower: 0, upper: 1, count: count, confidence: count > 0 ? sum / Double(count) : 0,
                accuracy: ratio(right, count))
        }
    }
}

/// The figures of `Calibration`.
public struct CalibrationErrors: Sendable, Equatable {
    /// Expected calibration error.
    public var expected: Double
    /// The same over bins of equal number.
    public var adaptive: Double
    /// Brier score.
    public var brier: Double
}
