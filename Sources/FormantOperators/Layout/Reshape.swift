import CKernels
import FormantTensor

/// Another shape for the same values in the public order: channel slowest, then frequency, then time. Flatten is the
/// reshape to one position.
package struct Reshape: Operator {
    package let batch: Int
    package let input: Shape
    package let outputShape: Shape

    /// - Precondition: both shapes hold as many values.
    package init(batch: Int, input: Shape, output: Shape) {
        precondition(input.count == output.count)
        self.batch = batch
        self.input = input
        outputShape = output
    }

    /// Whether the values stand in memory in the public order, so that nothing has to be moved.
    private static func isPublicOrder(_ shape: Shape) -> Bool { shape.channels == 1 || shape.positions == 1 }

    private var movesNothing: Bool {
        input == outputShape || (Reshape.isPublicOrder(input) && Reshape.isPublicOrder(outputShape))
    }

    package var worksInPlace: Bool { movesNothing }
    package var workerScratchCount: Int { movesNothing ? 0 : input.count }

    package func forward(_ operands: Operands, _ execution: Execution) {
        copy(operands.input, input, outputShape, operands.output, execution)
    }

    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        guard let dx = gradients.inputs[0] else { return }
        copy(Source(gradients.output), outputShape, input, dx, execution)
    }

    private func copy(_ from: Source, _ source: Shape, _ target: Shape, _ to: Destination, _ execution: Execution) {
        if movesNothing {
            if from != Source(to) { to.update(from: from, count: batch * source.count) }
            return
        }
        let permute = execution.kernels.pointee.permute!
        execution.pool.forEach(batch) { example, worker in
            let (x, y) = (from + example * source.count, to + example * target.count)
            let ordered = execution.scratch(of: worker)
            // ordered[c][h][w] = x[h][w][c], then y[h][w][c] = ordered[c][h][w] in the target's extents
            permute(
                x, source.channels, source.height, source.width, 1, source.width * source.channels,
                source.channels, ordered)
            permute(
                ordered, target.height, target.width, target.channels, target.width, 1, target.positions, y)
        }
    }
}
