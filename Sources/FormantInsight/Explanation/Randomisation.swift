import FormantNetwork
import FormantTensor

extension Subject {
    /// The nodes that have weights, from the output to the input, in stages: each begins with a layer of filters or units and
    /// takes along what only scales (batch norms).
    public var stages: [[String]] {
        var stages: [[String]] = []
        var scales: [String] = []
        for node in network.nodes.reversed() {
            guard parameters.table.entries.contains(where: { Subject.node(of: $0.name) == node.name }) else { continue }
            if node.layer is BatchNorm || node.layer is LayerNorm {
                scales.append(node.name)
            } else {
                stages.append(scales + [node.name])
                scales = []
            }
        }
        if !scales.isEmpty { stages.append(scales) }
        return stages
    }

    /// The same network with the weights of some nodes as they were before a training that began with a seed: the check of
    /// Adebayo et al. 2018, "Sanity checks for saliency maps". What embeddings hold stays, since it is what comes in.
    public func randomised(_ nodes: Set<String>, seed: UInt64) throws(NetworkError) -> Subject {
        let chance = Parameters(parameters.table, seed: seed)
        let mixed = Parameters(zeros: parameters.table)
        mixed.copy(from: parameters)
        for entry in parameters.table.entries where nodes.contains(Subject.node(of: entry.name)) {
            try mixed.set(entry.name, to: try chance.tensor(entry.name))
        }
        return with(mixed)
    }

    /// The node of a parameter, whose own name has no dot.
    private static func node(of parameter: String) -> String {
        guard let dot = parameter.lastIndex(of: ".") else { return parameter }
        return String(parameter[..<dot])
    }
}
