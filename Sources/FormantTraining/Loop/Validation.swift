import FormantNetwork
import FormantTensor

/// The figures of a network on the validation part.
public struct Validation: Codable, Hashable, Sendable {
    /// Mean loss.
    public let loss: Double
    /// Share that is right.
    public let accuracy: Double
    /// The figure that the best epoch is chosen by, where it is another one; nil where it is not defined.
    public let figure: Double?

    /// Whether this is better than another; of equal ones, that of the smaller loss. A figure that is not defined and a
    /// loss that is no number are worse than any other.
    func isBetter(than other: Validation?, by choice: TrainingOptions.Choice) -> Bool {
        guard let other else { return true }
        switch choice {
        case .loss: break
        case .accuracy:
            if accuracy != other.accuracy { return accuracy > other.accuracy }
        default:
            let (own, its) = (worth(choice), other.worth(choice))
            if own != its { return own > its }
        }
        return loss < other.loss || other.loss.isNaN && !loss.isNaN
    }

    private func worth(_ choice: TrainingOptions.Choice) -> Double {
        guard let figure, !figure.isNaN else { return -.infinity }
        return choice.isSmallestBest ? -figure : figure
    }

    init(of data: some Dataset, by predictor: Predictor, loss: Loss, judge: TrainingLoop.Judge? = nil) throws {
        var outputs = [[Float]](repeating: [], count: data.count)
        var none: SeededGenerator?
        for batch in data.batches(of: predictor.batch, shuffledBy: &none) {
            let results = try predictor.outputs(count: batch.indices.count, shape: batch.shape) { i, input in
                try data.load(batch.indices[i], into: input, varyingBy: &none)
            }
            for (index, output) in zip(batch.indices, results) { outputs[index] = output }
        }
        var (sum, weight, right) = (0.0, 0.0, 0)
        for (index, output) in outputs.enumerated() {
            let target = data.target(of: index)
            let one = try output.withUnsafeBufferPointer {
                try loss.evaluate(outputs: $0, targets: [target], weights: [data.weight(of: index)], gradient: nil)
            }
            sum += one.sum
            weight += one.weight
            if target.isMet(by: output) { right += 1 }
        }
        self.loss = weight > 0 ? sum / weight : 0
        accuracy = data.count > 0 ? Double(right) / Double(data.count) : 0
        figure = try judge?(outputs)
    }
}

extension Target {
    /// Whether an output gives this answer: the class of the largest logit, or exactly the classes whose logit is
    /// above 0 (a probability above one half).
    func isMet(by output: [Float]) -> Bool {
        switch self {
        case .label(let label):
            guard let largest = output.max(), !output.contains(where: \.isNaN) else { return false }
            return output.firstIndex(of: largest) == label
        case .labelAmong(let label, let possible):
            let places = output.indices.filter { possible[$0] }
            guard let largest = places.map({ output[$0] }).max(), largest.isFinite else { return false }
            return places.first { output[$0] == largest } == label
        case .labels(let labels):
            return Set(output.indices.filter { output[$0] > 0 }) == Set(labels)
        case .probabilities, .values: return false
        }
    }
}
