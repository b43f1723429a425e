import CKernels
import FormantTensor
import Testing

/// Winograd's F(3, 3) along lines.
private struct Lines: ConvolutionFamily {
    var problem = ConvolutionProblem()

    init(using g: inout SeededGenerator) {
        let channels = [1, 2, 3, 5, 8, 16, 19, 40]
        var p = ConvolutionProblem()
        repeat {
            p.examples = g.int(1...4)
            (p.height, p.width) = (g.bool() ? 1 : g.int(1...9), g.int(1...24))
            p.inputs = channels[g.index(below: channels.count)]
            p.outputs = channels[g.index(below: channels.count)]
            (p.tapsY, p.tapsX) = (p.height == 1 ? 1 : g.int(1...5), g.int(1...10))
            (p.strideY, p.dilationY) = (g.int(1...3), g.int(1...2))
            (p.beforeY, p.afterY, p.beforeX, p.afterX) = (g.int(-1...3), g.int(0...3), g.int(-1...5), g.int(0...5))
        } while !p.fits
        problem = p
    }

    var units: Int { problem.examples * problem.outHeight }
    var sharesErrors: Bool { true }
    var preparedValues: Int { CK_LINES_POINTS * problem.tapsY * ((problem.tapsX + 2) / 3) * problem.inputs }
    var summedValues: Int { preparedValues }

    func scratchCount(_ set: InstructionSet) -> Int {
        var shape = problem.direct()
        return set.kernels.lines_scratch!(&shape)
    }

    func prepare(_ w: [Float], turned: Bool, _ set: InstructionSet, into prepared: inout [Float]) {
        set.kernels.lines_filters!(
            w, problem.tapsY, problem.tapsX, problem.inputs, problem.outputs, turned, &prepared)
    }

    func forward(_ operands: ForwardOperands, units: Range<Int>, outputs: Range<Int>, _ set: InstructionSet) {
        var shape = problem.direct()
        set.kernels.lines!(
            &shape, operands.x, operands.filters, operands.bias, operands.activation, 0.1, units.lowerBound,
            units.count, operands.y, operands.scratch)
    }

    func backward(_ operands: BackwardOperands, units: Range<Int>, adds: Bool, _ set: InstructionSet) {
        var shape = problem.direct()
        set.kernels.lines_backward!(
            &shape, operands.x, operands.dy, units.lowerBound, units.count, adds, operands.sum, operands.scratch)
    }

    func takeBack(_ sums: UnsafePointer<Float>, _ dw: UnsafeMutablePointer<Float>, _ set: InstructionSet) {
        set.kernels.lines_weights!(sums, problem.tapsY, problem.tapsX, problem.inputs, problem.outputs, dw)
    }
}

struct LinesTests {
    private func frame(_ set: InstructionSet) -> ConvolutionFrame<Lines> {
        ConvolutionFrame(set: set) { Lines(using: &$0) }
    }

    @Test(arguments: InstructionSet.available) func forwardEqualsTheReference(set: InstructionSet) {
        frame(set).expectForward(seed: 91, problems: 200, bound: 1e-6)
    }

    @Test(arguments: InstructionSet.available) func rangesStandAlone(set: InstructionSet) {
        frame(set).expectRangesStandAlone(seed: 92, problems: 40)
    }

    @Test(arguments: InstructionSet.available) func weightGradientEqualsTheReference(set: InstructionSet) {
        frame(set).expectWeightGradient(seed: 93, problems: 150, bound: 1e-6)
    }
}
