import CKernels
import FormantTensor
import Testing

/// Convolution straight from padded lines, of which the output may lie spread out.
private struct Direct: ConvolutionFamily {
    var problem = ConvolutionProblem()
    var spread = 0

    init(using g: inout SeededGenerator) {
        let channels = [1, 2, 3, 5, 8, 16, 19, 40]
        var p = ConvolutionProblem()
        repeat {
            p.examples = g.int(1...4)
            (p.height, p.width) = (g.bool() ? 1 : g.int(1...9), g.int(1...24))
            p.inputs = channels[g.index(below: channels.count)]
            p.outputs = channels[g.index(below: channels.count)]
            (p.tapsY, p.tapsX) = (p.height == 1 ? 1 : g.int(1...5), g.int(1...9))
            (p.strideY, p.strideX, p.dilationY) = (g.int(1...3), g.int(1...3), g.int(1...2))
            (p.beforeY, p.afterY, p.beforeX, p.afterX) = (g.int(-1...3), g.int(0...3), g.int(-1...5), g.int(0...5))
            if g.bool() { (p.beforeY, p.afterY, p.beforeX, p.afterX) = (0, 0, 0, 0) }
        } while !p.fits
        problem = p
        spread = g.bool() ? 0 : g.int(1...5)
    }

    private var shape: ck_direct { problem.direct(spread: spread) }

    var units: Int { problem.examples * problem.outHeight }
    var sharesErrors: Bool { false }
    var turnsFilters: Bool { false }
    var preparedValues: Int { problem.tapsY * problem.tapsX * problem.inputs }
    var summedValues: Int { 0 }

    var outputLength: Int { place(of: problem.outputCount - 1) + 1 }

    func place(of value: Int) -> Int {
        let (position, output) = value.quotientAndRemainder(dividingBy: problem.outputs)
        let (line, column) = position.quotientAndRemainder(dividingBy: problem.outWidth)
        return line / problem.outHeight * shape.y_example + line % problem.outHeight * shape.y_line
            + column * shape.y_column + output
    }

    func scratchCount(_ set: InstructionSet) -> Int {
        var shape = shape
        return set.kernels.direct_scratch!(&shape)
    }

    func prepare(_ w: [Float], turned: Bool, _ set: InstructionSet, into prepared: inout [Float]) {
        set.kernels.pack!(w, problem.outputs, false, preparedValues, problem.outputs, &prepared)
    }

    func forward(_ operands: ForwardOperands, units: Range<Int>, outputs: Range<Int>, _ set: InstructionSet) {
        var shape = shape
        set.kernels.direct!(
            &shape, operands.x, operands.filters, operands.bias, operands.activation, 0.1, units.lowerBound,
            units.count, operands.y, operands.scratch)
    }

    func backward(_ operands: BackwardOperands, units: Range<Int>, adds: Bool, _ set: InstructionSet) {
        var shape = problem.direct()
        set.kernels.direct_backward!(
            &shape, operands.x, operands.dy, units.lowerBound, units.count, adds, operands.sum, operands.scratch)
    }

    func takeBack(_ sums: UnsafePointer<Float>, _ dw: UnsafeMutablePointer<Float>, _ set: InstructionSet) {}
}

struct DirectTests {
    private func frame(_ set: InstructionSet) -> ConvolutionFrame<Direct> {
        ConvolutionFrame(set: set) { Direct(using: &$0) }
    }

    @Test(arguments: InstructionSet.available) func forwardEqualsTheReference(set: InstructionSet) {
        frame(set).expectForward(seed: 71, problems: 200, bound: 2e-6)
    }

    @Test(arguments: InstructionSet.available) func rangesStandAlone(set: InstructionSet) {
        frame(set).expectRangesStandAlone(seed: 72, problems: 40)
    }

    @Test(arguments: InstructionSet.available) func weightGradientEqualsTheReference(set: InstructionSet) {
        frame(set).expectWeightGradient(seed: 73, problems: 150, bound: 2e-6)
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
