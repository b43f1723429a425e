import FormantNetwork
import FormantTensor

/// What of an input made a channel answer: the response at one place, sent back down to the input with the filters
/// transposed, max pooling undone at the places that won, and ReLUs that let through what is positive (Zeiler & Fergus
/// 2014, section 2.1).
public struct Deconvolution: Sendable {
    /// A response to send back.
    public struct Request: Sendable {
        /// The input, as the subject's network gets it.
        public var input: [Float]
        /// The channel of the response.
        public var channel: Int
        /// Row of the response map.
        public var row: Int
        /// Column of the response map.
        public var column: Int

        /// Creates a request.
        public init(input: [Float], channel: Int, row: Int, column: Int) {
            (self.input, self.channel, self.row, self.column) = (input, channel, row, column)
        }
    }

    /// The network.
    public var subject: Subject
    /// The layer.
    public var layer: LearnedLayer

    private static let together = 16

    /// Prepares projections of a layer.
    public init(_ subject: Subject, layer: LearnedLayer) { (self.subject, self.layer) = (subject, layer) }

    /// Sends responses back, all inputs being of one shape.
    /// - Returns: per request a picture of the input's shape.
    /// - Throws: `NetworkError` for a shape that the network cannot take.
    public func run(_ requests: [Request], shape: Shape) throws(NetworkError) -> [[Float]] {
        guard !requests.isEmpty else { return [] }
        let probe = try subject.probe(
            Probe.Options(
                output: layer.response, shape: shape, batch: min(requests.count, Deconvolution.together),
                rectifiers: .deconvolution))
        var pictures: [[Float]] = []
        for first in stride(from: 0, to: requests.count, by: probe.batch) {
            let some = requests[first..<min(requests.count, first + probe.batch)]
            let responses = probe.forward(some.map(\.input))
            probe.backward(
                from: zip(some, responses).map { request, response in
                    // Everything but the one response counts as 0.
                    var seed = [Float](repeating: 0, count: response.count)
                    let place =
                        (request.channel * probe.output.height + request.row) * probe.output.width + request.column
                    seed[place] = response[place]
                    return seed
                })
            pictures += some.indices.map { probe.inputGradient(of: $0 - first) }
        }
        return pictures
    }
}
