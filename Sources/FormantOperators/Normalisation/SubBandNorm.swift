import CKernels
import FormantTensor

/// Batch normalisation with statistics, gains and shifts of its own for each channel of each of some equal parts of the
/// height: sub-spectral normalisation. Source: Chang et al. 2021, section 3.
///
/// y = gain[s, c] · (x − mean[s, c]) / √(variance[s, c] + ε) + shift[s, c] for the rows of part s; running statistics as
/// `BatchNorm` keeps them.
///
/// Parameters: gain, shift, running mean, running variance, part by part. Saved: mean and 1/√(variance + ε).
package struct SubBandNorm: Operator {
    package let outputShape: Shape
    package let batch: Int
    /// Parts of the height.
    package let subBands: Int
    package let epsilon: Float
    package let momentum: Float

    /// - Precondition: the height is a multiple of `subBands`.
    package init(batch: Int, shape: Shape, subBands: Int, epsilon: Float, momentum: Float) {
        precondition(shape.height % subBands == 0, "\(shape) in \(subBands) sub-bands")
        self.batch = batch
        outputShape = shape
        self.subBands = subBands
        self.epsilon = epsilon
        self.momentum = momentum
    }

    private var channels: Int { outputShape.channels }
    /// Channels of all parts.
    private var columns: Int { subBands * channels }
    private var vector: Int { (columns + 15) / 16 * 16 }
    /// Positions of a part in one example; the parts of the examples lie one behind the other.
    private var rows: Int { outputShape.positions / subBands }
    private var strip: Int { rows * channels }
    private var chunks: Chunks { Chunks(total: batch, least: max(1, 16_384 / outputShape.count), most: 32) }
    private var momentRoom: Int { (ChannelMoments.room(parts: chunks.count, channels: channels) + 15) / 16 * 16 }

    package var backwardReads: BackwardReads { .inputs }
    package var savedCount: Int { 2 * vector }
    package var workerScratchCount: Int { 2 * vector }
    package var sharedScratchCount: Int {
        3 * vector + max(subBands * momentRoom, chunks.count * 4 * columns)
    }

    private func partial(_ execution: Execution) -> Destination { execution.sharedScratch + 3 * vector }

    package func forward(_ operands: Operands, _ execution: Execution) {
        let statistics = ChannelStatistics(
            operands: operands, columns: columns, vector: vector, epsilon: epsilon, momentum: momentum)
        if execution.training {
            keep(statistics, execution)
        } else {
            statistics.takeRunning()
        }
        let (a, b) = statistics.affine(in: execution.workerScratch)
        execution.forRows(batch * subBands, columns: strip) { range in
            for part in range {
                let first = part % subBands * channels
                execution.kernels.pointee.column_affine(
                    operands.input + part * strip, rows, channels, a + first, b + first,
                    ActivationFunction?.none.kernel, ActivationFunction?.none.alpha, operands.output + part * strip)
            }
        }
    }

    /// Works out the statistics of the batch, keeps them, and moves the running ones.
    private func keep(_ statistics: ChannelStatistics, _ execution: Execution) {
        let chunks = chunks
        let moments = (0..<subBands).map {
            ChannelMoments(parts: chunks.count, channels: channels, room: partial(execution) + $0 * momentRoom)
        }
        execution.pool.forEach(chunks.count * subBands) { task, _ in
            let (chunk, band) = (task / subBands, task % subBands)
            for example in chunks[chunk] {
                moments[band].add(
                    statistics.operands.input + (example * subBands + band) * strip, rows: rows, to: chunk,
                    execution.kernels)
            }
        }
        for (band, moments) in moments.enumerated() {
            statistics.keep(moments, channels: channels, from: band * channels, rows: batch * rows)
            moments.end()
        }
    }

    // With x̂ = (x − mean) · scale, s = Σ dy, p = Σ dy · (x − mean), over the m rows of a part:
    // dgain = p · scale, dshift = s, and in training dx = gain · scale · (dy − s/m − x̂ · scale · p/m)
    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        let kernels = execution.kernels
        let (mean, scale, gain) = (operands.saved, operands.saved + vector, operands.parameters[0])
        let (x, dy) = (operands.input, gradients.output)
        let factors = execution.sharedScratch
        let (a, b, d) = (factors, factors + vector, factors + 2 * vector)
        let count = Float(batch * rows)
        columnSums(
            chunks: chunks, columns: columns, lists: 2, partial: partial(execution), execution
        ) { examples, sums in
            for part in examples.lowerBound * subBands..<examples.upperBound * subBands {
                let first = part % subBands * channels
                kernels.pointee.column_products(
                    x + part * strip, dy + part * strip, rows, channels, mean + first, sums + first,
                    sums + columns + first)
            }
        } finish: { c, sums in
            let (s, p) = (Float(sums[0]), Float(sums[1]))
            gradients.parameters[0]?[c] = p * scale[c]
            gradients.parameters[1]?[c] = s
            a[c] = gain[c] * scale[c]
            b[c] = execution.training ? -a[c] * scale[c] * scale[c] * p / count : 0
            d[c] = execution.training ? -a[c] * s / count : 0
        }
        guard let dx = gradients.inputs[0] else { return }
        execution.forRows(batch * subBands, columns: strip) { range in
            for part in range {
                let first = part % subBands * channels
                kernels.pointee.column_backward(
                    x + part * strip, dy + part * strip, rows, channels, mean + first, a + first, b + first, d + first,
                    dx + part * strip)
            }
        }
    }
}
