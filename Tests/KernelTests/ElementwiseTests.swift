import CKernels
import FormantTensor
import Testing

struct ElementwiseTests {
    @Test(arguments: InstructionSet.available)
    func sumsAndProductsEqualTheReference(set: InstructionSet) {
        let seed: UInt64 = 71
        var g = SeededGenerator(seed: seed)
        for count in Array(1...40) + [1000, 5003] {
            let x = g.guardedFloats(count)
            let y = g.guardedFloats(count)
            let a = g.uniform(in: -2..<2)
            let pairs = Array(zip(x.values, y.values))
            let out = g.blank(count)
            set.kernels.add!(x.pointer, y.pointer, out.pointer, count)
            #expect(out.values == pairs.map { $0 + $1 } && out.isIntact, "seed \(seed), \(count)")
            set.kernels.multiply!(x.pointer, y.pointer, out.pointer, count)
            #expect(out.values == pairs.map { $0 * $1 } && out.isIntact, "seed \(seed), \(count)")
            set.kernels.scale!(a, x.pointer, out.pointer, count)
            #expect(out.values == x.values.map { a * $0 } && out.isIntact, "seed \(seed), \(count)")

            let squares = x.values.reduce(0.0) { $0 + Double($1) * Double($1) }
            let found = set.kernels.sum_of_squares!(x.pointer, count)
            #expect(abs(found - squares) < 1e-6 * squares, "seed \(seed), \(count)")

            set.kernels.add_scaled!(a, x.pointer, y.pointer, count)
            let expected = pairs.map { Double($1) + Double(a) * Double($0) }
            #expect(error(y.values, expected, floor: 1) < 2e-7 && y.isIntact, "seed \(seed), \(count)")
            set.kernels.add!(x.pointer, out.pointer, out.pointer, count)
            #expect(out.values == x.values.map { $0 + a * $0 } && x.isIntact, "in place")
        }
    }

    @Test(arguments: InstructionSet.available)
    func axesComeInAnyOrder(set: InstructionSet) {
        let seed: UInt64 = 72
        var g = SeededGenerator(seed: seed)
        for problem in 0..<60 {
            let extents = [g.int(1...6), g.int(1...40), g.int(1...40)]
            let strides = [extents[1] * extents[2], extents[2], 1]
            var order = [0, 1, 2]
            g.shuffle(&order)
            let x = g.guardedFloats(extents.reduce(1, *))
            let y = g.blank(x.count)
            let (e, s) = (order.map { extents[$0] }, order.map { strides[$0] })
            set.kernels.permute!(x.pointer, e[0], e[1], e[2], s[0], s[1], s[2], y.pointer)
            var expected: [Float] = []
            for i in 0..<e[0] {
                for j in 0..<e[1] {
                    for k in 0..<e[2] { expected.append(x.pointer[i * s[0] + j * s[1] + k * s[2]]) }
                }
            }
            #expect(y.values == expected && y.isIntact, "seed \(seed), problem \(problem), order \(order)")
        }
    }
}

struct DropoutTests {
    private func mask(_ set: InstructionSet, _ count: Int, seed: UInt64, first: UInt64, rate: Float) -> [Float] {
        var g = SeededGenerator(seed: seed)
        let x = g.guarded([Float](repeating: 1, count: count))
        let y = g.blank(count)
        set.kernels.dropout!(x.pointer, y.pointer, count, seed, first, rate)
        #expect(y.isIntact)
        set.kernels.dropout!(x.pointer, x.pointer, count, seed, first, rate)
        #expect(x.values == y.values, "in place")
        return y.values
    }

    @Test(arguments: InstructionSet.available, [0, 0.1, 0.5, 0.9] as [Float])
    func keptShareIsOneMinusTheRate(set: InstructionSet, rate: Float) {
        let count = 100_000
        for (seed, first): (UInt64, UInt64) in [(1, 0), (2, 0), (1, 1 << 40), (.max, 12345)] {
            let values = mask(set, count, seed: seed, first: first, rate: rate)
            let kept = values.count { $0 != 0 }
            let expected = Double(count) * Double(1 - rate)
            let deviation = (expected * Double(rate)).squareRoot()
            #expect(abs(Double(kept) - expected) <= 5 * deviation, "seed \(seed), first \(first)")
            #expect(values.allSatisfy { $0 == 0 || $0 == 1 / (1 - rate) })
        }
    }

    /// Neighbours, and the same places under other seeds, are kept independently of each other.
    @Test(arguments: InstructionSet.available)
    func masksAreUncorrelated(set: InstructionSet) {
        let count = 100_000
        let one = mask(set, count, seed: 1, first: 0, rate: 0.5)
        func agreement(_ other: ArraySlice<Float>) -> Double {
            Double(zip(one, other).count { $0 == $1 }) / Double(other.count)
        }
        let bound = 5 * 0.5 / Double(count - 64).squareRoot()
        for lag in [1, 2, 3, 4, 8, 16, 32, 64] { #expect(abs(agreement(one[lag...]) - 0.5) < bound, "lag \(lag)") }
        for seed: UInt64 in [0, 2, 3, 1 << 32, 1 << 33 | 1, 0x9e37_79b9_7f4a_7c15] {
            #expect(
                abs(agreement(mask(set, count, seed: seed, first: 0, rate: 0.5)[...]) - 0.5) < bound, "seed \(seed)")
        }
        for first: UInt64 in [1 << 32, 1 << 33, 1 << 63] {
            #expect(abs(agreement(mask(set, count, seed: 1, first: first, rate: 0.5)[...]) - 0.5) < bound)
        }
    }

    /// The mask depends on seed and first + i alone, also where the low half of the counter overflows.
    @Test func maskDependsOnTheIndexAlone() {
        for start: UInt64 in [0, (1 << 32) - 50, .max - 70] {
            let whole = mask(InstructionSet.available[0], 101, seed: 9, first: start, rate: 0.4)
            for set in InstructionSet.available {
                for offset in 0..<40 {
                    let part = mask(set, 61, seed: 9, first: start &+ UInt64(offset), rate: 0.4)
                    #expect(part == Array(whole[offset..<offset + 61]), "\(set), first \(start), offset \(offset)")
                }
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func droppedValuesAreZeroWhateverTheyWere(set: InstructionSet) {
        let x = [Float](repeating: .nan, count: 50)
        var y = x
        set.kernels.dropout!(x, &y, 50, 3, 0, 1)
        #expect(y.allSatisfy { $0 == 0 })
        set.kernels.dropout!(x, &y, 50, 3, 0, 0.5)
        #expect(y.contains { $0 == 0 } && y.contains { $0.isNaN })
    }
}
