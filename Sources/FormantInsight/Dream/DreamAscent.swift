import CKernels
import FormantNetwork
import FormantTensor

/// Gradient ascent in steps of one size, on an input that is turned round by chance before each step, so that no place of
/// it has always the same place among strides and tiles (Mordvintsev, Tyka & Olah 2015).
public struct DreamAscent: Sendable {
    /// How far a step goes: the mean of its changes, as a share of the standard deviation of the first input's values.
    public var rate: Float
    /// The farthest that the input is turned, in rows and in columns.
    public var jitter: (rows: Int, columns: Int)
    /// What the values of each channel must lie within; nil: anything.
    public var limits: [ClosedRange<Float>]?

    /// Creates an ascent.
    public init(rate: Float, jitter: (rows: Int, columns: Int), limits: [ClosedRange<Float>]? = nil) {
        self.rate = rate
        self.jitter = jitter
        self.limits = limits
    }

    /// Takes a step.
    /// - Parameters:
    ///   - values: the input, in the public order.
    ///   - unit: standard deviation of the first input's values.
    /// - Returns: the aim before the step.
    /// - Throws: `NetworkError`, as the gradient does.
    public func step(
        _ values: inout [Float], shape: Shape, unit: Float, _ gradient: DreamGradient,
        using generator: inout SeededGenerator
    ) throws(NetworkError) -> Double {
        let shift = (
            rows: generator.index(below: min(jitter.rows, shape.height - 1) + 1),
            columns: generator.index(below: min(jitter.columns, shape.width - 1) + 1)
        )
        let found = try gradient.gradient(of: values, shape: shape, shift: shift)
        let mean = found.gradient.sums().absolute / Double(values.count)
        guard mean > 0, mean.isFinite else { return found.aim }
        values.add(Double(rate * unit) / mean, found.gradient)
        if let limits { cut(&values, shape, limits) }
        return found.aim
    }

    private func cut(_ values: inout [Float], _ shape: Shape, _ limits: [ClosedRange<Float>]) {
        for channel in 0..<shape.channels {
            let (least, most) = (limits[channel].lowerBound, limits[channel].upperBound)
            for i in channel * shape.positions..<(channel + 1) * shape.positions {
                values[i] = min(max(values[i], least), most)
            }
        }
    }

    /// The standard deviation of some values; 1 where they are all the same.
    public static func deviation(of values: [Float]) -> Float {
        var (sum, squares) = (0.0, 0.0)
        for value in values { sum += Double(value) }
        let mean = sum / Double(max(1, values.count))
        for value in values { squares += (Double(value) - mean) * (Double(value) - mean) }
        let deviation = (squares / Double(max(1, values.count))).squareRoot()
        return deviation > 1e-12 ? Float(deviation) : 1
    }
}
