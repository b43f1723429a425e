import FormantTensor

/// A network with the shape of every output: the first step of compiling, and what a layer table shows.
public struct BoundNetwork: Sendable {
    /// One node with what it is on its inputs.
    public struct Node: Sendable {
        /// Name in the network.
        public let name: String
        /// The layer's key.
        public let kind: String
        /// Tensors that go in: 0 is the input, i + 1 the output of node i.
        public let inputs: [Int]
        /// Output shape, parameters and cost.
        public let binding: LayerBinding
        /// Entries of the parameter table.
        public let parameters: [Int]
        /// Whether training leaves them as they are.
        public let isFrozen: Bool
    }

    /// Shape of one example of the input.
    public let input: Shape
    /// The nodes in order.
    public let nodes: [Node]
    /// All parameters.
    public let parameters: ParameterTable

    /// Shape of one example of the output.
    public var output: Shape { nodes[nodes.count - 1].binding.output }
}

extension Network {
    /// Works out every shape.
    /// - Parameter input: the shape of the input, where it is another than the network's own (longer sentences, say).
    /// - Throws: `NetworkError`, naming the layer, what it expected and what it found.
    public func bound(to input: Shape? = nil) throws(NetworkError) -> BoundNetwork {
        let input = input ?? self.input
        guard !nodes.isEmpty else { throw .empty }
        guard nodes.count <= largestLayerCount else { throw .layerCount(nodes.count) }
        let extents = [input.channels, input.height, input.width]
        guard extents.allSatisfy({ (1...largestExtent).contains($0) }), (try? checkSize("", extents)) != nil else {
            throw .input(input)
        }
        var tensors = [Network.inputName: 0]
        var shapes = [input]
        var names = [Network.inputName]
        var table = ParameterTable()
        var bound: [BoundNetwork.Node] = []
        for node in nodes {
            var inputs: [Int] = []
            for name in node.inputs {
                guard let tensor = tensors[name] else {
                    throw .unknownInput(node: node.name, input: name, known: names)
                }
                inputs.append(tensor)
            }
            let binding: LayerBinding
            do { binding = try node.layer.bind(to: inputs.map { shapes[$0] }) } catch {
                throw .layer(name: node.name, kind: node.layer.kind, error)
            }
            guard tensors.updateValue(shapes.count, forKey: node.name) == nil else { throw .duplicateName(node.name) }
            shapes.append(binding.output)
            names.append(node.name)
            do {
                try checkSize(
                    "its parameters and those before", [table.count + binding.parameters.reduce(0) { $0 + $1.count }])
            } catch {
                throw .layer(name: node.name, kind: node.layer.kind, error)
            }
            let isFrozen = frozen.contains(node.name)
            let parameters = binding.parameters.map { specification in
                var specification = specification
                if isFrozen, specification.role == .trained { specification.role = .frozen }
                return table.append(name: "\(node.name).\(specification.name)", specification)
            }
            bound.append(
                BoundNetwork.Node(
                    name: node.name, kind: node.layer.kind, inputs: inputs, binding: binding, parameters: parameters,
                    isFrozen: isFrozen))
        }
        return BoundNetwork(input: input, nodes: bound, parameters: table)
    }
}
