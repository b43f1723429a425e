import FormantNetwork
import FormantOperators
import FormantTensor
import FormantTestSupport
import Testing

/// A convolution with what follows it in one operator, beside the same operators one after the other.
@Suite struct FusedConvolutionTests {
    @Test(arguments: 0..<150) func poolingOnTheWayChangesNoBit(seed: UInt64) throws {
        let problem = try FusedProblem(seed: seed)
        let pooling = try problem.pooling
        let fused = try #require(
            ConvolutionMaxPool(problem.convolution(.relu), pooling, isShared: false), "seed \(seed)")
        let together = problem.run(fused, problem.parameters, threads: 1 + Int(seed % 3))
        let first = problem.run(problem.convolution(.relu), problem.parameters)
        let second = OperatorRunner(pooling, batch: problem.batch, input: first.forward(), parameters: [])
        #expect(together.forward() == second.forward(), "seed \(seed): \(problem.note)")
        let dy = problem.values(problem.batch * fused.outputShape.count, "gradient")
        let (dx, dw) = together.backward(dy)
        let (inner, _) = second.backward(dy)
        let apart = first.backward(inner)
        #expect(dx == apart.input && dw == apart.parameters, "seed \(seed): \(problem.note)")
    }

    @Test func poolingIsFusedOnlyWhereRowsAreDisjointAndInside() throws {
        let shape = Shape(channels: 2, height: 12, width: 12)
        let geometry = try ConvolutionGeometry(
            batch: 2, input: shape, filters: 4, vertical: Window(extent: 3), horizontal: Window(extent: 3))
        func fuses(_ window: Window, isShared: Bool = false) throws -> Bool {
            let pooling = try Pooling(
                kind: .maximum, batch: 2, input: geometry.output, vertical: window, horizontal: Window(extent: 1))
            return ConvolutionMaxPool(Convolution(geometry, hasBias: false), pooling, isShared: isShared) != nil
        }
        #expect(try fuses(Window(extent: 2, stride: 2)))
        #expect(try fuses(Window(extent: 1, stride: 2)))
        #expect(try !fuses(Window(extent: 3, stride: 2)), "windows that overlap")
        #expect(try !fuses(Window(extent: 2, stride: 2, dilation: 2)))
        #expect(try !fuses(Window(extent: 2, stride: 2, padding: .explicit(before: 1, after: 0))))
        #expect(try !fuses(Window(extent: 2, stride: 2), isShared: true), "too little to share")
    }

    @Test(arguments: 0..<150) func statisticsOnTheWayAreThoseOfTheOutput(seed: UInt64) throws {
        let problem = try FusedProblem(seed: seed &+ 500)
        let output = problem.geometry.output
        let norm = BatchNorm(
            batch: problem.batch, shape: output, epsilon: 1e-5, momentum: 0.1, activation: .leakyReLU(slope: 0.25))
        let pooled = seed % 2 == 0 ? BatchNormMaxPool(norm, try problem.pooling) : nil
        let fused = try #require(ConvolutionBatchNorm(problem.convolution(nil), norm, pooled))
        let statistics = (0..<4).map { list in
            (0..<output.channels).map { Float(list == 3 ? 1 : 0.1 * Double($0 + list)) }
        }
        let together = problem.run(fused, problem.parameters + statistics, threads: 1 + Int(seed % 3))
        let first = problem.run(problem.convolution(nil), problem.parameters)
        let second = OperatorRunner(
            pooled ?? norm as any Operator, batch: problem.batch, input: first.forward(), parameters: statistics)
        let (y, expected) = (together.forward(), second.forward())
        #expect(relativeError(y, expected) < 1e-5, "seed \(seed): \(problem.note)")
        for (found, wanted) in zip(together.parameterValues.suffix(2), second.parameterValues.suffix(2)) {
            #expect(relativeError(found, wanted) < 1e-6, "seed \(seed): running statistics, \(problem.note)")
        }
        let dy = problem.values(y.count, "gradient")
        let (dx, gradients) = together.backward(dy)
        let (inner, normGradients) = second.backward(dy)
        let apart = first.backward(inner)
        // A variance near zero makes gradients of any size: they are compared where it is not.
        guard problem.batch * output.positions > 8 else { return }
        #expect(relativeError(dx, apart.input) < 2e-4, "seed \(seed): \(problem.note)")
        for (found, wanted) in zip(gradients, apart.parameters + normGradients[..<2]) {
            #expect(relativeError(found, wanted) < 2e-4, "seed \(seed): \(problem.note)")
        }
    }

    /// A mean of 10,000 standard deviations, as logarithms of energies have it, costs no digits of the spread.
    @Test func aLargeMeanCostsNoDigitsOfTheStatistics() throws {
        let (batch, shape) = (16, Shape(channels: 1, height: 24, width: 20))
        var chance = SeededGenerator(seed: 11)
        let x = (0..<batch * shape.count).map { _ in 10_000 + chance.normal() }
        let geometry = try ConvolutionGeometry(
            batch: batch, input: shape, filters: 4, vertical: Window(extent: 1), horizontal: Window(extent: 1))
        let weights: [Float] = [1, 1, 1, 1]
        let norm = BatchNorm(batch: batch, shape: geometry.output, epsilon: 0, momentum: 1)
        let mean = x.reduce(0) { $0 + Double($1) } / Double(x.count)
        let variance = x.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(x.count - 1)
        let statistics: [[Float]] = [weights, [0, 0, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1]]
        let fused = try #require(ConvolutionBatchNorm(Convolution(geometry, hasBias: false), norm))
        let runner = OperatorRunner(fused, batch: batch, input: x, parameters: [weights] + statistics)
        let y = runner.forward()
        for channel in 0..<4 {
            // The mean itself is a float, good to half a thousandth here; the spread is what counts.
            #expect(abs(Double(runner.parameterValues[3][channel]) - mean) < 1e-3)
            #expect(abs(Double(runner.parameterValues[4][channel]).squareRoot() - variance.squareRoot()) < 1e-6)
        }
        #expect(!y.contains { !$0.isFinite })
    }

    @Test func stripsCoverTheOutputOnce() throws {
        for seed in UInt64(0)..<200 {
            let problem = try FusedProblem(seed: seed)
            let rows = problem.geometry.output.height
            for unit in [1, 2, 3] {
                let strips = ConvolutionStrips(problem.convolution(nil), rows: rows, unit: unit)
                var seen = [Int](repeating: 0, count: problem.batch * rows)
                for index in 0..<strips.count {
                    let strip = strips[index]
                    #expect(strip.rows.lowerBound % unit == 0, "seed \(seed)")
                    for example in strip.examples { for row in strip.rows { seen[example * rows + row] += 1 } }
                }
                #expect(seen.allSatisfy { $0 == 1 }, "seed \(seed), unit \(unit): \(problem.note)")
            }
        }
    }
}

@Suite struct SliceTests {
    private let network = Network(input: Shape(channels: 1, height: 20, width: 20)) {
        Convolution2D(filters: 12, kernel: 3)
        BatchNorm()
        Activation(.relu)
        MaxPool(window: 2)
        Branches.sum(
            Branch { Convolution2D(filters: 12, kernel: 3, padding: Pair(.same)) }, Branch())
        Flatten()
        Dense(units: 5)
        Softmax()
    }

    /// Batches that are and are not multiples of a slice, on several threads, beside one example at a time.
    @Test(arguments: [96, 97, 200, 255]) func slicesOfABatchAreItsExamples(batch: Int) throws {
        let problem = try NetworkProblem(network, batch: batch, seed: UInt64(batch))
        let slice = try #require(network.compile(.inference(batch: batch)).slice(forThreads: 2))
        #expect(slice.purpose.batch > 1 && slice.purpose.batch * 3 < batch)
        let outputs = try [1, 2, 3, 40].map { threads in
            let runner = try Runner(
                network, .inference(batch: batch), parameters: problem.parameters, threads: threads)
            runner.fillMemory(with: .nan)
            return runner.forward(problem.input)
        }
        for output in outputs { #expect(output == outputs[0]) }
        let alone = try Runner(network, .inference(batch: 1), parameters: problem.parameters)
        for example in [0, 1, batch / 2, batch - 1] {
            let count = network.input.count
            let values = Array(problem.input.values[example * count..<(example + 1) * count])
            let output = alone.forward(ReferenceTensor(batch: 1, shape: network.input, values: values))
            #expect(output == Array(outputs[0][example * 5..<(example + 1) * 5]), "example \(example)")
        }
    }

    @Test func aFewExamplesWakeNoThread() throws {
        #expect(try !network.compile(.inference(batch: 1)).isWorthSharing)
        #expect(try network.compile(.inference(batch: 200)).isWorthSharing)
        // A backward pass counts twice.
        let batch = 12
        #expect(try !network.compile(.inference(batch: batch)).isWorthSharing)
        #expect(try network.compile(.training(batch: batch)).isWorthSharing)
    }

    @Test func whatLooksAtTheWholeBatchIsNotSliced() throws {
        #expect(try network.compile(.training(batch: 200)).slice(forThreads: 1) == nil)
        #expect(try network.compile(.inputGradient(batch: 200)).slice(forThreads: 1) == nil)
        #expect(try network.compile(.inference(batch: 1)).slice(forThreads: 1) == nil)
        #expect(try network.compile(.inference(batch: 200).unfused).slice(forThreads: 1) == nil)
        #expect(try network.compile(.inference(batch: 200)).slice(forThreads: 150) == nil)
    }
}

/// A random convolution that something follows, with values.
private struct FusedProblem {
    let batch: Int
    let geometry: ConvolutionGeometry
    let algorithms: Convolution.Algorithms
    private let seed: UInt64

    init(seed: UInt64) throws {
        self.seed = seed
        var chance = SeededGenerator.derived(seed: seed, purpose: "fused")
        func pick<Value>(_ values: [Value]) -> Value { values[chance.index(below: values.count)] }
        batch = pick([1, 2, 5, 11])
        let line = chance.index(below: 4) == 0
        func window() -> Window {
            Window(
                extent: pick([1, 2, 3, 3, 5]), stride: pick([1, 1, 1, 2]),
                padding: pick([.valid, .same, .explicit(before: 1, after: 2)]))
        }
        let input = Shape(
            channels: pick([1, 3, 4, 17]), height: line ? 1 : 5 + chance.index(below: 30),
            width: 5 + chance.index(below: 120))
        let groups = pick([1, 1, 1, input.channels])
        geometry = try ConvolutionGeometry(
            batch: batch, input: input, filters: groups == 1 ? pick([1, 5, 25, 40]) : 2 * input.channels,
            vertical: line ? Window(extent: 1) : window(), horizontal: window(), groups: groups)
        var algorithms = Convolution.Algorithms(geometry)
        algorithms.forward = pick(ConvolutionCost.all(.forward, geometry).map(\.algorithm))
        self.algorithms = algorithms
    }

    var note: String { "batch \(batch), \(geometry), \(algorithms.forward)" }

    func values(_ count: Int, _ purpose: String) -> [Float] {
        var chance = SeededGenerator.derived(seed: seed, purpose: purpose)
        return (0..<count).map { _ in chance.normal() }
    }

    var parameters: [[Float]] {
        [values(geometry.weightCount, "weights"), values(geometry.output.channels, "biases")]
    }

    func convolution(_ activation: ActivationFunction?) -> Convolution {
        var convolution = Convolution(geometry, hasBias: true, activation: activation, algorithms: algorithms)
        convolution.preparesBackward = true
        convolution.trainsWeights = true
        return convolution
    }

    /// A pooling by windows whose rows do not overlap.
    var pooling: Pooling {
        get throws {
            let tall = Int(seed % 3) + 1
            let (height, width) = (min(geometry.output.height, tall), min(geometry.output.width, 2))
            return try Pooling(
                kind: .maximum, batch: batch, input: geometry.output,
                vertical: Window(extent: height, stride: height + Int(seed % 2)),
                horizontal: Window(extent: width, stride: 1 + Int(seed % 2)))
        }
    }

    func run(_ operation: any Operator, _ parameters: [[Float]], threads: Int = 1) -> OperatorRunner {
        OperatorRunner(
            operation, batch: batch, input: values(batch * geometry.input.count, "input"), parameters: parameters,
            threads: threads)
    }
}
