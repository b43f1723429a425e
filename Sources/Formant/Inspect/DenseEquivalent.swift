import FormantNetwork
import FormantTensor

/// Why a convolution has few parameters: each beside the fully connected layer between the same shapes. First it leaves
/// out connections, then those that are left share their weights.
public struct DenseEquivalent: Encodable, Sendable {
    /// One convolution.
    public struct Row: Encodable, Sendable {
        /// Name in the network.
        public var name: String
        /// Shape of the input.
        public var input: String
        /// Shape of the output.
        public var output: String
        /// Weights of the convolution, without its biases.
        public var weights: Int
        /// Pairs of a value of the input and one of the output that have a weight between them, padding left out.
        public var connections: Int
        /// Connections that one weight serves, in the mean.
        public var sharing: Double
        /// Weights of the fully connected layer: one for each pair.
        public var denseWeights: Int
        /// How many times as many that is.
        public var ratio: Double
    }

    /// The convolutions in order.
    public var layers: [Row]
    /// Their weights.
    public var weights: Int
    /// Their connections.
    public var connections: Int
    /// Weights of the fully connected layers in their place.
    public var denseWeights: Int

    /// Counts for a network whose shapes are known.
    public init(_ network: BoundNetwork) {
        let shapes = [network.input] + network.nodes.map(\.binding.output)
        layers = network.nodes.compactMap { node in
            guard let connections = node.binding.connections, let perFilter = node.binding.weightsPerFilter else {
                return nil
            }
            let (input, output) = (shapes[node.inputs[0]], node.binding.output)
            let weights = perFilter * output.channels
            let dense = input.count * output.count
            return Row(
                name: node.name, input: input.full, output: output.full, weights: weights, connections: connections,
                sharing: Double(connections) / Double(weights), denseWeights: dense,
                ratio: Double(dense) / Double(weights))
        }
        weights = layers.reduce(0) { $0 + $1.weights }
        connections = layers.reduce(0) { $0 + $1.connections }
        denseWeights = layers.reduce(0) { $0 + $1.denseWeights }
    }

    /// For people.
    public var text: String {
        guard !layers.isEmpty else { return "no convolutions\n" }
        var lines = [
            [
                "convolution", "input", "output", "weights", "connections", "per weight", "fully connected",
                "times as many",
            ]
        ]
        for row in layers {
            lines.append([
                row.name, row.input, row.output, "\(row.weights)", "\(row.connections)", row.sharing.digits(1),
                "\(row.denseWeights)", row.ratio.digits(1),
            ])
        }
        lines.append([
            "together", "", "", "\(weights)", "\(connections)", (Double(connections) / Double(weights)).digits(1),
            "\(denseWeights)", (Double(denseWeights) / Double(weights)).digits(1),
        ])
        return TextTable.text(lines, rightAligned: [3, 4, 5, 6, 7])
            + "weights without biases; a connection is a pair of an input and an output with a weight between them\n"
    }
}
