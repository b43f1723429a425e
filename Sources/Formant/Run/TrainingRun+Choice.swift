import FormantEvaluation
import FormantTraining

extension TrainingRun {
    /// Works out the figure that the best epoch is chosen by, where the training loop does not know it.
    func judge(
        _ choice: TrainingOptions.Choice, _ inputs: CorpusInputs, _ indices: [Int], labels: [String], loss: Loss
    ) -> TrainingLoop.Judge? {
        guard choice.needsJudge else { return nil }
        let scoring: Model.Scoring = loss == .binaryCrossEntropy ? .sigmoid : .softmax
        return { outputs in
            var predictions = try Predictions(
                labels: labels, task: scoring == .softmax ? .singleLabel : .multiLabel)
            predictions.reserveCapacity(indices.count)
            for (place, index) in indices.enumerated() {
                // Of values that are no numbers there are no scores.
                guard outputs[place].allSatisfy(\.isFinite) else { return nil }
                try predictions.append(
                    Predictions.Example(
                        identity: "", id: "\(index)", group: nil, truth: inputs.truth(of: index),
                        scores: scoring.scores(outputs[place])))
            }
            let options = EvaluationOptions(topK: [], listedConfusions: 0, listedErrors: 0, resamples: 0)
            return try Evaluation(of: predictions, options: options).metrics.figure(choice)
        }
    }
}

extension Metrics {
    /// The figure of a name; nil where the task does not have it.
    func figure(_ choice: TrainingOptions.Choice) -> Double? {
        switch choice {
        case .accuracy: accuracy
        case .loss, .logLoss: logLoss
        case .balancedAccuracy: balancedAccuracy
        case .macroF1: macro.f1
        case .macroPrecision: macro.precision
        case .macroRecall: macro.recall
        case .microF1: micro.f1
        case .weightedF1: weighted.f1
        case .kappa: kappa
        case .matthews: matthews
        case .hammingLoss: hammingLoss
        case .meanAveragePrecision: ranking?.meanAveragePrecision
        case .microAveragePrecision: ranking?.microAveragePrecision
        case .macroROCArea: ranking?.macroROCArea
        case .microROCArea: ranking?.microROCArea
        case .expectedCalibrationError: calibration?.expected
        case .brier: calibration?.brier
        }
    }
}

extension StopReason {
    /// The reason where a summary tells it: the time that was over, or values that are no numbers.
    var toldInSummary: StopReason? {
        switch self {
        case .minutes, .diverged: self
        case .complete, .patience, .interrupted: nil
        }
    }

    /// Whether it was values that are no numbers.
    var isDivergence: Bool {
        if case .diverged = self { return true }
        return false
    }
}
