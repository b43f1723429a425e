extension Evaluation {
    /// Evaluates predictions of exactly one label per example, at least one example.
    init(singleLabel predictions: Predictions, options: EvaluationOptions) {
        let labels = predictions.labels
        let width = labels.count
        let n = predictions.count
        var confusion = ConfusionMatrix(labels: labels)
        var rankCounts = [Int](repeating: 0, count: width)
        var surprises = 0.0
        var errors = MostConfident(limit: options.listedErrors)
        var pairs = PairCollector(width: width, limit: options.listedOfPair)
        var errorPredictions: [Int: Int] = [:]

        predictions.scores.withUnsafeBufferPointer { scores in
            for i in 0..<n {
                let row = UnsafeBufferPointer(rebasing: scores[i * width..<(i + 1) * width])
                let truth = predictions.truthIndices[i]
                let truthScore = row[truth]
                var best = 0
                var rank = 0  // of the truth: how many labels stand before it
                for label in 0..<width {
                    let score = row[label]
                    if score > row[best] { best = label }
                    if score > truthScore || (score == truthScore && label < truth) { rank += 1 }
                }
                confusion[truth: truth, prediction: best] += 1
                rankCounts[rank] += 1
                surprises += surprise(Double(truthScore))
                pairs.add(index: i, truth: truth, prediction: best, confidence: row[best])
                if best != truth { errors.add(index: i, confidence: row[best]) }
            }
            for entry in errors.entries {
                let row = scores[entry.index * width..<(entry.index + 1) * width]
                errorPredictions[entry.index] = row.firstIndex(of: entry.confidence)! - row.startIndex
            }
        }

        let counts = confusion.labelCounts
        var metrics = Metrics(
            task: .singleLabel, labels: labels, counts: counts, thresholds: nil, n: n, correct: confusion.correct,
            logLoss: surprises / Double(n))
        let present = counts.filter { $0.support > 0 }
        metrics.balancedAccuracy = present.reduce(0) { $0 + $1.scores.recall } / Double(present.count)
        metrics.topK = options.topK.filter { 1..<width ~= $0 }.map { k in
            TopKAccuracy(k: k, accuracy: ratio(rankCounts.prefix(k).reduce(0, +), n))
        }
        metrics.confusion = confusion
        metrics.kappa = confusion.kappa
        metrics.matthews = confusion.matthews
        metrics.rejection = RejectionMetrics(predictions)
        self.init(
            metrics: metrics, confusions: confusion.confusions(limit: options.listedConfusions),
            confidentErrors: errors.entries.map { entry in
                ConfidentError(
                    index: entry.index, identity: predictions.identities[entry.index],
                    group: predictions.groups[entry.index],
                    truth: [labels[predictions.truthIndices[entry.index]]],
                    prediction: [labels[errorPredictions[entry.index]!]], confidence: min(1, entry.confidence))
            })
        self.pairs = pairs.pairs(of: predictions, listed: options.listedPairs)
    }
}
