import FormantNetwork
import FormantTensor

/// The mean loss and the accuracy of a network on a data set.
struct Validation {
    let loss: Double
    let accuracy: Double

    /// Whether this is better than another. A loss that is no number is worse than any other.
    func isBetter(than other: Validation?, by choice: TrainingOptions.Choice) -> Bool {
        guard let other else { return true }
        if choice == .accuracy && accuracy != other.accuracy { return accuracy > other.accuracy }
        return loss < other.loss || other.loss.isNaN && !loss.isNaN
    }

    init(of data: some Dataset, by predictor: Predictor, loss: Loss) throws {
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
        case .labels(let labels):
            return Set(output.indices.filter { output[$0] > 0 }) == Set(labels)
        case .probabilities, .values: return false
        }
    }
}
