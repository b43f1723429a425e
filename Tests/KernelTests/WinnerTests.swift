import CKernels
import FormantTensor
import Testing

struct WinnerTests {
    private func problem(using g: inout SeededGenerator) -> (ConvolutionProblem, ck_direct) {
        var p = ConvolutionProblem()
        repeat {
            p.examples = g.int(1...4)
            (p.height, p.width) = (g.bool() ? 1 : g.int(1...8), g.int(1...30))
            (p.inputs, p.outputs) = (g.int(1...20), g.int(1...40))
            (p.tapsY, p.tapsX) = (p.height == 1 ? 1 : g.int(1...3), g.int(1...5))
            (p.strideY, p.strideX, p.dilationY) = (g.int(1...2), g.int(1...2), g.int(1...2))
            (p.beforeY, p.afterY, p.beforeX, p.afterX) = (g.int(0...2), g.int(0...2), g.int(0...3), g.int(0...3))
            if g.bool() { (p.beforeY, p.afterY, p.beforeX, p.afterX) = (0, 0, 0, 0) }
        } while !p.fits
        return (p, p.direct())
    }

    /// The same bits and winners as the convolution followed by a pool over all positions.
    @Test(arguments: InstructionSet.available)
    func maximumIsThatOfTheConvolution(set: InstructionSet) {
        let seed: UInt64 = 81
        var g = SeededGenerator(seed: seed)
        for number in 0..<120 {
            var (p, shape) = problem(using: &g)
            let x = g.guardedFloats(p.inputCount)
            if number % 20 == 0 { x.pointer[g.index(below: p.inputCount)] = .nan }
            let packed = g.guarded(
                set.packed(g.floats(p.weightCount), rows: p.tapsY * p.tapsX * p.inputs, columns: p.outputs))
            let bias = g.bool() ? g.guardedFloats(p.outputs) : nil
            let activation = [CK_IDENTITY, CK_RELU, CK_LEAKY_RELU][g.index(below: 3)]
            let scratch = g.blank(set.kernels.direct_scratch!(&shape))
            let all = g.blank(p.outputCount)
            set.kernels.direct!(
                &shape, x.pointer, packed.pointer, bias?.pointer, CK_IDENTITY, 0, 0, p.examples * p.outHeight,
                all.pointer, scratch.pointer)
            let positions = p.outHeight * p.outWidth
            var pool = ck_pool(
                height: p.outHeight, width: p.outWidth, channels: p.outputs, out_height: 1, out_width: 1,
                taps_y: p.outHeight, taps_x: p.outWidth, stride_y: 1, stride_x: 1, dilation_y: 1, dilation_x: 1,
                before_y: 0, before_x: 0)
            var expected = [Float](repeating: .nan, count: p.examples * p.outputs)
            var places = [Int32](repeating: -2, count: p.examples * p.outputs)
            set.kernels.max_pool!(&pool, all.pointer, 0, p.examples, &expected, &places)
            set.kernels.activate!(activation, 0.1, expected, &expected, expected.count)

            let y = g.blank(p.examples * p.outputs)
            let winner = g.guarded([Int32](repeating: -3, count: p.examples * p.outputs))
            var first = 0
            while first < p.examples {
                let count = min(p.examples - first, g.int(1...3))
                for o in stride(from: 0, to: p.outputs, by: set.panel) {
                    set.kernels.direct_max!(
                        &shape, x.pointer, packed.pointer, bias?.pointer, activation, 0.1, first, count, o,
                        min(set.panel, p.outputs - o), y.pointer, winner.pointer, scratch.pointer)
                }
                first += count
            }
            let note = "seed \(seed), problem \(number): \(p), \(positions) positions"
            #expect(bits(y.values).elementsEqual(bits(expected)) && y.isIntact, "\(note)")
            #expect(winner.values == places && winner.isIntact && scratch.isIntact, "\(note)")
        }
    }

    /// Along a line, by Winograd's algorithm: close to the maximum, and the place is where the output comes close to it;
    /// the same bits whatever ranges it is made in.
    @Test(arguments: InstructionSet.available)
    func maximumAlongALineEqualsTheReference(set: InstructionSet) {
        let seed: UInt64 = 83
        var g = SeededGenerator(seed: seed)
        for number in 0..<120 {
            var p = ConvolutionProblem()
            (p.tapsY, p.tapsX, p.examples) = (1, g.int(2...5), g.int(1...12))
            (p.inputs, p.outputs) = (g.int(1...40), g.int(1...40))
            (p.beforeX, p.afterX) = (g.int(0...5), g.int(0...5))
            p.width = max(1, p.tapsX - p.beforeX - p.afterX) + g.int(0...20)
            var shape = p.direct()
            let (x, w) = (g.guardedFloats(p.inputCount), g.guardedFloats(p.weightCount))
            let bias = g.bool() ? g.guardedFloats(p.outputs) : nil
            let activation = [CK_IDENTITY, CK_RELU, CK_LEAKY_RELU][g.index(below: 3)]
            let prepared = g.blank(CK_MAX_POINTS * p.inputs * ((p.outputs + set.panel - 1) / set.panel) * set.panel)
            set.kernels.winograd_max_filters!(w.pointer, p.tapsX, p.inputs, p.outputs, prepared.pointer)
            let scratch = g.blank(set.kernels.winograd_max_scratch!(&shape))
            let count = p.examples * p.outputs
            let (y, winner) = (g.blank(count), g.guarded([Int32](repeating: -3, count: count)))
            set.kernels.winograd_max!(
                &shape, x.pointer, prepared.pointer, bias?.pointer, activation, 0.1, 0, p.examples, 0, p.outputs,
                y.pointer, winner.pointer, scratch.pointer)
            let note = "seed \(seed), problem \(number): \(p)"
            #expect(y.isIntact && winner.isIntact && scratch.isIntact && prepared.isIntact, "\(note)")

            let all = p.output(x.values, w.values, bias: bias?.values)
            let largest = all.scale.max()!
            var worst = 0.0
            for i in 0..<count {
                let (n, o) = (i / p.outputs, i % p.outputs)
                let sums = (0..<p.outWidth).map { all.values[(n * p.outWidth + $0) * p.outputs + o] }
                let place = Int(winner.pointer[i])
                guard sums.indices.contains(place) else { worst = .infinity; continue }
                worst = max(worst, (sums.max()! - sums[place]) / largest)
                let value = Reference.activation(activation, sums.max()!, 0.1)
                worst = max(worst, abs(Double(y.pointer[i]) - value) / largest)
            }
            #expect(worst < 2e-6, "\(worst), \(note)")

            let (parts, places) = (g.blank(count), g.guarded([Int32](repeating: -3, count: count)))
            for n in 0..<p.examples {
                for o in stride(from: 0, to: p.outputs, by: set.panel) {
                    set.kernels.winograd_max!(
                        &shape, x.pointer, prepared.pointer, bias?.pointer, activation, 0.1, n, 1, o,
                        min(set.panel, p.outputs - o), parts.pointer, places.pointer, scratch.pointer)
                }
            }
            #expect(bits(parts.values) == bits(y.values) && places.values == winner.values, "\(note)")
        }
    }

    /// The way back equals that of the whole convolution whose gradient is zero but at the winners.
    @Test(arguments: InstructionSet.available)
    func gradientsEqualTheReference(set: InstructionSet) {
        let seed: UInt64 = 82
        var g = SeededGenerator(seed: seed)
        for number in 0..<80 {
            var (p, shape) = problem(using: &g)
            let patch = p.tapsY * p.tapsX * p.inputs
            let positions = p.outHeight * p.outWidth
            let (x, w) = (g.guardedFloats(p.inputCount), g.floats(p.weightCount))
            let byFilter = g.guarded((0..<p.weightCount).map { w[$0 % patch * p.outputs + $0 / patch] })
            let winner = g.guarded((0..<p.examples * p.outputs).map { _ in Int32(g.index(below: positions)) })
            let dy = g.guarded(g.floats(p.examples * p.outputs).map { $0 < -0.5 ? 0 : $0 })
            var dense = [Float](repeating: 0, count: p.outputCount)
            for i in 0..<p.examples * p.outputs {
                dense[(i / p.outputs * positions + Int(winner.pointer[i])) * p.outputs + i % p.outputs] = dy.pointer[i]
            }
            let (dw, dx) = (g.blank(p.weightCount), g.blank(p.inputCount))
            let half = g.int(0...p.outputs)
            for (first, count) in [(0, half), (half, p.outputs - half)] {
                set.kernels.winners_weights!(
                    &shape, x.pointer, winner.pointer, dy.pointer, p.examples, first, count, dw.pointer)
            }
            set.kernels.winners_data!(&shape, byFilter.pointer, winner.pointer, dy.pointer, 0, p.examples, dx.pointer)
            let gradient = p.weightGradient(x.values, dense)
            let turned = (0..<p.weightCount).map { $0 % patch * p.outputs + $0 / patch }
            let note = "seed \(seed), problem \(number): \(p)"
            #expect(
                error(dw.values, turned.map { gradient.values[$0] }, scale: turned.map { gradient.scale[$0] }) < 1e-6
                    && dw.isIntact, "\(note)")
            let data = p.dataGradient(w, dense)
            #expect(error(dx.values, data.values, scale: data.scale) < 1e-6 && dx.isIntact, "\(note)")
        }
    }
}
