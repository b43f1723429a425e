import FormantPage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The one number by which a network's outputs are divided so that its scores are probabilities (Guo et al. 2017,
/// "On calibration of modern neural networks", § 4.2). It changes no order of scores within an example.
public struct TemperatureScaling: Codable, Sendable, Equatable {
    /// The divisor, 0.05 ... 20; 1 where scaling does not pay.
    public var temperature: Float
    /// Mean negative log-likelihood in nats at temperature 1: per example, or per decision of a multi-label task.
    public var lossBefore: Double
    /// The same at `temperature`.
    public var lossAfter: Double

    /// The temperatures that are looked at.
    public static let range: ClosedRange<Float> = 0.05...20

    private enum CodingKeys: String, CodingKey {
        case temperature
        case lossBefore = "validation_log_loss_before"
        case lossAfter = "validation_log_loss"
    }

    /// Finds the temperature of the smallest loss over examples that were not trained on.
    ///
    /// The loss is convex in 1/T, so that a golden-section search over ln T finds its minimum. It is 1 where that is not
    /// worth it: where the likelihood-ratio test of one parameter at 5 % does not tell it from 1 (twice the gain of the
    /// log-likelihood below 3.84).
    /// - Parameters:
    ///   - outputs: of the network, one list per example, all of the same length; before softmax or sigmoid. Examples
    ///     with outputs that are not finite, or with a truth outside of them, do not count.
    ///   - truths: indices of the true labels, one list per example.
    /// - Returns: nil where no example counts.
    public init?(outputs: [[Float]], truths: [[Int]], task: Predictions.Task) {
        precondition(outputs.count == truths.count)
        var problem = Problem(task: task)
        let cells = outputs.reduce(0) { $0 + $1.count }
        // More than so many decisions tell no more about one number.
        let step = 1 + cells / 4_000_000
        for i in stride(from: 0, to: outputs.count, by: step) { problem.add(outputs[i], truths[i]) }
        guard problem.count > 0 else { return nil }
        let before = problem.loss(1)
        let best = problem.minimum()
        let after = problem.loss(1 / Double(best))
        let pays = (before - after) * Double(problem.count) > 1.92
        temperature = pays ? best : 1
        lossBefore = before
        lossAfter = pays ? after : before
    }

    /// Values that the loss at inverse temperature β is made of: −β·v + ln Σ exp(β·u) of an example, or ln(1 + exp(−β·v))
    /// of a decision.
    private struct Problem {
        let task: Predictions.Task
        var count = 0
        private var values: [Double] = []
        private var width = 0

        init(task: Predictions.Task) { self.task = task }

        mutating func add(_ outputs: [Float], _ truths: [Int]) {
            guard !outputs.isEmpty, outputs.allSatisfy(\.isFinite), truths.allSatisfy(outputs.indices.contains) else {
                return
            }
            switch task {
            case .singleLabel:
                guard truths.count == 1 else { return }
                // By how much each other output lies above the true one.
                let truth = Double(outputs[truths[0]])
                width = outputs.count - 1
                for (label, output) in outputs.enumerated() where label != truths[0] {
                    values.append(Double(output) - truth)
                }
                count += 1
            case .multiLabel:
                width = 1
                for (label, output) in outputs.enumerated() {
                    values.append(truths.contains(label) ? -Double(output) : Double(output))
                }
                count += outputs.count
            }
        }

        /// Mean of ln(1 + Σ exp(β·v)).
        func loss(_ beta: Double) -> Double {
            guard width > 0 else { return 0 }
            var sum = 0.0
            values.withUnsafeBufferPointer { values in
                for start in stride(from: 0, to: values.count, by: width) {
                    var largest = 0.0
                    for value in values[start..<start + width] { largest = max(largest, beta * value) }
                    var total = exp(-largest)
                    for value in values[start..<start + width] { total += exp(beta * value - largest) }
                    sum += largest + log(total)
                }
            }
            return sum / Double(count)
        }

        func minimum() -> Float {
            let range = TemperatureScaling.range
            let (first, last) = (log(Double(range.lowerBound)), log(Double(range.upperBound)))
            let golden = (5.0.squareRoot() - 1) / 2
            var (low, high) = (first, last)
            var (left, right) = (high - golden * (high - low), low + golden * (high - low))
            var (leftLoss, rightLoss) = (loss(exp(-left)), loss(exp(-right)))
            while high - low > 1e-4 {
                if leftLoss <= rightLoss {
                    (high, right, rightLoss) = (right, left, leftLoss)
                    left = high - golden * (high - low)
                    leftLoss = loss(exp(-left))
                } else {
                    (low, left, leftLoss) = (left, right, rightLoss)
                    right = low + golden * (high - low)
                    rightLoss = loss(exp(-right))
                }
            }
            return min(max(Float(exp((low + high) / 2)), range.lowerBound), range.upperBound)
        }
    }
}

/// What temperature scaling did on the examples of a report.
public struct CalibrationReport: Codable, Sendable, Equatable {
    /// The temperature of the scores: 1 is none.
    public var temperature: Float
    /// Mean negative log-likelihood of the validation part at temperature 1.
    public var validationLossBefore: Double
    /// The same at `temperature`.
    public var validationLoss: Double
    /// Expected calibration error of the reported part at temperature 1.
    public var errorBefore: Double
    /// The same at `temperature`.
    public var error: Double
    /// The reported part.
    public var split: String
    /// The temperature of each fold, where they are pooled; `temperature` is then their geometric mean.
    public var temperatures: [Float]?

    private enum CodingKeys: String, CodingKey {
        case temperature, temperatures, split
        case validationLossBefore = "validation_log_loss_before"
        case validationLoss = "validation_log_loss"
        case errorBefore = "expected_calibration_error_before"
        case error = "expected_calibration_error"
    }

    /// Compares predictions before and after.
    /// - Throws: `EvaluationError.noExamples` where there are none.
    public init(
        _ scaling: TemperatureScaling, split: String, before: Predictions, after: Predictions
    ) throws(EvaluationError) {
        guard before.count > 0, after.count > 0 else { throw .noExamples }
        temperature = scaling.temperature
        validationLossBefore = scaling.lossBefore
        validationLoss = scaling.lossAfter
        errorBefore = Calibration(before).expectedError
        error = Calibration(after).expectedError
        self.split = split
    }

    /// Pools what scaling did in the folds of a cross-validation.
    /// - Parameters:
    ///   - folds: one or more, each with the number of its validation examples, by which losses are weighted.
    ///   - before: of all folds, at temperature 1.
    ///   - after: of all folds, each at its own temperature.
    /// - Throws: `EvaluationError.noExamples` where there are none.
    public init(
        pooling folds: [(scaling: TemperatureScaling, count: Int)], split: String, before: Predictions,
        after: Predictions
    ) throws(EvaluationError) {
        let n = folds.reduce(0) { $0 + $1.count }
        guard before.count > 0, after.count > 0, n > 0 else { throw .noExamples }
        func mean(_ value: (TemperatureScaling) -> Double) -> Double {
            folds.reduce(0) { $0 + value($1.scaling) * Double($1.count) } / Double(n)
        }
        let list = folds.map(\.scaling.temperature)
        temperatures = list
        temperature = Float(exp(list.reduce(0) { $0 + log(Double($1)) } / Double(list.count)))
        validationLossBefore = mean(\.lossBefore)
        validationLoss = mean(\.lossAfter)
        errorBefore = Calibration(before).expectedError
        error = Calibration(after).expectedError
        self.split = split
    }

    /// One sentence for people.
    public var text: String {
        if let temperatures, let low = temperatures.min(), let high = temperatures.max() {
            return "Each of \(temperatures.count) folds has a temperature of its own, from "
                + "\(NumberText.fixed(Double(low), places: 3)) to \(NumberText.fixed(Double(high), places: 3)). The log "
                + "loss on validation goes from \(NumberText.significant(validationLossBefore)) to "
                + "\(NumberText.significant(validationLoss)), the expected calibration error on \(split) from "
                + "\(NumberText.percent(errorBefore)) to \(NumberText.percent(error))."
        }
        let loss = "log loss on validation \(NumberText.significant(validationLossBefore))"
        guard temperature != 1 else {
            return "Scores need no temperature: none lowers the \(loss) noticeably. Expected calibration error on "
                + "\(split): \(NumberText.percent(error))."
        }
        return "Scores are scaled by temperature \(NumberText.fixed(Double(temperature), places: 3)), which takes the "
            + "\(loss) to \(NumberText.significant(validationLoss)) and the expected calibration error on \(split) from "
            + "\(NumberText.percent(errorBefore)) to \(NumberText.percent(error))."
    }
}
