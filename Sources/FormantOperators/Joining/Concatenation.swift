import FormantTensor

/// Puts inputs behind each other along one axis; the other two extents are equal.
package struct Concatenation: Operator {
    package let batch: Int
    package let outputShape: Shape
    private let runs: [Int]
    private let outer: Int

    /// - Precondition: `inputs` differ along `axis` alone.
    package init(batch: Int, inputs: [Shape], axis: Axis) {
        self.batch = batch
        var shape = inputs[0]
        let total = inputs.reduce(0) { $0 + $1[axis] }
        // In memory an example is height × width × channels: `outer` rows, each of one run per input.
        switch axis {
        case .channel:
            shape.channels = total
            outer = shape.positions
            runs = inputs.map(\.channels)
        case .time:
            shape.width = total
            outer = shape.height
            runs = inputs.map { $0.width * $0.channels }
        case .frequency:
            shape.height = total
            outer = 1
            runs = inputs.map(\.count)
        }
        outputShape = shape
    }

    private var length: Int { runs.reduce(0, +) }

    package func forward(_ operands: Operands, _ execution: Execution) {
        execution.forRows(batch * outer, columns: length) { range in
            for row in range {
                var y = operands.output + row * length
                for (x, run) in zip(operands.inputs, runs) {
                    y.update(from: x + row * run, count: run)
                    y += run
                }
            }
        }
    }

    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        execution.forRows(batch * outer, columns: length) { range in
            for row in range {
                var dy = gradients.output + row * length
                for (dx, run) in zip(gradients.inputs, runs) {
                    if let dx { (dx + row * run).update(from: dy, count: run) }
                    dy += run
                }
            }
        }
    }
}
