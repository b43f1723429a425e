import FormantTensor

/// What a method says of an input.
public struct Attribution: Sendable {
    /// How near the values of integrated gradients come to adding up to what they should.
    public struct Completeness: Sendable, Hashable {
        /// Sum of the values.
        public var sum: Double
        /// y(x) − y(x′): what they should add up to.
        public var difference: Double
        /// Steps on the way from the baseline to the input.
        public var steps: Int

        /// |sum − difference| ÷ |difference|; of a difference below 10⁻⁶ what is left of it.
        public var error: Double { (sum - difference).magnitude / max(difference.magnitude, 1e-6) }
    }

    /// The method.
    public var method: ExplanationMethod
    /// Channel by channel, row by row: of gradients by the input a value for each of its values, of Grad-CAM and occlusion one
    /// for each position.
    public var values: [Float]
    /// Shape of `values`.
    public var shape: Shape
    /// Of integrated gradients.
    public var completeness: Completeness?
    /// Of Grad-CAM: the nodes whose maps were taken.
    public var nodes: [String] = []

    /// One value per position: the sum over the channels where the method tells for from against, else their Euclidean norm.
    public var map: [Float] {
        guard shape.channels > 1 || !method.isSigned else { return values }
        var map = [Float](repeating: 0, count: shape.positions)
        for channel in 0..<shape.channels {
            for i in map.indices {
                let value = values[channel * shape.positions + i]
                map[i] += method.isSigned ? value : value * value
            }
        }
        return method.isSigned ? map : map.map { $0.squareRoot() }
    }
}

/// Numbers that the methods depend on.
public struct ExplanationSettings: Sendable {
    /// Noisy inputs of SmoothGrad, 1 to 10,000.
    public var samples = 50
    /// Standard deviation of the noise as a share of the input's span, 0 to 10.
    public var noise: Float = 0.15
    /// The least and the most steps of integrated gradients, which are doubled until the error is in bounds.
    public var steps = 32...2048
    /// The largest error of integrated gradients, as a share of what they should add up to.
    public var tolerance = 0.01
    /// Nodes whose maps Grad-CAM takes; empty: of each branch the last convolution with more than one position, behind its
    /// batch norm and rectifier.
    public var nodes: [String] = []
    /// What the noise is drawn from.
    public var seed: UInt64 = 1

    /// The usual numbers.
    public init() {}
}
