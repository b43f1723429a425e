import CKernels
import FormantTensor

/// A convolution and the batch norm behind it in training, with an activation and max pooling where these follow: the
/// statistics of the batch are summed from each strip of the convolution's output while it is in the caches.
///
/// Parameters: those of the convolution, then those of the batch norm. Saved: what the batch norm saves, then the
/// output of the convolution.
package struct ConvolutionBatchNorm: FusedConvolution {
    package let convolution: Convolution
    /// The batch norm with its activation.
    package let norm: BatchNorm
    /// The batch norm with the pooling behind it.
    package let pooled: BatchNormMaxPool?
    private let strips: ConvolutionStrips
    private let parts: Chunks

    /// Nil where the convolution has an activation of its own.
    package init?(_ convolution: Convolution, _ norm: BatchNorm, _ pooled: BatchNormMaxPool? = nil) {
        guard convolution.activation == nil, convolution.foldedNormalisation == nil else { return nil }
        self.convolution = convolution
        self.norm = norm
        self.pooled = pooled
        strips = ConvolutionStrips(convolution, rows: convolution.outputShape.height, unit: 1)
        // Enough for the threads of a large machine, few enough for the sums of each.
        parts = Chunks(total: strips.count, least: 1, most: 64)
    }

    private var behind: any Operator { pooled ?? norm }
    private var convolved: Int { convolution.geometry.batch * convolution.outputShape.count }
    private var ownRoom: Int { (behind.savedCount + 15) / 16 * 16 }
    private var convolutionParameters: Int { convolution.hasBias ? 2 : 1 }

    package var outputShape: Shape { behind.outputShape }
    package var savedCount: Int { ownRoom + convolved }
    package var workerScratchCount: Int { max(convolution.scratch(for: strips), behind.workerScratchCount) }
    package var sharedScratchCount: Int {
        max(convolution.sharedScratchCount, behind.sharedScratchCount, norm.sharedScratch(parts: parts.count))
    }
    /// Without pooling the gradient of the convolution's output takes the place of the output's.
    package var innerGradientCount: Int { pooled == nil ? 0 : convolved }
    package var backwardReads: BackwardReads { norm.activation == nil ? [.inputs] : [.inputs, .output] }

    private func operandsBehind(_ operands: Operands) -> Operands {
        var own = operands
        own.inputs = [Source(operands.saved + ownRoom)]
        own.parameters = Array(operands.parameters[convolutionParameters...])
        return own
    }

    package func forward(_ operands: Operands, _ execution: Execution) {
        let moments = norm.moments(parts: parts.count, execution)
        let (output, shape) = (operands.saved + ownRoom, convolution.outputShape)
        let row = shape.width * shape.channels
        execution.pool.forEach(parts.count) { part, worker in
            for index in parts[part] {
                let strip = strips[index]
                let y = output + (strip.examples.lowerBound * shape.height + strip.rows.lowerBound) * row
                convolution.forward(strip, operands, to: y, worker: worker, execution)
                moments.add(
                    y, rows: strip.examples.count * strip.rows.count * shape.width, to: part, execution.kernels)
            }
        }
        if let pooled {
            pooled.forward(operandsBehind(operands), moments, execution)
        } else {
            norm.forward(operandsBehind(operands), moments, execution)
        }
    }

    package func backwardBehind(
        _ operands: Operands, _ gradients: Gradients, _ execution: Execution
    ) -> Destination {
        let inner = pooled == nil ? gradients.output : gradients.inner
        behind.backward(
            operandsBehind(operands),
            Gradients(
                output: gradients.output, inputs: [inner],
                parameters: Array(gradients.parameters[convolutionParameters...])), execution)
        return inner
    }
}
