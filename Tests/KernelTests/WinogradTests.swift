import CKernels
import FormantTensor
import Testing

extension ConvolutionProblem {
    fileprivate init(winograd g: inout SeededGenerator) {
        let channels = [1, 2, 3, 4, 7, 8, 16, 17, 25, 33, 50]
        repeat {
            examples = g.int(1...3)
            (height, width) = (g.int(1...11), g.int(1...11))
            (inputs, outputs) = (channels[g.index(below: channels.count)], channels[g.index(below: channels.count)])
            (beforeY, afterY, beforeX, afterX) = (g.int(0...2), g.int(0...2), g.int(0...2), g.int(0...2))
        } while !fits
    }

    fileprivate var winograd: ck_winograd {
        ck_winograd(
            height: height, width: width, inputs: inputs, out_height: outHeight, out_width: outWidth, outputs: outputs,
            before_y: beforeY, before_x: beforeX)
    }

    fileprivate var tiles: Int { examples * ((outHeight + 3) / 4) * ((outWidth + 3) / 4) }
}

struct WinogradTests {
    private func filters(_ p: ConvolutionProblem, _ w: [Float], rotated: Bool, _ set: InstructionSet) -> [Float] {
        let panels = (p.outputs + set.panel - 1) / set.panel
        var prepared = [Float](repeating: .nan, count: 36 * p.inputs * panels * set.panel)
        set.kernels.winograd_filters!(w, p.inputs, p.outputs, rotated, &prepared)
        return prepared
    }

    @Test(arguments: InstructionSet.available)
    func forwardEqualsTheReference(set: InstructionSet) {
        let seed: UInt64 = 61
        var g = SeededGenerator(seed: seed)
        for problem in 0..<120 {
            let p = ConvolutionProblem(winograd: &g)
            var shape = p.winograd
            let (x, w) = (g.guardedFloats(p.inputCount), g.floats(p.weightCount))
            let bias = g.bool() ? g.guardedFloats(p.outputs) : nil
            let activation = Reference.activations[g.index(below: Reference.activations.count)]
            // Rotated filters are those of the taps backwards.
            let rotated = g.bool()
            let turned = (0..<9).flatMap { tap in
                let from = (rotated ? 8 - tap : tap) * p.inputs * p.outputs
                return w[from..<from + p.inputs * p.outputs]
            }
            let prepared = g.guarded(filters(p, Array(turned), rotated: rotated, set))
            let y = g.blank(p.outputCount)
            let scratch = g.blank(set.kernels.winograd_scratch!(&shape))
            set.kernels.winograd!(
                &shape, x.pointer, prepared.pointer, bias?.pointer, activation, 0.1, 0, p.tiles, 0, p.outputs,
                y.pointer, scratch.pointer)
            let expected = p.output(x.values, w, bias: bias?.values)
            let values = expected.values.map { Reference.activation(activation, $0, 0.1) }
            let worst = error(y.values, values, scale: expected.scale)
            #expect(worst < 1e-5 && y.isIntact && scratch.isIntact, "seed \(seed), problem \(problem), \(worst): \(p)")
        }
    }

    /// Whatever ranges of tiles and channels a result is made in, its bits are the same.
    @Test(arguments: InstructionSet.available)
    func rangesStandAlone(set: InstructionSet) {
        let seed: UInt64 = 62
        var g = SeededGenerator(seed: seed)
        for problem in 0..<25 {
            let p = ConvolutionProblem(winograd: &g)
            var shape = p.winograd
            let x = g.floats(p.inputCount)
            let prepared = filters(p, g.floats(p.weightCount), rotated: false, set)
            var scratch = [Float](repeating: .nan, count: set.kernels.winograd_scratch!(&shape))
            var whole = [Float](repeating: .nan, count: p.outputCount)
            var parts = whole
            set.kernels.winograd!(&shape, x, prepared, nil, CK_RELU, 0, 0, p.tiles, 0, p.outputs, &whole, &scratch)
            var first = 0
            while first < p.tiles {
                let count = min(p.tiles - first, g.int(1...9))
                for o in stride(from: 0, to: p.outputs, by: set.panel) {
                    set.kernels.winograd!(
                        &shape, x, prepared, nil, CK_RELU, 0, first, count, o, min(set.panel, p.outputs - o), &parts,
                        &scratch)
                }
                first += count
            }
            #expect(bits(whole) == bits(parts), "seed \(seed), problem \(problem): \(p)")
        }
    }

    @Test(arguments: InstructionSet.available)
    func weightGradientEqualsTheReference(set: InstructionSet) {
        let seed: UInt64 = 63
        var g = SeededGenerator(seed: seed)
        for problem in 0..<120 {
            let p = ConvolutionProblem(winograd: &g)
            var shape = p.winograd
            let x = g.guardedFloats(p.inputCount)
            let y = g.bool() ? g.guardedFloats(p.outputCount) : nil
            let dy = g.guardedFloats(p.outputCount)
            let alpha: Float = g.bool() ? 0 : 0.25
            let before = dy.values
            let sloped = before.indices.map { i in
                y.map { $0.pointer[i] > 0 ? before[i] : before[i] * alpha } ?? before[i]
            }
            let panels = (p.outputs + set.panel - 1) / set.panel
            let sums = g.blank(36 * p.inputs * panels * set.panel)
            let bias = g.bool() ? g.guarded([Float](repeating: 0, count: p.outputs)) : nil
            let scratch = g.blank(set.kernels.winograd_scratch!(&shape))
            let dw = g.blank(p.weightCount)
            let half = g.int(0...p.tiles)
            for (first, count) in [(0, half), (half, p.tiles - half)] where count > 0 {
                set.kernels.winograd_backward!(
                    &shape, x.pointer, y?.pointer, alpha, dy.pointer, first, count, first > 0, sums.pointer,
                    bias?.pointer, scratch.pointer)
            }
            set.kernels.winograd_weights!(sums.pointer, p.inputs, p.outputs, dw.pointer)
            let expected = p.weightGradient(x.values, sloped)
            // A tile's rounding errors reach every tap, those too that hardly meet the source.
            let scale = [Double](repeating: expected.scale.max()!, count: p.weightCount)
            let worst = error(dw.values, expected.values, scale: scale)
            #expect(worst < 2e-6 && dw.isIntact && sums.isIntact, "seed \(seed), problem \(problem), \(worst): \(p)")
            #expect(dy.values == sloped && dy.isIntact && scratch.isIntact, "seed \(seed), problem \(problem): \(p)")
            if let bias {
                var sum = [Double](repeating: 0, count: p.outputs)
                for (i, value) in sloped.enumerated() { sum[i % p.outputs] += Double(value) }
                let worst = error(bias.values, sum, floor: 10)
                #expect(worst < 1e-6 && bias.isIntact, "seed \(seed), problem \(problem): \(p)")
            }
        }
    }

    /// The stated accuracy, on problems as large as those of a network.
    @Test(arguments: InstructionSet.available)
    func accuracyIsAsStated(set: InstructionSet) {
        var g = SeededGenerator(seed: 64)
        var p = ConvolutionProblem()
        (p.examples, p.height, p.width, p.inputs, p.outputs) = (4, 16, 16, 64, 16)
        (p.beforeY, p.afterY, p.beforeX, p.afterX) = (1, 1, 1, 1)
        var shape = p.winograd
        let (x, w) = (g.floats(p.inputCount), g.floats(p.weightCount))
        var dy = g.floats(p.outputCount)
        var scratch = [Float](repeating: .nan, count: set.kernels.winograd_scratch!(&shape))
        var y = [Float](repeating: .nan, count: p.outputCount)
        let prepared = filters(p, w, rotated: false, set)
        set.kernels.winograd!(&shape, x, prepared, nil, CK_IDENTITY, 0, 0, p.tiles, 0, p.outputs, &y, &scratch)
        #expect(relativeSquareError(y, p.output(x, w, bias: nil).values) < 1.5e-6)
        var sums = [Float](repeating: .nan, count: 36 * p.inputs * max(p.outputs, set.panel))
        var dw = [Float](repeating: .nan, count: p.weightCount)
        set.kernels.winograd_backward!(&shape, x, nil, 0, &dy, 0, p.tiles, false, &sums, nil, &scratch)
        set.kernels.winograd_weights!(sums, p.inputs, p.outputs, &dw)
        #expect(relativeSquareError(dw, p.weightGradient(x, dy).values) < 5e-6)
    }
}
