import CKernels
import FormantTensor

/// The sum of two or more inputs: what closes a residual block.
///
/// An input of height or width 1 is added to every row or column of the output.
package struct Sum: Operator {
    package let batch: Int
    package let outputShape: Shape
    package let inputs: [Shape]
    /// Fused: applied to the sum. Its derivative must follow from the output.
    package var activation: ActivationFunction?

    /// - Precondition: `outputShape(of: inputs)` is not nil.
    package init(batch: Int, inputs: [Shape]) {
        self.batch = batch
        outputShape = Self.outputShape(of: inputs)!
        self.inputs = inputs
    }

    /// The largest height and width, where every input has these or 1, and the same channels; nil otherwise.
    package static func outputShape(of inputs: [Shape]) -> Shape? {
        guard let first = inputs.first else { return nil }
        let shape = Shape(
            channels: first.channels, height: inputs.reduce(1) { max($0, $1.height) },
            width: inputs.reduce(1) { max($0, $1.width) })
        let fit = inputs.allSatisfy {
            $0.channels == shape.channels && ($0.height == 1 || $0.height == shape.height)
                && ($0.width == 1 || $0.width == shape.width)
        }
        return fit ? shape : nil
    }

    private var broadcasts: Bool { inputs.contains { $0 != outputShape } }

    package var backwardReads: BackwardReads { activation == nil ? [] : [.output] }

    // y = activation(Σ_j x_j)
    package func forward(_ operands: Operands, _ execution: Execution) {
        guard !broadcasts else { return forwardLines(operands, execution) }
        execution.forElements(batch * outputShape.count) { range in
            let y = operands.output + range.lowerBound
            let kernels = execution.kernels.pointee
            if inputs.count == 1 {
                y.update(from: operands.input + range.lowerBound, count: range.count)
            } else {
                kernels.add(
                    operands.inputs[0] + range.lowerBound, operands.inputs[1] + range.lowerBound, y, range.count)
            }
            for j in 2..<max(2, inputs.count) { kernels.add(y, operands.inputs[j] + range.lowerBound, y, range.count) }
            if let activation { kernels.activate(activation.kernel, activation.alpha, y, y, range.count) }
        }
    }

    // dx_j = dy · f′, from y = f
    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        guard !broadcasts else { return backwardLines(operands, gradients, execution) }
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

    /// Values of a line: a row of the output, all columns and channels of it.
    private var line: Int { outputShape.width * outputShape.channels }

    // y[n, h, w, c] = activation(Σ_j x_j[n, h or 0, w or 0, c])
    private func forwardLines(_ operands: Operands, _ execution: Execution) {
        let (height, channels) = (outputShape.height, outputShape.channels)
        let kernels = execution.kernels.pointee
        execution.forRows(batch * height, columns: line) { range in
            for row in range {
                let y = operands.output + row * line
                for (j, shape) in inputs.enumerated() {
                    let own = shape.height == 1 ? row / height : row
                    let x = operands.inputs[j] + own * shape.width * channels
                    let (runs, run) = shape.width == outputShape.width ? (1, line) : (outputShape.width, channels)
                    for start in stride(from: 0, to: runs * run, by: run) {
                        if j == 0 {
                            (y + start).update(from: x, count: run)
                        } else {
                            kernels.add(y + start, x, y + start, run)
                        }
                    }
                }
                if let activation { kernels.activate(activation.kernel, activation.alpha, y, y, line) }
            }
        }
    }

    // dx_j[n, h, w, c] = Σ dy · f′ over the rows and columns that x_j[n, h, w, c] was added to, in their order
    private func backwardLines(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        let (height, channels) = (outputShape.height, outputShape.channels)
        let dy = gradients.output
        let kernels = execution.kernels.pointee
        if let activation {
            execution.forElements(batch * outputShape.count) { range in
                let part = dy + range.lowerBound
                kernels.activate_backward(
                    activation.kernel, activation.alpha, nil, operands.output + range.lowerBound, part, part,
                    range.count)
            }
        }
        for case (let shape, let dx?) in zip(inputs, gradients.inputs) {
            let rowsEach = height / shape.height
            execution.forRows(batch * shape.height, columns: line * rowsEach) { range in
                for own in range {
                    let sum = dx + own * shape.width * channels
                    sum.update(repeating: 0, count: shape.width * channels)
                    let (runs, run) = shape.width == outputShape.width ? (1, line) : (outputShape.width, channels)
                    for row in own * rowsEach..<(own + 1) * rowsEach {
                        for start in stride(from: 0, to: runs * run, by: run) {
                            kernels.add(sum, dy + row * line + start, sum, run)
                        }
                    }
                }
            }
        }
    }
}
