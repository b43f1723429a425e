extension ConfusionMatrix {
    /// Cohen's κ: (pₒ − pₑ) / (1 − pₑ), the agreement above that of chance; nil where there is none to be had, because
    /// truth and prediction are the same single label throughout. Cohen 1960.
    public var kappa: Double? {
        let n = Double(total)
        let (truths, predictions) = sums
        let chance = zip(truths, predictions).reduce(0) { $0 + $1.0 * $1.1 } / (n * n)
        guard n > 0, 1 - chance > 1e-12 else { return nil }
        return (Double(correct) / n - chance) / (1 - chance)
    }

    /// The correlation coefficient of Matthews, of several labels that of Gorodkin 2004: −1 ... 1, and 0 where truth or
    /// prediction are one label throughout.
    public var matthews: Double {
        let n = Double(total)
        let (truths, predictions) = sums
        let covariance = Double(correct) * n - zip(truths, predictions).reduce(0) { $0 + $1.0 * $1.1 }
        let spread = { (sums: [Double]) in n * n - sums.reduce(0) { $0 + $1 * $1 } }
        let product = spread(truths) * spread(predictions)
        return product > 0 ? covariance / product.squareRoot() : 0
    }

    /// Examples by truth, and by prediction.
    private var sums: (truths: [Double], predictions: [Double]) {
        var truths = [Double](repeating: 0, count: labels.count)
        var predictions = truths
        for truth in labels.indices {
            for prediction in labels.indices {
                let count = Double(self[truth: truth, prediction: prediction])
                truths[truth] += count
                predictions[prediction] += count
            }
        }
        return (truths, predictions)
    }
}
