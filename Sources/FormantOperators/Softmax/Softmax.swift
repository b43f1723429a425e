import CKernels
import FormantTensor

/// Softmax over the channels of each position.
package struct Softmax: Operator {
    package let batch: Int
    package let outputShape: Shape

    package init(batch: Int, shape: Shape) {
        self.batch = batch
        outputShape = shape
    }

    package var backwardReads: BackwardReads { [.output] }
    package var worksInPlace: Bool { true }

    // y_j = exp(x_j − max x) / Σ_k exp(x_k − max x)
    package func forward(_ operands: Operands, _ execution: Execution) {
        let channels = outputShape.channels
        execution.forRows(batch * outputShape.positions, columns: channels) { range in
            let offset = range.lowerBound * channels
            execution.kernels.pointee.softmax(
                operands.input + offset, range.count, channels, operands.output + offset)
        }
    }

    // dx_j = (dy_j − Σ_k dy_k y_k) y_j
    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        guard let dx = gradients.inputs[0] else { return }
        let channels = outputShape.channels
        execution.forRows(batch * outputShape.positions, columns: channels) { range in
            let offset = range.lowerBound * channels
            execution.kernels.pointee.softmax_backward(
                operands.output + offset, gradients.output + offset, range.count, channels, dx + offset)
        }
    }
}
