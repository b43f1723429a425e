import CKernels
import FormantTensor

/// Dropout: in training each value, or with `spatial` each channel of an example, is zero with probability `rate` and
/// else divided by 1 − rate; otherwise nothing changes.
///
/// What is kept follows from the step's seed and the position alone, so the backward pass draws it again instead of
/// storing it. Source: Srivastava et al. 2014; spatial: Tompson et al. 2015.
package struct Dropout: Operator {
    package let outputShape: Shape
    package let batch: Int
    package let rate: Float
    package let spatial: Bool

    package init(batch: Int, shape: Shape, rate: Float, spatial: Bool) {
        self.batch = batch
        outputShape = shape
        self.rate = rate
        self.spatial = spatial
    }

    package var worksInPlace: Bool { true }
    package var workerScratchCount: Int { spatial ? 3 * outputShape.channels : 0 }

    package func forward(_ operands: Operands, _ execution: Execution) {
        apply(operands.input, operands.output, execution)
    }

    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        guard let dx = gradients.inputs[0] else { return }
        apply(Source(gradients.output), dx, execution)
    }

    private func apply(_ x: Source, _ y: Destination, _ execution: Execution) {
        guard execution.training, rate > 0 else {
            if x != Source(y) { y.update(from: x, count: batch * outputShape.count) }
            return
        }
        guard spatial else {
            execution.forElements(batch * outputShape.count) { range in
                execution.kernels.pointee.dropout(
                    x + range.lowerBound, y + range.lowerBound, range.count, execution.seed,
                    UInt64(range.lowerBound), rate)
            }
            return
        }
        let channels = outputShape.channels
        execution.pool.forEach(batch) { example, worker in
            let ones = execution.scratch(of: worker)
            let (kept, zeros) = (ones + channels, ones + 2 * channels)
            ones.update(repeating: 1, count: channels)
            zeros.update(repeating: 0, count: channels)
            execution.kernels.pointee.dropout(
                ones, kept, channels, execution.seed, UInt64(example * channels), rate)
            let offset = example * outputShape.count
            execution.kernels.pointee.column_affine(
                x + offset, outputShape.positions, channels, kept, zeros, CK_IDENTITY, 0, y + offset)
        }
    }
}
