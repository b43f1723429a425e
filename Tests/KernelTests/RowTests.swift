import CKernels
import FormantTensor
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct RowTests {
    private static let seed: UInt64 = 51

    @Test(arguments: InstructionSet.available)
    func layerNormEqualsTheReference(set: InstructionSet) {
        var g = SeededGenerator(seed: Self.seed)
        for problem in 0..<60 {
            let rows = g.int(1...90)
            let channels = problem == 0 ? 5000 : g.int(1...80)
            let epsilon: Float = 1e-3
            let offset = problem % 3 == 0 ? Float(100) : 0
            let x = g.guardedFloats(rows * channels, from: offset - 2, to: offset + 2)
            let dy = g.guardedFloats(rows * channels)
            let (gain, bias) = (g.guardedFloats(channels), g.guardedFloats(channels))
            let (y, mean, rstd) = (g.blank(x.count), g.blank(rows), g.blank(rows))
            set.kernels.row_norm!(
                x.pointer, rows, channels, epsilon, gain.pointer, bias.pointer, y.pointer, mean.pointer, rstd.pointer)

            let dx = g.blank(x.count)
            let dgain = g.guarded([Double](repeating: 1, count: channels))
            let dbias = g.guarded([Double](repeating: 2, count: channels))
            set.kernels.row_norm_backward!(
                x.pointer, dy.pointer, rows, channels, gain.pointer, mean.pointer, rstd.pointer, dx.pointer,
                dgain.pointer, dbias.pointer)

            var expected: (y: [Double], mean: [Double], rstd: [Double], dx: [Double]) = ([], [], [], [])
            var gains = [Double](repeating: 1, count: channels)
            var biases = [Double](repeating: 2, count: channels)
            let n = Double(channels)
            for r in 0..<rows {
                let row = (0..<channels).map { Double(x.pointer[r * channels + $0]) }
                let dyRow = (0..<channels).map { Double(dy.pointer[r * channels + $0]) }
                let mean = row.reduce(0, +) / n
                let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
                let rstd = 1 / (variance + Double(epsilon)).squareRoot()
                let z = row.map { ($0 - mean) * rstd }
                let scaled = (0..<channels).map { dyRow[$0] * Double(gain.pointer[$0]) }
                let sum = scaled.reduce(0, +) / n
                let product = zip(scaled, z).reduce(0) { $0 + $1.0 * $1.1 } / n
                expected.mean.append(mean)
                expected.rstd.append(rstd)
                for c in 0..<channels {
                    expected.y.append(z[c] * Double(gain.pointer[c]) + Double(bias.pointer[c]))
                    expected.dx.append(rstd * (scaled[c] - sum - z[c] * product))
                    gains[c] += dyRow[c] * z[c]
                    biases[c] += dyRow[c]
                }
            }
            let place = "seed \(Self.seed), problem \(problem): \(rows) × \(channels)"
            // Around a mean of 100 a difference carries the rounding of 100, made larger by rstd of at most 32.
            let bound = offset == 0 ? 3e-6 : 3e-4
            #expect(error(mean.values, expected.mean, floor: 1) < 1e-6, "\(place)")
            #expect(error(rstd.values, expected.rstd, floor: 1) < 2e-6, "\(place)")
            #expect(error(y.values, expected.y, floor: 1) < bound && y.isIntact, "\(place)")
            #expect(error(dx.values, expected.dx, floor: 32) < bound && dx.isIntact, "\(place)")
            let scale = [Double](repeating: Double(rows) + 1, count: channels)
            #expect(error(dgain.values, gains, scale: scale) < bound && dgain.isIntact, "\(place)")
            #expect(error(dbias.values, biases, scale: scale) < 1e-6 && dbias.isIntact, "\(place)")
            set.kernels.row_norm_backward!(
                x.pointer, dy.pointer, rows, channels, gain.pointer, mean.pointer, rstd.pointer, dy.pointer,
                dgain.pointer, dbias.pointer)
            #expect(bits(dx.values) == bits(dy.values), "in place, \(place)")
        }
    }

    @Test(arguments: InstructionSet.available)
    func softmaxEqualsTheReference(set: InstructionSet) {
        var g = SeededGenerator(seed: Self.seed)
        for problem in 0..<80 {
            let (rows, columns) = (g.int(1...20), g.int(1...70))
            let width: Float = problem % 2 == 0 ? 3 : 60
            let x = g.guardedFloats(rows * columns, from: -width, to: width)
            let dy = g.guardedFloats(rows * columns)
            let (y, dx) = (g.blank(x.count), g.blank(x.count))
            set.kernels.softmax!(x.pointer, rows, columns, y.pointer)
            set.kernels.softmax_backward!(y.pointer, dy.pointer, rows, columns, dx.pointer)
            var (expected, slopes): ([Double], [Double]) = ([], [])
            for r in 0..<rows {
                let row = (0..<columns).map { Double(x.pointer[r * columns + $0]) }
                let dyRow = (0..<columns).map { Double(dy.pointer[r * columns + $0]) }
                let top = row.max()!
                let powers = row.map { exp($0 - top) }
                let p = powers.map { $0 / powers.reduce(0, +) }
                let dot = zip(p, dyRow).reduce(0) { $0 + $1.0 * $1.1 }
                expected += p
                slopes += zip(p, dyRow).map { ($1 - dot) * $0 }
            }
            let place = "seed \(Self.seed), problem \(problem): \(rows) × \(columns)"
            // x less the largest is rounded to 2^-24 of itself, and so is the exponent.
            let bound = 1e-6 + 2 * Double(width) * 0x1p-24
            #expect(error(y.values, expected, floor: 1e-36) < bound && y.isIntact, "\(place)")
            #expect(error(dx.values, slopes, floor: 1) < 1e-6 && dx.isIntact, "\(place)")
            set.kernels.softmax!(x.pointer, rows, columns, x.pointer)
            #expect(bits(x.values) == bits(y.values), "in place, \(place)")
        }
    }

    @Test(arguments: InstructionSet.available)
    func softmaxShowsDivergenceAndBearsLargeScores(set: InstructionSet) {
        var y = [Float](repeating: 0, count: 11)
        var x = [Float](repeating: 0, count: 11)
        x[10] = .nan
        set.kernels.softmax!(x, 1, 11, &y)
        #expect(y.allSatisfy { $0.isNaN })
        x = [Float](repeating: -3e38, count: 11)
        x[3] = 3e38
        set.kernels.softmax!(x, 1, 11, &y)
        #expect(y == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
        x = [Float](repeating: -.infinity, count: 11)
        x[9] = -1e30
        set.kernels.softmax!(x, 1, 11, &y)
        #expect(y[9] == 1 && y[0] == 0)
    }

    @Test(arguments: InstructionSet.available)
    func exponentialSumEqualsTheReference(set: InstructionSet) {
        var g = SeededGenerator(seed: Self.seed + 3)
        for problem in 0..<120 {
            let count = g.int(1...70)
            let spread = [Float(0), 1, 30, 900][g.index(below: 4)]
            let x = g.guardedFloats(count, from: -spread, to: max(spread, 1e-30))
            let largest = x.values.max()!
            let y = g.blank(count)
            let sum = set.kernels.exponential_sum!(
                x.pointer, count, largest, problem.isMultiple(of: 2) ? y.pointer : nil)
            let terms = x.values.map { exp(Double($0) - Double(largest)) }
            let expected = terms.reduce(0, +)
            let place = "seed \(Self.seed + 3), problem \(problem), \(count) values"
            #expect(abs(sum - expected) < 1e-14 * expected && y.isIntact, "\(place): \(sum), expected \(expected)")
            guard problem.isMultiple(of: 2) else { continue }
            #expect(zip(y.values, terms).allSatisfy { abs(Double($0) - $1) <= 6e-8 * $1 + 1e-45 }, "\(place)")
        }
        for x: [Float] in [[.nan, 1], [1, .infinity], [-.infinity, -.infinity]] {
            let largest = x.contains { $0.isNaN } ? Float.nan : x.max()!
            #expect(!set.kernels.exponential_sum!(x, 2, largest, nil).isFinite, "\(x)")
        }
        #expect(set.kernels.exponential_sum!([0, -.infinity, -709], 3, 0, nil) == 1)
    }
}
