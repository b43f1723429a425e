import FormantEvaluation

extension Model {
    /// Scores from 0 to 1 out of the network's outputs, at the model's temperature.
    func scores(_ outputs: [Float]) -> [Float] {
        guard let temperature else { return scoring.scores(outputs) }
        return scoring.scores(outputs.map { $0 / temperature })
    }

    /// The labels that scores give an input, strongest first; nil for a model that has no thresholds.
    func given(_ scores: [Float]) -> [String]? {
        guard let thresholds else { return nil }
        return scores.indices.filter { scores[$0] >= thresholds[$0] }
            .sorted { (scores[$0], -$0) > (scores[$1], -$1) }.map { labels[$0] }
    }

    /// Throws why temperature or thresholds do not go with labels and scoring.
    func checkScores(path: String) throws(ModelFileError) {
        if let temperature, !TemperatureScaling.range.contains(temperature) {
            throw .notAModel(path: path, reason: "temperature: expected 0.05 to 20, found \(temperature)")
        }
        if let thresholds {
            let isRight = thresholds.count == labels.count && thresholds.allSatisfy { (0...1).contains($0) }
            guard scoring == .sigmoid, isRight else {
                throw .notAModel(
                    path: path,
                    reason:
                        "thresholds: expected \(labels.count) from 0 to 1 and sigmoid, found \(thresholds.count) and "
                        + scoring.rawValue)
            }
        }
    }
}
