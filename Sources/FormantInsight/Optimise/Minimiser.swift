/// A number that depends on an input, and how it changes with it: returns the number at `values` and writes its
/// gradient by them into `gradient`, which has as many places and holds anything before.
public typealias Objective = (_ values: [Float], _ gradient: inout [Float]) -> Double

/// Changes an input, step by step, so that a number falls. To raise one, its negative is made to fall.
///
///     var minimiser = Minimiser(.adam(rate: 0.05), from: picture)
///     for _ in 0..<200 { minimiser.step(objective) }
///     minimiser.values
public struct Minimiser {
    /// How the next input is found.
    public enum Method: Hashable, Sendable {
        /// Adam (Kingma & Ba 2015) with β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸: each value moves by about `rate` a step. One
        /// evaluation a step. For objectives with chance in them, too.
        case adam(rate: Float)
        /// The method of Broyden, Fletcher, Goldfarb & Shanno with limited memory (Nocedal & Wright 2006, algorithm
        /// 7.5) and a line search: one evaluation a step, seldom more. `memory`: steps that are remembered, at least
        /// 1, each of which takes twice the room of the input. The objective must be the same at every call.
        case lbfgs(memory: Int)
    }

    /// The input as it is now.
    public private(set) var values: [Float]
    /// The number at the latest input of which it is known: with Adam where the last step began, with L-BFGS at `values`.
    public private(set) var loss = Double.infinity
    /// The input with the least number so far, and the number; before the first step the first input and infinity.
    public private(set) var best: (values: [Float], loss: Double)
    /// How often the objective was worked out.
    public private(set) var evaluations = 0
    /// Whether no step lowers the number any more; further steps do nothing then.
    public private(set) var isStuck = false

    private var engine: Engine

    private enum Engine {
        case adam(AdamSteps)
        case lbfgs(LimitedMemorySteps)
    }

    /// Begins with an input.
    public init(_ method: Method, from values: [Float]) {
        self.values = values
        best = (values, .infinity)
        switch method {
        case .adam(let rate): engine = .adam(AdamSteps(count: values.count, rate: rate))
        case .lbfgs(let memory): engine = .lbfgs(LimitedMemorySteps(memory: memory))
        }
    }

    /// Takes a step.
    /// - Returns: the number where the step began.
    @discardableResult public mutating func step(_ objective: Objective) -> Double {
        guard !isStuck else { return loss }
        let before: Double
        switch engine {
        case .adam(var steps):
            engine = .adam(AdamSteps(count: 0, rate: 0))  // so that its arrays are changed in place
            before = objective(values, &steps.gradient)
            evaluations += 1
            note(before)
            steps.move(&values)
            engine = .adam(steps)
        case .lbfgs(var steps):
            engine = .lbfgs(LimitedMemorySteps(memory: 1))
            if steps.current == nil {
                evaluations += 1
                note(steps.begin(at: values, objective))
            }
            before = loss
            let spent = steps.move(&values, objective)
            evaluations += spent
            isStuck = steps.isStuck
            note(steps.current!.loss)
            engine = .lbfgs(steps)
        }
        return before
    }

    private mutating func note(_ loss: Double) {
        self.loss = loss
        if loss < best.loss { best = (values, loss) }
    }
}
