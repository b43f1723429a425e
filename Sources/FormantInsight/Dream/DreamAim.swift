/// What a dream raises: more of what a layer sees in the input already.
public enum DreamAim: Hashable, Sendable {
    /// The mean square of a node's values: whatever the layer sees a little of it sees more of (Mordvintsev, Olah & Tyka
    /// 2015, "Inceptionism").
    case energy(node: String)
    /// The mean of some channels of a node over all positions.
    case channels(node: String, [Int])
    /// At each position the product with that vector of the guide's for which it is largest: the input comes to look like
    /// the guide where it does a little already.
    case guide(node: String, DreamGuide)
    /// One output of the whole network.
    case output(Int)

    /// The node that is looked at; nil: the output.
    public var node: String? {
        switch self {
        case .energy(let node), .channels(let node, _), .guide(let node, _): node
        case .output: nil
        }
    }
}

/// What a node makes of a guide: a vector of all channels at each of its positions.
public struct DreamGuide: Hashable, Sendable {
    /// Positions × channels.
    let vectors: [Float]
    let channels: Int
    var positions: Int { vectors.count / channels }
}
