import CKernels
import FormantOperators
import FormantTensor
import FormantTestSupport
import Testing

/// The planner's model: what it offers can compute the pass, and nothing but the shape of one example counts.
@Suite struct ConvolutionCostTests {
    @Test(arguments: 0..<60) func everyAlgorithmOnOfferComputesThePass(seed: UInt64) throws {
        let problem = try ForcedConvolution(seed: seed)
        for pass in ConvolutionCost.Pass.allCases {
            for cost in ConvolutionCost.all(pass, problem.geometry) {
                let found = problem.run(pass, by: cost.algorithm)
                let error = relativeError(found, problem.expected(pass))
                #expect(error < 2e-5, "seed \(seed): \(pass) by \(cost.algorithm), \(error): \(problem.geometry)")
            }
        }
    }

    @Test(arguments: 0..<200) func theChoiceIsTheCheapestWhateverTheBatch(seed: UInt64) throws {
        let geometry = try ForcedConvolution.geometry(seed: seed, batch: 1)
        let larger = try ForcedConvolution.geometry(seed: seed, batch: 64)
        #expect(geometry.input == larger.input && geometry.output == larger.output, "seed \(seed)")
        for pass in ConvolutionCost.Pass.allCases {
            let costs = ConvolutionCost.all(pass, geometry)
            let values = costs.map(\.multiplyAdds)
            #expect(values.allSatisfy { $0 > 0 && $0.isFinite } && values == values.sorted(), "seed \(seed)")
            #expect(Set(costs.map(\.algorithm)).count == costs.count, "seed \(seed)")
            #expect(Convolution.Algorithms(geometry)[pass] == costs.first?.algorithm, "seed \(seed): \(pass)")
            #expect(costs == ConvolutionCost.all(pass, larger), "seed \(seed): \(pass)")
        }
    }

    /// Every algorithm is on offer somewhere, and taken somewhere.
    @Test func noAlgorithmIsLeftOver() throws {
        func geometry(_ input: Shape, _ filters: Int, _ taps: (Int, Int), groups: Int = 1) throws -> ConvolutionGeometry
        {
            try ConvolutionGeometry(
                batch: 1, input: input, filters: filters, vertical: Window(extent: taps.0, padding: .same),
                horizontal: Window(extent: taps.1, padding: .same), groups: groups)
        }
        let wide = try geometry(Shape(channels: 128, height: 16, width: 16), 128, (3, 3))
        let small = try geometry(Shape(channels: 64, height: 2, width: 2), 64, (3, 3))
        let few = try geometry(Shape(channels: 1, height: 32, width: 32), 16, (3, 3))
        let long = try geometry(Shape(channels: 48, height: 1, width: 101), 48, (1, 9))
        let dense = try geometry(Shape(channels: 1000), 100, (1, 1))
        let apart = try geometry(Shape(channels: 32, height: 16, width: 16), 32, (3, 3), groups: 32)
        for (shape, algorithm) in [
            (wide, Convolution.Algorithm.winograd), (small, .winograd2), (few, .direct), (long, .lines),
            (dense, .product),
            (apart, .depthwise),
        ] {
            #expect(Convolution.Algorithms(shape).forward == algorithm, "\(shape)")
        }
    }

    /// Small tiles where the edge of a map would leave large ones half empty, large ones where it fills them.
    @Test func tilesFollowTheSizeOfTheMap() throws {
        for (side, algorithm) in [
            (2, Convolution.Algorithm.winograd2), (6, .winograd2), (4, .winograd), (8, .winograd), (12, .winograd),
            (16, .winograd),
        ] {
            let geometry = try ConvolutionGeometry(
                batch: 1, input: Shape(channels: 64, height: side, width: side), filters: 64,
                vertical: Window(extent: 3, padding: .same), horizontal: Window(extent: 3, padding: .same))
            for pass in ConvolutionCost.Pass.allCases {
                #expect(Convolution.Algorithms(geometry)[pass] == algorithm, "\(pass), \(side) × \(side)")
            }
        }
    }
}

/// A random convolution that is computed by an algorithm that the test chooses, beside plain loops in double precision.
private struct ForcedConvolution {
    let geometry: ConvolutionGeometry
    let x: [Float]
    let w: [Float]
    let dy: [Float]

    init(seed: UInt64) throws {
        geometry = try ForcedConvolution.geometry(seed: seed, batch: 1 + Int(seed % 4))
        var chance = SeededGenerator.derived(seed: seed, purpose: "values")
        func normals(_ count: Int) -> [Float] { (0..<count).map { _ in chance.normal() } }
        x = normals(geometry.batch * geometry.input.count)
        w = normals(geometry.weightCount)
        dy = normals(geometry.batch * geometry.output.count)
    }

    static func geometry(seed: UInt64, batch: Int) throws -> ConvolutionGeometry {
        var chance = SeededGenerator.derived(seed: seed, purpose: "geometry")
        func pick<Value>(_ values: [Value]) -> Value { values[chance.index(below: values.count)] }
        while true {
            let line = chance.index(below: 3) == 0
            let input = Shape(
                channels: pick([1, 2, 3, 4, 8, 12, 17, 33]), height: line ? 1 : 1 + chance.index(below: 11),
                width: 1 + chance.index(below: 14))
            let common = chance.index(below: 2) == 0  // as most layers are: neighbouring taps, step 1
            func window() -> Window {
                Window(
                    extent: pick([1, 2, 3, 3, 3, 5]), stride: common ? 1 : pick([1, 2, 3]),
                    dilation: common ? 1 : pick([1, 1, 2]),
                    padding: pick([.valid, .same, .explicit(before: pick([0, 1, 2, 4]), after: pick([0, 1, 3]))]))
            }
            let groups = pick([1, 1, 1, input.channels])
            let filters = groups == 1 ? pick([1, 2, 5, 8, 16, 25]) : pick([1, 2]) * input.channels
            let vertical = line ? Window(extent: 1) : window()
            if let geometry = try? ConvolutionGeometry(
                batch: batch, input: input, filters: filters, vertical: vertical, horizontal: window(), groups: groups)
            {
                return geometry
            }
        }
    }

    /// The result of one pass, in the order of memory.
    func run(_ pass: ConvolutionCost.Pass, by algorithm: Convolution.Algorithm) -> [Float] {
        var algorithms = Convolution.Algorithms(geometry)
        algorithms[pass] = algorithm
        var convolution = Convolution(geometry, hasBias: false, algorithms: algorithms)
        convolution.preparesBackward = true
        convolution.trainsWeights = true
        func block(_ count: Int) -> AlignedBuffer {
            let buffer = AlignedBuffer(count: max(16, count))
            buffer.pointer.update(repeating: .nan, count: buffer.count)
            return buffer
        }
        func block(_ values: [Float]) -> AlignedBuffer {
            let buffer = AlignedBuffer(count: values.count)
            buffer.values = values
            return buffer
        }
        let (source, filters, gradient) = (block(x), block(w), block(dy))
        let (y, dx, dw) = (block(dy.count), block(x.count), block(w.count))
        let (prepared, shared) = (block(convolution.preparedCount), block(convolution.sharedScratchCount))
        let (saved, scratch) = (block(0), block(convolution.workerScratchCount))
        let operands = Operands(
            inputs: [Source(source.pointer)], output: y.pointer, parameters: [filters.pointer], saved: saved.pointer,
            prepared: prepared.pointer)
        let execution = Execution(
            kernels: ck_active(), pool: WorkerPool(threads: 1), training: true, seed: 0, sharedScratch: shared.pointer,
            workerScratch: scratch.pointer, workerScratchStride: scratch.count)
        let gradients = Gradients(
            output: gradient.pointer, inputs: [pass == .data ? dx.pointer : nil],
            parameters: [pass == .weights ? dw.pointer : nil])
        convolution.prepare(operands, execution)
        switch pass {
        case .forward:
            convolution.forward(operands, execution)
            return Array(y.values[..<dy.count])
        case .data:
            convolution.backward(operands, gradients, execution)
            return Array(dx.values[..<x.count])
        case .weights:
            convolution.backward(operands, gradients, execution)
            return Array(dw.values[..<w.count])
        }
    }

    /// The same by plain loops.
    func expected(_ pass: ConvolutionCost.Pass) -> [Double] {
        let (input, output) = (geometry.input, geometry.output)
        let (inputs, outputs) = (geometry.groupInputs, geometry.groupOutputs)
        var y = [Double](repeating: 0, count: dy.count)
        var dx = [Double](repeating: 0, count: x.count)
        var dw = [Double](repeating: 0, count: w.count)
        for target in 0..<geometry.positions {
            let (line, column) = target.quotientAndRemainder(dividingBy: output.width)
            let (example, row) = line.quotientAndRemainder(dividingBy: output.height)
            for tap in 0..<geometry.taps {
                let (tapY, tapX) = tap.quotientAndRemainder(dividingBy: geometry.horizontal.extent)
                let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
                let h = row * vertical.stride + tapY * vertical.dilation - vertical.zeros(for: input.height).before
                let v =
                    column * horizontal.stride + tapX * horizontal.dilation
                    - horizontal.zeros(for: input.width).before
                guard (0..<input.height).contains(h), (0..<input.width).contains(v) else { continue }
                let source = (example * input.height + h) * input.width + v
                for o in 0..<output.channels {
                    let group = o / outputs
                    for i in 0..<inputs {
                        let place = source * input.channels + group * inputs + i
                        let weight = ((group * geometry.taps + tap) * inputs + i) * outputs + o % outputs
                        y[target * output.channels + o] += Double(x[place]) * Double(w[weight])
                        dx[place] += Double(dy[target * output.channels + o]) * Double(w[weight])
                        dw[weight] += Double(dy[target * output.channels + o]) * Double(x[place])
                    }
                }
            }
        }
        switch pass {
        case .forward: return y
        case .data: return dx
        case .weights: return dw
        }
    }
}
