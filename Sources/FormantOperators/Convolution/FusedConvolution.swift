/// An operator that is a convolution and what follows it. Its parameters begin with the convolution's.
package protocol FusedConvolution: Operator {
    /// The convolution, with its activation where that comes first.
    var convolution: Convolution { get }

    /// The backward pass of all that follows the convolution's sums.
    /// - Returns: where it has left the gradient of these sums.
    func backwardBehind(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) -> Destination
}

extension FusedConvolution {
    package var preparedCount: Int { convolution.preparedCount }
    package var multiplyAdds: Int { convolution.multiplyAdds }

    package func prepare(_ operands: Operands, _ execution: Execution) { convolution.prepare(operands, execution) }

    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        let inner = backwardBehind(operands, gradients, execution)
        var alone = convolution
        alone.activation = nil
        alone.backward(
            operands, Gradients(output: inner, inputs: gradients.inputs, parameters: gradients.parameters), execution)
    }
}
