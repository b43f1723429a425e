import CKernels
import FormantTensor

extension Convolution {
    // y[p, o] = activation(bias[o] + Σ_{t,i} x[position of tap t at p, i] · w[t, i, o])
    package func forward(_ operands: Operands, _ execution: Execution) {
        let bias = preparedBias(operands.prepared)
        switch algorithms.forward {
        case .product: forwardProduct(operands, execution)
        case .winograd, .winograd2:
            winograd(
                geometry, tile: algorithms.forward.tile!, operands.input, preparedForward(operands.prepared), bias,
                activation, operands.output, execution)
        case .lines:
            lines(
                geometry, operands.input, preparedForward(operands.prepared), bias, activation, operands.output,
                execution)
        case .direct:
            direct(
                geometry.direct, batch: geometry.batch, operands.input, preparedForward(operands.prepared), bias,
                activation, operands.output, execution)
        case .depthwise: forwardDepthwise(operands, bias, execution)
        }
    }
}

/// Parts of some work that are worth waking a worker for: some multiply-adds each, whatever the number of threads.
/// - Parameters:
///   - count: units of work, each of `cost` multiply-adds.
///   - most: units that are worked on at once.
func grain(_ count: Int, cost: Int, most: Int) -> Int {
    let least = 1_000_000 / max(1, cost)
    return max(1, min(most, max(least, (count + 15) / 16)))
}
