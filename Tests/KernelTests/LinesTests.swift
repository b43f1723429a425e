import CKernels
import FormantTensor
import Testing

extension ConvolutionProblem {
    fileprivate init(lines g: inout SeededGenerator) {
        let channels = [1, 2, 3, 5, 8, 16, 19, 40]
        repeat {
            examples = g.int(1...4)
            (height, width) = (g.bool() ? 1 : g.int(1...9), g.int(1...24))
            (inputs, outputs) = (channels[g.index(below: channels.count)], channels[g.index(below: channels.count)])
            (tapsY, tapsX) = (height == 1 ? 1 : g.int(1...5), g.int(1...10))
            (strideY, dilationY) = (g.int(1...3), g.int(1...2))
            (beforeY, afterY, beforeX, afterX) = (g.int(-1...3), g.int(0...3), g.int(-1...5), g.int(0...5))
        } while !fits
    }

    fileprivate var lines: ck_direct {
        ck_direct(
            height: height, width: width, inputs: inputs, out_height: outHeight, out_width: outWidth, outputs: outputs,
            taps_y: tapsY, taps_x: tapsX, stride_y: strideY, stride_x: 1, dilation_y: dilationY, before_y: beforeY,
            before_x: beforeX, y_column: outputs, y_line: outWidth * outputs, y_example: outHeight * outWidth * outputs)
    }

    /// Values of one filter at the points.
    fileprivate var points: Int { 5 * tapsY * ((tapsX + 2) / 3) * inputs }
}

struct LinesTests {
    private func filters(_ p: ConvolutionProblem, _ w: [Float], rotated: Bool, _ set: InstructionSet) -> [Float] {
        var prepared = [Float](repeating: .nan, count: p.points * ((p.outputs + set.panel - 1) / set.panel) * set.panel)
        set.kernels.lines_filters!(w, p.tapsY, p.tapsX, p.inputs, p.outputs, rotated, &prepared)
        return prepared
    }

    @Test(arguments: InstructionSet.available)
    func forwardEqualsTheReference(set: InstructionSet) {
        let seed: UInt64 = 91
        var g = SeededGenerator(seed: seed)
        for problem in 0..<200 {
            let p = ConvolutionProblem(lines: &g)
            var shape = p.lines
            let (x, w) = (g.guardedFloats(p.inputCount), g.floats(p.weightCount))
            let bias = g.bool() ? g.guardedFloats(p.outputs) : nil
            let activation = Reference.activations[g.index(below: Reference.activations.count)]
            // Rotated filters are those of the taps backwards.
            let rotated = g.bool()
            let taps = p.tapsY * p.tapsX
            let turned = (0..<taps).flatMap { tap in
                let from = (rotated ? taps - 1 - tap : tap) * p.inputs * p.outputs
                return w[from..<from + p.inputs * p.outputs]
            }
            let prepared = g.guarded(filters(p, Array(turned), rotated: rotated, set))
            let (y, scratch) = (g.blank(p.outputCount), g.blank(set.kernels.lines_scratch!(&shape)))
            set.kernels.lines!(
                &shape, x.pointer, prepared.pointer, bias?.pointer, activation, 0.1, 0, p.examples * p.outHeight,
                y.pointer, scratch.pointer)
            let expected = p.output(x.values, w, bias: bias?.values)
            let values = expected.values.map { Reference.activation(activation, $0, 0.1) }
            // The outputs of a tile share their rounding errors.
            let scale = [Double](repeating: expected.scale.max()!, count: values.count)
            let worst = error(y.values, values, scale: scale)
            #expect(worst < 1e-6 && y.isIntact && scratch.isIntact, "seed \(seed), problem \(problem), \(worst): \(p)")
        }
    }

    @Test(arguments: InstructionSet.available)
    func rangesStandAlone(set: InstructionSet) {
        let seed: UInt64 = 92
        var g = SeededGenerator(seed: seed)
        for problem in 0..<40 {
            let p = ConvolutionProblem(lines: &g)
            var shape = p.lines
            let x = g.floats(p.inputCount)
            let prepared = filters(p, g.floats(p.weightCount), rotated: false, set)
            var scratch = [Float](repeating: .nan, count: set.kernels.lines_scratch!(&shape))
            var whole = [Float](repeating: .nan, count: p.outputCount)
            var parts = whole
            let lines = p.examples * p.outHeight
            set.kernels.lines!(&shape, x, prepared, nil, CK_RELU, 0, 0, lines, &whole, &scratch)
            var first = 0
            while first < lines {
                let count = min(lines - first, g.int(1...5))
                set.kernels.lines!(&shape, x, prepared, nil, CK_RELU, 0, first, count, &parts, &scratch)
                first += count
            }
            #expect(bits(whole) == bits(parts), "seed \(seed), problem \(problem): \(p)")
        }
    }

    @Test(arguments: InstructionSet.available)
    func weightGradientEqualsTheReference(set: InstructionSet) {
        let seed: UInt64 = 93
        var g = SeededGenerator(seed: seed)
        for problem in 0..<150 {
            let p = ConvolutionProblem(lines: &g)
            var shape = p.lines
            let (x, dy) = (g.guardedFloats(p.inputCount), g.guardedFloats(p.outputCount))
            let (dw, scratch) = (g.blank(p.weightCount), g.blank(set.kernels.lines_scratch!(&shape)))
            let sums = g.blank(p.points * ((p.outputs + 15) / 16) * 16)
            let lines = p.examples * p.outHeight
            let half = g.int(0...lines)
            for (first, count) in [(0, half), (half, lines - half)] where count > 0 {
                set.kernels.lines_backward!(
                    &shape, x.pointer, dy.pointer, first, count, first > 0, sums.pointer, scratch.pointer)
            }
            set.kernels.lines_weights!(sums.pointer, p.tapsY, p.tapsX, p.inputs, p.outputs, dw.pointer)
            let expected = p.weightGradient(x.values, dy.values)
            let scale = [Double](repeating: expected.scale.max()!, count: p.weightCount)
            let worst = error(dw.values, expected.values, scale: scale)
            #expect(
                worst < 1e-6 && dw.isIntact && scratch.isIntact && sums.isIntact, "\(seed), \(problem), \(worst): \(p)")
        }
    }
}
