import CKernels
import FormantTensor

/// An activation function on its own, y = f(x).
package struct Activation: Operator {
    package let outputShape: Shape
    package let batch: Int
    package let function: ActivationFunction
    /// How a ReLU is passed in the backward pass; other functions keep to their derivatives.
    package var rule = RectifierRule.derivative

    package init(batch: Int, shape: Shape, function: ActivationFunction) {
        self.batch = batch
        outputShape = shape
        self.function = function
    }

    package var backwardReads: BackwardReads { function.derivativeNeedsInput ? [.inputs] : [.output] }
    package var worksInPlace: Bool { !function.derivativeNeedsInput }

    package func forward(_ operands: Operands, _ execution: Execution) {
        execution.forElements(batch * outputShape.count) { range in
            execution.kernels.pointee.activate(
                function.kernel, function.alpha, operands.input + range.lowerBound,
                operands.output + range.lowerBound, range.count)
        }
    }

    // dx = dy · f′(x); by another rule max(dy, 0), times f′(x) if it is guided
    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        guard let dx = gradients.inputs[0] else { return }
        let rule = function == .relu ? rule : .derivative
        execution.forElements(batch * outputShape.count) { range in
            if rule != .derivative {
                let target = rule == .guided ? gradients.output : dx
                execution.kernels.pointee.activate(
                    CK_RELU, 0, gradients.output + range.lowerBound, target + range.lowerBound, range.count)
            }
            if rule == .deconvolution { return }
            execution.kernels.pointee.activate_backward(
                function.kernel, function.alpha, operands.input + range.lowerBound,
                operands.output + range.lowerBound, gradients.output + range.lowerBound, dx + range.lowerBound,
                range.count)
        }
    }
}
