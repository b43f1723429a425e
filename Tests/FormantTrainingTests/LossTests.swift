import FormantTensor
import FormantTestSupport
import FormantTraining
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A loss over a batch of outputs, in plain double-precision formulas.
private struct LossProblem: CustomStringConvertible {
    let seed: UInt64
    let loss: Loss
    let classes: Int
    var outputs: [Double]
    var targets: [Target] = []
    var weights: [Float] = []
    var classWeights: [Float] = []

    var description: String { "\(loss) of \(targets.count) × \(classes), seed \(seed)" }

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        self.seed = seed
        let count = 1 + generator.index(below: 6)
        classes = 1 + generator.index(below: 40)
        let scale = [Float(0.1), 3, 30][generator.index(below: 3)]
        outputs = (0..<count * classes).map { _ in Double(scale * generator.normal()) }
        switch generator.index(below: 4) {
        case 0: loss = .softmaxCrossEntropy(labelSmoothing: 0)
        case 1: loss = .softmaxCrossEntropy(labelSmoothing: generator.uniform())
        case 2: loss = .binaryCrossEntropy
        default: loss = .meanSquaredError
        }
        if generator.index(below: 2) == 0 { classWeights = (0..<classes).map { _ in 0.1 + generator.uniform() } }
        for i in 0..<count {
            weights.append(i > 0 && generator.index(below: 4) == 0 ? 0 : 0.1 + generator.uniform())
            let label = generator.index(below: classes)
            switch loss {
            case .softmaxCrossEntropy: targets.append(.label(label))
            case .binaryCrossEntropy where generator.index(below: 4) > 0:
                targets.append(.labels((0..<classes).filter { _ in generator.index(below: 3) == 0 }))
            case .meanSquaredError where generator.index(below: 4) > 0:
                targets.append(.values((0..<classes).map { _ in generator.normal() }))
            default: targets.append(.label(label))
            }
        }
    }

    /// Σ wᵢ lossᵢ / Σ wᵢ.
    func reference(_ outputs: [Double]) -> Double {
        var (sum, total) = (0.0, 0.0)
        for (i, target) in targets.enumerated() {
            var weight = Double(weights[i])
            if case .label(let label) = target, !classWeights.isEmpty { weight *= Double(classWeights[label]) }
            sum += weight * reference(Array(outputs[i * classes..<(i + 1) * classes]), target)
            total += weight
        }
        return sum / total
    }

    private func reference(_ z: [Double], _ target: Target) -> Double {
        func wanted(_ j: Int) -> Double {
            switch target {
            case .label(let label): j == label ? 1 : 0
            case .labelAmong(let label, _): j == label ? 1 : 0
            case .labels(let labels): labels.contains(j) ? 1 : 0
            case .probabilities(let shares): Double(shares[j])
            case .values(let values): Double(values[j])
            }
        }
        switch loss {
        case .softmaxCrossEntropy(let smoothing):
            let largest = z.max()!
            let sum = z.reduce(0) { $0 + exp($1 - largest) }
            return z.indices.reduce(0) { total, j in
                let share = Double(smoothing) / Double(classes) + (1 - Double(smoothing)) * wanted(j)
                return total - share * (z[j] - largest - log(sum))
            }
        case .binaryCrossEntropy:
            // −log σ(z) = log(1 + exp −z), and 1 − σ(z) = σ(−z)
            let terms = z.indices.map { j in
                var term = log1p(exp(wanted(j) == 1 ? -z[j] : z[j]))
                // Of several labels each counts by its own weight.
                if case .labels = target, wanted(j) == 1, !classWeights.isEmpty { term *= Double(classWeights[j]) }
                return term
            }
            return terms.reduce(0, +) / Double(classes)
        case .meanSquaredError:
            return z.indices.reduce(0) { $0 + (z[$1] - wanted($1)) * (z[$1] - wanted($1)) } / Double(classes)
        }
    }

    /// What the module gives.
    func evaluated() throws -> (loss: Double, gradient: [Float]) {
        var gradient = [Float](repeating: .nan, count: outputs.count)
        let result = try outputs.map(Float.init).withUnsafeBufferPointer { outputs in
            try gradient.withUnsafeMutableBufferPointer {
                try loss.evaluate(
                    outputs: outputs, targets: targets, weights: weights, classWeights: classWeights, gradient: $0)
            }
        }
        return (result.sum / result.weight, gradient)
    }
}

private struct GoldenLosses: Decodable {
    struct Case: Decodable {
        let name, kind, targets: String
        let labelSmoothing: Float
        let weights, classWeights: [Float]
        let loss: Double
        let gradient: [Double]
    }
    let outputs: [Float]
    let label: [Int]
    let labels: [[Int]]
    let values: [[Float]]
    let cases: [Case]
}

/// Values and gradients of the losses.
@Suite struct LossTests {
    private func evaluate(
        _ loss: Loss, _ outputs: [Float], _ target: Target, gradient: UnsafeMutableBufferPointer<Float>? = nil
    ) throws -> Double {
        try outputs.withUnsafeBufferPointer {
            try loss.evaluate(outputs: $0, targets: [target], weights: [1], gradient: gradient).sum
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func agreesWithFormulas(seed: UInt64) throws {
        let problem = LossProblem(seed: seed)
        let (loss, gradient) = try problem.evaluated()
        let expected = problem.reference(problem.outputs)
        #expect(abs(loss - expected) <= 1e-12 * max(1, abs(expected)), "\(problem): \(loss), expected \(expected)")
        let step = 1e-5
        let slopes = problem.outputs.indices.map { j in
            var (up, down) = (problem.outputs, problem.outputs)
            up[j] += step
            down[j] -= step
            return (problem.reference(up) - problem.reference(down)) / (2 * step)
        }
        let error = relativeError(gradient, slopes, floor: 1)
        #expect(error < 2e-7, "\(problem): error \(error) of the gradient")
    }

    @Test func agreesWithTorch() throws {
        let golden: GoldenLosses = try golden("losses.json")
        #expect(golden.cases.count == 9)
        for one in golden.cases {
            let loss: Loss =
                switch one.kind {
                case "softmaxCrossEntropy": .softmaxCrossEntropy(labelSmoothing: one.labelSmoothing)
                case "binaryCrossEntropy": .binaryCrossEntropy
                default: .meanSquaredError
                }
            let targets: [Target] =
                switch one.targets {
                case "label": golden.label.map { .label($0) }
                case "labels": golden.labels.map { .labels($0) }
                default: golden.values.map { .values($0) }
                }
            var gradient = [Float](repeating: .nan, count: golden.outputs.count)
            let found = try golden.outputs.withUnsafeBufferPointer { outputs in
                try gradient.withUnsafeMutableBufferPointer {
                    try loss.evaluate(
                        outputs: outputs, targets: targets, weights: one.weights, classWeights: one.classWeights,
                        gradient: $0)
                }
            }
            #expect(abs(found.sum / found.weight - one.loss) < 1e-12 * max(1, one.loss), "\(one.name)")
            #expect(relativeError(gradient, one.gradient, floor: 0.1) < 5e-7, "\(one.name): \(gradient)")
        }
    }

    /// A softmax over some of the classes is that of a row that holds these alone.
    @Test(arguments: [Float(0), 0.1]) func impossibleClassesHaveNoShare(smoothing: Float) throws {
        let loss = Loss.softmaxCrossEntropy(labelSmoothing: smoothing)
        let outputs: [Float] = [0.5, 80, -1, 2, -.infinity]
        let target = Target.labelAmong(3, possible: [true, false, true, true, false])
        var gradient = [Float](repeating: .nan, count: 5)
        var short = [Float](repeating: .nan, count: 3)
        let found = try gradient.withUnsafeMutableBufferPointer { try evaluate(loss, outputs, target, gradient: $0) }
        let expected = try short.withUnsafeMutableBufferPointer {
            try evaluate(loss, [0.5, -1, 2], .label(2), gradient: $0)
        }
        #expect(found == expected && found > 0)
        #expect(gradient == [short[0], 0, short[1], short[2], 0])
        #expect(try evaluate(loss, outputs, target) == found)
        for (label, possible) in [(1, [true, false]), (1, [true]), (2, [true, true]), (-1, [true, true])] {
            #expect(throws: TrainingError.self) {
                try evaluate(loss, [1, 2], .labelAmong(label, possible: possible))
            }
        }
        #expect(throws: TrainingError.self) {
            try evaluate(.binaryCrossEntropy, outputs, target)
        }
    }

    @Test(arguments: [
        (Loss.softmaxCrossEntropy(labelSmoothing: 0), Target.label(1)),
        (.softmaxCrossEntropy(labelSmoothing: 0.1), .label(1)), (.binaryCrossEntropy, .labels([1])),
        (.binaryCrossEntropy, .label(1)), (.meanSquaredError, .values([0, 1, 0])), (.meanSquaredError, .label(1)),
    ])
    func extremeOutputs(loss: Loss, target: Target) throws {
        for place in 0..<3 {
            for value in [Float.infinity, -.infinity, .nan] {
                for others in [Float(0), 1e4, value] {
                    var outputs = [others, others, others]
                    outputs[place] = value
                    let found = try evaluate(loss, outputs, target)
                    #expect(!found.isFinite, "\(loss) of \(outputs) is \(found)")
                }
            }
            for value in [Float(1e4), -1e4, .greatestFiniteMagnitude, -.greatestFiniteMagnitude] {
                var outputs: [Float] = [0, -1e4, 1e4]
                outputs[place] = value
                var gradient = [Float](repeating: .nan, count: 3)
                let found = try gradient.withUnsafeMutableBufferPointer {
                    try evaluate(loss, outputs, target, gradient: $0)
                }
                #expect(found.isFinite && found >= 0, "\(loss) of \(outputs) is \(found)")
                #expect(gradient.allSatisfy { !$0.isNaN }, "\(loss) of \(outputs): gradient \(gradient)")
            }
        }
        // 10⁴ on the wrong side costs 10⁴, not infinity.
        if case .softmaxCrossEntropy(labelSmoothing: 0) = loss {
            #expect(try evaluate(loss, [1e4, 0, 0], .label(1)) == 1e4)
            #expect(try evaluate(loss, [0, 1e4, 0], .label(1)) == 0)
        }
    }

    @Test func wrongTargets() throws {
        let cases: [(Loss, Target)] = [
            (.softmaxCrossEntropy(labelSmoothing: 0), .label(3)), (.softmaxCrossEntropy(labelSmoothing: 0), .label(-1)),
            (.softmaxCrossEntropy(labelSmoothing: 0), .label(.max)),
            (.softmaxCrossEntropy(labelSmoothing: 0), .labels([1])),
            (.softmaxCrossEntropy(labelSmoothing: 0), .values([0, 0, 1])), (.binaryCrossEntropy, .label(3)),
            (.binaryCrossEntropy, .labels([0, 3])), (.binaryCrossEntropy, .labels([.min])),
            (.binaryCrossEntropy, .values([0, 0, 1])), (.meanSquaredError, .values([0, 0])),
            (.meanSquaredError, .values([])), (.meanSquaredError, .label(-1)), (.meanSquaredError, .labels([0])),
        ]
        for (loss, target) in cases {
            let error = #expect(throws: TrainingError.self) { try evaluate(loss, [1, 2, 3], target) }
            guard case .target(let name, target, 3) = error else {
                Issue.record("\(loss) of \(target): \(String(describing: error))")
                continue
            }
            #expect(name == loss.name)
        }
        // Class weights do not widen what is allowed.
        #expect(throws: TrainingError.self) {
            try [Float(1), 2].withUnsafeBufferPointer {
                try Loss.softmaxCrossEntropy(labelSmoothing: 0).evaluate(
                    outputs: $0, targets: [.label(2)], weights: [1], classWeights: [1, 1, 1], gradient: nil)
            }
        }
    }

    @Test func withoutWeightThereIsNoGradient() throws {
        var gradient = [Float](repeating: .nan, count: 3)
        let found = try [Float(1), 2, 3].withUnsafeBufferPointer { outputs in
            try gradient.withUnsafeMutableBufferPointer {
                try Loss.softmaxCrossEntropy(labelSmoothing: 0).evaluate(
                    outputs: outputs, targets: [.label(0)], weights: [0], gradient: $0)
            }
        }
        #expect(found.sum == 0 && found.weight == 0 && gradient == [0, 0, 0])
        let empty = UnsafeBufferPointer<Float>(start: nil, count: 0)
        #expect(try Loss.binaryCrossEntropy.evaluate(outputs: empty, targets: [], weights: [], gradient: nil) == (0, 0))
    }
}
