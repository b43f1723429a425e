import FormantTensor

extension Network {
    /// Names of the nodes that everything passes through on its way from the input to the output, in order; the last node
    /// is among them.
    public var bottlenecks: [String] {
        guard let last = nodes.last else { return [] }
        // A node is one if no edge from before it, among those that the output depends on, leads past it.
        var places = [Network.inputName: -1]
        for (place, node) in nodes.enumerated() { places[node.name] = place }
        var needed: Set<String> = [last.name]
        var reach = [Int](repeating: -1, count: nodes.count + 1)  // per tensor: the last place that reads it
        for (place, node) in nodes.enumerated().reversed() where needed.contains(node.name) {
            needed.formUnion(node.inputs)
            for input in node.inputs {
                guard let source = places[input] else { continue }
                reach[source + 1] = max(reach[source + 1], place)
            }
        }
        var farthest = reach[0]
        var result: [String] = []
        for (place, node) in nodes.enumerated() where needed.contains(node.name) {
            if farthest <= place { result.append(node.name) }
            farthest = max(farthest, reach[place + 1])
        }
        return result
    }

    /// The part of the network behind a node, which takes that node's output as its input.
    /// - Parameters:
    ///   - name: one of `bottlenecks`, not the last node.
    ///   - shape: of the node's output.
    /// - Throws: `NetworkError.unknownNode` for a node that something passes by.
    public func after(_ name: String, shape: Shape) throws(NetworkError) -> Network {
        let known = bottlenecks.dropLast()
        guard known.contains(name), let place = nodes.firstIndex(where: { $0.name == name }) else {
            throw .unknownNode(name: name, known: Array(known))
        }
        var rest = Network(input: shape, nodes: Array(nodes[(place + 1)...]))
        // What hangs on something before it leads nowhere.
        let names = Set(rest.nodes.map(\.name))
        rest.nodes.removeAll { node in node.inputs.contains { $0 != name && !names.contains($0) } }
        for i in rest.nodes.indices {
            rest.nodes[i].inputs = rest.nodes[i].inputs.map { $0 == name ? Network.inputName : $0 }
        }
        return rest
    }
}
