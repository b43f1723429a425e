import CKernels
import FormantTensor
import Testing

/// Winograd's F(4 × 4, 3 × 3) and F(2 × 2, 3 × 3).
private struct Winograd: ConvolutionFamily {
    var problem = ConvolutionProblem()
    let tile: Int

    init(tile: Int) { self.tile = tile }

    init(tile: Int, using g: inout SeededGenerator) {
        let channels = [1, 2, 3, 4, 7, 8, 16, 17, 25, 33, 50]
        var p = ConvolutionProblem()
        repeat {
            p.examples = g.int(1...3)
            (p.height, p.width) = (g.int(1...11), g.int(1...11))
            p.inputs = channels[g.index(below: channels.count)]
            p.outputs = channels[g.index(below: channels.count)]
            (p.beforeY, p.afterY, p.beforeX, p.afterX) = (g.int(0...2), g.int(0...2), g.int(0...2), g.int(0...2))
        } while !p.fits
        problem = p
        self.tile = tile
    }

    private var shape: ck_winograd {
        ck_winograd(
            tile: tile, height: problem.height, width: problem.width, inputs: problem.inputs,
            out_height: problem.outHeight, out_width: problem.outWidth, outputs: problem.outputs,
            before_y: problem.beforeY, before_x: problem.beforeX)
    }

    var units: Int {
        problem.examples * ((problem.outHeight + tile - 1) / tile) * ((problem.outWidth + tile - 1) / tile)
    }
    var sharesErrors: Bool { true }
    var splitsOutputs: Bool { true }
    var finishesGradients: Bool { true }
    var preparedValues: Int { (tile + 2) * (tile + 2) * problem.inputs }
    var summedValues: Int { preparedValues }

    func scratchCount(_ set: InstructionSet) -> Int {
        var shape = shape
        return set.kernels.winograd_scratch!(&shape)
    }

    func prepare(_ w: [Float], turned: Bool, _ set: InstructionSet, into prepared: inout [Float]) {
        set.kernels.winograd_filters!(tile, w, problem.inputs, problem.outputs, turned, &prepared)
    }

    func forward(_ operands: ForwardOperands, units: Range<Int>, outputs: Range<Int>, _ set: InstructionSet) {
        var shape = shape
        set.kernels.winograd!(
            &shape, operands.x, operands.filters, operands.bias, operands.activation, 0.1, units.lowerBound,
            units.count, outputs.lowerBound, outputs.count, operands.y, operands.scratch)
    }

    func backward(_ operands: BackwardOperands, units: Range<Int>, adds: Bool, _ set: InstructionSet) {
        var shape = shape
        set.kernels.winograd_backward!(
            &shape, operands.x, operands.y, operands.alpha, operands.dy, units.lowerBound, units.count, adds,
            operands.sum, operands.bias, operands.scratch)
    }

    func takeBack(_ sums: UnsafePointer<Float>, _ dw: UnsafeMutablePointer<Float>, _ set: InstructionSet) {
        set.kernels.winograd_weights!(tile, sums, problem.inputs, problem.outputs, dw)
    }
}

struct WinogradTests {
    private func frame(_ set: InstructionSet, _ tile: Int) -> ConvolutionFrame<Winograd> {
        ConvolutionFrame(set: set) { Winograd(tile: tile, using: &$0) }
    }

    @Test(arguments: InstructionSet.available, [4, 2])
    func forwardEqualsTheReference(set: InstructionSet, tile: Int) {
        frame(set, tile).expectForward(seed: 61, problems: 120, bound: tile == 2 ? 1e-6 : 2e-6)
    }

    @Test(arguments: InstructionSet.available, [4, 2])
    func rangesStandAlone(set: InstructionSet, tile: Int) {
        frame(set, tile).expectRangesStandAlone(seed: 62, problems: 25)
    }

    @Test(arguments: InstructionSet.available, [4, 2])
    func weightGradientEqualsTheReference(set: InstructionSet, tile: Int) {
        frame(set, tile).expectWeightGradient(seed: 63, problems: 120, bound: tile == 2 ? 1e-6 : 2e-6)
    }

    /// The stated accuracy, on problems as large as those of a network.
    @Test(arguments: InstructionSet.available, [4, 2])
    func accuracyIsAsStated(set: InstructionSet, tile: Int) {
        var g = SeededGenerator(seed: 64)
        var family = Winograd(tile: tile)
        var p = ConvolutionProblem()
        (p.examples, p.height, p.width, p.inputs, p.outputs) = (4, 16, 16, 64, 16)
        (p.beforeY, p.afterY, p.beforeX, p.afterX) = (1, 1, 1, 1)
        family.problem = p
        let (x, w, dy) = (
            g.guardedFloats(p.inputCount), g.floats(p.weightCount), g.guardedFloats(p.outputCount)
        )
        let filters = g.guarded(family.prepared(w, turned: false, set))
        let (y, scratch) = (g.blank(p.outputCount), g.blank(family.scratchCount(set)))
        family.forward(
            ForwardOperands(
                x: x.pointer, filters: filters.pointer, bias: nil, activation: CK_IDENTITY, y: y.pointer,
                scratch: scratch.pointer),
            units: 0..<family.units, outputs: 0..<p.outputs, set)
        let expected = p.output(x.values, w, bias: nil).values
        #expect(relativeSquareError(y.values, expected) < (tile == 2 ? 6e-7 : 1.5e-6))
        let sums = g.blank(family.summedValues * max(p.outputs, set.panel))
        let dw = g.blank(p.weightCount)
        family.backward(
            BackwardOperands(
                x: x.pointer, y: nil, alpha: 0, dy: dy.pointer, bias: nil, sum: sums.pointer, scratch: scratch.pointer),
            units: 0..<family.units, adds: false, set)
        family.takeBack(sums.pointer, dw.pointer, set)
        let gradient = p.weightGradient(x.values, dy.values).values
        #expect(relativeSquareError(dw.values, gradient) < (tile == 2 ? 1e-6 : 5e-6))
    }
}
