import FormantTensor

/// The number that is differentiated, or made large: one activation of a network.
public enum Aim: Hashable, Sendable {
    /// An output before it becomes a score: yᵢ, or the logit of a class.
    case output(Int)
    /// The mean of one channel of a node's output over all positions: of a filter its map, aᵏ = Σᵢⱼ aᵏᵢⱼ divided by the
    /// number of positions; of a dense neuron its value.
    case channel(node: String, Int)
    /// One value of a node's output: channel, row, column.
    case value(node: String, channel: Int, row: Int, column: Int)

    /// The node that is looked at; nil: the output.
    public var node: String? {
        switch self {
        case .output: nil
        case .channel(let node, _), .value(let node, _, _, _): node
        }
    }

    /// The weights of a node's values in the number.
    /// - Parameter shape: of the node's output.
    /// - Precondition: the channel and the place are inside.
    public func weights(_ shape: Shape) -> [Float] {
        var weights = [Float](repeating: 0, count: shape.count)
        switch self {
        case .output(let index): weights[index] = 1
        case .channel(_, let channel):
            for i in channel * shape.positions..<(channel + 1) * shape.positions {
                weights[i] = 1 / Float(shape.positions)
            }
        case .value(_, let channel, let row, let column):
            weights[(channel * shape.height + row) * shape.width + column] = 1
        }
        return weights
    }
}
