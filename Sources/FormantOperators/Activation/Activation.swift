import CKernels
import FormantTensor

/// An activation function on its own, y = f(x).
package struct Activation: Operator {
    package let outputShape: Shape
    package let batch: Int
    package let function: ActivationFunction

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

    // dx = dy · f′(x)
    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        guard let dx = gradients.inputs[0] else { return }
        execution.forElements(batch * outputShape.count) { range in
            execution.kernels.pointee.activate_backward(
                function.kernel, function.alpha, operands.input + range.lowerBound,
                operands.output + range.lowerBound, gradients.output + range.lowerBound, dx + range.lowerBound,
                range.count)
        }
    }
}
