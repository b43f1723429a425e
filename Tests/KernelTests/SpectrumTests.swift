import CKernels
import FormantTensor
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct SpectrumTests {
    private static let seed: UInt64 = 91

    @Test(arguments: InstructionSet.available)
    func powersEqualTheReference(set: InstructionSet) {
        var g = SeededGenerator(seed: Self.seed)
        for count in Array(1...40) + [257, 1025] {
            let x = g.guardedFloats(2 * count)
            let p = g.blank(count)
            set.kernels.power!(x.pointer, count, p.pointer)
            let expected = (0..<count).map { k in
                let (re, im) = (Double(x.pointer[2 * k]), Double(x.pointer[2 * k + 1]))
                return re * re + im * im
            }
            #expect(error(p.values, expected) < 2e-7 && p.isIntact, "seed \(Self.seed), \(count)")
            // A value's bits are those that it has alone.
            for k in 0..<count {
                var alone: Float = 0
                set.kernels.power!(x.pointer + 2 * k, 1, &alone)
                #expect(alone.bitPattern == p.pointer[k].bitPattern, "seed \(Self.seed), \(k) of \(count)")
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func filterBanksEqualTheReference(set: InstructionSet) {
        var g = SeededGenerator(seed: Self.seed + 1)
        for problem in 0..<80 {
            let (rows, columns, bands) = (g.int(1...40), g.int(1...70), g.int(1...12))
            let (ldx, ldy) = (columns + g.int(0...5), columns + g.int(0...5))
            let x = g.guardedFloats(rows * ldx - (ldx - columns))
            var filters: [ck_band] = []
            var count = 0
            for _ in 0..<bands {
                let first = g.int(0...rows)
                let length = g.int(0...(rows - first))
                filters.append(ck_band(first: first, count: length, offset: count))
                count += length
            }
            let w = g.guardedFloats(count)
            let y = g.guarded([Float](repeating: 7, count: bands * ldy - (ldy - columns)))
            set.kernels.filter_bank!(filters, bands, w.pointer, x.pointer, ldx, columns, y.pointer, ldy)
            let place = "seed \(Self.seed + 1), problem \(problem): \(bands) bands, \(rows) × \(columns)"
            var expected = [Double](repeating: 7, count: y.count)
            for (b, filter) in filters.enumerated() {
                for t in 0..<columns {
                    expected[b * ldy + t] = (0..<filter.count).reduce(0) { sum, k in
                        sum + Double(w.pointer[filter.offset + k]) * Double(x.pointer[(filter.first + k) * ldx + t])
                    }
                }
            }
            #expect(error(y.values, expected, floor: 1) < 4e-6 && y.isIntact, "\(place)")
            // A column's bits are those that it has alone.
            let t = g.int(0...(columns - 1))
            var alone = [Float](repeating: 0, count: bands)
            set.kernels.filter_bank!(filters, bands, w.pointer, x.pointer + t, ldx, 1, &alone, 1)
            #expect(bits(alone) == (0..<bands).map { y.pointer[$0 * ldy + t].bitPattern }, "\(place), column \(t)")
        }
    }

    @Test(arguments: InstructionSet.available)
    func logarithmsEqualTheReference(set: InstructionSet) {
        var g = SeededGenerator(seed: Self.seed + 2)
        // Every exponent, the neighbourhood of 1 where the logarithm itself is small, and the subnormal numbers.
        var values = (-149...127).map { exp2f(Float($0)) * ($0 > -127 && $0 < 127 ? g.uniform(in: 1..<2) : 1) }
        values += (0..<2000).map { _ in g.uniform(in: 0.5..<2) }
        values += [1, Float(1).nextUp, Float(1).nextDown, .greatestFiniteMagnitude, .leastNormalMagnitude]
        let x = g.guarded(values)
        let y = g.blank(x.count)
        let least = Float.leastNonzeroMagnitude
        set.kernels.logarithm!(x.pointer, x.count, least, 0, 1, y.pointer)
        for i in values.indices {
            let expected = log(Double(values[i]))
            let bound = 2 * Double(Float(expected).ulp)
            #expect(abs(Double(y.pointer[i]) - expected) <= bound, "seed \(Self.seed + 2), ln \(values[i])")
            var alone: Float = 0
            set.kernels.logarithm!(x.pointer + i, 1, least, 0, 1, &alone)
            #expect(alone.bitPattern == y.pointer[i].bitPattern, "seed \(Self.seed + 2), ln \(values[i]) alone")
        }
        #expect(y.isIntact)
        // Below the floor stands the floor; the shift comes off before the factor.
        for count in 1...40 {
            let x = g.guardedFloats(count)
            let y = g.blank(count)
            set.kernels.logarithm!(x.pointer, count, 0.25, 1.5, -2, y.pointer)
            let expected = x.values.map { -2 * (log(Double(max($0, 0.25))) - 1.5) }
            #expect(error(y.values, expected, floor: 1) < 4e-7 && y.isIntact, "seed \(Self.seed + 2), \(count)")
            set.kernels.logarithm!(x.pointer, count, 0.25, 1.5, -2, x.pointer)
            #expect(bits(x.values) == bits(y.values), "in place, \(count)")
        }
    }
}
