import FormantTensor

extension TrainingOptions {
    /// A figure of the validation part, by its name in `report.json`. Of equal ones the smaller loss counts.
    public enum Choice: String, CaseIterable, Codable, Hashable, Sendable {
        /// The share that is right.
        case accuracy
        /// The loss that is trained, the smallest.
        case loss
        /// Mean recall of the labels that occur.
        case balancedAccuracy = "balanced_accuracy"
        /// Mean over the labels.
        case macroF1 = "macro_f1"
        /// See `macroF1`.
        case macroPrecision = "macro_precision"
        /// See `macroF1`.
        case macroRecall = "macro_recall"
        /// From the counts of all labels together.
        case microF1 = "micro_f1"
        /// Mean over the labels by their examples.
        case weightedF1 = "weighted_f1"
        /// Cohen's κ.
        case kappa
        /// The correlation of Matthews.
        case matthews
        /// Of the scores, without label smoothing; the smallest.
        case logLoss = "log_loss"
        /// Share of wrong decisions where there are several labels; the smallest.
        case hammingLoss = "hamming_loss"
        /// Mean average precision.
        case meanAveragePrecision = "mean_average_precision"
        /// Of all decisions.
        case microAveragePrecision = "micro_average_precision"
        /// Mean area under the curve.
        case macroROCArea = "macro_roc_auc"
        /// Of all decisions.
        case microROCArea = "micro_roc_auc"
        /// Over 15 bins; the smallest.
        case expectedCalibrationError = "expected_calibration_error"
        /// Mean squared error of the scores; the smallest.
        case brier

        /// Whether the smallest value is the best.
        public var isSmallestBest: Bool {
            switch self {
            case .loss, .logLoss, .hammingLoss, .expectedCalibrationError, .brier: true
            default: false
            }
        }

        /// Whether it has to be worked out from all outputs together: all but accuracy and loss.
        public var needsJudge: Bool { self != .accuracy && self != .loss }

        /// Reads a name; `mAP` is `mean_average_precision`.
        public init(from decoder: any Decoder) throws {
            let name = try decoder.singleValueContainer().decode(String.self)
            guard let choice = name == "mAP" ? .meanAveragePrecision : Choice(rawValue: name) else {
                throw decoder.unknown("choice", name, known: Choice.allCases.map(\.rawValue))
            }
            self = choice
        }
    }
}
