import FormantOperators
import FormantTensor

/// One layer of a network description: settings without weights.
///
/// A layer knows what it makes of the shapes of its inputs, which parameters it needs and which operator computes it.
/// Layers are written as one key with their settings (`dense: {units: 10}`), so they decode from any settings format.
public protocol Layer: Encodable, Hashable, Sendable, NetworkPart {
    /// The key under which the layer is written, such as `convolution`.
    var kind: String { get }

    /// What the layer is for these inputs.
    /// - Throws: `LayerError` where the layer cannot take them.
    func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding
}

/// A layer bound to the shapes of its inputs.
public struct LayerBinding: Sendable {
    /// Shape of the output.
    public var output: Shape
    /// Weights and running statistics, in the order in which the operator takes them.
    public var parameters: [ParameterSpecification] = []
    /// Multiplications with a weight that one example takes.
    public var multiplications: Int = 0
    /// Of a convolution: pairs of a value of the input and one of the output with a weight between them.
    public var connections: Int?
    /// Weights of one filter (without its bias), where the layer has filters or units.
    public var weightsPerFilter: Int?
    /// Makes the operator for a batch size.
    package var makeOperator: @Sendable (_ batch: Int) -> any Operator

    package init(output: Shape, makeOperator: @escaping @Sendable (_ batch: Int) -> any Operator) {
        self.output = output
        self.makeOperator = makeOperator
    }
}

/// One parameter tensor of a layer.
public struct ParameterSpecification: Hashable, Sendable {
    /// What becomes of a parameter in training.
    public enum Role: String, Hashable, Sendable {
        /// The optimiser moves it.
        case trained
        /// It keeps its value: a pretrained embedding, say.
        case frozen
        /// The forward pass moves it: the running statistics of a batch norm.
        case running
    }

    /// How the values stand in memory, against the public order of a model file.
    public enum Storage: Hashable, Sendable {
        /// As in the public order.
        case plain
        /// Public: [output][input of the group][taps]. In memory: [group][tap][input of the group][output of the group].
        case filters(groups: Int, taps: Int, inputs: Int, outputs: Int)
    }

    /// Name within the layer: `weight`, `bias`, `running_mean` …
    public var name: String
    /// Extents in the public order, as PyTorch has them.
    public var extents: [Int]
    /// What training does with it.
    public var role: Role = .trained
    /// Order in memory.
    public var storage: Storage = .plain
    /// Values at the start.
    public var initialiser: Initialiser
    /// Values that feed one output: the fan-in of the initialiser.
    public var fanIn: Int = 1
    /// Whether weight decay applies: to weights, not to biases and gains.
    public var decays: Bool = false
    /// Whether a batch gives a gradient to few of the rows: those that it names.
    public var isLookedUp: Bool = false
    /// The largest Euclidean norm that the weights of one output may have, where there is one (Kim 2014).
    public var maximumNorm: Float?

    /// Number of values.
    public var count: Int { extents.reduce(1, *) }
}

/// The distribution of a parameter before training.
public enum Initialiser: Hashable, Sendable {
    /// One value everywhere.
    case constant(Float)
    /// Uniform in ± √(6 / fan-in). He et al. 2015, for what a ReLU follows.
    case he
    /// Uniform in ± 1 / √fan-in.
    case fanIn
    /// Uniform in ± bound.
    case uniform(bound: Float)
    /// Uniform in ± bound, but for the first row, which is zero: a table whose first row is padding.
    case lookup(bound: Float)
}

/// Why a layer cannot be built on its inputs.
public enum LayerError: Error, Sendable, CustomStringConvertible {
    /// A setting is out of its range.
    case setting(name: String, value: String, expected: String)
    /// The number of inputs is wrong.
    case inputCount(expected: String, found: Int)
    /// The shape of an input does not suit.
    case shape(expected: String, found: Shape)
    /// Inputs that must agree do not.
    case disagreement(what: String, shapes: [Shape])
    /// A tensor would hold more values than any machine has room for.
    case size(what: String, extents: [Int])
    /// A window does not fit.
    case window(axis: Axis, WindowError)

    /// What was expected and what was found.
    public var description: String {
        switch self {
        case .setting(let name, let value, let expected): "\(name) is \(value); expected \(expected)"
        case .inputCount(let expected, let found): "expected \(expected), found \(found)"
        case .shape(let expected, let found): "expected \(expected), found \(found.full)"
        case .disagreement(let what, let shapes):
            "inputs must agree in \(what), found \(shapes.map(\.full).joined(separator: ", "))"
        case .size(let what, let extents):
            "\(what) of \(extents.map(String.init).joined(separator: "×")) would hold more than \(largestSize) values"
        case .window(let axis, let error): "along \(axis.rawValue): \(error)"
        }
    }
}

extension Shape {
    /// `50×5×5`, always with all three extents.
    public var full: String { "\(channels)×\(height)×\(width)" }
}

/// The one input that most layers take.
func single(_ inputs: [Shape]) throws(LayerError) -> Shape {
    guard inputs.count == 1 else { throw .inputCount(expected: "one input", found: inputs.count) }
    return inputs[0]
}

/// Throws unless a setting lies in its range.
func check<Value: Comparable>(
    _ name: String, _ value: Value, in range: some RangeExpression<Value>, _ expected: String
) throws(LayerError) {
    guard range.contains(value) else { throw .setting(name: name, value: "\(value)", expected: expected) }
}

/// Number of places of a window along an axis.
func outputLength(_ window: Window, _ length: Int, along axis: Axis) throws(LayerError) -> Int {
    do { return try window.outputLength(for: length) } catch { throw .window(axis: axis, error) }
}

/// Throws unless the product of some extents is a size that one tensor may have.
func checkSize(_ what: String, _ extents: [Int]) throws(LayerError) {
    var size = 1
    for extent in extents {
        let (product, overflow) = size.multipliedReportingOverflow(by: extent)
        guard !overflow, product <= largestSize else { throw .size(what: what, extents: extents) }
        size = product
    }
}

/// Largest extent in a description.
let largestExtent = 1 << 24
/// Most layers of a network.
let largestLayerCount = 10_000
/// Largest number of values of one tensor.
let largestSize = 1 << 31
