import FormantTensor

/// The description of a network: a directed graph of layers, without weights.
///
/// A node takes the output of the node before it, or of the nodes that `from` names; `input` names what goes in. The
/// last node's output is the network's.
public struct Network: Codable, Sendable, Hashable {
    /// One layer at its place in the graph.
    public struct Node: Sendable, Hashable {
        /// Unique name; parameters are called `name.weight` and so on.
        public var name: String
        /// What is computed.
        public var layer: any Layer
        /// Names of the nodes whose outputs go in.
        public var inputs: [String]

        /// Creates a node.
        public init(name: String, layer: any Layer, inputs: [String]) {
            self.name = name
            self.layer = layer
            self.inputs = inputs
        }

        /// Whether two nodes have the same name, inputs and layer.
        public static func == (a: Node, b: Node) -> Bool {
            a.name == b.name && a.inputs == b.inputs && AnyHashable(a.layer) == AnyHashable(b.layer)
        }

        /// Feeds name, inputs and layer to a hasher.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(name)
            hasher.combine(inputs)
            hasher.combine(AnyHashable(layer))
        }
    }

    /// The name by which nodes refer to what goes in.
    public static let inputName = "input"

    /// Shape of one example of the input. Where the width varies from run to run, its usual value.
    public var input: Shape
    /// The layers, each after those it takes its inputs from.
    public var nodes: [Node]
    /// Names of nodes whose parameters training leaves as they are; batch norms among them count by their running
    /// statistics, which stay too. Not part of a written description.
    public var frozen: Set<String> = []

    /// Creates a network from its nodes.
    public init(input: Shape, nodes: [Node]) {
        self.input = input
        self.nodes = nodes
    }

    /// The part of the network that ends with a node.
    /// - Throws: `NetworkError.unknownNode`.
    public func upTo(_ name: String) throws(NetworkError) -> Network {
        guard let last = nodes.firstIndex(where: { $0.name == name }) else {
            throw .unknownNode(name: name, known: nodes.map(\.name))
        }
        var needed: Set<String> = [name]
        for node in nodes[...last].reversed() where needed.contains(node.name) { needed.formUnion(node.inputs) }
        return Network(input: input, nodes: nodes[...last].filter { needed.contains($0.name) })
    }
}

/// Why a network cannot be built.
public enum NetworkError: Error, Sendable, CustomStringConvertible {
    /// There is no layer.
    case empty
    /// Two nodes, or a node and the input, have one name.
    case duplicateName(String)
    /// A node takes its input from a name that no node before it has.
    case unknownInput(node: String, input: String, known: [String])
    /// No node has this name.
    case unknownNode(name: String, known: [String])
    /// The input's shape has an extent below 1, or is beyond all measure.
    case input(Shape)
    /// A layer cannot take its inputs.
    case layer(name: String, kind: String, LayerError)
    /// A batch of fewer than one or more than 65,536 examples.
    case batch(Int)
    /// More layers than any network has.
    case layerCount(Int)
    /// A run would take more memory than machines have.
    case memory(values: Int, batch: Int)
    /// A parameter that is missing, unknown, or of another shape.
    case parameter(name: String, expected: String, found: String)

    /// What was expected and what was found.
    public var description: String {
        switch self {
        case .empty: "the network has no layers"
        case .duplicateName(let name): "two layers are called \"\(name)\""
        case .unknownInput(let node, let input, let known):
            "layer \"\(node)\": \(UnknownName("input", input, known: known))"
        case .unknownNode(let name, let known): UnknownName("layer", name, of: "the network", known: known).description
        case .input(let shape):
            "the input's shape is \(shape.full); expected extents of at least 1 and at most \(largestSize) values"
        case .layer(let name, let kind, let error):
            name.hasPrefix(kind) ? "layer \"\(name)\": \(error)" : "layer \"\(name)\" (\(kind)): \(error)"
        case .batch(let batch): "the batch is \(batch); expected 1 to 65536 examples"
        case .layerCount(let count): "the network has \(count) layers; expected at most \(largestLayerCount)"
        case .memory(let values, let batch):
            "a batch of \(batch) would take \(values) values of working memory; make the batch or the input smaller"
        case .parameter(let name, let expected, let found): "parameter \(name): expected \(expected), found \(found)"
        }
    }
}
