/// The steps of L-BFGS (Nocedal & Wright 2006, algorithm 7.5): the latest changes of input and gradient stand for the
/// second derivatives.
struct LimitedMemorySteps {
    /// What is known where the search stands.
    private(set) var current: (loss: Double, gradient: [Float])?
    private(set) var isStuck = false

    private let memory: Int
    /// The latest steps, oldest first: change of the input, change of the gradient, 1 / (their product).
    private var history: [(step: [Float], change: [Float], weight: Double)] = []

    init(memory: Int) {
        precondition(memory >= 1, "a memory of \(memory) steps")
        self.memory = memory
    }

    /// Works out the objective where the search begins.
    /// - Returns: its value.
    mutating func begin(at values: [Float], _ objective: Objective) -> Double {
        var gradient = [Float](repeating: 0, count: values.count)
        let loss = objective(values, &gradient)
        current = (loss, gradient)
        return loss
    }

    /// Takes a step from `values`.
    /// - Returns: how often the objective was worked out.
    mutating func move(_ values: inout [Float], _ objective: Objective) -> Int {
        guard let current else { preconditionFailure("a step before the first evaluation") }
        let sizes = current.gradient.sums()
        guard current.loss.isFinite, sizes.absolute > 0, sizes.absolute.isFinite else {
            isStuck = true
            return 0
        }
        var direction = direction(current.gradient)
        var slope = direction.product(current.gradient)
        if !(slope < 0) {
            history = []
            direction = current.gradient.scaled(-1)
            slope = -sizes.squares
        }
        let start = values
        let search = LineSearch(loss: current.loss, slope: slope)
        // Without a history a step that would lower the loss by a hundredth if it fell evenly.
        let careful =
            current.loss == 0 ? min(1, 1 / sizes.absolute) : 0.01 * current.loss.magnitude / sizes.squares
        let found = search.run(first: history.isEmpty ? careful : 1) { step in
            let place = start.adding(step, direction)
            var gradient = [Float](repeating: 0, count: place.count)
            let loss = objective(place, &gradient)
            return .init(
                step: step, loss: loss, slope: gradient.product(direction), values: place, gradient: gradient)
        }
        guard let point = found.point else {
            // Along the gradient itself nothing is left to gain; along another direction what is remembered misleads.
            if history.isEmpty { isStuck = true }
            history = []
            return found.evaluations
        }
        remember(step: direction.scaled(point.step), change: point.gradient.adding(-1, current.gradient))
        values = point.values
        self.current = (point.loss, point.gradient)
        return found.evaluations
    }

    /// −H · gradient by the two loops over the history (algorithm 7.4).
    private func direction(_ gradient: [Float]) -> [Float] {
        var direction = gradient.scaled(-1)
        var shares = [Double](repeating: 0, count: history.count)
        for (i, pair) in history.enumerated().reversed() {
            shares[i] = pair.weight * pair.step.product(direction)
            direction.add(-shares[i], pair.change)
        }
        if let last = history.last {
            direction = direction.scaled(1 / (last.weight * last.change.sums().squares))
        }
        for (i, pair) in history.enumerated() {
            direction.add(shares[i] - pair.weight * pair.change.product(direction), pair.step)
        }
        return direction
    }

    private mutating func remember(step: [Float], change: [Float]) {
        let product = step.product(change)
        // Where the slope did not rise the second derivatives would not be positive.
        guard product > 1e-10 * change.sums().squares else { return }
        if history.count == memory { history.removeFirst() }
        history.append((step, change, 1 / product))
    }
}
