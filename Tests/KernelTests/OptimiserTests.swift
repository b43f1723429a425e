import CKernels
import FormantTensor
import Testing

struct OptimiserTests {
    private static let counts = Array(1...20) + [333]

    /// Three steps of an optimiser, each held against the same step in double precision from the same state.
    private func check(
        _ seed: UInt64, state: Int, step: ([Guarded<Float>]) -> Void, reference: (inout [Double]) -> Void
    ) {
        var g = SeededGenerator(seed: seed)
        for count in Self.counts {
            // Weights, gradients, then what the optimiser keeps, which is never negative here.
            var arrays = [g.guardedFloats(count), g.guardedFloats(count)]
            for _ in 0..<state { arrays.append(g.guardedFloats(count, from: 0, to: 1)) }
            for turn in 0..<3 {
                let before = arrays.map(\.values)
                step(arrays)
                var worst = 0.0
                for i in 0..<count {
                    var values = before.map { Double($0[i]) }
                    reference(&values)
                    let found = arrays.map { $0.pointer[i] }
                    worst = max(worst, error(found, values, floor: 1))
                }
                #expect(worst < 1e-6, "seed \(seed), count \(count), turn \(turn)")
                #expect(arrays.allSatisfy { $0.isIntact })
            }
        }
    }

    @Test(arguments: InstructionSet.available, [false, true])
    func stochasticGradientDescent(set: InstructionSet, nesterov: Bool) {
        let (rate, momentum, decay) = (Float(0.1), Float(0.9), Float(0.01))
        check(81, state: 1) { a in
            set.kernels.sgd!(
                a[0].pointer, a[1].pointer, a[2].pointer, a[0].count, rate, momentum, nesterov, decay)
        } reference: { v in
            let gradient = v[1] + Double(decay) * v[0]
            v[2] = Double(momentum) * v[2] + gradient
            v[0] -= Double(rate) * (nesterov ? gradient + Double(momentum) * v[2] : v[2])
        }
        check(82, state: 0) { a in
            set.kernels.sgd!(a[0].pointer, a[1].pointer, nil, a[0].count, rate, 0, nesterov, decay)
        } reference: { v in
            v[0] -= Double(rate) * (v[1] + Double(decay) * v[0])
        }
    }

    @Test(arguments: InstructionSet.available, [(0, 0), (0.02, 0), (0, 0.05)] as [(Float, Float)])
    func adam(set: InstructionSet, decay: (coupled: Float, decoupled: Float)) {
        let (rate, beta1, beta2, epsilon) = (Float(0.01), Float(0.9), Float(0.99), Float(1e-8))
        let (correction1, correction2) = (Float(0.271), Float(0.0297))
        check(83, state: 2) { a in
            set.kernels.adam!(
                a[0].pointer, a[1].pointer, a[2].pointer, a[3].pointer, a[0].count, rate, beta1, beta2, epsilon,
                correction1, correction2, decay.coupled, decay.decoupled)
        } reference: { v in
            let gradient = v[1] + Double(decay.coupled) * v[0]
            v[0] -= Double(rate) * Double(decay.decoupled) * v[0]
            v[2] = Double(beta1) * v[2] + (1 - Double(beta1)) * gradient
            v[3] = Double(beta2) * v[3] + (1 - Double(beta2)) * gradient * gradient
            v[0] -=
                Double(rate) / Double(correction1) * v[2]
                / ((v[3] / Double(correction2)).squareRoot() + Double(epsilon))
        }
    }

    @Test(arguments: InstructionSet.available)
    func adadelta(set: InstructionSet) {
        let (rate, rho, epsilon, decay) = (Float(1), Float(0.95), Float(1e-6), Float(0.01))
        check(84, state: 2) { a in
            set.kernels.adadelta!(
                a[0].pointer, a[1].pointer, a[2].pointer, a[3].pointer, a[0].count, rate, rho, epsilon, decay)
        } reference: { v in
            let gradient = v[1] + Double(decay) * v[0]
            v[2] = Double(rho) * v[2] + (1 - Double(rho)) * gradient * gradient
            let change = ((v[3] + Double(epsilon)) / (v[2] + Double(epsilon))).squareRoot() * gradient
            v[3] = Double(rho) * v[3] + (1 - Double(rho)) * change * change
            v[0] -= Double(rate) * change
        }
    }
}
