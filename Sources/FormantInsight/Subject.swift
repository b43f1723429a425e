import FormantNetwork
import FormantTensor

/// A trained network as one looks into it: what comes in are numbers that may be changed a little.
///
/// Of sentences that is not the list of ids but the matrix that the ids become (word vectors, with what stands beside them),
/// one column per word. A subject therefore begins behind the embeddings, and `values(of:shape:)` says what comes in there.
public struct Subject: Sendable {
    /// From the numbers that come in to the outputs.
    public let network: Network
    /// All weights, also those before the network.
    public let parameters: Parameters
    /// The threads that work.
    public let pool: WorkerPool
    /// From ids to the matrix; nil where the input is numbers already.
    public let lookup: Network?

    /// Looks into a network.
    /// - Throws: `NetworkError` where the parameters do not belong to it.
    public init(network: Network, parameters: Parameters, pool: WorkerPool) throws(NetworkError) {
        self.parameters = parameters
        self.pool = pool
        guard let table = network.nodes.lastIndex(where: { $0.layer is Embedding }) else {
            (self.network, lookup) = (network, nil)
            return
        }
        let before = Set(network.nodes[..<table].map(\.name))
        guard let cut = network.bottlenecks.dropLast().first(where: { !before.contains($0) }) else {
            throw .unknownNode(name: "behind the embeddings", known: network.nodes.map(\.name))
        }
        let front = try network.upTo(cut)
        lookup = front
        self.network = try network.after(cut, shape: try front.bound().output)
    }

    /// The numbers that an input becomes: of ids their matrix, anything else as it is.
    /// - Parameters:
    ///   - input: in the public order.
    ///   - shape: its shape.
    /// - Throws: `NetworkError` where the network cannot take the shape.
    public func values(of input: [Float], shape: Shape) throws(NetworkError) -> (values: [Float], shape: Shape) {
        guard let lookup else { return (input, shape) }
        let probe = try Probe(
            lookup, parameters: parameters, options: Probe.Options(shape: shape, differentiates: false), pool: pool)
        return (probe.forward([input])[0], probe.output)
    }

    /// The subject's network with its inside open.
    /// - Throws: `NetworkError`.
    public func probe(_ options: Probe.Options) throws(NetworkError) -> Probe {
        try Probe(network, parameters: parameters, options: options, pool: pool)
    }

    /// The same network with other weights.
    public func with(_ parameters: Parameters) -> Subject {
        Subject(network: network, lookup: lookup, parameters: parameters, pool: pool)
    }

    private init(network: Network, lookup: Network?, parameters: Parameters, pool: WorkerPool) {
        (self.network, self.lookup, self.parameters, self.pool) = (network, lookup, parameters, pool)
    }
}
