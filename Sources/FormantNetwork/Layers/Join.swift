import FormantOperators
import FormantTensor

/// The sum of two or more inputs of one shape, but that an input whose frequency or time axis has extent 1 is added to all
/// bands or frames of the others.
public struct Sum: Layer, Codable {
    /// The key in a description.
    public var kind: String { "sum" }

    /// Creates a sum.
    public init() {}

    /// The layer on two or more inputs.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        guard inputs.count >= 2 else {
            throw .inputCount(expected: "two or more inputs (name them in from)", found: inputs.count)
        }
        guard let shape = FormantOperators.Sum.outputShape(of: inputs) else {
            throw .disagreement(what: "shape", shapes: inputs)
        }
        try checkSize("its output", [shape.channels, shape.height, shape.width])
        return LayerBinding(output: shape) { batch in FormantOperators.Sum(batch: batch, inputs: inputs) }
    }
}

/// Puts inputs behind each other along one axis.
public struct Concatenate: Layer, Codable {
    /// The axis along which they are joined.
    public var axis: Axis

    /// The key in a description.
    public var kind: String { "concatenate" }

    /// Creates a concatenation.
    public init(axis: Axis = .channel) { self.axis = axis }

    enum CodingKeys: String, SettingsKey { case axis }

    /// Reads the settings of `concatenate`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "concatenate", keyedBy: CodingKeys.self)
        self.init(axis: try settings.decode(.axis, default: .channel))
    }

    /// The layer on one or more inputs.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        guard !inputs.isEmpty else { throw .inputCount(expected: "one or more inputs", found: 0) }
        for other in Axis.allCases where other != axis {
            guard inputs.allSatisfy({ $0[other] == inputs[0][other] }) else {
                throw .disagreement(what: "\(other.rawValue)", shapes: inputs)
            }
        }
        let axis = axis
        let total = inputs.reduce(0) { $0 + $1[axis] }
        try checkSize("its output", [total] + Axis.allCases.filter { $0 != axis }.map { inputs[0][$0] })
        let make: @Sendable (Int) -> Concatenation = { batch in
            Concatenation(batch: batch, inputs: inputs, axis: axis)
        }
        return LayerBinding(output: make(1).outputShape, makeOperator: make)
    }
}
