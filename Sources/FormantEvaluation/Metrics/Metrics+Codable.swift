extension Metrics: Codable {
    private enum CodingKeys: String, CodingKey {
        case task, n, accuracy, classes, confusion, rejected, slices, kappa, matthews, brier
        case inScopeAccuracy = "in_scope_accuracy"
        case outOfScopeRecall = "out_of_scope_recall"
        case outOfScopePrecision = "out_of_scope_precision"
        case balancedAccuracy = "balanced_accuracy"
        case hammingLoss = "hamming_loss"
        case macroPrecision = "macro_precision"
        case macroRecall = "macro_recall"
        case macroF1 = "macro_f1"
        case microPrecision = "micro_precision"
        case microRecall = "micro_recall"
        case microF1 = "micro_f1"
        case weightedPrecision = "weighted_precision"
        case weightedRecall = "weighted_recall"
        case weightedF1 = "weighted_f1"
        case logLoss = "log_loss"
        case topK = "top_k"
        case meanAveragePrecision = "mean_average_precision"
        case microAveragePrecision = "micro_average_precision"
        case macroROCArea = "macro_roc_auc"
        case microROCArea = "micro_roc_auc"
        case expectedCalibrationError = "expected_calibration_error"
        case adaptiveCalibrationError = "adaptive_calibration_error"
        case accuracyInterval = "accuracy_interval"
        case macroF1Interval = "macro_f1_interval"
        case balancedAccuracyInterval = "balanced_accuracy_interval"
        case meanAveragePrecisionInterval = "mean_average_precision_interval"
        case intervalClusters = "interval_clusters"

        /// The keys of precision, recall and F1 of each average.
        static let macro: [CodingKeys] = [.macroPrecision, .macroRecall, .macroF1]
        static let micro: [CodingKeys] = [.microPrecision, .microRecall, .microF1]
        static let weighted: [CodingKeys] = [.weightedPrecision, .weightedRecall, .weightedF1]
    }

    /// Writes one flat object; what a task does not have is left out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(task, forKey: .task)
        try container.encode(n, forKey: .n)
        try container.encode(accuracy, forKey: .accuracy)
        try container.encodeIfPresent(balancedAccuracy, forKey: .balancedAccuracy)
        try container.encodeIfPresent(hammingLoss, forKey: .hammingLoss)
        try container.encode(logLoss, forKey: .logLoss)
        for (average, keys) in [(macro, CodingKeys.macro), (micro, CodingKeys.micro), (weighted, CodingKeys.weighted)] {
            try container.encode(average.precision, forKey: keys[0])
            try container.encode(average.recall, forKey: keys[1])
            try container.encode(average.f1, forKey: keys[2])
        }
        if task == .singleLabel { try container.encode(topK, forKey: .topK) }
        try container.encode(classes, forKey: .classes)
        try container.encodeIfPresent(confusion, forKey: .confusion)
        try container.encodeIfPresent(kappa, forKey: .kappa)
        try container.encodeIfPresent(matthews, forKey: .matthews)
        try container.encodeIfPresent(ranking?.meanAveragePrecision, forKey: .meanAveragePrecision)
        try container.encodeIfPresent(ranking?.microAveragePrecision, forKey: .microAveragePrecision)
        try container.encodeIfPresent(ranking?.macroROCArea, forKey: .macroROCArea)
        try container.encodeIfPresent(ranking?.microROCArea, forKey: .microROCArea)
        try container.encodeIfPresent(calibration?.expected, forKey: .expectedCalibrationError)
        try container.encodeIfPresent(calibration?.adaptive, forKey: .adaptiveCalibrationError)
        try container.encodeIfPresent(calibration?.brier, forKey: .brier)
        try container.encodeIfPresent(intervals?.accuracy, forKey: .accuracyInterval)
        try container.encodeIfPresent(intervals?.macroF1, forKey: .macroF1Interval)
        try container.encodeIfPresent(intervals?.balancedAccuracy, forKey: .balancedAccuracyInterval)
        try container.encodeIfPresent(intervals?.meanAveragePrecision, forKey: .meanAveragePrecisionInterval)
        try container.encodeIfPresent(intervals?.clusters, forKey: .intervalClusters)
        if !slices.isEmpty { try container.encode(slices, forKey: .slices) }
        try container.encodeIfPresent(rejection?.inScopeAccuracy, forKey: .inScopeAccuracy)
        try container.encodeIfPresent(rejection?.outOfScopeRecall, forKey: .outOfScopeRecall)
        try container.encodeIfPresent(rejection?.outOfScopePrecision, forKey: .outOfScopePrecision)
        try container.encodeIfPresent(rejection?.rejected, forKey: .rejected)
    }

    /// Reads and checks the object.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func average(_ keys: [CodingKeys]) throws -> PrecisionRecallF1 {
            PrecisionRecallF1(
                precision: try container.decode(Double.self, forKey: keys[0]),
                recall: try container.decode(Double.self, forKey: keys[1]),
                f1: try container.decode(Double.self, forKey: keys[2]))
        }
        task = try container.decode(Predictions.Task.self, forKey: .task)
        n = try container.decode(Int.self, forKey: .n)
        accuracy = try container.decode(Double.self, forKey: .accuracy)
        balancedAccuracy = try container.decodeIfPresent(Double.self, forKey: .balancedAccuracy)
        hammingLoss = try container.decodeIfPresent(Double.self, forKey: .hammingLoss)
        macro = try average(CodingKeys.macro)
        micro = try average(CodingKeys.micro)
        weighted = try average(CodingKeys.weighted)
        logLoss = try container.decode(Double.self, forKey: .logLoss)
        topK = try container.decodeIfPresent([TopKAccuracy].self, forKey: .topK) ?? []
        classes = try container.decode([ClassMetrics].self, forKey: .classes)
        confusion = try container.decodeIfPresent(ConfusionMatrix.self, forKey: .confusion)
        func number(_ key: CodingKeys) throws -> Double? { try container.decodeIfPresent(Double.self, forKey: key) }
        func interval(_ key: CodingKeys) throws -> Interval? {
            try container.decodeIfPresent(Interval.self, forKey: key)
        }
        kappa = try number(.kappa)
        matthews = try number(.matthews)
        let means = RankingMetrics(
            meanAveragePrecision: try number(.meanAveragePrecision),
            microAveragePrecision: try number(.microAveragePrecision), macroROCArea: try number(.macroROCArea),
            microROCArea: try number(.microROCArea))
        ranking = means == RankingMetrics() ? nil : means
        if let expected = try number(.expectedCalibrationError), let adaptive = try number(.adaptiveCalibrationError),
            let brier = try number(.brier)
        {
            calibration = CalibrationErrors(expected: expected, adaptive: adaptive, brier: brier)
        }
        if let clusters = try container.decodeIfPresent(Int.self, forKey: .intervalClusters) {
            intervals = MetricIntervals(
                accuracy: try interval(.accuracyInterval), macroF1: try interval(.macroF1Interval),
                balancedAccuracy: try interval(.balancedAccuracyInterval),
                meanAveragePrecision: try interval(.meanAveragePrecisionInterval), clusters: clusters)
            try requireCounts(CollectionOfOne(clusters), of: "number of groups")
        }
        slices = try container.decodeIfPresent([Slice].self, forKey: .slices) ?? []
        rejection = try container.decodeIfPresent(Double.self, forKey: .inScopeAccuracy).map { accuracy in
            RejectionMetrics(
                inScopeAccuracy: accuracy,
                outOfScopeRecall: try container.decodeIfPresent(Double.self, forKey: .outOfScopeRecall),
                outOfScopePrecision: try container.decodeIfPresent(Double.self, forKey: .outOfScopePrecision),
                rejected: try container.decodeIfPresent(Int.self, forKey: .rejected) ?? 0)
        }
        try requireCounts(CollectionOfOne(rejection?.rejected ?? 0), of: "number of rejected examples")
        try requireCounts(CollectionOfOne(n), of: "number of examples")
        try requireCounts(classes.lazy.map(\.support), of: "support of the labels")
        if let confusion, confusion.labels != classes.map(\.label) {
            throw EvaluationError.differentLabels(expected: classes.map(\.label), found: confusion.labels)
        }
    }
}
