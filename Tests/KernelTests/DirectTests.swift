import CKernels
import FormantTensor
import Testing

extension ConvolutionProblem {
    fileprivate init(direct g: inout SeededGenerator) {
        let channels = [1, 2, 3, 5, 8, 16, 19, 40]
        repeat {
            examples = g.int(1...4)
            (height, width) = (g.bool() ? 1 : g.int(1...9), g.int(1...24))
            (inputs, outputs) = (channels[g.index(below: channels.count)], channels[g.index(below: channels.count)])
            (tapsY, tapsX) = (height == 1 ? 1 : g.int(1...5), g.int(1...9))
            (strideY, strideX, dilationY) = (g.int(1...3), g.int(1...3), g.int(1...2))
            (beforeY, afterY, beforeX, afterX) = (g.int(-1...3), g.int(0...3), g.int(-1...5), g.int(0...5))
            if g.bool() { (beforeY, afterY, beforeX, afterX) = (0, 0, 0, 0) }
        } while !fits
    }

    fileprivate func direct(spread: Int = 0) -> ck_direct {
        let line = outWidth * (outputs + spread) + spread
        return ck_direct(
            height: height, width: width, inputs: inputs, out_height: outHeight, out_width: outWidth, outputs: outputs,
            taps_y: tapsY, taps_x: tapsX, stride_y: strideY, stride_x: strideX, dilation_y: dilationY,
            before_y: beforeY, before_x: beforeX, y_column: outputs + spread, y_line: line,
            y_example: outHeight * line + spread)
    }
}

struct DirectTests {
    @Test(arguments: InstructionSet.available)
    func forwardEqualsTheReference(set: InstructionSet) {
        let seed: UInt64 = 71
        var g = SeededGenerator(seed: seed)
        for problem in 0..<200 {
            let p = ConvolutionProblem(direct: &g)
            let spread = g.bool() ? 0 : g.int(1...5)
            var shape = p.direct(spread: spread)
            let (x, w) = (g.guardedFloats(p.inputCount), g.floats(p.weightCount))
            let bias = g.bool() ? g.guardedFloats(p.outputs) : nil
            let activation = Reference.activations[g.index(below: Reference.activations.count)]
            let packed = g.guarded(set.packed(w, rows: p.tapsY * p.tapsX * p.inputs, columns: p.outputs))
            let lines = p.examples * p.outHeight
            let length =
                (p.examples - 1) * shape.y_example + (p.outHeight - 1) * shape.y_line + (p.outWidth - 1)
                * shape.y_column
                + p.outputs
            // What lies between the outputs stays.
            let y = g.guarded([Float](repeating: -77, count: length))
            let scratch = g.blank(set.kernels.direct_scratch!(&shape))
            set.kernels.direct!(
                &shape, x.pointer, packed.pointer, bias?.pointer, activation, 0.1, 0, lines, y.pointer, scratch.pointer)
            let expected = p.output(x.values, w, bias: bias?.values)
            var values = [Double](repeating: -77, count: length)
            var scale = [Double](repeating: 1, count: length)
            for i in 0..<p.outputCount {
                let (position, o) = i.quotientAndRemainder(dividingBy: p.outputs)
                let (line, column) = position.quotientAndRemainder(dividingBy: p.outWidth)
                let place =
                    line / p.outHeight * shape.y_example + line % p.outHeight * shape.y_line + column * shape.y_column
                    + o
                values[place] = Reference.activation(activation, expected.values[i], 0.1)
                scale[place] = expected.scale[i]
            }
            let worst = error(y.values, values, scale: scale)
            #expect(worst < 2e-6 && y.isIntact && scratch.isIntact, "seed \(seed), problem \(problem), \(worst): \(p)")
        }
    }

    @Test(arguments: InstructionSet.available)
    func rangesStandAlone(set: InstructionSet) {
        let seed: UInt64 = 72
        var g = SeededGenerator(seed: seed)
        for problem in 0..<40 {
            let p = ConvolutionProblem(direct: &g)
            var shape = p.direct()
            let x = g.floats(p.inputCount)
            let packed = set.packed(g.floats(p.weightCount), rows: p.tapsY * p.tapsX * p.inputs, columns: p.outputs)
            var scratch = [Float](repeating: .nan, count: set.kernels.direct_scratch!(&shape))
            var whole = [Float](repeating: .nan, count: p.outputCount)
            var parts = whole
            let lines = p.examples * p.outHeight
            set.kernels.direct!(&shape, x, packed, nil, CK_RELU, 0, 0, lines, &whole, &scratch)
            var first = 0
            while first < lines {
                let count = min(lines - first, g.int(1...5))
                set.kernels.direct!(&shape, x, packed, nil, CK_RELU, 0, first, count, &parts, &scratch)
                first += count
            }
            #expect(bits(whole) == bits(parts), "seed \(seed), problem \(problem): \(p)")
        }
    }

    @Test(arguments: InstructionSet.available)
    func weightGradientEqualsTheReference(set: InstructionSet) {
        let seed: UInt64 = 73
        var g = SeededGenerator(seed: seed)
        for problem in 0..<150 {
            let p = ConvolutionProblem(direct: &g)
            var shape = p.direct()
            let (x, dy) = (g.guardedFloats(p.inputCount), g.guardedFloats(p.outputCount))
            let (dw, scratch) = (g.blank(p.weightCount), g.blank(set.kernels.direct_scratch!(&shape)))
            let lines = p.examples * p.outHeight
            let half = g.int(0...lines)
            for (first, count) in [(0, half), (half, lines - half)] where count > 0 {
                set.kernels.direct_backward!(
                    &shape, x.pointer, dy.pointer, first, count, first > 0, dw.pointer, scratch.pointer)
            }
            let expected = p.weightGradient(x.values, dy.values)
            let worst = error(dw.values, expected.values, scale: expected.scale)
            #expect(worst < 2e-6 && dw.isIntact && scratch.isIntact, "seed \(seed), problem \(problem), \(worst): \(p)")
        }
    }

    /// A phase of a strided convolution may have no taps: its gradient is zero.
    @Test(arguments: InstructionSet.available)
    func withoutTapsTheOutputIsTheBias(set: InstructionSet) {
        var shape = ck_direct(
            height: 2, width: 3, inputs: 4, out_height: 2, out_width: 5, outputs: 3, taps_y: 0, taps_x: 0, stride_y: 1,
            stride_x: 1, dilation_y: 1, before_y: -1, before_x: -1, y_column: 3, y_line: 15, y_example: 30)
        let x = [Float](repeating: .nan, count: 24)
        var y = [Float](repeating: .nan, count: 30)
        var scratch = [Float](repeating: .nan, count: max(1, set.kernels.direct_scratch!(&shape)))
        set.kernels.direct!(&shape, x, x, [1, 2, 3], CK_IDENTITY, 0, 0, 2, &y, &scratch)
        #expect(y == (0..<30).map { Float($0 % 3 + 1) })
    }
}

struct DepthwiseTests {
    @Test(arguments: InstructionSet.available)
    func allPassesEqualTheReference(set: InstructionSet) {
        let seed: UInt64 = 74
        var g = SeededGenerator(seed: seed)
        for problem in 0..<100 {
            var p = ConvolutionProblem()
            var dilationX = 1
            repeat {
                (p.examples, p.height, p.width) = (g.int(1...3), g.int(1...8), g.int(1...12))
                (p.tapsY, p.tapsX) = (g.int(1...4), g.int(1...5))
                (p.strideY, p.strideX, p.dilationY, dilationX) = (
                    g.int(1...3), g.int(1...3), g.int(1...2), g.int(1...2)
                )
                (p.beforeY, p.afterY, p.beforeX, p.afterX) = (g.int(0...3), g.int(0...3), g.int(0...3), g.int(0...3))
            } while !p.fits || p.width + p.beforeX + p.afterX <= (p.tapsX - 1) * dilationX
            let channels = g.int(1...35)
            let (outHeight, outWidth) = (
                p.outHeight, (p.width + p.beforeX + p.afterX - (p.tapsX - 1) * dilationX - 1) / p.strideX + 1
            )
            var shape = ck_pool(
                height: p.height, width: p.width, channels: channels, out_height: outHeight, out_width: outWidth,
                taps_y: p.tapsY, taps_x: p.tapsX, stride_y: p.strideY, stride_x: p.strideX, dilation_y: p.dilationY,
                dilation_x: dilationX, before_y: p.beforeY, before_x: p.beforeX)
            let positions = p.examples * outHeight * outWidth
            let x = g.guardedFloats(p.examples * p.height * p.width * channels)
            let w = g.guardedFloats(p.tapsY * p.tapsX * channels)
            let bias = g.bool() ? g.guardedFloats(channels) : nil
            let dy = g.guardedFloats(positions * channels)
            let activation = Reference.activations[g.index(below: Reference.activations.count)]

            var y = [Double](repeating: 0, count: dy.count)
            var dx = [Double](repeating: 0, count: x.count)
            var dw = [Double](repeating: 0, count: w.count)
            for position in 0..<positions {
                let (n, row, column) = (
                    position / outWidth / outHeight, position / outWidth % outHeight, position % outWidth
                )
                for c in 0..<channels {
                    var sum = Double(bias?.pointer[c] ?? 0)
                    for tap in 0..<p.tapsY * p.tapsX {
                        let i = row * p.strideY + tap / p.tapsX * p.dilationY - p.beforeY
                        let j = column * p.strideX + tap % p.tapsX * dilationX - p.beforeX
                        guard i >= 0, i < p.height, j >= 0, j < p.width else { continue }
                        let place = ((n * p.height + i) * p.width + j) * channels + c
                        let gradient = Double(dy.pointer[position * channels + c])
                        sum += Double(x.pointer[place]) * Double(w.pointer[tap * channels + c])
                        dx[place] += gradient * Double(w.pointer[tap * channels + c])
                        dw[tap * channels + c] += gradient * Double(x.pointer[place])
                    }
                    y[position * channels + c] = Reference.activation(activation, sum, 0.1)
                }
            }
            let (foundY, foundX, foundW) = (g.blank(y.count), g.blank(dx.count), g.blank(dw.count))
            let half = g.int(0...positions)
            for (first, count) in [(0, half), (half, positions - half)] {
                set.kernels.depthwise!(
                    &shape, x.pointer, w.pointer, bias?.pointer, activation, 0.1, first, count,
                    foundY.pointer + first * channels)
            }
            set.kernels.depthwise_data!(&shape, w.pointer, dy.pointer, p.examples, foundX.pointer)
            set.kernels.depthwise_weights!(&shape, x.pointer, dy.pointer, 0, positions, foundW.pointer)
            let note = "seed \(seed), problem \(problem): \(p), \(channels) channels, dilation \(dilationX)"
            #expect(error(foundY.values, y, floor: 2) < 2e-6 && foundY.isIntact, "\(note)")
            #expect(error(foundX.values, dx, floor: 2) < 2e-6 && foundX.isIntact, "\(note)")
            #expect(error(foundW.values, dw, floor: 8) < 2e-6 && foundW.isIntact, "\(note)")
        }
    }
}
