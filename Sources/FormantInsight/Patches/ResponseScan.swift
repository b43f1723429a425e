import FormantNetwork
import FormantTensor

/// Where the channels of some layers answer most strongly, example by example: at most one place of an example per
/// channel, as Zeiler & Fergus 2014 show them. Room does not depend on the number of examples.
public struct ResponseScan: Sendable {
    /// A place where a channel answered.
    public struct Place: Hashable, Sendable {
        /// Number of the example.
        public var example: Int
        /// Row of the response map.
        public var row: Int
        /// Column of the response map.
        public var column: Int

        /// Creates a place.
        public init(example: Int, row: Int, column: Int) {
            (self.example, self.row, self.column) = (example, row, column)
        }
    }

    /// What was seen of one channel.
    public struct Channel: Sendable {
        /// The strongest responses.
        public var strongest: Strongest<Place>
        /// Sum over the examples of the largest response of each.
        public var sum = 0.0
        /// Examples in which some response was above 0.
        public var active = 0
    }

    /// The layers.
    public let layers: [LearnedLayer]
    /// Per layer its channels, as many as are looked at.
    public private(set) var channels: [[Channel]]
    /// Examples seen.
    public private(set) var count = 0

    /// Prepares a scan.
    /// - Parameters:
    ///   - channelLimit: channels of a layer that are looked at: the first ones.
    ///   - limit: places that are kept of each.
    public init(_ layers: [LearnedLayer], channelLimit: Int, limit: Int = 9) {
        self.layers = layers
        channels = layers.map {
            [Channel](repeating: Channel(strongest: Strongest(limit: limit)), count: min($0.count, channelLimit))
        }
    }

    /// The nodes that a probe has to watch.
    public var watched: Set<String> { Set(layers.map(\.response)) }

    /// Takes the responses to one example.
    /// - Parameters:
    ///   - example: its number.
    ///   - probe: watches the nodes, and has run.
    ///   - slot: the example's place in the probe's batch.
    public mutating func add(_ example: Int, _ probe: Probe, slot: Int) {
        count += 1
        for (i, layer) in layers.enumerated() {
            let shape = probe.shape(of: layer.response)
            let values = probe.values(of: layer.response, example: slot)
            for channel in channels[i].indices {
                let map = values[channel * shape.positions..<(channel + 1) * shape.positions]
                guard let best = map.indices.max(by: { (map[$0], -$0) < (map[$1], -$1) }) else { continue }
                let place = best - map.startIndex
                channels[i][channel].sum += Double(map[best])
                if map[best] > 0 { channels[i][channel].active += 1 }
                channels[i][channel].strongest.offer(
                    map[best], Place(example: example, row: place / shape.width, column: place % shape.width))
            }
        }
    }
}
