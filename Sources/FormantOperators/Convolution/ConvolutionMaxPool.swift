import CKernels
import FormantTensor

/// A convolution with its activation, and max pooling of its output by windows that do not overlap from row to row:
/// what the convolution writes is pooled strip by strip and never stored.
///
/// Parameters: those of the convolution. Saved: the tap that won, per output value, where there is a backward pass.
package struct ConvolutionMaxPool: FusedConvolution {
    package let convolution: Convolution
    /// The pooling of what the convolution would write.
    package let pooling: Pooling
    private let strips: ConvolutionStrips

    /// Shared strips below which the operators stay apart: their work is then shared out better.
    private static let leastStrips = 8

    /// Nil where the pooling is no maximum, where its windows overlap or reach outside, or where there is little to do.
    /// - Parameter isShared: whether several threads are to share the work.
    package init?(_ convolution: Convolution, _ pooling: Pooling, isShared: Bool) {
        let (window, output) = (pooling.window, convolution.outputShape)
        guard pooling.kind == .maximum, window.dilation_y == 1, window.dilation_x == 1,
            window.taps_y <= window.stride_y, window.before_y == 0, window.before_x == 0,
            (window.out_height - 1) * window.stride_y + window.taps_y <= output.height,
            (window.out_width - 1) * window.stride_x + window.taps_x <= output.width
        else { return nil }
        self.convolution = convolution
        self.pooling = pooling
        let covered = (window.out_height - 1) * window.stride_y + window.taps_y
        strips = ConvolutionStrips(convolution, rows: covered, unit: window.stride_y)
        guard !isShared || strips.count >= ConvolutionMaxPool.leastStrips else { return nil }
    }

    private var row: Int { convolution.outputShape.width * convolution.outputShape.channels }
    private var stripRoom: Int { (strips.mostLines * row + 15) / 16 * 16 }

    package var outputShape: Shape { pooling.outputShape }
    package var savedCount: Int { pooling.savedCount }
    package var workerScratchCount: Int { stripOffset + stripRoom }
    private var stripOffset: Int { (convolution.scratch(for: strips) + 15) / 16 * 16 }
    package var sharedScratchCount: Int { convolution.sharedScratchCount }
    package var innerGradientCount: Int {
        pooling.keepsWinners ? convolution.geometry.batch * convolution.outputShape.count : 0
    }
    package var backwardReads: BackwardReads { convolution.activation == nil ? [.inputs] : [.inputs, .output] }

    // y[p, c] = max over the taps t of activation(conv(x))[position of t at p, c]
    package func forward(_ operands: Operands, _ execution: Execution) {
        let pooled = outputShape.width * outputShape.channels
        execution.pool.forEach(strips.count) { index, worker in
            let strip = strips[index]
            let values = execution.scratch(of: worker) + stripOffset
            convolution.forward(strip, operands, to: values, worker: worker, execution)
            var window = pooling.window
            let first = strip.rows.lowerBound / window.stride_y
            window.height = strip.rows.count
            window.out_height = (strip.rows.count - window.taps_y) / window.stride_y + 1
            let line = strip.examples.lowerBound * outputShape.height + first
            execution.kernels.pointee.max_pool(
                &window, values, 0, strip.examples.count * window.out_height * window.out_width,
                operands.output + line * pooled, pooling.winners(operands.saved).map { $0 + line * pooled })
        }
    }

    // The gradient of the output, times the activation's slope there, goes to the positions that won.
    package func backwardBehind(
        _ operands: Operands, _ gradients: Gradients, _ execution: Execution
    ) -> Destination {
        let dy = gradients.output
        if let activation = convolution.activation {
            execution.forElements(pooling.batch * outputShape.count) { range in
                execution.kernels.pointee.activate_backward(
                    activation.kernel, activation.alpha, nil, operands.output + range.lowerBound,
                    dy + range.lowerBound, dy + range.lowerBound, range.count)
            }
        }
        pooling.backward(operands, Gradients(output: dy, inputs: [gradients.inner], parameters: []), execution)
        return gradients.inner
    }
}
