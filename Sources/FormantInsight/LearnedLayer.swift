import FormantNetwork
import FormantTensor

/// A layer with filters or neurons, at its place in a network: what pictures are made of.
public struct LearnedLayer: Hashable, Sendable {
    /// What its channels are.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// Filters of a convolution.
        case filters
        /// Neurons of a dense layer.
        case neurons
        /// The outputs of the network, one per label.
        case labels
    }

    /// The node with the weights.
    public let name: String
    /// What its channels are.
    public let kind: Kind
    /// The node whose output is made large: behind the norm of the layer, before its activation, so that there is a gradient
    /// where the activation is closed.
    public let sum: String
    /// The node whose output counts as the response: behind the activation, where the layer has one.
    public let response: String
    /// Shape of the output of the layer.
    public let shape: Shape

    /// Filters or neurons.
    public var count: Int { shape.channels }
}

extension Network {
    /// The convolutions and dense layers that the output depends on, in order.
    /// - Parameter input: shape of the input; nil: the network's own.
    /// - Throws: `NetworkError`.
    public func learnedLayers(input: Shape? = nil) throws(NetworkError) -> [LearnedLayer] {
        guard let last = nodes.last else { return [] }
        let needed = try upTo(last.name)
        var consumers: [String: [Node]] = [:]
        for node in needed.nodes { for input in node.inputs { consumers[input, default: []].append(node) } }
        let shapes = try outputShapes(input: input)
        /// The one node that takes a node's output, if it is of a kind.
        func follower(of name: String, where isMeant: (any Layer) -> Bool) -> String? {
            guard let next = consumers[name], next.count == 1, isMeant(next[0].layer) else { return nil }
            return next[0].name
        }
        return needed.nodes.compactMap { node in
            guard node.layer.hasUnits, let shape = shapes[node.name] else { return nil }
            let sum = follower(of: node.name) { $0 is BatchNorm } ?? node.name
            let response = follower(of: sum) { $0 is Activation } ?? sum
            let isLast = consumers[response] == nil && response == last.name
            let kind: LearnedLayer.Kind = isLast ? .labels : node.layer is Dense ? .neurons : .filters
            return LearnedLayer(name: node.name, kind: kind, sum: sum, response: response, shape: shape)
        }
    }

    /// The shape of each node's output.
    /// - Throws: `NetworkError`.
    func outputShapes(input: Shape?) throws(NetworkError) -> [String: Shape] {
        Dictionary(uniqueKeysWithValues: try bound(to: input).nodes.map { ($0.name, $0.binding.output) })
    }
}

extension Layer {
    /// Whether the layer has filters or units.
    fileprivate var hasUnits: Bool { self is Convolution2D || self is Convolution1D || self is Dense }
}
