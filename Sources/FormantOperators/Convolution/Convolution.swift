import CKernels
import FormantTensor

/// Convolution (cross-correlation, as everywhere in this field) in one or two dimensions; a dense layer is one of a
/// single position.
///
/// Weights: [groups][tap row][tap column][input channel of the group][output channel of the group]. Parameters in
/// order: weight, then bias where there is one, then gain, shift, mean and variance of a folded batch norm.
///
/// Each block of output positions is a matrix product of its patches with the filters: patches are gathered block by
/// block into a worker's scratch, so that no copy of the whole input is made.
package struct Convolution: Operator {
    package let geometry: ConvolutionGeometry
    package let hasBias: Bool
    /// Fused: applied to the output. Its derivative must follow from the output.
    package var activation: ActivationFunction?
    /// Fused at inference: the batch norm behind this convolution, with its epsilon.
    package var foldedNormalisation: Float?
    /// Whether the filters are prepared for the backward pass to the data too.
    package var preparesBackward = false

    package init(_ geometry: ConvolutionGeometry, hasBias: Bool, activation: ActivationFunction? = nil) {
        self.geometry = geometry
        self.hasBias = hasBias
        self.activation = activation
    }

    package var outputShape: Shape { geometry.output }

    package var backwardReads: BackwardReads { activation == nil ? [.inputs] : [.inputs, .output] }

    // MARK: Blocks

    /// Output positions that are worked on at once: up to about 200 kB of patches, so that they stay in the
    /// second-level cache while the filters pass by.
    static func block(patch: Int) -> Int { max(24, min(240, 49_152 / max(1, patch) / 12 * 12)) }

    var backwardPatch: Int { geometry.taps * geometry.groupOutputs }

    package var workerScratchCount: Int {
        let forward = geometry.patchesAreContiguous ? 0 : Convolution.block(patch: geometry.patch) * geometry.patch
        guard preparesBackward || activation != nil else { return forward }
        return max(forward, Convolution.block(patch: backwardPatch) * backwardPatch)
    }

    // MARK: Prepared filters

    static func panelled(_ columns: Int, _ inner: Int) -> Int {
        let panel = ck_active().pointee.panel
        return (columns + panel - 1) / panel * panel * inner
    }

    /// Floats of one group's filters, packed for the forward pass.
    var forwardPanels: Int { Convolution.panelled(geometry.groupOutputs, geometry.patch) }
    /// Floats of one group's filters, rotated and packed for the backward pass to the data.
    var backwardPanels: Int { Convolution.panelled(geometry.groupInputs, backwardPatch) }
    /// Biases, then where a batch norm is folded the scaled filters, then packed filters.
    private var biasRoom: Int { (geometry.output.channels + 15) / 16 * 16 }
    private var foldedRoom: Int { foldedNormalisation == nil ? 0 : (geometry.weightCount + 15) / 16 * 16 }
    private var rotatedRoom: Int { preparesBackward ? (geometry.patch * geometry.groupOutputs + 15) / 16 * 16 : 0 }

    package var preparedCount: Int {
        let panels = forwardPanels + (preparesBackward ? backwardPanels : 0)
        return biasRoom + foldedRoom + rotatedRoom + geometry.groups * panels
    }

    func preparedBias(_ prepared: Destination) -> Source? {
        hasBias || foldedNormalisation != nil ? Source(prepared) : nil
    }

    func preparedForward(_ prepared: Destination, group: Int) -> Destination {
        prepared + biasRoom + foldedRoom + rotatedRoom + group * forwardPanels
    }

    func preparedBackward(_ prepared: Destination, group: Int) -> Destination {
        prepared + biasRoom + foldedRoom + rotatedRoom + geometry.groups * forwardPanels + group * backwardPanels
    }

    package func prepare(_ operands: Operands, _ execution: Execution) {
        let kernels = execution.kernels.pointee
        let outputs = geometry.groupOutputs
        let perGroup = geometry.patch * outputs
        var weights = Source(operands.parameters[0])
        if hasBias { operands.prepared.update(from: operands.parameters[1], count: geometry.output.channels) }
        if let epsilon = foldedNormalisation {
            fold(operands, epsilon: epsilon, into: operands.prepared + biasRoom)
            weights = Source(operands.prepared + biasRoom)
        }
        for group in 0..<geometry.groups {
            let w = weights + group * perGroup
            kernels.pack(w, outputs, false, geometry.patch, outputs, preparedForward(operands.prepared, group: group))
            guard preparesBackward else { continue }
            // rotated[tap][o][i] = w[tap][i][o]; the taps stay in order, since the gather runs them backwards
            let rotated = operands.prepared + biasRoom + foldedRoom
            kernels.permute(
                w, geometry.taps, outputs, geometry.groupInputs, geometry.groupInputs * outputs, 1, outputs, rotated)
            kernels.pack(
                rotated, geometry.groupInputs, false, backwardPatch, geometry.groupInputs,
                preparedBackward(operands.prepared, group: group))
        }
    }

    // y = gain (conv(x) + bias − mean) / √(variance + ε) + shift, as a convolution with scaled filters
    private func fold(_ operands: Operands, epsilon: Float, into scaled: Destination) {
        let first = hasBias ? 2 : 1
        let (gain, shift) = (operands.parameters[first], operands.parameters[first + 1])
        let (mean, variance) = (operands.parameters[first + 2], operands.parameters[first + 3])
        let outputs = geometry.groupOutputs
        for channel in 0..<geometry.output.channels {
            let factor = gain[channel] / (variance[channel] + epsilon).squareRoot()
            let bias = hasBias ? operands.parameters[1][channel] : 0
            operands.prepared[channel] = shift[channel] + (bias - mean[channel]) * factor
            let base = channel / outputs * geometry.patch * outputs + channel % outputs
            for row in 0..<geometry.patch {
                scaled[base + row * outputs] = operands.parameters[0][base + row * outputs] * factor
            }
        }
    }
}
