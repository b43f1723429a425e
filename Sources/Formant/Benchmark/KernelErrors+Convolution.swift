import CKernels
import FormantTensor

/// A convolution with stride 1 in plain loops: x[example][row][column][input], w[tap][input][output].
private struct PlainConvolution {
    var examples: Int
    var height: Int
    var width: Int
    var inputs: Int
    var outputs: Int
    /// Taps along height and width, with `before` zeros on every side.
    var tapsY: Int
    var tapsX: Int
    var beforeY: Int
    var beforeX: Int

    var outHeight: Int { height + 2 * beforeY - tapsY + 1 }
    var outWidth: Int { width + 2 * beforeX - tapsX + 1 }
    var inputCount: Int { examples * height * width * inputs }
    var outputCount: Int { examples * outHeight * outWidth * outputs }
    var weightCount: Int { tapsY * tapsX * inputs * outputs }

    var text: String { "\(tapsY)×\(tapsX), \(examples) × \(inputs)×\(height)×\(width) → \(outputs), normal values" }

    private func forEachTap(_ body: (_ source: Int, _ target: Int, _ tap: Int) -> Void) {
        for target in 0..<examples * outHeight * outWidth {
            let (line, column) = target.quotientAndRemainder(dividingBy: outWidth)
            let (example, row) = line.quotientAndRemainder(dividingBy: outHeight)
            for tap in 0..<tapsY * tapsX {
                let (y, x) = (row + tap / tapsX - beforeY, column + tap % tapsX - beforeX)
                guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
                body((example * height + y) * width + x, target, tap)
            }
        }
    }

    // y[p, o] = Σ_{t,i} x[position of tap t at p, i] · w[t, i, o]
    func forward(_ x: [Float], _ w: [Float]) -> [Double] {
        var y = [Double](repeating: 0, count: outputCount)
        forEachTap { source, target, tap in
            for i in 0..<inputs {
                let value = Double(x[source * inputs + i])
                for o in 0..<outputs {
                    y[target * outputs + o] += value * Double(w[(tap * inputs + i) * outputs + o])
                }
            }
        }
        return y
    }

    // dw[t, i, o] = Σ_p x[position of tap t at p, i] · dy[p, o]
    func weights(_ x: [Float], _ dy: [Float]) -> [Double] {
        var w = [Double](repeating: 0, count: weightCount)
        forEachTap { source, target, tap in
            for i in 0..<inputs {
                let value = Double(x[source * inputs + i])
                for o in 0..<outputs {
                    w[(tap * inputs + i) * outputs + o] += value * Double(dy[target * outputs + o])
                }
            }
        }
        return w
    }

    func winograd(tile: Int) -> ck_winograd {
        ck_winograd(
            tile: tile, height: height, width: width, inputs: inputs, out_height: outHeight, out_width: outWidth,
            outputs: outputs,
            before_y: beforeY, before_x: beforeX)
    }

    var direct: ck_direct {
        ck_direct(
            height: height, width: width, inputs: inputs, out_height: outHeight, out_width: outWidth, outputs: outputs,
            taps_y: tapsY, taps_x: tapsX, stride_y: 1, stride_x: 1, dilation_y: 1, before_y: beforeY, before_x: beforeX,
            y_column: outputs, y_line: outWidth * outputs, y_example: outHeight * outWidth * outputs)
    }
}

extension KernelErrors {
    mutating func addProducts() {
        var chance = SeededGenerator(seed: 1)
        let (m, n, k) = (96, 100, 1152)
        let (a, b) = (chance.normals(m * k), chance.normals(k * n))
        var expected = [Double](repeating: 0, count: m * n)
        for row in 0..<m {
            for l in 0..<k {
                let value = Double(a[row * k + l])
                for column in 0..<n { expected[row * n + column] += value * Double(b[l * n + column]) }
            }
        }
        let problem = "\(m)×\(k) · \(k)×\(n), normal values"
        var c = [Float](repeating: 0, count: m * n)
        kernels.gemm(m, n, k, a, k, packed(b, rows: k, columns: n), nil, CK_IDENTITY, 0, false, &c, n)
        add("matrix product", problem, c, expected)
        let turned = (0..<k * m).map { a[$0 % m * k + $0 / m] }
        kernels.gemm_transposed(m, n, k, turned, m, b, n, false, &c, n)
        add("matrix product, transposed", problem, c, expected)
    }

    mutating func addConvolutions() {
        let five = PlainConvolution(
            examples: 2, height: 19, width: 19, inputs: 8, outputs: 50, tapsY: 5, tapsX: 5, beforeY: 2, beforeX: 2)
        addDirect(five)
        let three = PlainConvolution(
            examples: 4, height: 19, width: 19, inputs: 64, outputs: 50, tapsY: 3, tapsX: 3, beforeY: 1, beforeX: 1)
        for tile in [4, 2] { addWinograd(three, tile: tile) }
        addAlongLines(five)
        addAlongLines(
            PlainConvolution(
                examples: 4, height: 1, width: 51, inputs: 48, outputs: 50, tapsY: 1, tapsX: 9, beforeY: 0, beforeX: 4))
    }

    private mutating func addDirect(_ plain: PlainConvolution) {
        var chance = SeededGenerator(seed: 2)
        var problem = plain.direct
        let (x, w) = (chance.normals(plain.inputCount), chance.normals(plain.weightCount))
        let dy = chance.normals(plain.outputCount)
        var scratch = [Float](repeating: 0, count: kernels.direct_scratch(&problem))
        var y = [Float](repeating: 0, count: plain.outputCount)
        let lines = plain.examples * plain.outHeight
        let filters = packed(w, rows: plain.tapsY * plain.tapsX * plain.inputs, columns: plain.outputs)
        kernels.direct(&problem, x, filters, nil, CK_IDENTITY, 0, 0, lines, &y, &scratch)
        add("direct, forward and data", plain.text, y, plain.forward(x, w))
        var dw = [Float](repeating: 0, count: plain.weightCount)
        kernels.direct_backward(&problem, x, dy, 0, lines, false, &dw, &scratch)
        add("direct, weights", plain.text, dw, plain.weights(x, dy))
    }

    private mutating func addWinograd(_ plain: PlainConvolution, tile: Int) {
        var chance = SeededGenerator(seed: 3)
        var problem = plain.winograd(tile: tile)
        let (x, w) = (chance.normals(plain.inputCount), chance.normals(plain.weightCount))
        var dy = chance.normals(plain.outputCount)
        let panels = (plain.outputs + kernels.panel - 1) / kernels.panel
        let points = (tile + 2) * (tile + 2) * plain.inputs * panels * kernels.panel
        let tiles = plain.examples * ((plain.outHeight + tile - 1) / tile) * ((plain.outWidth + tile - 1) / tile)
        var scratch = [Float](repeating: 0, count: kernels.winograd_scratch(&problem))
        let family = "Winograd \(tile)×\(tile)"
        for (pass, turns) in [("forward", false), ("data", true)] {
            // The way back to the data is this convolution with filters turned by 180 degrees.
            let size = plain.inputs * plain.outputs
            let effective = turns ? (0..<9).flatMap { w[(8 - $0) * size..<(9 - $0) * size] } : w
            var filters = [Float](repeating: 0, count: points)
            kernels.winograd_filters(tile, w, plain.inputs, plain.outputs, turns, &filters)
            var y = [Float](repeating: 0, count: plain.outputCount)
            kernels.winograd(
                &problem, x, filters, nil, CK_IDENTITY, 0, 0, tiles, 0, plain.outputs, &y, &scratch)
            add("\(family), \(pass)", plain.text, y, plain.forward(x, effective))
        }
        let expected = plain.weights(x, dy)
        var sums = [Float](repeating: 0, count: points)
        var dw = [Float](repeating: 0, count: plain.weightCount)
        kernels.winograd_backward(&problem, x, nil, 0, &dy, 0, tiles, false, &sums, nil, &scratch)
        kernels.winograd_weights(tile, sums, plain.inputs, plain.outputs, &dw)
        add("\(family), weights", plain.text, dw, expected)
    }

    private mutating func addAlongLines(_ plain: PlainConvolution) {
        var chance = SeededGenerator(seed: 6)
        var problem = plain.direct
        let (x, w, dy) = (
            chance.normals(plain.inputCount), chance.normals(plain.weightCount), chance.normals(plain.outputCount)
        )
        let panels = (plain.outputs + kernels.panel - 1) / kernels.panel
        let points = CK_LINES_POINTS * plain.tapsY * ((plain.tapsX + 2) / 3) * plain.inputs * panels * kernels.panel
        let lines = plain.examples * plain.outHeight
        var scratch = [Float](repeating: 0, count: kernels.lines_scratch(&problem))
        var filters = [Float](repeating: 0, count: points)
        kernels.lines_filters(w, plain.tapsY, plain.tapsX, plain.inputs, plain.outputs, false, &filters)
        var y = [Float](repeating: 0, count: plain.outputCount)
        kernels.lines(&problem, x, filters, nil, CK_IDENTITY, 0, 0, lines, &y, &scratch)
        add("Winograd along lines, forward and data", plain.text, y, plain.forward(x, w))
        var sums = [Float](repeating: 0, count: points)
        var dw = [Float](repeating: 0, count: plain.weightCount)
        kernels.lines_backward(&problem, x, dy, 0, lines, false, &sums, &scratch)
        kernels.lines_weights(sums, plain.tapsY, plain.tapsX, plain.inputs, plain.outputs, &dw)
        add("Winograd along lines, weights", plain.text, dw, plain.weights(x, dy))
    }

    /// The maximum along a line, by Winograd's algorithm.
    mutating func addMaximum() {
        for taps in 2...5 {
            var chance = SeededGenerator(seed: 4)
            let plain = PlainConvolution(
                examples: 4, height: 1, width: 56, inputs: 300, outputs: 50, tapsY: 1, tapsX: taps, beforeY: 0,
                beforeX: 0)
            var problem = plain.direct
            let (x, w) = (chance.normals(plain.inputCount), chance.normals(plain.weightCount))
            let panels = (plain.outputs + kernels.panel - 1) / kernels.panel
            var filters = [Float](repeating: 0, count: CK_MAX_POINTS * plain.inputs * panels * kernels.panel)
            kernels.winograd_max_filters(w, taps, plain.inputs, plain.outputs, &filters)
            var scratch = [Float](repeating: 0, count: kernels.winograd_max_scratch(&problem))
            var y = [Float](repeating: 0, count: plain.examples * plain.outputs)
            var winners = [Int32](repeating: 0, count: y.count)
            kernels.winograd_max(
                &problem, x, filters, nil, CK_IDENTITY, 0, 0, plain.examples, 0, plain.outputs, &y, &winners, &scratch)
            let all = plain.forward(x, w)
            let expected = y.indices.map { i in
                let (example, output) = i.quotientAndRemainder(dividingBy: plain.outputs)
                return (0..<plain.outWidth).map { all[(example * plain.outWidth + $0) * plain.outputs + output] }.max()!
            }
            add("Winograd along a line, maximum", plain.text, y, expected)
        }
    }

    mutating func addDepthwise() {
        var chance = SeededGenerator(seed: 5)
        let (examples, side, channels) = (2, 19, 50)
        let positions = examples * side * side
        var windows = ck_pool(
            height: side, width: side, channels: channels, out_height: side, out_width: side, taps_y: 3, taps_x: 3,
            stride_y: 1, stride_x: 1, dilation_y: 1, dilation_x: 1, before_y: 1, before_x: 1)
        let (x, w) = (chance.normals(positions * channels), chance.normals(9 * channels))
        let dy = chance.normals(positions * channels)
        // Each channel alone is a convolution of one channel.
        let plain = PlainConvolution(
            examples: examples, height: side, width: side, inputs: 1, outputs: 1, tapsY: 3, tapsX: 3, beforeY: 1,
            beforeX: 1)
        var expected = [Double](repeating: 0, count: x.count)
        var expectedData = expected
        var expectedWeights = [Double](repeating: 0, count: w.count)
        for channel in 0..<channels {
            let own = { (values: [Float]) in stride(from: channel, to: values.count, by: channels).map { values[$0] } }
            for (p, value) in plain.forward(own(x), own(w)).enumerated() { expected[p * channels + channel] = value }
            for (p, value) in plain.forward(own(dy), own(w).reversed()).enumerated() {
                expectedData[p * channels + channel] = value
            }
            for (tap, value) in plain.weights(own(x), own(dy)).enumerated() {
                expectedWeights[tap * channels + channel] = value
            }
        }
        let problem = "3×3, \(examples) × \(channels)×\(side)×\(side), normal values"
        var found = [Float](repeating: 0, count: x.count)
        kernels.depthwise(&windows, x, w, nil, CK_IDENTITY, 0, 0, positions, &found)
        add("depthwise, forward", problem, found, expected)
        kernels.depthwise_data(&windows, w, dy, examples, &found)
        add("depthwise, data", problem, found, expectedData)
        var dw = [Float](repeating: 0, count: w.count)
        kernels.depthwise_weights(&windows, x, dy, 0, positions, &dw)
        add("depthwise, weights", problem, dw, expectedWeights)
    }
}
