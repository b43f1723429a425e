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

    @Test(arguments: InstructionSet.available)
    func pooledAffineMapsEqualTheirParts(set: InstructionSet) {
        var g = SeededGenerator(seed: Self.seed + 2)
        for number in 0..<120 {
            let p = Problem(using: &g)
            var pool = p.pool
            let channels = pool.channels
            let place = "seed \(Self.seed + 2), problem \(number)"
            // Powers of two, so that what is rounded does not depend on how it is compiled.
            let (scale, offset) = (
                g.guarded((0..<channels).map { _ in [Float(-2), -0.5, 1, 4][g.index(below: 4)] }),
                g.guarded((0..<channels).map { _ in Float(g.int(-2...2)) / 4 })
            )
            let kind = [CK_IDENTITY, CK_RELU, CK_LEAKY_RELU, CK_TANH][number % 4]
            var mapped = p.x.values
            set.kernels.column_affine!(
                p.x.pointer, mapped.count / channels, channels, scale.pointer, offset.pointer, CK_IDENTITY, 0, &mapped)
            let y = g.blank(p.positions * channels)
            let (apart, winning) = (g.blank(y.count), g.blank(y.count))
            let winner = g.guarded([Int32](repeating: .max, count: y.count))
            let winnerApart = g.guarded(winner.values)
            set.kernels.max_pool!(&pool, mapped, 0, p.positions, apart.pointer, winnerApart.pointer)
            set.kernels.activate!(kind, 0.25, apart.pointer, apart.pointer, apart.count)
            set.kernels.affine_max_pool!(
                &pool, p.x.pointer, scale.pointer, offset.pointer, kind, 0.25, 0, p.positions, y.pointer,
                winner.pointer, winning.pointer)
            #expect(bits(y.values) == bits(apart.values) && y.isIntact, "\(place)")
            #expect(winner.values == winnerApart.values && winner.isIntact, "\(place)")
            let inputs = (0..<y.count).map { i in
                p.window(i / channels, i % channels).first { $0.tap == Int(winner.values[i]) }
            }
            #expect(bits(winning.values) == bits(inputs.map { $0.map { p.x.pointer[$0.index] } ?? 0 }), "\(place)")
            #expect(winning.isIntact, "\(place)")

            let first = g.index(below: p.positions)
            let part = g.int(1...(p.positions - first)) * channels
            let (someY, someWinning) = (g.blank(part), g.blank(part))
            let someWinner = g.guarded([Int32](repeating: .max, count: part))
            set.kernels.affine_max_pool!(
                &pool, p.x.pointer, scale.pointer, offset.pointer, kind, 0.25, first, part / channels, someY.pointer,
                someWinner.pointer, someWinning.pointer)
            let range = first * channels..<first * channels + part
            #expect(bits(someY.values) == bits(Array(y.values[range])), "\(place)")
            #expect(someWinner.values == Array(winner.values[range]), "\(place)")
            #expect(bits(someWinning.values) == bits(Array(winning.values[range])), "\(place)")
        }
    }

    @Test(arguments: InstructionSet.available)
    func gradientsOfPooledAffineMapsEqualTheReference(set: InstructionSet) {
        var g = SeededGenerator(seed: Self.seed + 3)
        for number in 0..<120 {
            let p = Problem(using: &g)
            var pool = p.pool
            let channels = pool.channels
            let x = g.guardedFloats(p.x.count)
            let factors = (0..<4).map { _ in g.guardedFloats(channels) }
            let dy = g.guardedFloats(p.positions * channels)
            // Any tap of the window may have won, and none.
            var expected = (0..<x.count).map { i in
                let c = i % channels
                let centred = Double(x.pointer[i]) - Double(factors[0].pointer[c])
                return centred * Double(factors[2].pointer[c]) + Double(factors[3].pointer[c])
            }
            let winner = g.guarded(
                (0..<dy.count).map { i -> Int32 in
                    let window = p.window(i / channels, i % channels)
                    guard !window.isEmpty, g.index(below: 8) > 0 else { return -1 }
                    let won = window[g.index(below: window.count)]
                    expected[won.index] += Double(dy.pointer[i]) * Double(factors[1].pointer[i % channels])
                    return Int32(won.tap)
                })
            let dx = g.blank(x.count)
            let lines = p.examples * pool.height
            let first = g.index(below: lines)
            for (from, count) in [(first, lines - first), (0, first)] {
                set.kernels.affine_max_pool_backward!(
                    &pool, x.pointer, winner.pointer, dy.pointer, factors[0].pointer, factors[1].pointer,
                    factors[2].pointer, factors[3].pointer, from, count, dx.pointer)
            }
            let worst = error(dx.values, expected, floor: 1)
            #expect(worst < 2e-6 && dx.isIntact, "seed \(Self.seed + 3), problem \(number): \(worst)")
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
