import FormantNetwork
import FormantTensor

/// The layers of a network as rows that people read.
public struct NetworkTable: Encodable, Sendable {
    /// One layer.
    public struct Row: Encodable, Sendable {
        /// Name in the network.
        public var name: String
        /// Kind of layer.
        public var kind: String
        /// Shape of the output: channels × height × width.
        public var output: String
        /// Weights of one filter or unit, without its bias.
        public var weightsPerFilter: Int?
        /// Weights and biases in all.
        public var parameters: Int
        /// Multiplications with a weight for one example.
        public var multiplications: Int
    }

    /// Shape of the input.
    public var input: String
    /// The layers in order.
    public var layers: [Row]
    /// Weights and biases of the network.
    public var parameters: Int
    /// Multiplications for one example.
    public var multiplications: Int

    /// The table of a network whose shapes are known.
    public init(_ network: BoundNetwork) {
        input = network.input.full
        layers = network.nodes.map { node in
            Row(
                name: node.name, kind: node.kind, output: "\(node.binding.output)",
                weightsPerFilter: node.binding.weightsPerFilter,
                parameters: node.binding.parameters.filter { $0.role != .running }.reduce(0) { $0 + $1.count },
                multiplications: node.binding.multiplications)
        }
        parameters = network.parameters.weightCount
        multiplications = layers.reduce(0) { $0 + $1.multiplications }
    }

    /// The chain of shapes, where layers that leave the shape as it is are passed over: `1×28×28 → 25×26×26 → …`.
    public var shapes: String {
        var chain = [input]
        for row in layers where chain.last != row.output { chain.append(row.output) }
        return chain.joined(separator: " → ")
    }

    /// The table as text.
    public var text: String { text([]) }

    /// The table as text, with what layers take of the time.
    func text(_ times: [LayerTimes.Step]) -> String {
        let shares = Dictionary(times.map { ($0.layers.first ?? "", $0.share) }, uniquingKeysWith: +)
        let more = times.isEmpty ? [] : ["time"]
        let header = ["layer", "kind", "output", "weights/filter", "parameters", "multiplications"] + more
        var lines = [header, ["input", "", input, "", "", ""]]
        for row in layers {
            lines.append([
                row.name, row.kind, row.output, row.weightsPerFilter.map(String.init) ?? "",
                row.parameters == 0 ? "" : "\(row.parameters)",
                row.multiplications == 0 ? "" : "\(row.multiplications)", shares[row.name].map(\.percent) ?? "",
            ])
        }
        let total = times.reduce(0) { $0 + $1.milliseconds }
        lines.append(
            ["total", "", "", "", "\(parameters)", "\(multiplications)"]
                + (times.isEmpty ? [] : ["\(total.digits(3)) ms"]))
        return TextTable.text(lines, rightAligned: [3, 4, 5, 6])
    }
}
