import CKernels
import FormantTensor
import Testing

struct ColumnTests {
    private static let seed: UInt64 = 41

    /// Rows × channels of random sizes, values around a mean of its own per channel.
    private struct Matrix {
        let rows: Int, channels: Int
        let x: Guarded<Float>, dy: Guarded<Float>, means: Guarded<Float>

        init(using g: inout SeededGenerator, mean: Float = 0) {
            rows = g.index(below: 4) == 0 ? g.int(1...4) : g.int(1...200)
            channels = g.int(1...70)
            let base = g.floats(channels, from: mean - 1, to: mean + 1)
            means = g.guarded(base)
            var values: [Float] = []
            for _ in 0..<rows { for c in 0..<channels { values.append(base[c] + g.uniform(in: -1..<1)) } }
            x = g.guarded(values)
            dy = g.guardedFloats(rows * channels)
        }

        /// Per channel, the sums over the rows of a value and of its magnitude.
        func sums(_ value: (Int, Int) -> Double) -> (values: [Double], scale: [Double]) {
            var values = [Double](repeating: 0, count: channels)
            var scale = [Double](repeating: 0, count: channels)
            for r in 0..<rows {
                for c in 0..<channels {
                    let v = value(r * channels + c, c)
                    values[c] += v
                    scale[c] += abs(v)
                }
            }
            return (values, scale)
        }

        func map(_ value: (Int, Int) -> Double) -> [Double] {
            (0..<rows * channels).map { value($0, $0 % channels) }
        }
    }

    /// Adds 1 and −1 at the start, so that sums are seen to be added.
    private func expectSums(
        _ found: Guarded<Double>, start: Double, _ expected: (values: [Double], scale: [Double]), _ place: String
    ) {
        let worst = error(found.values.map { $0 - start }, expected.values, scale: expected.scale.map { $0 + 1e-3 })
        #expect(worst < 1e-6 && found.isIntact, "seed \(Self.seed), \(place)")
    }

    @Test(arguments: InstructionSet.available)
    func sumsEqualTheReference(set: InstructionSet) {
        var g = SeededGenerator(seed: Self.seed)
        for problem in 0..<80 {
            let m = Matrix(using: &g, mean: 5)
            let (first, second) = (
                g.guarded([Double](repeating: 1, count: m.channels)),
                g.guarded([Double](repeating: -1, count: m.channels))
            )
            let place = "problem \(problem), \(m.rows) × \(m.channels)"
            set.kernels.column_moments!(
                m.x.pointer, m.rows, m.channels, m.means.pointer, first.pointer, second.pointer)
            let shifted = { (i: Int, c: Int) in Double(m.x.pointer[i]) - Double(m.means.pointer[c]) }
            expectSums(first, start: 1, m.sums(shifted), place)
            expectSums(second, start: -1, m.sums { shifted($0, $1) * shifted($0, $1) }, place)

            let (third, fourth, fifth) = (
                g.guarded([Double](repeating: 0, count: m.channels)),
                g.guarded([Double](repeating: 2, count: m.channels)),
                g.guarded([Double](repeating: 3, count: m.channels))
            )
            set.kernels.column_products!(
                m.x.pointer, m.dy.pointer, m.rows, m.channels, m.means.pointer, third.pointer, fourth.pointer)
            expectSums(third, start: 0, m.sums { i, _ in Double(m.dy.pointer[i]) }, place)
            expectSums(fourth, start: 2, m.sums { Double(m.dy.pointer[$0]) * shifted($0, $1) }, place)
            set.kernels.column_sum!(m.x.pointer, m.rows, m.channels, fifth.pointer)
            expectSums(fifth, start: 3, m.sums { i, _ in Double(m.x.pointer[i]) }, place)
        }
    }

    /// A log-mel spectrogram has a mean far from zero: the variance must not suffer.
    @Test(arguments: InstructionSet.available)
    func varianceDoesNotDependOnTheMean(set: InstructionSet) {
        var g = SeededGenerator(seed: 42)
        let (rows, channels) = (20_000, 5)
        let x = g.floats(rows * channels, from: 999, to: 1001)
        let shift = [Float](repeating: 1000, count: channels)
        var sum = [Double](repeating: 0, count: channels)
        var squares = sum
        set.kernels.column_moments!(x, rows, channels, shift, &sum, &squares)
        for c in 0..<channels {
            let column = stride(from: c, to: x.count, by: channels).map { Double(x[$0]) }
            let mean = column.reduce(0, +) / Double(rows)
            let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
            let offset = sum[c] / Double(rows)
            let found = squares[c] / Double(rows) - offset * offset
            #expect(abs(found - variance) < 1e-6 * variance)
            #expect(abs(1000 + offset - mean) < 1e-6)
        }
    }

    @Test(arguments: InstructionSet.available)
    func affineMapsEqualTheReference(set: InstructionSet) {
        var g = SeededGenerator(seed: Self.seed)
        for problem in 0..<80 {
            let m = Matrix(using: &g)
            let (a, b, d) = (
                g.guardedFloats(m.channels), g.guardedFloats(m.channels), g.guardedFloats(m.channels)
            )
            let kind = Reference.activations[problem % Reference.activations.count]
            let y = g.blank(m.x.count)
            set.kernels.column_affine!(m.x.pointer, m.rows, m.channels, a.pointer, b.pointer, kind, 0.2, y.pointer)
            let affine = m.map { i, c in
                let v = Double(m.x.pointer[i]) * Double(a.pointer[c]) + Double(b.pointer[c])
                return Reference.activation(kind, v, Double(Float(0.2)))
            }
            #expect(error(y.values, affine, floor: 1) < 1e-6 && y.isIntact, "seed \(Self.seed), problem \(problem)")

            let dx = g.blank(m.x.count)
            set.kernels.column_backward!(
                m.x.pointer, m.dy.pointer, m.rows, m.channels, m.means.pointer, a.pointer, b.pointer, d.pointer,
                dx.pointer)
            let backward = m.map { i, c in
                let centred = Double(m.x.pointer[i]) - Double(m.means.pointer[c])
                return Double(m.dy.pointer[i]) * Double(a.pointer[c]) + centred * Double(b.pointer[c])
                    + Double(d.pointer[c])
            }
            #expect(error(dx.values, backward, floor: 1) < 1e-6 && dx.isIntact, "seed \(Self.seed), \(problem)")

            set.kernels.column_affine!(
                m.x.pointer, m.rows, m.channels, a.pointer, b.pointer, kind, 0.2, m.x.pointer)
            #expect(bits(m.x.values) == bits(y.values), "in place")
        }
    }
}
