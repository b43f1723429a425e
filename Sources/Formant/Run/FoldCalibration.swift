import FormantCorpus
import FormantEvaluation

/// What temperature scaling did in the folds of a cross-validation, each of which has a temperature of its own.
struct FoldCalibration {
    private var folds: [(scaling: TemperatureScaling, count: Int)] = []
    private var before: [Split: Predictions] = [:]
    /// Whether a fold had none, which leaves nothing to pool.
    private var isIncomplete = false

    /// Takes the next fold.
    mutating func add(_ fold: FoldOutcome) throws {
        guard let scaling = fold.scaling, let validation = fold.predictions[.validation] else {
            isIncomplete = true
            return
        }
        folds.append((scaling, validation.count))
        try FoldCalibration.pool(fold.predictions.merging(fold.unscaled) { $1 }, into: &before)
    }

    /// Of the test parts, or of the validation parts where there is no test part.
    /// - Parameter after: the predictions of all folds, each at its own temperature.
    func report(after: [Split: Predictions]) throws -> CalibrationReport? {
        guard !isIncomplete, !folds.isEmpty, let split = [Split.test, .validation].first(where: { after[$0] != nil }),
            let before = before[split], let after = after[split]
        else { return nil }
        return try CalibrationReport(pooling: folds, split: split.rawValue, before: before, after: after)
    }

    /// Appends the predictions of a fold to those of the folds before it.
    static func pool(_ fold: [Split: Predictions], into all: inout [Split: Predictions]) throws {
        for (split, predictions) in fold {
            if all[split] == nil {
                all[split] = predictions
            } else {
                try all[split]!.append(contentsOf: predictions)
            }
        }
    }
}
