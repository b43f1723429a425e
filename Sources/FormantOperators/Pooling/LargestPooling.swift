import FormantTensor

/// The k largest values along time, in the order in which they stand there; of equal ones the earlier come first.
///
/// Saved: where each value of the output stood.
package struct LargestPooling: Operator {
    package let batch: Int
    package let input: Shape
    package let outputShape: Shape
    private var count: Int { outputShape.width }

    /// - Precondition: `count` is 1 to the input's width.
    package init(batch: Int, input: Shape, count: Int) {
        self.batch = batch
        self.input = input
        outputShape = Shape(channels: input.channels, height: input.height, width: count)
    }

    package var savedCount: Int { batch * outputShape.count }

    /// The places that won, one per value of the output.
    private func winners(_ saved: Destination) -> UnsafeMutablePointer<Int32> {
        UnsafeMutableRawPointer(saved).assumingMemoryBound(to: Int32.self)
    }

    // y[j, c] = x[w_j, c], where w_0 < w_1 < … are the places of the k largest x[w, c]
    package func forward(_ operands: Operands, _ execution: Execution) {
        let channels = input.channels
        execution.forRows(batch * input.height, columns: input.width * channels * count) { rows in
            for row in rows {
                let x = operands.input + row * input.width * channels
                let y = operands.output + row * count * channels
                let places = winners(operands.saved) + row * count * channels
                for c in 0..<channels {
                    select(x + c, places + c, channels)
                    for j in 0..<count { y[j * channels + c] = x[Int(places[j * channels + c]) * channels + c] }
                }
            }
        }
    }

    /// Writes the places of the largest values of one channel, in rising order. Both are `step` apart.
    private func select(_ x: Source, _ places: UnsafeMutablePointer<Int32>, _ step: Int) {
        func value(_ j: Int) -> Float { x[Int(places[j * step]) * step] }
        for w in 0..<input.width {
            var last = count - 1
            if w < count {
                last = w
            } else {
                // The least of those chosen makes room, the latest of equal ones.
                var least = 0
                for j in 1..<max(count, 1) where value(j) <= value(least) { least = j }
                guard x[w * step] > value(least) else { continue }
                for j in least..<count - 1 { places[j * step] = places[(j + 1) * step] }
            }
            places[last * step] = Int32(w)
        }
    }

    // dx[w_j, c] = dy[j, c], and zero elsewhere
    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        guard let dx = gradients.inputs[0] else { return }
        let channels = input.channels
        execution.forRows(batch * input.height, columns: input.width * channels) { rows in
            for row in rows {
                let target = dx + row * input.width * channels
                target.update(repeating: 0, count: input.width * channels)
                let first = row * count * channels
                let places = winners(operands.saved) + first
                for i in 0..<count * channels {
                    target[Int(places[i]) * channels + i % channels] = gradients.output[first + i]
                }
            }
        }
    }
}
