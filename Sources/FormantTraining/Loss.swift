import CKernels
import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What training makes small.
public enum Loss: Hashable, Sendable {
    /// Softmax, then −log of the right class's probability. With `labelSmoothing` ε the right class is wanted with
    /// 1 − ε + ε/classes and each other with ε/classes (Szegedy et al. 2016).
    case softmaxCrossEntropy(labelSmoothing: Float)
    /// Per class, −log of the probability (by the logistic function) that it is or is not there: several labels at once.
    case binaryCrossEntropy
    /// The mean of the squared differences.
    case meanSquaredError

    /// The loss of a batch, and its gradient by the outputs.
    ///
    /// The loss is Σᵢ wᵢ lossᵢ / Σᵢ wᵢ, where wᵢ is the example's weight times, with class weights, that of its class. Where an
    /// example has several labels, the term of each label that is there counts by that label's weight instead.
    /// Sums run in double precision and in the order of the examples. An output that is not finite gives a loss that is
    /// not finite.
    /// - Parameters:
    ///   - outputs: batch × classes: logits, or values for the squared error.
    ///   - targets: one per example.
    ///   - weights: one per example.
    ///   - classWeights: one per class, or empty.
    ///   - gradient: receives batch × classes; nil where it is not wanted.
    /// - Returns: the sum of wᵢ lossᵢ, and the sum of wᵢ.
    /// - Throws: `TrainingError.target` where a target does not fit the loss.
    /// - Precondition: `outputs` and `gradient` hold equally many values for each target, `weights` one.
    public func evaluate(
        outputs: UnsafeBufferPointer<Float>, targets: [Target], weights: [Float], classWeights: [Float] = [],
        gradient: UnsafeMutableBufferPointer<Float>?
    ) throws(TrainingError) -> (sum: Double, weight: Double) {
        guard !targets.isEmpty else { return (0, 0) }
        let classes = outputs.count / targets.count
        precondition(
            outputs.count == classes * targets.count && weights.count == targets.count
                && gradient.map { $0.count == outputs.count } ?? true,
            "\(outputs.count) outputs and \(weights.count) weights for \(targets.count) targets")
        var scales = weights.map(Double.init)
        if !classWeights.isEmpty {
            for (i, target) in targets.enumerated() {
                switch target {
                case .label(let label) where classWeights.indices.contains(label):
                    scales[i] *= Double(classWeights[label])
                case .probabilities(let shares) where shares.count == classWeights.count:
                    scales[i] *= zip(shares, classWeights).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                default: break
                }
            }
        }
        let total = scales.reduce(0, +)
        var sum = 0.0
        for (i, target) in targets.enumerated() {
            let row = UnsafeBufferPointer(rebasing: outputs[i * classes..<(i + 1) * classes])
            let own = gradient.map { UnsafeMutableBufferPointer(rebasing: $0[i * classes..<(i + 1) * classes]) }
            let scale = total > 0 ? Float(scales[i] / total) : 0
            sum += scales[i] * (try example(row, target, scale, own, classWeights))
        }
        return (sum, total)
    }

    private func example(
        _ row: UnsafeBufferPointer<Float>, _ target: Target, _ scale: Float,
        _ gradient: UnsafeMutableBufferPointer<Float>?, _ classWeights: [Float]
    ) throws(TrainingError) -> Double {
        switch (self, target) {
        case (.softmaxCrossEntropy(let smoothing), .label(let label)) where row.indices.contains(label):
            return softmax(row, smoothing, scale, gradient) { $0 == label ? 1 : 0 }
        case (.softmaxCrossEntropy(let smoothing), .labelAmong(let label, let possible))
        where possible.count == row.count && row.indices.contains(label) && possible[label]:
            return maskedSoftmax(row, label, possible, smoothing, scale, gradient)
        case (.softmaxCrossEntropy(let smoothing), .probabilities(let shares)) where shares.count == row.count:
            return softmax(row, smoothing, scale, gradient) { Double(shares[$0]) }
        case (.binaryCrossEntropy, .label(let label)) where row.indices.contains(label):
            return logistic(row, scale, gradient) { $0 == label ? 1 : 0 }
        case (.binaryCrossEntropy, .labels(let labels)) where labels.allSatisfy(row.indices.contains):
            let present = Set(labels)
            return logistic(row, scale, gradient, classWeights) { present.contains($0) ? 1 : 0 }
        case (.binaryCrossEntropy, .probabilities(let shares)) where shares.count == row.count:
            return logistic(row, scale, gradient) { Double(shares[$0]) }
        case (.meanSquaredError, .values(let values)) where values.count == row.count:
            return squared(row, values, scale, gradient)
        case (.meanSquaredError, .label(let label)) where row.indices.contains(label):
            return squared(row, row.indices.map { $0 == label ? 1 : 0 }, scale, gradient)
        case (.meanSquaredError, .probabilities(let shares)) where shares.count == row.count:
            return squared(row, shares, scale, gradient)
        default:
            throw .target(loss: name, target: target, outputs: row.count)
        }
    }

    // loss = log Σ exp z − Σ_j q_j z_j, dz_j = (p_j − q_j) · scale
    private func softmax(
        _ z: UnsafeBufferPointer<Float>, _ smoothing: Float, _ scale: Float,
        _ gradient: UnsafeMutableBufferPointer<Float>?, _ share: (Int) -> Double
    ) -> Double {
        var largest = -Float.infinity
        for value in z where value > largest || value.isNaN { largest = value }
        // The gradient's memory holds the terms of the sum until they are wanted.
        let sum = ck_active().pointee.exponential_sum(z.baseAddress, z.count, largest, gradient?.baseAddress)
        let logSum = log(sum) + Double(largest)
        let rest = Double(smoothing) / Double(z.count)
        var loss = 0.0
        for j in z.indices {
            let wanted = rest + share(j) * (1 - Double(smoothing))
            loss -= wanted * (Double(z[j]) - logSum)
            if let gradient { gradient[j] = Float(Double(gradient[j]) / sum - wanted) * scale }
        }
        return loss
    }

    // The softmax over the possible classes alone; by the others the gradient is 0.
    private func maskedSoftmax(
        _ z: UnsafeBufferPointer<Float>, _ label: Int, _ possible: [Bool], _ smoothing: Float, _ scale: Float,
        _ gradient: UnsafeMutableBufferPointer<Float>?
    ) -> Double {
        let places = z.indices.filter { possible[$0] }
        let values = places.map { z[$0] }
        var moved = [Float](repeating: 0, count: places.count)
        let loss = values.withUnsafeBufferPointer { values in
            moved.withUnsafeMutableBufferPointer {
                softmax(values, smoothing, scale, gradient == nil ? nil : $0) { places[$0] == label ? 1 : 0 }
            }
        }
        gradient?.update(repeating: 0)
        if let gradient { for (place, value) in zip(places, moved) { gradient[place] = value } }
        return loss
    }

    // loss = Σ_j c_j (max(z, 0) − z q + log(1 + exp −|z|)) over the number of classes,
    // dz_j = c_j (σ(z_j) − q_j) · scale / classes; c_j is the class's weight where the class is there, else 1
    private func logistic(
        _ z: UnsafeBufferPointer<Float>, _ scale: Float, _ gradient: UnsafeMutableBufferPointer<Float>?,
        _ classWeights: [Float] = [], _ share: (Int) -> Double
    ) -> Double {
        var loss = 0.0
        for j in z.indices {
            let value = Double(z[j])
            let wanted = share(j)
            let weight = wanted == 1 && j < classWeights.count ? classWeights[j] : 1
            loss += Double(weight) * (max(value, 0) - value * wanted + log1p(exp(-abs(value))))
            gradient?[j] = Float(1 / (1 + exp(-value)) - wanted) * weight * scale / Float(z.count)
        }
        return loss / Double(z.count)
    }

    // loss = Σ_j (z_j − v_j)² / count, dz_j = 2 (z_j − v_j) · scale / count
    private func squared(
        _ z: UnsafeBufferPointer<Float>, _ values: [Float], _ scale: Float,
        _ gradient: UnsafeMutableBufferPointer<Float>?
    ) -> Double {
        var loss = 0.0
        for j in z.indices {
            let difference = Double(z[j]) - Double(values[j])
            loss += difference * difference
            gradient?[j] = Float(2 * difference) * scale / Float(z.count)
        }
        return loss / Double(z.count)
    }

    /// The name in a recipe.
    public var name: String {
        switch self {
        case .softmaxCrossEntropy: "softmaxCrossEntropy"
        case .binaryCrossEntropy: "binaryCrossEntropy"
        case .meanSquaredError: "meanSquaredError"
        }
    }

    /// Throws `TrainingError.setting` unless every number is in its range.
    public func validate() throws(TrainingError) {
        guard case .softmaxCrossEntropy(let smoothing) = self else { return }
        try check("labelSmoothing", smoothing, in: 0..<1, "0 or more, below 1")
    }
}

extension Loss: Codable {
    private enum Keys: String, SettingsKey { case kind, labelSmoothing }

    /// Reads a name, or `{kind: softmaxCrossEntropy, labelSmoothing: 0.1}`.
    public init(from decoder: any Decoder) throws {
        let name = try? decoder.singleValueContainer().decode(String.self)
        let settings = name == nil ? try decoder.settings(of: "loss", keyedBy: Keys.self) : nil
        let kind = try name ?? settings!.decode(String.self, forKey: .kind)
        switch kind {
        case "softmaxCrossEntropy":
            self = .softmaxCrossEntropy(labelSmoothing: try settings?.decode(.labelSmoothing, default: 0) ?? 0)
        case "binaryCrossEntropy", "meanSquaredError":
            try settings?.refuseOthers(than: [], for: kind)
            self = kind == "binaryCrossEntropy" ? .binaryCrossEntropy : .meanSquaredError
        default:
            let known = ["softmaxCrossEntropy", "binaryCrossEntropy", "meanSquaredError"]
            throw decoder.unknown("loss", kind, known: known)
        }
        try decoder.check(validate)
    }

    /// Writes what `init(from:)` reads.
    public func encode(to encoder: any Encoder) throws {
        if case .softmaxCrossEntropy(let smoothing) = self, smoothing > 0 {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(name, forKey: .kind)
            try container.encode(smoothing, forKey: .labelSmoothing)
        } else {
            var container = encoder.singleValueContainer()
            try container.encode(name)
        }
    }
}
