import FormantInsight
import FormantTensor
import Testing

@Suite struct MinimiserTests {
    /// Rosenbrock's valley, Σ 100 (x₂ᵢ₊₁ − x₂ᵢ²)² + (1 − x₂ᵢ)², least at (1, 1 …).
    private func rosenbrock(_ x: [Float], _ gradient: inout [Float]) -> Double {
        var sum = 0.0
        for i in stride(from: 0, to: x.count, by: 2) {
            let (a, b) = (Double(x[i]), Double(x[i + 1]))
            sum += 100 * (b - a * a) * (b - a * a) + (1 - a) * (1 - a)
            gradient[i] = Float(-400 * a * (b - a * a) - 2 * (1 - a))
            gradient[i + 1] = Float(200 * (b - a * a))
        }
        return sum
    }

    /// ½ Σ cᵢ (xᵢ − tᵢ)² with curvatures from 1 to 1000.
    private func bowl(_ x: [Float], _ gradient: inout [Float]) -> Double {
        var sum = 0.0
        for i in 0..<x.count {
            let curvature = 1 + 999 * Double(i) / Double(x.count - 1)
            let distance = Double(x[i]) - Double(i % 7)
            sum += curvature * distance * distance / 2
            gradient[i] = Float(curvature * distance)
        }
        return sum
    }

    @Test func lbfgsFollowsRosenbrocksValley() {
        var minimiser = Minimiser(.lbfgs(memory: 10), from: [Float](repeating: -1.2, count: 10))
        var losses: [Double] = []
        for _ in 0..<100 where !minimiser.isStuck { losses.append(minimiser.step(rosenbrock)) }
        #expect(minimiser.loss < 1e-8, "\(minimiser.loss) after \(minimiser.evaluations) evaluations")
        for value in minimiser.values { #expect(abs(value - 1) < 1e-3) }
        #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 >= $1 }, "it never rises: \(losses)")
        #expect(minimiser.evaluations < 150)
    }

    @Test func lbfgsNeedsFewStepsInABowl() {
        var minimiser = Minimiser(.lbfgs(memory: 10), from: [Float](repeating: 0, count: 200))
        var gradient = [Float](repeating: 0, count: 200)
        let first = bowl(minimiser.values, &gradient)
        for _ in 0..<60 { minimiser.step(bowl) }
        #expect(minimiser.loss < 1e-5 * first, "\(minimiser.loss) of \(first)")
        // By steepest descent at the best constant step an error of the flattest direction falls by (999/1001) a step.
        #expect(minimiser.evaluations < 90)
        for _ in 0..<200 { minimiser.step(bowl) }
        for (i, value) in minimiser.values.enumerated() { #expect(abs(value - Float(i % 7)) < 1e-3) }
    }

    @Test func adamMovesByItsRate() {
        var minimiser = Minimiser(.adam(rate: 0.1), from: [3, -5])
        func objective(_ x: [Float], _ gradient: inout [Float]) -> Double {
            gradient = [2 * x[0], 200 * x[1]]
            return Double(x[0] * x[0] + 100 * x[1] * x[1])
        }
        #expect(minimiser.step(objective) == 2509)
        #expect(abs(minimiser.values[0] - 2.9) < 1e-5)
        #expect(abs(minimiser.values[1] + 4.9) < 1e-5)
        for _ in 0..<500 { minimiser.step(objective) }
        #expect(minimiser.best.loss < 1e-3)
        #expect(minimiser.evaluations == 501)
    }

    /// Of a number that falls and rises again the best is kept.
    @Test func theBestIsKept() {
        var minimiser = Minimiser(.adam(rate: 1), from: [1.5])
        for _ in 0..<4 {
            minimiser.step { x, gradient in
                gradient = [1]
                return Double(abs(x[0]))
            }
        }
        #expect(abs(abs(minimiser.best.values[0]) - 0.5) < 1e-3)
        #expect(minimiser.values[0] < -2)
    }

    @Test func lbfgsStopsWhereNothingIsLeft() {
        var minimiser = Minimiser(.lbfgs(memory: 3), from: [0, 0])
        minimiser.step { _, gradient in
            gradient = [0, 0]
            return 7
        }
        #expect(minimiser.isStuck)
        #expect(minimiser.loss == 7)
        // A number that is none: no step, and no endless search.
        var lost = Minimiser(.lbfgs(memory: 3), from: [1])
        lost.step { _, gradient in
            gradient = [1]
            return .nan
        }
        #expect(lost.isStuck)
    }

    /// A wall on the way: places where the objective is no number are stepped back from.
    @Test func lbfgsStepsBackFromAWall() {
        var minimiser = Minimiser(.lbfgs(memory: 5), from: [4])
        for _ in 0..<50 where !minimiser.isStuck {
            minimiser.step { x, gradient in
                guard x[0] > 0 else { return .nan }
                gradient = [1 - 1 / x[0]]
                return Double(x[0]) - Double(x[0]).logarithm
            }
        }
        #expect(abs(minimiser.values[0] - 1) < 1e-3)
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Double {
    fileprivate var logarithm: Double { log(self) }
}
