import FormantNetwork
import FormantTensor

extension Predictor {
    /// The outputs of examples of several shapes, in their order.
    ///
    /// Those of one shape go through together, long ones fewer at a time: memory is bounded by the longest.
    /// - Parameter load: writes an example in the public order.
    func outputs(
        shapes: [Shape], load: (_ index: Int, _ into: UnsafeMutableBufferPointer<Float>) throws -> Void
    ) throws -> [[Float]] {
        var members: [Shape: [Int]] = [:]
        for (i, shape) in shapes.enumerated() { members[shape, default: []].append(i) }
        var results = [[Float]](repeating: [], count: shapes.count)
        for (shape, indices) in members {
            let together = max(1, min(batch, (1 << 16) / shape.positions))
            for first in stride(from: 0, to: indices.count, by: together) {
                let some = indices[first..<min(indices.count, first + together)]
                let outputs = try outputs(count: some.count, shape: shape) { try load(some[first + $0], $1) }
                for (index, output) in zip(some, outputs) { results[index] = output }
            }
        }
        return results
    }
}
