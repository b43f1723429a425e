import FormantNetwork
import FormantTensor

/// Runs a trained network on sentences of any lengths: by the responses of its filters to single words where its first
/// layers allow that, else layer by layer.
///
/// An example's output does not depend on what is beside it, nor on the number of threads.
package final class SentencePredictor {
    private let predictor: Predictor
    private let responses: WordResponses?
    private let pool: WorkerPool

    /// Whether single words' responses are used.
    package var usesResponses: Bool { responses != nil }

    package init(network: Network, parameters: Parameters, pool: WorkerPool) {
        self.pool = pool
        predictor = Predictor(network: network, parameters: parameters, pool: pool)
        // Parts that do not fit are an error of running layer by layer, which names them.
        responses = try? WordResponses(network, parameters, pool: pool)
    }

    /// The outputs of examples of several shapes, in their order.
    /// - Parameter load: writes an example in the public order.
    package func outputs(
        shapes: [Shape], load: (_ index: Int, _ into: UnsafeMutableBufferPointer<Float>) throws -> Void
    ) throws -> [[Float]] {
        guard let responses else { return try predictor.outputs(shapes: shapes, load: load) }
        var results = [[Float]](repeating: [], count: shapes.count)
        // What the responses cannot take depends on the sentence alone.
        let others = shapes.indices.filter { !responses.takes(shapes[$0]) }
        if !others.isEmpty {
            let outputs = try predictor.outputs(shapes: others.map { shapes[$0] }) { try load(others[$0], $1) }
            for (index, output) in zip(others, outputs) { results[index] = output }
        }
        var next = 0
        var some: [Int] = []
        while next < shapes.count {
            // A block at a time, so that memory is bounded.
            some.removeAll(keepingCapacity: true)
            while next < shapes.count, some.count < 1_024 {
                if responses.takes(shapes[next]) { some.append(next) }
                next += 1
            }
            let outputs = try responses.outputs(shapes: some.map { shapes[$0] }) { try load(some[$0], $1) }
            for (index, output) in zip(some, outputs) { results[index] = output }
        }
        return results
    }
}
