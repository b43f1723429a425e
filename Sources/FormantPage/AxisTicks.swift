/// Round numbers for an axis: steps of 1, 2 or 5 times a power of ten.
package struct AxisTicks {
    package let step: Double
    /// The multiples of the step from the one at or below the lowest value to the one at or above the highest.
    package let values: [Double]

    /// - Parameters:
    ///   - range: finite bounds, below 1e30 in magnitude.
    ///   - count: about how many steps.
    ///   - whole: whether the step must be a whole number.
    package init(covering range: ClosedRange<Double>, count: Int, whole: Bool = false) {
        var span = range.upperBound - range.lowerBound
        // A span of nothing, or one too small to divide, gets room around it.
        let magnitude = max(range.lowerBound.magnitude, range.upperBound.magnitude)
        if span <= max(magnitude * 1e-9, 1e-12) { span = max(magnitude * 0.1, 1e-9) }
        let rough = span / Double(count)
        var power = 1.0
        while power > rough { power /= 10 }
        while power * 10 <= rough { power *= 10 }
        var step = power * 10
        for factor in [5.0, 2, 1] where power * factor >= rough { step = power * factor }
        if whole { step = max(1, step) }
        self.step = step
        let first = (range.lowerBound / step).rounded(.down)
        let last = max((range.upperBound / step).rounded(.up), first + 1)
        values = (0...Int(min(100, last - first))).map { (first + Double($0)) * step }
    }

    /// The axis from its first to its last tick.
    package var range: ClosedRange<Double> { values[0]...values[values.count - 1] }

    /// A tick as text, with the digits that the step needs.
    package func text(_ value: Double) -> String {
        var places = 0
        var unit = step
        while places < 4 && (unit - unit.rounded()).magnitude > 1e-6 * unit {
            unit *= 10
            places += 1
        }
        if (unit - unit.rounded()).magnitude > 1e-6 * unit || value.magnitude >= 1e6 {
            return NumberText.significant(value)
        }
        return NumberText.fixed(value, places: places)
    }
}
