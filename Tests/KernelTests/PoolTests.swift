import CKernels
import FormantTensor
import Testing

struct PoolTests {
    private static let seed: UInt64 = 61

    /// A random pooling problem; values of few levels, so that ties occur.
    private struct Problem {
        let pool: ck_pool
        let examples: Int
        let x: Guarded<Float>

        init(using g: inout SeededGenerator) {
            func axis() -> (extent: Int, taps: Int, stride: Int, dilation: Int, before: Int, out: Int) {
                let (taps, stride, dilation) = (g.int(1...6), g.int(1...3), g.int(1...3))
                let before = g.int(0...4)
                let extent = g.int(1...12)
                let reach = (taps - 1) * dilation + 1
                let room = extent + before + g.int(0...4) - reach
                return (extent, taps, stride, dilation, before, max(0, room) / stride + 1)
            }
            let (y, x) = (axis(), axis())
            let channels = g.int(1...40)
            examples = g.int(1...3)
            pool = ck_pool(
                height: y.extent, width: x.extent, channels: channels, out_height: y.out, out_width: x.out,
                taps_y: y.taps, taps_x: x.taps, stride_y: y.stride, stride_x: x.stride, dilation_y: y.dilation,
                dilation_x: x.dilation, before_y: y.before, before_x: x.before)
            var values = g.floats(examples * y.extent * x.extent * channels).map { ($0 * 4).rounded() }
            for _ in 0..<values.count / 20 { values[g.index(below: values.count)] = .nan }
            self.x = g.guarded(values)
        }

        var positions: Int { examples * pool.out_height * pool.out_width }

        /// The (tap, index into the source) pairs inside the window of position p, for channel c.
        func window(_ p: Int, _ c: Int) -> [(tap: Int, index: Int)] {
            let (column, line) = (p % pool.out_width, p / pool.out_width)
            let (row, example) = (line % pool.out_height, line / pool.out_height)
            var found: [(tap: Int, index: Int)] = []
            for ty in 0..<pool.taps_y {
                for tx in 0..<pool.taps_x {
                    let y = row * pool.stride_y + ty * pool.dilation_y - pool.before_y
                    let x = column * pool.stride_x + tx * pool.dilation_x - pool.before_x
                    guard y >= 0, y < pool.height, x >= 0, x < pool.width else { continue }
                    let index = ((example * pool.height + y) * pool.width + x) * pool.channels + c
                    found.append((ty * pool.taps_x + tx, index))
                }
            }
            return found
        }
    }

    @Test(arguments: InstructionSet.available)
    func maxPoolEqualsTheReference(set: InstructionSet) {
        var g = SeededGenerator(seed: Self.seed)
        for number in 0..<120 {
            let p = Problem(using: &g)
            var pool = p.pool
            let channels = pool.channels
            let y = g.blank(p.positions * channels)
            let winner = g.guarded([Int32](repeating: .max, count: y.count))
            set.kernels.max_pool!(&pool, p.x.pointer, 0, p.positions, y.pointer, winner.pointer)
            var (values, taps, places): ([Float], [Int32], [Int?]) = ([], [], [])
            for position in 0..<p.positions {
                for c in 0..<channels {
                    var best: (tap: Int, index: Int)?
                    for candidate in p.window(position, c) {
                        guard let held = best else {
                            best = candidate
                            continue
                        }
                        let (old, new) = (p.x.pointer[held.index], p.x.pointer[candidate.index])
                        if !old.isNaN && (new.isNaN || new > old) { best = candidate }
                    }
                    values.append(best.map { p.x.pointer[$0.index] } ?? 0)
                    taps.append(Int32(best?.tap ?? -1))
                    places.append(best?.index)
                }
            }
            #expect(bits(y.values) == bits(values) && y.isIntact, "seed \(Self.seed), problem \(number)")
            #expect(winner.values == taps && winner.isIntact, "seed \(Self.seed), problem \(number)")

            // A range without winners has the same bits.
            let first = g.index(below: p.positions)
            let part = g.blank(g.int(1...(p.positions - first)) * channels)
            set.kernels.max_pool!(&pool, p.x.pointer, first, part.count / channels, part.pointer, nil)
            #expect(bits(part.values) == bits(Array(values[first * channels..<first * channels + part.count])))

            let dy = g.guardedFloats(y.count)
            let dx = g.blank(p.x.count)
            set.kernels.max_pool_backward!(&pool, winner.pointer, dy.pointer, p.examples, dx.pointer)
            var expected = [Double](repeating: 0, count: dx.count)
            for (i, place) in places.enumerated() { if let place { expected[place] += Double(dy.pointer[i]) } }
            #expect(error(dx.values, expected, floor: 1) < 1e-6 && dx.isIntact, "seed \(Self.seed), problem \(number)")
        }
    }

    @Test(arguments: InstructionSet.available, [true, false])
    func averagePoolEqualsTheReference(set: InstructionSet, countPadding: Bool) {
        var g = SeededGenerator(seed: Self.seed + 1)
        for number in 0..<100 {
            let p = Problem(using: &g)
            var pool = p.pool
            let channels = pool.channels
            let x = g.guardedFloats(p.x.count)
            let y = g.blank(p.positions * channels)
            let dy = g.guardedFloats(y.count)
            let dx = g.blank(x.count)
            set.kernels.average_pool!(&pool, countPadding, x.pointer, 0, p.positions, y.pointer)
            set.kernels.average_pool_backward!(&pool, countPadding, dy.pointer, p.examples, dx.pointer)
            var values: [Double] = []
            var slopes = [Double](repeating: 0, count: dx.count)
            for position in 0..<p.positions {
                for c in 0..<channels {
                    let window = p.window(position, c)
                    let counted = Double(countPadding ? pool.taps_y * pool.taps_x : max(1, window.count))
                    values.append(window.reduce(0) { $0 + Double(x.pointer[$1.index]) } / counted)
                    let share = Double(dy.pointer[position * channels + c]) / counted
                    for place in window { slopes[place.index] += share }
                }
            }
            #expect(error(y.values, values, floor: 1) < 1e-6 && y.isIntact, "seed \(Self.seed + 1), problem \(number)")
            #expect(
                error(dx.values, slopes, floor: 1) < 2e-6 && dx.isIntact, "seed \(Self.seed + 1), problem \(number)")

            let first = g.index(below: p.positions)
            let part = g.blank(g.int(1...(p.positions - first)) * channels)
            set.kernels.average_pool!(&pool, countPadding, x.pointer, first, part.count / channels, part.pointer)
            let same = Array(y.values[first * channels..<first * channels + part.count])
            #expect(bits(part.values) == bits(same), "seed \(Self.seed + 1), problem \(number)")
        }
    }
}
