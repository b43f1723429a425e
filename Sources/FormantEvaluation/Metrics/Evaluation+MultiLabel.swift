extension Evaluation {
    /// Evaluates predictions of any number of labels per example, at least one example.
    /// - Parameter thresholds: one per label, for examples that were not given labels.
    init(multiLabel predictions: Predictions, thresholds: [Float], options: EvaluationOptions) {
        let labels = predictions.labels
        let width = labels.count
        let n = predictions.count
        var counts = [LabelCounts](repeating: LabelCounts(), count: width)
        var correct = 0
        var surprises = 0.0
        var errors = MostConfident(limit: options.listedErrors)

        predictions.scores.withUnsafeBufferPointer { scores in
            var isTrue = [Bool](repeating: false, count: width)
            for i in 0..<n {
                let row = UnsafeBufferPointer(rebasing: scores[i * width..<(i + 1) * width])
                let truths = predictions.truthStarts[i]..<predictions.truthStarts[i + 1]
                for t in truths { isTrue[predictions.truthIndices[t]] = true }
                var wrongConfidence: Float?
                for label in 0..<width {
                    let score = row[label]
                    let predicted = predictions.given?[i * width + label] ?? (score >= thresholds[label])
                    switch (isTrue[label], predicted) {
                    case (true, true): counts[label].truePositives += 1
                    case (true, false):
                        counts[label].falseNegatives += 1
                        wrongConfidence = max(wrongConfidence ?? 0, 1 - score)
                    case (false, true):
                        counts[label].falsePositives += 1
                        wrongConfidence = max(wrongConfidence ?? 0, score)
                    case (false, false): break
                    }
                    surprises += surprise(isTrue[label] ? Double(score) : 1 - Double(score))
                }
                for t in truths { isTrue[predictions.truthIndices[t]] = false }
                if let wrongConfidence {
                    errors.add(index: i, confidence: wrongConfidence)
                } else {
                    correct += 1
                }
            }
        }

        let cells = Double(n) * Double(width)
        var metrics = Metrics(
            task: .multiLabel, labels: labels, counts: counts,
            thresholds: predictions.given != nil && predictions.thresholds == nil ? nil : thresholds, n: n,
            correct: correct,
            logLoss: surprises / cells)
        metrics.hammingLoss = Double(counts.reduce(0) { $0 + $1.falsePositives + $1.falseNegatives }) / cells
        self.init(
            metrics: metrics, confusions: [],
            confidentErrors: errors.entries.map { entry in
                let example = predictions[entry.index]
                return ConfidentError(
                    index: entry.index, identity: example.identity, group: example.group,
                    truth: example.truth.map { labels[$0] },
                    prediction: labels.indices.filter {
                        predictions.given?[entry.index * width + $0] ?? (example.scores[$0] >= thresholds[$0])
                    }.map { labels[$0] },
                    confidence: min(1, entry.confidence))
            })
    }
}
