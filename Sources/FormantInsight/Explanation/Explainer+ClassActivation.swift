import FormantNetwork
import FormantTensor

extension Explainer {
    /// max(0, Σ_k α_k A^k), α_k = 1/Z Σ_ij ∂y/∂A^k_ij, as large as the input. The maps of several nodes are added before what is
    /// below 0 is cut off.
    func classActivationMap(_ input: [Float], _ output: Int) throws(NetworkError) -> Attribution {
        let nodes = settings.nodes.isEmpty ? try subject.network.mapNodes(for: shape) : settings.nodes
        guard !nodes.isEmpty else {
            throw .unknownNode(
                name: "a convolution with more than one position", known: subject.network.nodes.map(\.name))
        }
        let probe = try subject.probe(Probe.Options(watching: Set(nodes), shape: shape))
        probe.forward([input])
        probe.backward(from: [Aim.output(output).weights(probe.output)])
        var map = [Float](repeating: 0, count: shape.positions)
        for node in nodes {
            let (own, values) = (probe.shape(of: node), probe.values(of: node))
            let gradient = probe.gradient(of: node)
            var sum = [Float](repeating: 0, count: own.positions)
            for channel in 0..<own.channels {
                let range = channel * own.positions..<(channel + 1) * own.positions
                let weight = gradient[range].reduce(0, +) / Float(own.positions)
                for (i, value) in values[range].enumerated() { sum[i] += weight * value }
            }
            let large = Self.resized(sum, own, to: shape)
            for i in map.indices { map[i] += large[i] }
        }
        return Attribution(
            method: .gradCAM, values: map.map { max(0, $0) },
            shape: Shape(channels: 1, height: shape.height, width: shape.width), nodes: nodes)
    }

    /// Bilinear: values stand in the middle of their cells, and stay what they are beyond the outermost middles.
    static func resized(_ values: [Float], _ from: Shape, to target: Shape) -> [Float] {
        func places(_ old: Int, _ new: Int) -> [(first: Int, second: Int, share: Float)] {
            (0..<new).map { i in
                let place = max(0, (Float(i) + 0.5) * Float(old) / Float(new) - 0.5)
                let first = min(Int(place), old - 1)
                return (first, min(first + 1, old - 1), place - Float(first))
            }
        }
        let (rows, columns) = (places(from.height, target.height), places(from.width, target.width))
        var result: [Float] = []
        result.reserveCapacity(target.positions)
        for row in rows {
            for column in columns {
                func along(_ y: Int) -> Float {
                    let a = values[y * from.width + column.first]
                    return a + (values[y * from.width + column.second] - a) * column.share
                }
                let a = along(row.first)
                result.append(a + (along(row.second) - a) * row.share)
            }
        }
        return result
    }
}

extension Network {
    /// Of each branch the last convolution that has more than one position, behind its batch norm and rectifier: where Grad-CAM
    /// looks unless it is told.
    /// - Throws: `NetworkError` where the network cannot take the shape.
    public func mapNodes(for shape: Shape) throws(NetworkError) -> [String] {
        let bound = try bound(to: shape)
        var needed: Set<String> = nodes.last.map { [$0.name] } ?? []
        for node in nodes.reversed() where needed.contains(node.name) { needed.formUnion(node.inputs) }
        var hasLater: Set<String> = []  // names with a convolution behind them
        var last: [String] = []
        for (place, node) in nodes.enumerated().reversed() where needed.contains(node.name) {
            let positions = bound.nodes[place].binding.output.positions
            let isMap = (node.layer is Convolution2D || node.layer is Convolution1D) && positions > 1
            if isMap, !hasLater.contains(node.name) { last.append(node.name) }
            if isMap || hasLater.contains(node.name) { hasLater.formUnion(node.inputs) }
        }
        return last.reversed().map { behindActivation($0, needed) }
    }

    /// The node itself or, where nothing else takes its output, the batch norms and rectifiers behind it.
    private func behindActivation(_ name: String, _ needed: Set<String>) -> String {
        let readers = nodes.filter { needed.contains($0.name) && $0.inputs.contains(name) }
        guard readers.count == 1, readers[0].inputs.count == 1,
            readers[0].layer is BatchNorm || readers[0].layer is Activation
        else { return name }
        return behindActivation(readers[0].name, needed)
    }
}
