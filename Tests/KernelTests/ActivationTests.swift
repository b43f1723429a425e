import CKernels
import FormantTensor
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct ActivationTests {
    /// All orders of magnitude, both signs, the ends of the range, and the middle densely.
    private func samples(using g: inout SeededGenerator) -> [Float] {
        var samples: [Float] = [
            0, -0.0, .infinity, -.infinity, .nan, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
            .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude, 88.72, 88.73, -87.33, -87.34,
            -103.97, -103.98, -104, 104, 17, -17,
        ]
        for exponent in -40...30 {
            for sign: Float in [1, -1] { samples.append(sign * (1 + g.uniform()) * Float(exp2(Double(exponent)))) }
        }
        samples += g.floats(4001, from: -12, to: 12)
        samples += g.floats(1000, from: -110, to: 110)
        return samples
    }

    @Test(arguments: InstructionSet.available, Reference.activations)
    func valuesEqualTheReference(set: InstructionSet, kind: ck_activation) {
        let seed: UInt64 = 31
        var g = SeededGenerator(seed: seed)
        let x = g.guarded(samples(using: &g))
        let y = g.blank(x.count)
        let alpha: Float = 0.3
        set.kernels.activate!(kind, alpha, x.pointer, y.pointer, x.count)
        let expected = x.values.map { Reference.activation(kind, Double($0), Double(alpha)) }
        // Absolute bounds of the approximation of erf; the others are relative down to the subnormal numbers.
        let floor = kind == CK_GELU ? 1.0 : 1e-36
        #expect(error(y.values, expected, floor: floor) < 6e-7, "seed \(seed)")
        #expect(y.isIntact)

        set.kernels.activate!(kind, alpha, x.pointer, x.pointer, x.count)
        #expect(bits(x.values) == bits(y.values), "in place")
    }

    /// A value does not depend on where in a range it stands.
    @Test(arguments: InstructionSet.available, Reference.activations)
    func everyLaneComputesTheSame(set: InstructionSet, kind: ck_activation) {
        var g = SeededGenerator(seed: 32)
        let x = g.guardedFloats(77, from: -4, to: 4)
        let whole = g.blank(x.count)
        let pieces = g.blank(x.count)
        set.kernels.activate!(kind, 0.3, x.pointer, whole.pointer, x.count)
        var start = 0
        while start < x.count {
            let length = min(x.count - start, g.int(1...9))
            set.kernels.activate!(kind, 0.3, x.pointer + start, pieces.pointer + start, length)
            start += length
        }
        #expect(bits(whole.values) == bits(pieces.values))
    }

    @Test(arguments: InstructionSet.available, Reference.activations)
    func gradientsEqualTheReference(set: InstructionSet, kind: ck_activation) {
        let seed: UInt64 = 33
        var g = SeededGenerator(seed: seed)
        let alpha: Float = 0.3
        let readsX = kind == CK_GELU || kind == CK_SILU
        var samples = g.floats(1003, from: -9, to: 9)
        if readsX { samples += [.infinity, -.infinity, 1e30, -1e30] }
        let y = g.guarded(samples.map { Float(Reference.activation(kind, Double($0), Double(alpha))) })
        let x = g.guarded(samples)
        let dy = g.guardedFloats(x.count)
        let dx = g.blank(x.count)
        set.kernels.activate_backward!(
            kind, alpha, readsX ? x.pointer : nil, readsX || kind == CK_IDENTITY ? nil : y.pointer, dy.pointer,
            dx.pointer, x.count)
        let expected = zip(x.values, dy.values).map { x, dy in
            switch x {
            case .infinity, 1e30: Double(dy)
            case -.infinity, -1e30: 0.0
            default: Double(dy) * Reference.slope(kind, Double(x), Double(alpha))
            }
        }
        // y is rounded, and 1 − y has the rounding error of y.
        #expect(error(dx.values, expected, floor: 1) < 1e-6, "seed \(seed)")
        set.kernels.activate_backward!(kind, alpha, x.pointer, y.pointer, dy.pointer, dy.pointer, x.count)
        #expect(bits(dx.values) == bits(dy.values) && dx.isIntact, "in place")
    }

    /// The exponential function: softmax of (x, 0) has the ratio e^x, but for the rounding of two products.
    @Test(arguments: InstructionSet.available)
    func exponentialIsWithinTwoUnitsInTheLastPlace(set: InstructionSet) {
        var g = SeededGenerator(seed: 34)
        var x: [Float] = []
        for value in g.floats(5000, from: -86, to: 0) + g.floats(5000, from: -1, to: 0) { x += [value, 0] }
        var y = x
        set.kernels.softmax!(x, x.count / 2, 2, &y)
        var worst = 0.0
        for i in stride(from: 0, to: x.count, by: 2) {
            let expected = exp(Double(x[i]))
            let unit = Double(Float(expected).ulp)
            worst = max(worst, abs(Double(y[i]) / Double(y[i + 1]) - expected) / unit)
        }
        #expect(worst < 3)
    }
}
