import CKernels
import FormantTensor

/// Batch normalisation per channel over batch, height and width, with an activation fused behind it.
///
/// y = activation(gain · (x − mean) / √(variance + ε) + shift). In training mean and (biased) variance are those of
/// the batch, and the running ones move towards them by `momentum`, the variance unbiased; otherwise the running ones
/// count. Source: Ioffe & Szegedy 2015; the running statistics as PyTorch keeps them.
///
/// Parameters: gain, shift, running mean, running variance. Saved: mean and 1/√(variance + ε) per channel.
package struct BatchNorm: Operator {
    package let outputShape: Shape
    package let batch: Int
    package let epsilon: Float
    package let momentum: Float
    /// Fused. Its derivative must follow from the output.
    package var activation: ActivationFunction?

    package init(batch: Int, shape: Shape, epsilon: Float, momentum: Float, activation: ActivationFunction? = nil) {
        self.batch = batch
        outputShape = shape
        self.epsilon = epsilon
        self.momentum = momentum
        self.activation = activation
    }

    var channels: Int { outputShape.channels }
    private var rows: Int { batch * outputShape.positions }
    private var vector: Int { (channels + 15) / 16 * 16 }

    /// How sums over some rows are split.
    func chunks(rows: Int) -> Chunks { Chunks(total: rows, least: max(64, 16_384 / channels), most: 32) }

    package var backwardReads: BackwardReads { activation == nil ? [.inputs] : [.inputs, .output] }
    package var savedCount: Int { 2 * vector }
    package var workerScratchCount: Int { 2 * vector }
    package var sharedScratchCount: Int { sharedScratch(summing: rows) }

    /// Three vectors of factors, then sums of every part in double precision.
    func sharedScratch(summing rows: Int) -> Int {
        let parts = chunks(rows: rows).count
        return max(3 * vector + parts * 4 * channels, sharedScratch(parts: parts))
    }

    /// The same for moments in some parts.
    func sharedScratch(parts: Int) -> Int { 3 * vector + ChannelMoments.room(parts: parts, channels: channels) }

    private func partial(_ execution: Execution) -> Destination { execution.sharedScratch + 3 * vector }

    package func forward(_ operands: Operands, _ execution: Execution) { forward(operands, nil, execution) }

    func forward(_ operands: Operands, _ moments: ChannelMoments?, _ execution: Execution) {
        let (a, b) = affine(operands, moments, execution)
        execution.forRows(rows, columns: channels) { range in
            let offset = range.lowerBound * channels
            execution.kernels.pointee.column_affine(
                operands.input + offset, range.count, channels, a, b, activation.kernel, activation.alpha,
                operands.output + offset)
        }
    }

    /// Works out mean and 1/√(variance + ε), keeps them, and moves the running statistics in training.
    /// - Parameter moments: those of the input, where they are known in training.
    /// - Returns: a and b per channel, with which y = activation(x · a + b).
    func affine(_ operands: Operands, _ moments: ChannelMoments?, _ execution: Execution) -> (a: Source, b: Source) {
        let statistics = ChannelStatistics(
            operands: operands, columns: channels, vector: vector, epsilon: epsilon, momentum: momentum)
        if execution.training {
            let moments = moments ?? self.moments(of: operands.input, execution)
            statistics.keep(moments, channels: channels, rows: rows)
            moments.end()
        } else {
            statistics.takeRunning()
        }
        return statistics.affine(in: execution.workerScratch)
    }

    private func moments(of x: Source, _ execution: Execution) -> ChannelMoments {
        let chunks = chunks(rows: rows)
        let moments = moments(parts: chunks.count, execution)
        execution.pool.forEach(chunks.count) { chunk, _ in
            let rows = chunks[chunk]
            moments.add(x + rows.lowerBound * channels, rows: rows.count, to: chunk, execution.kernels)
        }
        return moments
    }

    /// Moments that are still to be summed, in this operator's shared scratch.
    func moments(parts: Int, _ execution: Execution) -> ChannelMoments {
        ChannelMoments(parts: parts, channels: channels, room: partial(execution))
    }

    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        let kernels = execution.kernels
        let dy = gradients.output
        if let activation {
            execution.forElements(rows * channels) { range in
                kernels.pointee.activate_backward(
                    activation.kernel, activation.alpha, nil, operands.output + range.lowerBound,
                    dy + range.lowerBound, dy + range.lowerBound, range.count)
            }
        }
        let factors = backwardFactors(operands, gradients, values: operands.input, dy: dy, rows: rows, execution)
        guard let dx = gradients.inputs[0] else { return }
        execution.forRows(rows, columns: channels) { range in
            let offset = range.lowerBound * channels
            kernels.pointee.column_backward(
                operands.input + offset, dy + offset, range.count, channels, factors.mean, factors.a, factors.b,
                factors.d, dx + offset)
        }
    }

    /// What leads back to the input: dx = dy · a + (x − mean) · b + d per channel.
    struct BackwardFactors {
        var mean: Source
        var a: Source
        var b: Source
        var d: Source
    }

    // With x̂ = (x − mean) · scale, s = Σ dy, p = Σ dy · (x − mean), m rows:
    // dgain = p · scale, dshift = s, and in training dx = gain · scale · (dy − s/m − x̂ · scale · p/m)
    /// Writes the gradients of gain and shift.
    /// - Parameters:
    ///   - values: those inputs that have a gradient, `summed` rows of them; inputs left out have none.
    ///   - dy: the gradients before the activation.
    func backwardFactors(
        _ operands: Operands, _ gradients: Gradients, values: Source, dy: Source, rows summed: Int,
        _ execution: Execution
    ) -> BackwardFactors {
        let (mean, scale, gain) = (operands.saved, operands.saved + vector, operands.parameters[0])
        let factors = execution.sharedScratch
        let (a, b, d) = (factors, factors + vector, factors + 2 * vector)
        let count = Float(rows)
        columnSums(
            chunks: chunks(rows: summed), columns: channels, lists: 2, partial: partial(execution), execution
        ) { range, sums in
            let offset = range.lowerBound * channels
            execution.kernels.pointee.column_products(
                values + offset, dy + offset, range.count, channels, mean, sums, sums + channels)
        } finish: { c, sums in
            let (s, p) = (Float(sums[0]), Float(sums[1]))
            gradients.parameters[0]?[c] = p * scale[c]
            gradients.parameters[1]?[c] = s
            a[c] = gain[c] * scale[c]
            b[c] = execution.training ? -a[c] * scale[c] * scale[c] * p / count : 0
            d[c] = execution.training ? -a[c] * s / count : 0
        }
        return BackwardFactors(mean: Source(mean), a: Source(a), b: Source(b), d: Source(d))
    }
}
