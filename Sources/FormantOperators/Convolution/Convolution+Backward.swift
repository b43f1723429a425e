import CKernels
import FormantTensor

extension Convolution {
    /// What the gradient of the weights is a sum over, and how many of it are worth a part of their own.
    private var sumUnit: (count: Int, least: Int) {
        switch algorithms.weights {
        case .product, .depthwise: (geometry.positions, 512)
        case .winograd, .winograd2: (geometry.batch * geometry.tiles(of: algorithms.weights.tile!), 96)
        case .lines, .direct: (geometry.batch * geometry.output.height, max(1, 512 / geometry.output.width))
        }
    }

    /// Parts in which the gradient of the weights is summed: enough for the threads of a large machine, few enough
    /// for memory.
    private var weightChunks: Chunks {
        let most = max(1, min(16, (8 << 20) / max(1, geometry.weightCount)))
        let unit = sumUnit
        return Chunks(total: unit.count, least: unit.least, most: most)
    }

    /// Parts of a patch that are summed apart where patches need not be gathered.
    private var patchSlices: Chunks {
        let splits =
            algorithms.weights == .product && geometry.patchesAreContiguous && weightChunks.count < 4
            && !sumsOnTheWay
        return Chunks(total: geometry.patch, least: 64, most: splits ? 16 : 1)
    }

    /// Whether the fused activation's slope and the gradient of the bias are worked out along with the gradient of the
    /// weights, while the gradient of the output is in the cache.
    private var sumsOnTheWay: Bool { algorithms.weights.tile != nil || worksByLines }

    /// Whether the gradient of the weights is summed over lines of the output.
    private var worksByLines: Bool { algorithms.weights == .lines || algorithms.weights == .direct }

    /// ReLU's slope below zero, where the fused activation is of its kind.
    private var kink: Float? {
        switch activation {
        case .relu: 0
        case .leakyReLU(let slope): slope
        default: nil
        }
    }

    /// Room of one part's weight gradient, rounded so that the doubles behind all of them are aligned.
    private var partialRoom: Int { (geometry.weightCount + 15) / 16 * 16 }

    package var sharedScratchCount: Int { weightChunks.count * (partialRoom + 2 * geometry.output.channels) }

    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        let weight = gradients.parameters[0]
        let bias = hasBias ? gradients.parameters[1] : nil
        let slopesOnTheWay =
            weight != nil && (worksByLines || (algorithms.weights.tile != nil && kink != nil))
        if activation != nil, !slopesOnTheWay { applySlope(operands, gradients, execution) }
        if let weight {
            let joins = sumsOnTheWay
            sumWeights(operands, gradients, weight, joins ? bias : nil, appliesSlope: slopesOnTheWay, execution)
            if let bias, !joins { sumBias(gradients, bias, execution) }
        } else if let bias {
            sumBias(gradients, bias, execution)
        }
        guard let input = gradients.inputs[0] else { return }
        switch algorithms.data {
        case .product: backwardProduct(operands, gradients, input, execution)
        case .winograd, .winograd2:
            winograd(
                mirrored!, tile: algorithms.data.tile!, Source(gradients.output), preparedBackward(operands.prepared),
                nil, nil, input, execution)
        case .lines:
            lines(mirrored!, Source(gradients.output), preparedBackward(operands.prepared), nil, nil, input, execution)
        case .direct: backwardDirect(operands, gradients, input, execution)
        case .depthwise: backwardDepthwise(operands, gradients, input, execution)
        }
    }

    private func applySlope(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        execution.forElements(geometry.positions * geometry.output.channels) { range in
            applySlope(range, operands, gradients, execution)
        }
    }

    // dy = dy · f′, from y = f
    private func applySlope(
        _ range: Range<Int>, _ operands: Operands, _ gradients: Gradients, _ execution: Execution
    ) {
        let (y, dy) = (operands.output + range.lowerBound, gradients.output + range.lowerBound)
        execution.kernels.pointee.activate_backward(
            activation.kernel, activation.alpha, nil, y, dy, dy, range.count)
    }

    // dw[t, i, o] = Σ_p x[position of tap t at p, i] · dy[p, o], and db[o] = Σ_p dy[p, o] where it is wanted here
    private func sumWeights(
        _ operands: Operands, _ gradients: Gradients, _ weight: Destination, _ bias: Destination?, appliesSlope: Bool,
        _ execution: Execution
    ) {
        let (chunks, slices) = (weightChunks, patchSlices)
        let channels = geometry.output.channels
        let partial = execution.sharedScratch
        let biases = UnsafeMutableRawPointer(partial + chunks.count * partialRoom)
            .bindMemory(to: Double.self, capacity: chunks.count * channels)
        execution.pool.forEach(chunks.count * slices.count) { index, worker in
            let (chunk, slice) = (index / slices.count, slices[index % slices.count])
            let sum = chunks.count == 1 ? weight : partial + chunk * partialRoom
            let ownBias = biases + chunk * channels
            if bias != nil { ownBias.update(repeating: 0, count: channels) }
            switch algorithms.weights {
            case .product:
                sumProducts(
                    over: chunks[chunk], slice: slice, operands, gradients, into: sum, worker: worker, execution)
            case .winograd, .winograd2:
                sumWinograd(
                    over: chunks[chunk], tile: algorithms.weights.tile!, operands, gradients, into: sum,
                    bias: bias == nil ? nil : ownBias, slope: appliesSlope ? kink : nil, worker: worker, execution)
            case .lines:
                sumLines(
                    over: chunks[chunk], operands, gradients, into: sum, bias: bias == nil ? nil : ownBias,
                    appliesSlope: appliesSlope, worker: worker, execution)
            case .direct:
                sumDirect(
                    over: chunks[chunk], operands, gradients, into: sum, bias: bias == nil ? nil : ownBias,
                    appliesSlope: appliesSlope, worker: worker, execution)
            case .depthwise: sumDepthwise(over: chunks[chunk], operands, gradients, into: sum, worker, execution)
            }
        }
        if let bias {
            for channel in 0..<channels {
                bias[channel] = Float((0..<chunks.count).reduce(0) { $0 + biases[$1 * channels + channel] })
            }
        }
        _ = UnsafeMutableRawPointer(biases).bindMemory(to: Float.self, capacity: 2 * chunks.count * channels)
        guard chunks.count > 1 else { return }
        execution.forElements(geometry.weightCount) { range in
            weight.advanced(by: range.lowerBound).update(from: partial + range.lowerBound, count: range.count)
            for chunk in 1..<chunks.count {
                let part = partial + chunk * partialRoom + range.lowerBound
                execution.kernels.pointee.add_scaled(1, part, weight + range.lowerBound, range.count)
            }
        }
    }

    private func sumDirect(
        over lines: Range<Int>, _ operands: Operands, _ gradients: Gradients, into sum: Destination,
        bias: UnsafeMutablePointer<Double>?, appliesSlope: Bool, worker: Int, _ execution: Execution
    ) {
        let kernels = execution.kernels
        var problem = geometry.direct
        forBlocks(
            of: kernels.pointee.direct_block(&problem), lines, operands, gradients, bias, appliesSlope, execution
        ) { block in
            kernels.pointee.direct_backward(
                &problem, operands.input, gradients.output, block.lowerBound, block.count,
                block.lowerBound > lines.lowerBound, sum, execution.scratch(of: worker))
        }
    }

    /// Calls `body` for some lines of the output after others, on whose gradient the fused activation's slope has been
    /// applied and the gradient of the bias been summed where they are wanted.
    func forBlocks(
        of block: Int, _ lines: Range<Int>, _ operands: Operands, _ gradients: Gradients,
        _ bias: UnsafeMutablePointer<Double>?, _ appliesSlope: Bool, _ execution: Execution,
        _ body: (Range<Int>) -> Void
    ) {
        let (width, channels) = (geometry.output.width, geometry.output.channels)
        for first in stride(from: lines.lowerBound, to: lines.upperBound, by: block) {
            let range = first..<min(lines.upperBound, first + block)
            let values = first * width * channels..<range.upperBound * width * channels
            if appliesSlope, activation != nil { applySlope(values, operands, gradients, execution) }
            if let bias {
                execution.kernels.pointee.column_sum(
                    gradients.output + values.lowerBound, range.count * width, channels, bias)
            }
            body(range)
        }
    }

    private func sumDepthwise(
        over positions: Range<Int>, _ operands: Operands, _ gradients: Gradients, into sum: Destination, _ worker: Int,
        _ execution: Execution
    ) {
        var windows = geometry.windows
        let byTap = execution.scratch(of: worker)
        let channels = geometry.output.channels
        execution.kernels.pointee.depthwise_weights(
            &windows, operands.input, gradients.output + positions.lowerBound * channels, positions.lowerBound,
            positions.count, byTap)
        // [channel][tap]
        execution.kernels.pointee.permute(byTap, channels, 1, geometry.taps, 1, 0, channels, sum)
    }

    // db[o] = Σ_p dy[p, o]
    private func sumBias(_ gradients: Gradients, _ bias: Destination, _ execution: Execution) {
        let channels = geometry.output.channels
        let chunks = Chunks(total: geometry.positions, least: 512, most: weightChunks.count)
        columnSums(
            chunks: chunks, columns: channels, lists: 1,
            partial: execution.sharedScratch + weightChunks.count * partialRoom, execution
        ) { range, sums in
            execution.kernels.pointee.column_sum(
                gradients.output + range.lowerBound * channels, range.count, channels, sums)
        } finish: { column, sum in
            bias[column] = Float(sum[0])
        }
    }
}
