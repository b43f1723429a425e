import CKernels
import FormantTensor

/// Batch normalisation, an activation that ascends, and max pooling: y = max over a window of
/// activation(gain · (x − mean) / √(variance + ε) + shift).
///
/// Normalised values that lose are never stored, and gradients go through the winners alone. Parameters: those of the
/// batch norm. Saved: what the batch norm saves, then per output value the tap that won and the input there.
package struct BatchNormMaxPool: Operator {
    /// The batch norm with its activation.
    package let norm: BatchNorm
    /// The pooling of what it would write.
    package let pooling: Pooling

    /// Nil where the pooling is no maximum, where a window lies outside of the input or too many windows meet at one
    /// position, or where the activation does not ascend.
    package init?(_ norm: BatchNorm, _ pooling: Pooling) {
        guard pooling.kind == .maximum, pooling.suitsGathering, norm.activation.ascends else { return nil }
        self.norm = norm
        self.pooling = pooling
    }

    private var channels: Int { norm.channels }
    private var pooledRows: Int { pooling.batch * pooling.outputShape.positions }
    private var pooledRoom: Int { (pooledRows * channels + 15) / 16 * 16 }

    package var outputShape: Shape { pooling.outputShape }
    package var backwardReads: BackwardReads { norm.backwardReads }
    package var savedCount: Int { norm.savedCount + 2 * pooledRoom }
    package var workerScratchCount: Int { norm.workerScratchCount }
    package var sharedScratchCount: Int { max(norm.sharedScratchCount, norm.sharedScratch(summing: pooledRows)) }

    private func winners(_ saved: Destination) -> UnsafeMutablePointer<Int32> {
        UnsafeMutableRawPointer(saved + norm.savedCount).assumingMemoryBound(to: Int32.self)
    }

    private func winningInputs(_ saved: Destination) -> Destination { saved + norm.savedCount + pooledRoom }

    // y[p, c] = activation(max over taps t of (x[position of t at p, c] · a[c] + b[c]))
    package func forward(_ operands: Operands, _ execution: Execution) { forward(operands, nil, execution) }

    func forward(_ operands: Operands, _ moments: ChannelMoments?, _ execution: Execution) {
        let (a, b) = norm.affine(operands, moments, execution)
        let taps = pooling.window.taps_y * pooling.window.taps_x
        execution.forRows(pooledRows, columns: channels * max(1, taps)) { range in
            var window = pooling.window
            let offset = range.lowerBound * channels
            execution.kernels.pointee.affine_max_pool(
                &window, operands.input, a, b, norm.activation.kernel, norm.activation.alpha, range.lowerBound,
                range.count, operands.output + offset, winners(operands.saved) + offset,
                winningInputs(operands.saved) + offset)
        }
    }

    // With g[p, c] = dy · f′ and what `BatchNorm.backwardFactors` makes of the winners:
    // dx[q, c] = a[c] · Σ over the windows p that q won of g[p, c] + (x[q, c] − mean[c]) · b[c] + d[c]
    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        let kernels = execution.kernels
        let dy = gradients.output
        if let activation = norm.activation {
            execution.forElements(pooledRows * channels) { range in
                kernels.pointee.activate_backward(
                    activation.kernel, activation.alpha, nil, operands.output + range.lowerBound,
                    dy + range.lowerBound, dy + range.lowerBound, range.count)
            }
        }
        let factors = norm.backwardFactors(
            operands, gradients, values: Source(winningInputs(operands.saved)), dy: Source(dy), rows: pooledRows,
            execution)
        guard let dx = gradients.inputs[0] else { return }
        let input = pooling.input
        execution.forRows(pooling.batch * input.height, columns: input.width * channels) { range in
            var window = pooling.window
            kernels.pointee.affine_max_pool_backward(
                &window, operands.input, winners(operands.saved), dy, factors.mean, factors.a, factors.b, factors.d,
                range.lowerBound, range.count, dx)
        }
    }
}
