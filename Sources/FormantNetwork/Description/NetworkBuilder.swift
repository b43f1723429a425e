import FormantTensor

/// Something that adds nodes to a network: a layer, or a group of branches.
public protocol NetworkPart {
    /// Adds the nodes behind the last one.
    func append(to assembly: inout NetworkAssembly)
}

/// A network in the making.
public struct NetworkAssembly {
    /// The network so far.
    public private(set) var network: Network
    /// Where the next part takes its input from.
    public var last: String = Network.inputName
    private var counts: [String: Int] = [:]

    /// Starts with the input alone.
    public init(input: Shape) { network = Network(input: input, nodes: []) }

    /// Adds a layer; without a name it is called by its kind and a running number, without inputs it takes the last
    /// node's output.
    public mutating func append(_ layer: any Layer, name: String? = nil, inputs: [String]? = nil) {
        counts[layer.kind, default: 0] += 1
        let name = name ?? "\(layer.kind)\(counts[layer.kind]!)"
        network.nodes.append(Network.Node(name: name, layer: layer, inputs: inputs ?? [last]))
        last = name
    }
}

/// Collects the parts of a network, one behind the other.
@resultBuilder
public enum NetworkBuilder {
    /// One part.
    public static func buildExpression(_ part: some NetworkPart) -> [any NetworkPart] { [part] }
    /// Parts behind each other.
    public static func buildBlock(_ parts: [any NetworkPart]...) -> [any NetworkPart] { parts.flatMap { $0 } }
    /// Parts that are there under a condition.
    public static func buildOptional(_ parts: [any NetworkPart]?) -> [any NetworkPart] { parts ?? [] }
    /// One of two alternatives.
    public static func buildEither(first parts: [any NetworkPart]) -> [any NetworkPart] { parts }
    /// The other of two alternatives.
    public static func buildEither(second parts: [any NetworkPart]) -> [any NetworkPart] { parts }
    /// Parts of a loop.
    public static func buildArray(_ parts: [[any NetworkPart]]) -> [any NetworkPart] { parts.flatMap { $0 } }
}

extension Network {
    /// Builds a network from layers:
    ///
    ///     Network(input: Shape(channels: 1, height: 28, width: 28)) {
    ///         Convolution2D(filters: 25, kernel: 3)
    ///         Activation(.relu)
    ///         MaxPool(window: 2)
    ///         Flatten()
    ///         Dense(units: 10)
    ///     }
    public init(input: Shape, @NetworkBuilder _ parts: () -> [any NetworkPart]) {
        var assembly = NetworkAssembly(input: input)
        for part in parts() { part.append(to: &assembly) }
        self = assembly.network
    }
}

extension Layer {
    /// Adds the layer behind the last node.
    public func append(to assembly: inout NetworkAssembly) { assembly.append(self) }

    /// The layer under a name of its own.
    public func named(_ name: String) -> NamedLayer { NamedLayer(name: name, layer: self) }
}

/// A layer with a name.
public struct NamedLayer: NetworkPart {
    let name: String
    let layer: any Layer

    /// Adds the layer behind the last node.
    public func append(to assembly: inout NetworkAssembly) { assembly.append(layer, name: name) }
}

/// One chain of layers beside others; an empty one passes its input on.
public struct Branch {
    let parts: [any NetworkPart]

    /// Creates a branch.
    public init(@NetworkBuilder _ parts: () -> [any NetworkPart] = { [] }) { self.parts = parts() }
}

/// Branches that all take the last node's output and are joined: added, as in a residual block, or concatenated.
public struct Branches: NetworkPart {
    let join: any Layer
    let branches: [Branch]

    /// Branches whose outputs are added.
    public static func sum(_ branches: Branch...) -> Branches { Branches(join: Sum(), branches: branches) }

    /// Branches whose outputs are put behind each other along an axis.
    public static func concatenate(axis: Axis = .channel, _ branches: [Branch]) -> Branches {
        Branches(join: Concatenate(axis: axis), branches: branches)
    }

    /// Adds every branch, then the join.
    public func append(to assembly: inout NetworkAssembly) {
        let start = assembly.last
        var ends: [String] = []
        for branch in branches {
            assembly.last = start
            for part in branch.parts { part.append(to: &assembly) }
            ends.append(assembly.last)
        }
        assembly.append(join, inputs: ends)
    }
}
