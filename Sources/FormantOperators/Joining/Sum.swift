import CKernels
import FormantTensor

/// The sum of two or more inputs of one shape: what closes a residual block.
package struct Sum: Operator {
    package let batch: Int
    package let outputShape: Shape
    package let inputs: Int
    /// Fused: applied to the sum. Its derivative must follow from the output.
    package var activation: ActivationFunction?

    package init(batch: Int, shape: Shape, inputs: Int) {
        self.batch = batch
        outputShape = shape
        self.inputs = inputs
    }

    package var backwardReads: BackwardReads { activation == nil ? [] : [.output] }

    // y = activation(Σ_j x_j)
    package func forward(_ operands: Operands, _ execution: Execution) {
        execution.forElements(batch * outputShape.count) { range in
            let y = operands.output + range.lowerBound
            let kernels = execution.kernels.pointee
            if inputs == 1 {
                y.update(from: operands.input + range.lowerBound, count: range.count)
            } else {
                kernels.add(
                    operands.inputs[0] + range.lowerBound, operands.inputs[1] + range.lowerBound, y, range.count)
            }
            for j in 2..<max(2, inputs) { kernels.add(y, operands.inputs[j] + range.lowerBound, y, range.count) }
            if let activation { kernels.activate(activation.kernel, activation.alpha, y, y, range.count) }
        }
    }

    // dx_j = dy · f′, from y = f
    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        for case let dx? in gradients.inputs {
            execution.forElements(batch * outputShape.count) { range in
                let (dx, dy) = (dx + range.lowerBound, gradients.output + range.lowerBound)
                guard let activation else {
                    dx.update(from: dy, count: range.count)
                    return
                }
                execution.kernels.pointee.activate_backward(
                    activation.kernel, activation.alpha, nil, operands.output + range.lowerBound, dy, dx, range.count)
            }
        }
    }
}
