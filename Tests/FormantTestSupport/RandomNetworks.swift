import CKernels
import FormantNetwork
import FormantTensor

/// A network with parameters, an input and the gradient of its output, all drawn from one seed.
public struct NetworkProblem {
    /// The network.
    public let network: Network
    /// Number of examples.
    public let batch: Int
    /// Its parameters.
    public let parameters: Parameters
    /// Its input: ids where an embedding takes it.
    public let input: ReferenceTensor
    /// What is used as the gradient of the output.
    public let outputGradient: ReferenceTensor
    /// Seed of the dropout.
    public let seed: UInt64

    /// A problem of a given network.
    public init(_ network: Network, batch: Int, seed: UInt64) throws {
        var generator = SeededGenerator.derived(seed: seed, purpose: "problem")
        let bound = try network.bound()
        self.network = network
        self.batch = batch
        self.seed = seed
        parameters = try Parameters(random: bound.parameters, using: &generator)
        var input = ReferenceTensor(batch: batch, shape: network.input, using: &generator)
        if let embedding = network.nodes.lazy.compactMap({ $0.layer as? Embedding }).first {
            // Rows of the table, and now and then an id outside.
            input = input.map { (($0 * 0.5 + 0.5) * Double(embedding.rows + 1)).rounded(.down) }
        }
        self.input = input
        outputGradient = ReferenceTensor(batch: batch, shape: bound.output, using: &generator)
    }

    /// A random network of about so many layers: chains, residual sums, tensors that several layers read, and joins
    /// along every axis.
    public init(layers: Int, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        try self.init(
            NetworkProblem.network(layers: layers, using: &generator), batch: 1 + generator.index(below: 5), seed: seed)
    }

    private static func network(layers: Int, using generator: inout SeededGenerator) -> Network {
        let oneLine = generator.index(below: 3) == 0
        let input = Shape(
            channels: RandomLayer.pick([1, 2, 3, 4, 6, 8, 17], &generator),
            height: oneLine ? 1 : 1 + generator.index(below: 8), width: 1 + generator.index(below: 9))
        var network = Network(input: input, nodes: [])
        if oneLine && generator.index(below: 2) == 0 {
            network.input.channels = 1
            network.nodes = [
                Network.Node(
                    name: "table", layer: Embedding(rows: 7, dimension: 5, trained: generator.index(below: 3) > 0),
                    inputs: ["input"])
            ]
        }
        var attempts = 0
        while network.nodes.count < layers, attempts < 20 * layers {
            attempts += 1
            let grown = grow(network, using: &generator)
            // Tried: does it fit, and is it small enough for plain loops?
            guard let bound = try? grown.bound() else { continue }
            let cost = bound.nodes.reduce(0) { $0 + $1.binding.multiplications + $1.binding.output.count }
            if cost < 60_000 { network = grown }
        }
        return network
    }

    /// The network with one more layer, or with a join of its end and an older tensor.
    private static func grow(_ network: Network, using generator: inout SeededGenerator) -> Network {
        var network = network
        let last = network.nodes.last?.name ?? Network.inputName
        let shapes = (try? network.bound()).map { [$0.input] + $0.nodes.map(\.binding.output) } ?? [network.input]
        let name = "n\(network.nodes.count)"
        let readsIds = network.nodes.first?.layer is Embedding
        if generator.index(below: 4) == 0, network.nodes.count > 1 {
            // An older tensor of the same shape, or of one that differs along one axis.
            let names = [Network.inputName] + network.nodes.map(\.name)
            let older = generator.index(below: shapes.count)
            if !(readsIds && older == 0) {
                let joins: [any Layer] = [Sum(), Concatenate(axis: RandomLayer.pick(Axis.allCases, &generator))]
                var inputs = [last, names[older]]
                generator.shuffle(&inputs)
                if generator.index(below: 4) == 0 { inputs.append(last) }
                network.nodes.append(
                    Network.Node(
                        name: name,
                        layer: shapes[older] == shapes.last || shapes[older].positions == 1
                            ? RandomLayer.pick(joins, &generator) : joins[1],
                        inputs: inputs))
                return network
            }
        }
        network.nodes.append(
            Network.Node(name: name, layer: RandomLayer.any(after: shapes.last!, using: &generator), inputs: [last]))
        return network
    }

    /// The reference of this problem, with the dropout that a session draws from `seed`.
    public func reference() throws -> ReferenceNetwork {
        var reference = try ReferenceNetwork(network, parameters)
        let bound = try network.bound()
        for (i, node) in network.nodes.enumerated() {
            guard let dropout = node.layer as? Dropout else { continue }
            let shape = bound.nodes[i].binding.output
            reference.masks[node.name] = dropoutMask(
                dropout, batch: batch, shape: shape, seed: Session.seed(seed, ofTensor: i + 1))
        }
        return reference
    }
}

/// What dropout multiplies each value by, in the public order.
private func dropoutMask(_ layer: Dropout, batch: Int, shape: Shape, seed: UInt64) -> [Double] {
    let count = batch * (layer.spatial ? shape.channels : shape.count)
    var factors = [Float](repeating: 1, count: count)
    ck_active().pointee.dropout(factors, &factors, count, seed, 0, layer.rate)
    var mask = ReferenceTensor(batch: batch, shape: shape)
    let places = mask
    places.forEach { n, c, h, w in
        mask[n, c, h, w] = Double(factors[layer.spatial ? n * shape.channels + c : places.inMemory(n, c, h, w)])
    }
    return mask.values
}

extension Parameters {
    /// Parameters of moderate random values: nothing is at a default that would hide a mistake.
    convenience init(random table: ParameterTable, using generator: inout SeededGenerator) throws {
        self.init(zeros: table)
        for entry in table.entries {
            let specification = entry.specification
            var tensor = Tensor(zeros: specification.extents)
            let range: Range<Float> =
                switch specification.initialiser {
                case .constant(1): 0.5..<1.5
                case .constant: -0.5..<0.5
                default: specification.extents.count == 1 ? -0.5..<0.5 : spread(specification.fanIn)
                }
            for i in tensor.values.indices { tensor.values[i] = generator.uniform(in: range) }
            try set(entry.name, to: tensor)
        }
    }
}

private func spread(_ fanIn: Int) -> Range<Float> {
    let bound = 1.5 / Float(fanIn).squareRoot()
    return -bound..<bound
}

extension Parameters {
    /// A copy that a run may change.
    public func copied() -> Parameters {
        let copy = Parameters(zeros: table)
        copy.copy(from: self)
        return copy
    }
}
