import CKernels
import FormantTensor

/// A convolution whose output is only its maximum over all positions ("max over time"), with the convolution's fused
/// activation: values of the positions that lose are never stored, and gradients go through the winners alone.
///
/// Parameters: those of the convolution. Saved: the position that won, per example and output channel. Source of the
/// pooling: Collobert et al. 2011; Kim 2014.
package struct ConvolutionMaxOverTime: Operator {
    /// The convolution, without what it would prepare for a backward pass of its own.
    package let convolution: Convolution
    /// Whether a gradient flows on to the input.
    package let preparesBackward: Bool
    /// Whether the sums are made by Winograd's algorithm.
    private let usesWinograd: Bool

    /// Nil where the convolution is not computed directly, or its activation does not ascend.
    package init?(_ convolution: Convolution) {
        guard let direct = convolution.computedDirectly else { return nil }
        switch convolution.activation {
        case nil, .relu: break
        case .leakyReLU(let slope) where slope >= 0: break
        default: return nil
        }
        preparesBackward = convolution.preparesBackward
        var alone = direct
        alone.preparesBackward = false
        alone.trainsWeights = false
        self.convolution = alone
        usesWinograd = convolution.geometry.suitsWinogradMax
    }

    /// How the forward pass is computed: `winograd` by F(7 − taps, taps) along one line, else `direct`.
    package var algorithm: String { usesWinograd ? "winograd" : "direct" }

    private var geometry: ConvolutionGeometry { convolution.geometry }
    private var outputs: Int { geometry.output.channels }
    private var filterRoom: Int { (geometry.weightCount + 15) / 16 * 16 }

    package var outputShape: Shape { Shape(channels: outputs) }
    package var multiplyAdds: Int { convolution.multiplyAdds }
    package var savedCount: Int { geometry.batch * outputs }
    private var winogradRoom: Int {
        usesWinograd ? Convolution.panelled(outputs, CK_MAX_POINTS * geometry.input.channels) : 0
    }
    private var ownRoom: Int { winogradRoom + (preparesBackward ? filterRoom : 0) }
    package var preparedCount: Int { ownRoom + convolution.preparedCount }
    package var workerScratchCount: Int {
        var problem = geometry.direct
        return usesWinograd ? ck_active().pointee.winograd_max_scratch(&problem) : convolution.workerScratchCount
    }
    /// The gradient of the filters, filter by filter.
    package var sharedScratchCount: Int { geometry.weightCount }
    package var backwardReads: BackwardReads { convolution.activation == nil ? [.inputs] : [.inputs, .output] }

    private func winners(_ saved: Destination) -> UnsafeMutablePointer<Int32> {
        UnsafeMutableRawPointer(saved).assumingMemoryBound(to: Int32.self)
    }

    /// What the convolution prepared, behind this operator's own filters.
    private func inner(_ operands: Operands) -> Destination { operands.prepared + ownRoom }

    /// Filters one after another, for the way back.
    private func filters(_ operands: Operands) -> Destination { operands.prepared + winogradRoom }

    package func prepare(_ operands: Operands, _ execution: Execution) {
        var own = operands
        own.prepared = inner(operands)
        convolution.prepare(own, execution)
        if usesWinograd {
            execution.kernels.pointee.winograd_max_filters(
                convolution.weights(own), geometry.horizontal.extent, geometry.input.channels, outputs,
                operands.prepared)
        }
        guard preparesBackward else { return }
        // [output][tap, input]
        execution.kernels.pointee.permute(
            operands.parameters[0], 1, outputs, geometry.patch, 0, 1, outputs, filters(operands))
    }

    // y[n, o] = activation(max over p of (bias[o] + Σ_{t,i} x[position of tap t at p, i] · w[t, i, o]))
    package func forward(_ operands: Operands, _ execution: Execution) {
        let kernels = execution.kernels
        let inner = inner(operands)
        let maximum = usesWinograd ? kernels.pointee.winograd_max! : kernels.pointee.direct_max!
        let filters = usesWinograd ? operands.prepared : convolution.preparedForward(inner)
        let cost = geometry.output.positions * geometry.weightCount
        let examples = grain(geometry.batch, cost: cost, most: 8)
        let ranges = (geometry.batch + examples - 1) / examples
        let panel = kernels.pointee.panel
        let panels = (outputs + panel - 1) / panel
        let parts = max(1, min(4 / ranges, panels, geometry.batch * cost / 1_000_000))
        execution.pool.forEach(ranges * parts) { index, worker in
            var problem = geometry.direct
            let first = index / parts * examples
            let part = index % parts
            let (from, to) = (part * panels / parts * panel, min(outputs, (part + 1) * panels / parts * panel))
            maximum(
                &problem, operands.input, filters, convolution.preparedBias(inner), convolution.activation.kernel,
                convolution.activation.alpha, first, min(examples, geometry.batch - first), from, to - from,
                operands.output, winners(operands.saved), execution.scratch(of: worker))
        }
    }

    // With g = dy · f′ and p the position that won (n, o):
    // dw[t, i, o] = Σ_n x[position of tap t at p, i] · g[n, o], dx[position of tap t at p, i] += g[n, o] · w[t, i, o]
    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        let kernels = execution.kernels
        let count = geometry.batch * outputs
        if let activation = convolution.activation {
            kernels.pointee.activate_backward(
                activation.kernel, activation.alpha, nil, operands.output, gradients.output, gradients.output, count)
        }
        if let weight = gradients.parameters[0] { backwardWeights(operands, gradients, weight, execution) }
        if convolution.hasBias, let bias = gradients.parameters[1] {
            for channel in 0..<outputs {
                var sum = 0.0
                for example in 0..<geometry.batch { sum += Double(gradients.output[example * outputs + channel]) }
                bias[channel] = Float(sum)
            }
        }
        guard let input = gradients.inputs[0] else { return }
        execution.forRows(geometry.batch, columns: geometry.weightCount) { range in
            var problem = geometry.direct
            kernels.pointee.winners_data(
                &problem, filters(operands), winners(operands.saved), gradients.output, range.lowerBound, range.count,
                input)
        }
    }

    private func backwardWeights(
        _ operands: Operands, _ gradients: Gradients, _ weight: Destination, _ execution: Execution
    ) {
        let kernels = execution.kernels
        let filters = execution.sharedScratch
        execution.forRows(outputs, columns: geometry.batch * geometry.patch) { range in
            var problem = geometry.direct
            kernels.pointee.winners_weights(
                &problem, operands.input, winners(operands.saved), gradients.output, geometry.batch, range.lowerBound,
                range.count, filters)
        }
        // w[row][output] = filters[output][row]
        execution.forRows(geometry.patch, columns: outputs) { range in
            kernels.pointee.permute(
                filters + range.lowerBound, 1, range.count, outputs, 0, 1, geometry.patch,
                weight + range.lowerBound * outputs)
        }
    }
}
