/// Looks along a line for a step that satisfies the strong Wolfe conditions with c₁ = 10⁻⁴ and c₂ = 0.9 (Nocedal &
/// Wright 2006, algorithms 3.5 and 3.6; places between two others by equation 3.59).
struct LineSearch {
    /// What is known at one place of the line.
    struct Point {
        var step: Double
        var loss: Double
        /// Derivative of the loss by the step.
        var slope: Double
        var values: [Float]
        var gradient: [Float]
    }

    private let start: Point

    private static let decrease = 1e-4
    private static let curvature = 0.9
    private static let mostEvaluations = 20

    /// A line that begins where the loss is `loss` and its derivative by the step is `slope`, below 0.
    init(loss: Double, slope: Double) {
        start = Point(step: 0, loss: loss, slope: slope, values: [], gradient: [])
    }

    /// Searches.
    /// - Parameters:
    ///   - first: the step that is tried first, above 0.
    ///   - point: works out a place.
    /// - Returns: the place found, where the loss is lower, nil if there is none; how many places were looked at.
    func run(first: Double, _ point: (_ step: Double) -> Point) -> (point: Point?, evaluations: Int) {
        var before = start
        var step = first
        for evaluation in 1...Self.mostEvaluations {
            let found = point(step)
            guard isLow(found), evaluation == 1 || found.loss < before.loss else {
                return narrow(low: before, high: found, evaluation, point)
            }
            if found.slope.magnitude <= -Self.curvature * start.slope { return (found, evaluation) }
            if found.slope >= 0 { return narrow(low: found, high: before, evaluation, point) }
            let guess = minimum(before, found)
            before = found
            step = guess.isFinite ? min(max(guess, 1.5 * step), 10 * step) : 2 * step
        }
        return (before, Self.mostEvaluations)
    }

    /// Narrows an interval that holds a step that satisfies the conditions; `low` is the end with the lower loss.
    private func narrow(
        low: Point, high: Point, _ spent: Int, _ point: (_ step: Double) -> Point
    ) -> (point: Point?, evaluations: Int) {
        var (low, high, evaluations) = (low, high, spent)
        while evaluations < Self.mostEvaluations {
            let (left, right) = (min(low.step, high.step), max(low.step, high.step))
            let guess = high.loss.isFinite ? minimum(low, high) : .nan
            // Not too near an end, so that the interval shrinks.
            let margin = 0.1 * (right - left)
            let step = guess.isFinite ? min(max(guess, left + margin), right - margin) : (left + right) / 2
            guard step > left, step < right else { break }
            let found = point(step)
            evaluations += 1
            if !isLow(found) || found.loss >= low.loss {
                high = found
            } else {
                if found.slope.magnitude <= -Self.curvature * start.slope { return (found, evaluations) }
                if found.slope * (high.step - low.step) >= 0 { high = low }
                low = found
            }
        }
        return (low.step > 0 ? low : nil, evaluations)
    }

    /// Whether the loss is as low as the slope at the start promises.
    private func isLow(_ found: Point) -> Bool {
        found.loss.isFinite && found.loss <= start.loss + Self.decrease * found.step * start.slope
    }

    /// Where the cubic through two places with their slopes is least; no number where it has no minimum.
    private func minimum(_ a: Point, _ b: Point) -> Double {
        let d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.step - b.step)
        let d2 = (d1 * d1 - a.slope * b.slope).squareRoot() * (b.step < a.step ? -1 : 1)
        return b.step - (b.step - a.step) * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2)
    }
}
