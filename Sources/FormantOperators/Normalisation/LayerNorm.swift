import CKernels
import FormantTensor

/// Layer normalisation over the channels of each position.
///
/// y = gain · (x − mean) / √(variance + ε) + shift with the statistics of one position's channels. Source: Ba et al.
/// 2016. Parameters: gain, shift. Saved: mean and 1/√(variance + ε) per position.
package struct LayerNorm: Operator {
    package let outputShape: Shape
    package let batch: Int
    package let epsilon: Float

    package init(batch: Int, shape: Shape, epsilon: Float) {
        self.batch = batch
        outputShape = shape
        self.epsilon = epsilon
    }

    private var channels: Int { outputShape.channels }
    private var rows: Int { batch * outputShape.positions }
    private var chunks: Chunks { Chunks(total: rows, least: max(64, 16_384 / channels), most: 32) }

    package var backwardReads: BackwardReads { [.inputs] }
    package var savedCount: Int { 2 * rows }
    package var sharedScratchCount: Int { chunks.count * 4 * channels }

    package func forward(_ operands: Operands, _ execution: Execution) {
        execution.forRows(rows, columns: channels) { range in
            let offset = range.lowerBound * channels
            execution.kernels.pointee.row_norm(
                operands.input + offset, range.count, channels, epsilon, operands.parameters[0],
                operands.parameters[1], operands.output + offset, operands.saved + range.lowerBound,
                operands.saved + rows + range.lowerBound)
        }
    }

    // With x̂ = (x − mean) · rstd and g = dy · gain: dx = rstd · (g − mean(g) − x̂ · mean(g · x̂)),
    // dgain = Σ dy · x̂, dshift = Σ dy
    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        let dx = gradients.inputs[0] ?? gradients.output
        columnSums(chunks: chunks, columns: channels, lists: 2, partial: execution.sharedScratch, execution) {
            range, sums in
            let offset = range.lowerBound * channels
            execution.kernels.pointee.row_norm_backward(
                operands.input + offset, gradients.output + offset, range.count, channels, operands.parameters[0],
                operands.saved + range.lowerBound, operands.saved + rows + range.lowerBound, dx + offset, sums,
                sums + channels)
        } finish: { c, sums in
            gradients.parameters[0]?[c] = Float(sums[0])
            gradients.parameters[1]?[c] = Float(sums[1])
        }
    }
}
