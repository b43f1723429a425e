import CKernels
import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension KernelErrors {
    /// Statistics of columns as batch norm takes them, and the norm of rows.
    mutating func addNormalisation() {
        var chance = SeededGenerator(seed: 6)
        let (rows, channels) = (20_000, 50)
        for mean: Float in [0, 100] {
            let x = chance.normals(rows * channels, mean: mean)
            let shift = Array(x[..<channels])
            var sum = [Double](repeating: 0, count: channels)
            var squares = sum
            kernels.column_moments(x, rows, channels, shift, &sum, &squares)
            var (expectedMean, expectedVariance, foundMean, foundVariance) = (sum, sum, sum, sum)
            for c in 0..<channels {
                let column = stride(from: c, to: x.count, by: channels).map { Double(x[$0]) }
                expectedMean[c] = column.reduce(0, +) / Double(rows)
                expectedVariance[c] =
                    column.reduce(0) { $0 + ($1 - expectedMean[c]) * ($1 - expectedMean[c]) }
                    / Double(rows)
                let distance = sum[c] / Double(rows)
                foundMean[c] = Double(shift[c]) + distance
                foundVariance[c] = squares[c] / Double(rows) - distance * distance
            }
            let problem = "\(rows) rows × \(channels), mean \(Int(mean)), deviation 1"
            add("batch norm, mean in deviations", problem, foundMean, expectedMean, inUnitsOf: 1)
            add("batch norm, variance", problem, foundVariance, expectedVariance)
        }
        let (lines, width) = (64, 100)
        let x = chance.normals(lines * width, mean: 3)
        let (gain, bias) = ([Float](repeating: 1, count: width), [Float](repeating: 0, count: width))
        var y = x
        var (means, deviations) = ([Float](repeating: 0, count: lines), [Float](repeating: 0, count: lines))
        kernels.row_norm(x, lines, width, 1e-5, gain, bias, &y, &means, &deviations)
        let expected = (0..<lines).flatMap { line in
            let row = x[line * width..<(line + 1) * width].map(Double.init)
            let mean = row.reduce(0, +) / Double(width)
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
            return row.map { ($0 - mean) / (variance + Double(Float(1e-5))).squareRoot() }
        }
        add("layer norm", "\(lines) rows × \(width), mean 3, deviation 1", y, expected)
    }

    /// Activation functions and softmax.
    mutating func addFunctions() {
        var chance = SeededGenerator(seed: 7)
        let x = (0..<20_000).map { _ in chance.uniform(in: -10..<10) }
        let functions: [(String, ck_activation, (Double) -> Double)] = [
            ("ELU", CK_ELU, { $0 > 0 ? $0 : expm1($0) }),
            ("sigmoid", CK_SIGMOID, { 1 / (1 + exp(-$0)) }),
            ("tanh", CK_TANH, { tanh($0) }),
            ("SiLU", CK_SILU, { $0 / (1 + exp(-$0)) }),
            ("GELU", CK_GELU, { $0 * erfc(-$0 / 2.0.squareRoot()) / 2 }),
        ]
        for (name, kind, function) in functions {
            var y = x
            kernels.activate(kind, 1, x, &y, x.count)
            add(name, "20000 values from -10 to 10", y, x.map { function(Double($0)) })
        }
        let (rows, columns) = (200, 35)
        let logits = chance.normals(rows * columns, deviation: 4)
        var found = logits
        kernels.softmax(logits, rows, columns, &found)
        let expected = (0..<rows).flatMap { row in
            let powers = logits[row * columns..<(row + 1) * columns].map { exp(Double($0)) }
            let sum = powers.reduce(0, +)
            return powers.map { $0 / sum }
        }
        add("softmax", "\(rows) rows × \(columns), deviation 4", found, expected)
    }

    mutating func addPooling() {
        var chance = SeededGenerator(seed: 8)
        let (examples, side, channels) = (2, 20, 50)
        let half = side / 2
        let x = chance.normals(examples * side * side * channels)
        var windows = ck_pool(
            height: side, width: side, channels: channels, out_height: half, out_width: half, taps_y: 2, taps_x: 2,
            stride_y: 2, stride_x: 2, dilation_y: 1, dilation_x: 1, before_y: 0, before_x: 0)
        let positions = examples * half * half
        var found = [Float](repeating: 0, count: positions * channels)
        let values = found.indices.map { i in
            let (position, channel) = i.quotientAndRemainder(dividingBy: channels)
            let (line, column) = position.quotientAndRemainder(dividingBy: half)
            // Two lines of the input for each of the output, in every example.
            return [(0, 0), (0, 1), (1, 0), (1, 1)].map { y, xx in
                Double(x[((2 * line + y) * side + 2 * column + xx) * channels + channel])
            }
        }
        let problem = "2×2, \(examples) × \(channels)×\(side)×\(side), normal values"
        kernels.max_pool(&windows, x, 0, positions, &found, nil)
        add("maximum pooling", problem, found, values.map { $0.max()! })
        kernels.average_pool(&windows, false, x, 0, positions, &found)
        add("average pooling", problem, found, values.map { $0.reduce(0, +) / 4 })
    }

    /// What ten steps of Adam move the weights by.
    mutating func addOptimiser() {
        var chance = SeededGenerator(seed: 9)
        let count = 5000
        let start = chance.normals(count)
        var (w, m, s) = (start, [Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
        var (weights, first, second) = (start.map(Double.init), m.map(Double.init), s.map(Double.init))
        let (rate, beta1, beta2, epsilon): (Float, Float, Float, Float) = (0.001, 0.9, 0.999, 1e-8)
        let (b1, b2) = (Double(beta1), Double(beta2))
        var (power1, power2) = (1.0, 1.0)
        for _ in 0..<10 {
            let g = chance.normals(count)
            power1 *= b1
            power2 *= b2
            kernels.adam(
                &w, g, &m, &s, count, rate, beta1, beta2, epsilon, Float(1 - power1), Float(1 - power2), 0, 0)
            for i in 0..<count {
                let gradient = Double(g[i])
                first[i] = b1 * first[i] + (1 - b1) * gradient
                second[i] = b2 * second[i] + (1 - b2) * gradient * gradient
                weights[i] -=
                    Double(rate) / (1 - power1) * first[i]
                    / ((second[i] / (1 - power2)).squareRoot() + Double(epsilon))
            }
        }
        add("Adam", "10 steps of \(count) weights, normal gradients", w, weights)
        add("Adam, first moment", "the same", m, first)
        add("Adam, second moment", "the same", s, second)
    }
}
