import CKernels
import FormantTensor

/// A new order of the named axes: the output's channel, frequency and time are the input's `order[0]`, `[1]`, `[2]`.
package struct Permutation: Operator {
    package let batch: Int
    package let input: Shape
    package let outputShape: Shape
    private let order: [Axis]

    /// - Precondition: `order` holds each axis once.
    package init(batch: Int, input: Shape, order: [Axis]) {
        self.batch = batch
        self.input = input
        self.order = order
        outputShape = Shape(channels: input[order[0]], height: input[order[1]], width: input[order[2]])
    }

    private static func stride(of axis: Axis, in shape: Shape) -> Int {
        switch axis {
        case .channel: 1
        case .frequency: shape.width * shape.channels
        case .time: shape.channels
        }
    }

    /// The axis of the output at which each axis of the input ends up.
    private var inverse: [Axis] {
        let axes: [Axis] = [.channel, .frequency, .time]
        return axes.map { axes[order.firstIndex(of: $0)!] }
    }

    package func forward(_ operands: Operands, _ execution: Execution) {
        copy(operands.input, input, order, outputShape, operands.output, execution)
    }

    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        guard let dx = gradients.inputs[0] else { return }
        copy(Source(gradients.output), outputShape, inverse, input, dx, execution)
    }

    // to[h, w, c] = from[at the strides of order[1], order[2], order[0]]
    private func copy(
        _ from: Source, _ source: Shape, _ order: [Axis], _ target: Shape, _ to: Destination, _ execution: Execution
    ) {
        let strides = order.map { Permutation.stride(of: $0, in: source) }
        execution.forRows(batch, columns: target.count) { range in
            for example in range {
                let offset = example * target.count
                execution.kernels.pointee.permute(
                    from + offset, target.height, target.width, target.channels, strides[1], strides[2], strides[0],
                    to + offset)
            }
        }
    }
}
