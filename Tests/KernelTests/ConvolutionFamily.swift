import CKernels
import FormantTensor
import Testing

/// A problem as a family of kernels computes it, which works through the output by units: tiles or lines.
protocol ConvolutionFamily {
    var problem: ConvolutionProblem { get }
    /// Units of all examples.
    var units: Int { get }
    /// Whether values of a unit are made of each other's terms, so that an error is one of the largest of them.
    var sharesErrors: Bool { get }
    /// Whether filters can be prepared turned by 180 degrees.
    var turnsFilters: Bool { get }
    /// Whether a call may make some of the output channels alone: whole panels.
    var splitsOutputs: Bool { get }
    /// Whether the backward pass applies ReLU's slope and sums the gradient of the bias on its way.
    var finishesGradients: Bool { get }
    /// Floats of the output, which may lie spread out, and where a value of it stands.
    var outputLength: Int { get }
    func place(of value: Int) -> Int
    /// Values of one filter as the forward pass wants them, and of its gradient before it is taken back; 0 for none.
    var preparedValues: Int { get }
    var summedValues: Int { get }

    func scratchCount(_ set: InstructionSet) -> Int
    func prepare(_ w: [Float], turned: Bool, _ set: InstructionSet, into prepared: inout [Float])
    func forward(_ operands: ForwardOperands, units: Range<Int>, outputs: Range<Int>, _ set: InstructionSet)
    func backward(_ operands: BackwardOperands, units: Range<Int>, adds: Bool, _ set: InstructionSet)
    /// dw from the sums, where the family has them.
    func takeBack(_ sums: UnsafePointer<Float>, _ dw: UnsafeMutablePointer<Float>, _ set: InstructionSet)
}

struct ForwardOperands {
    let x: UnsafePointer<Float>
    let filters: UnsafePointer<Float>
    let bias: UnsafePointer<Float>?
    let activation: ck_activation
    let y: UnsafeMutablePointer<Float>
    let scratch: UnsafeMutablePointer<Float>
}

struct BackwardOperands {
    let x: UnsafePointer<Float>
    /// The output, where its slope is to be applied to `dy`.
    let y: UnsafePointer<Float>?
    let alpha: Float
    let dy: UnsafeMutablePointer<Float>
    let bias: UnsafeMutablePointer<Float>?
    /// The gradient of the filters, or its sums.
    let sum: UnsafeMutablePointer<Float>
    let scratch: UnsafeMutablePointer<Float>
}

extension ConvolutionFamily {
    var turnsFilters: Bool { true }
    var splitsOutputs: Bool { false }
    var finishesGradients: Bool { false }
    var outputLength: Int { problem.outputCount }
    func place(of value: Int) -> Int { value }

    func prepared(_ w: [Float], turned: Bool, _ set: InstructionSet) -> [Float] {
        let panels = (problem.outputs + set.panel - 1) / set.panel
        var prepared = [Float](repeating: .nan, count: preparedValues * panels * set.panel)
        prepare(w, turned: turned, set, into: &prepared)
        return prepared
    }
}

/// The tests that every family of convolution kernels has to pass; `make` draws a problem.
struct ConvolutionFrame<Family: ConvolutionFamily> {
    let set: InstructionSet
    let make: (inout SeededGenerator) -> Family

    /// The forward pass against the plain sum, within `bound` of the sum of absolute values, with guarded memory.
    func expectForward(seed: UInt64, problems: Int, bound: Double) {
        var g = SeededGenerator(seed: seed)
        for number in 0..<problems {
            let family = make(&g)
            let p = family.problem
            let (x, w) = (g.guardedFloats(p.inputCount), g.floats(p.weightCount))
            let bias = g.bool() ? g.guardedFloats(p.outputs) : nil
            let activation = Reference.activations[g.index(below: Reference.activations.count)]
            // Turned filters are those of the taps backwards.
            let turned = family.turnsFilters && g.bool()
            let (taps, size) = (p.tapsY * p.tapsX, p.inputs * p.outputs)
            let given = turned ? (0..<taps).flatMap { w[(taps - 1 - $0) * size..<(taps - $0) * size] } : w
            let filters = g.guarded(family.prepared(given, turned: turned, set))
            // What lies between the outputs stays.
            let y = g.guarded([Float](repeating: -77, count: family.outputLength))
            let scratch = g.blank(family.scratchCount(set))
            family.forward(
                ForwardOperands(
                    x: x.pointer, filters: filters.pointer, bias: bias?.pointer, activation: activation, y: y.pointer,
                    scratch: scratch.pointer),
                units: 0..<family.units, outputs: 0..<p.outputs, set)
            let expected = p.output(x.values, w, bias: bias?.values)
            let largest = expected.scale.max()!
            var values = [Double](repeating: -77, count: family.outputLength)
            var scale = [Double](repeating: 1, count: family.outputLength)
            for i in 0..<p.outputCount {
                values[family.place(of: i)] = Reference.activation(activation, expected.values[i], 0.1)
                scale[family.place(of: i)] = family.sharesErrors ? largest : expected.scale[i]
            }
            let worst = error(y.values, values, scale: scale)
            #expect(worst < bound && y.isIntact && scratch.isIntact, "seed \(seed), problem \(number), \(worst): \(p)")
        }
    }

    /// Whatever ranges a result is made in, its bits are the same.
    func expectRangesStandAlone(seed: UInt64, problems: Int) {
        var g = SeededGenerator(seed: seed)
        for number in 0..<problems {
            let family = make(&g)
            let p = family.problem
            let x = g.guardedFloats(p.inputCount)
            let filters = g.guarded(family.prepared(g.floats(p.weightCount), turned: false, set))
            let scratch = g.blank(family.scratchCount(set))
            let (whole, parts) = (g.blank(family.outputLength), g.blank(family.outputLength))
            func run(_ y: Guarded<Float>, _ units: Range<Int>, _ outputs: Range<Int>) {
                family.forward(
                    ForwardOperands(
                        x: x.pointer, filters: filters.pointer, bias: nil, activation: CK_RELU, y: y.pointer,
                        scratch: scratch.pointer),
                    units: units, outputs: outputs, set)
            }
            run(whole, 0..<family.units, 0..<p.outputs)
            let panel = family.splitsOutputs ? set.panel : p.outputs
            var first = 0
            while first < family.units {
                let count = min(family.units - first, g.int(1...9))
                for o in stride(from: 0, to: p.outputs, by: panel) {
                    run(parts, first..<first + count, o..<min(o + panel, p.outputs))
                }
                first += count
            }
            #expect(bits(whole.values) == bits(parts.values), "seed \(seed), problem \(number): \(p)")
        }
    }

    /// The gradient of the filters, made in two parts, against the plain sum; with it, where the family makes them, ReLU's
    /// slope on the gradient of the output and the gradient of the bias.
    func expectWeightGradient(seed: UInt64, problems: Int, bound: Double) {
        var g = SeededGenerator(seed: seed)
        for number in 0..<problems {
            let family = make(&g)
            let p = family.problem
            let (x, dy) = (g.guardedFloats(p.inputCount), g.guardedFloats(p.outputCount))
            let finishes = family.finishesGradients
            let y = finishes && g.bool() ? g.guardedFloats(p.outputCount) : nil
            let bias = finishes && g.bool() ? g.guarded([Float](repeating: 0, count: p.outputs)) : nil
            let alpha: Float = g.bool() ? 0 : 0.25
            let before = dy.values
            let sloped = before.indices.map { i in
                y.map { $0.pointer[i] > 0 ? before[i] : before[i] * alpha } ?? before[i]
            }
            let (dw, scratch) = (g.blank(p.weightCount), g.blank(family.scratchCount(set)))
            let panels = (p.outputs + set.panel - 1) / set.panel
            let sums = family.summedValues == 0 ? nil : g.blank(family.summedValues * panels * set.panel)
            let operands = BackwardOperands(
                x: x.pointer, y: y?.pointer, alpha: alpha, dy: dy.pointer, bias: bias?.pointer,
                sum: (sums ?? dw).pointer, scratch: scratch.pointer)
            let half = g.int(0...family.units)
            for part in [0..<half, half..<family.units] where !part.isEmpty {
                family.backward(operands, units: part, adds: part.lowerBound > 0, set)
            }
            if let sums { family.takeBack(sums.pointer, dw.pointer, set) }
            let expected = p.weightGradient(x.values, sloped)
            let largest = expected.scale.max()!
            let scale = family.sharesErrors ? expected.scale.map { _ in largest } : expected.scale
            let worst = error(dw.values, expected.values, scale: scale)
            let note = "seed \(seed), problem \(number), \(worst): \(p)"
            #expect(worst < bound && dw.isIntact && scratch.isIntact && sums?.isIntact != false, "\(note)")
            #expect(dy.values == sloped && dy.isIntact, "\(note)")
            if let bias {
                var sum = [Double](repeating: 0, count: p.outputs)
                for (i, value) in sloped.enumerated() { sum[i % p.outputs] += Double(value) }
                #expect(error(bias.values, sum, floor: 10) < 1e-6 && bias.isIntact, "\(note)")
            }
        }
    }
}
