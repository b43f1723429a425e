import FormantNetwork
import FormantTensor

extension DreamGuide {
    /// Looks at a guide.
    /// - Parameters:
    ///   - values: the guide as the network gets it, in the public order.
    ///   - shape: its shape, which may be another than that of the input that dreams.
    /// - Throws: `NetworkError` for a node that is not there, and a shape that the network cannot take.
    public init(_ subject: Subject, node: String, values: [Float], shape: Shape) throws(NetworkError) {
        let probe = try subject.probe(
            Probe.Options(watching: [node], output: node, shape: shape, differentiates: false))
        probe.forward([values])
        vectors = Array(probe.values(inMemoryOf: node))
        channels = probe.output.channels
    }
}
