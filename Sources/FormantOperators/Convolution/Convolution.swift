import CKernels
import FormantTensor

/// Convolution (cross-correlation, as everywhere in this field) in one or two dimensions; a dense layer is one of a
/// single position.
///
/// Weights: [groups][tap row][tap column][input channel of the group][output channel of the group]. Parameters in
/// order: weight, then bias where there is one, then gain, shift, mean and variance of a folded batch norm.
package struct Convolution: Operator {
    package let geometry: ConvolutionGeometry
    package let hasBias: Bool
    /// How each pass is computed.
    package private(set) var algorithms: Algorithms
    /// Fused: applied to the output. Its derivative must follow from the output.
    package var activation: ActivationFunction?
    /// Fused at inference: the batch norm behind this convolution, with its epsilon.
    package var foldedNormalisation: Float?
    /// Whether the filters are prepared for the backward pass to the data too.
    package var preparesBackward = false
    /// Whether there may be a backward pass to the weights, which wants room of its own.
    package var trainsWeights = false

    /// The convolution that leads back to the data, where the pass is one with turned filters.
    let mirrored: ConvolutionGeometry?
    /// The parts of the backward pass to the data, where it is direct.
    let phases: [ConvolutionPhase]

    package init(_ geometry: ConvolutionGeometry, hasBias: Bool, activation: ActivationFunction? = nil) {
        self.init(geometry, hasBias: hasBias, activation: activation, algorithms: Algorithms(geometry))
    }

    /// Creates a convolution whose passes are computed in a given way.
    /// - Precondition: each algorithm is one of `ConvolutionCost.all` for its pass.
    package init(
        _ geometry: ConvolutionGeometry, hasBias: Bool, activation: ActivationFunction? = nil, algorithms: Algorithms
    ) {
        self.geometry = geometry
        self.hasBias = hasBias
        self.activation = activation
        self.algorithms = algorithms
        mirrored = geometry.mirrored
        phases = algorithms.data == .direct ? ConvolutionPhase.all(geometry) : []
    }

    /// The same convolution, whose forward pass works straight from the source along lines; nil where it does neither.
    var computedDirectly: Convolution? {
        guard algorithms.forward == .direct || algorithms.forward == .lines else { return nil }
        var convolution = self
        convolution.algorithms.forward = .direct
        return convolution
    }

    package var outputShape: Shape { geometry.output }
    package var multiplyAdds: Int { geometry.positions * geometry.weightCount }

    package var backwardReads: BackwardReads { activation == nil ? [.inputs] : [.inputs, .output] }

    package var workerScratchCount: Int {
        max(
            forwardScratch, preparesBackward ? dataScratch : 0, trainsWeights ? weightScratch : 0)
    }

    private var forwardScratch: Int {
        switch algorithms.forward {
        case .product: productScratch(patch: geometry.patch, gathers: !geometry.patchesAreContiguous)
        case .winograd, .winograd2: winogradScratch(geometry, tile: algorithms.forward.tile!)
        case .lines: linesScratch(geometry)
        case .direct: directScratch(geometry.direct)
        case .depthwise: 0
        }
    }

    private var dataScratch: Int {
        switch algorithms.data {
        case .product: productScratch(patch: backwardPatch, gathers: !(geometry.isPointwise && geometry.groups == 1))
        case .winograd, .winograd2: winogradScratch(mirrored!, tile: algorithms.data.tile!)
        case .lines: linesScratch(mirrored!)
        case .direct: phases.map { directScratch($0.direct) }.max() ?? 0
        case .depthwise: 0
        }
    }

    private var weightScratch: Int {
        switch algorithms.weights {
        case .product: productScratch(patch: geometry.patch, gathers: !geometry.patchesAreContiguous)
        case .winograd, .winograd2:
            winogradScratch(geometry, tile: algorithms.weights.tile!)
                + winogradFilters(geometry, tile: algorithms.weights.tile!) + biasRoom
        case .lines: linesScratch(geometry) + linesSums
        case .direct: directScratch(geometry.direct)
        case .depthwise: geometry.weightCount
        }
    }

    // MARK: Prepared filters

    static func panelled(_ columns: Int, _ inner: Int) -> Int {
        let panel = ck_active().pointee.panel
        return (columns + panel - 1) / panel * panel * inner
    }

    /// Values of one filter of the backward pass to the data.
    var backwardPatch: Int { geometry.taps * geometry.groupOutputs }

    /// Floats of one group's filters, as the forward pass wants them.
    var forwardPanels: Int {
        switch algorithms.forward {
        case .product, .direct: Convolution.panelled(geometry.groupOutputs, geometry.patch)
        case .winograd, .winograd2: winogradFilters(geometry, tile: algorithms.forward.tile!)
        case .lines: Convolution.panelled(geometry.output.channels, geometry.pointsAlongLines)
        case .depthwise: geometry.taps
        }
    }

    /// Floats of one group's filters, as the backward pass to the data wants them.
    var backwardPanels: Int {
        switch algorithms.data {
        case .product: Convolution.panelled(geometry.groupInputs, backwardPatch)
        case .winograd, .winograd2: winogradFilters(mirrored!, tile: algorithms.data.tile!)
        case .lines: Convolution.panelled(geometry.input.channels, mirrored!.pointsAlongLines)
        case .direct: phases.reduce(0) { $0 + Convolution.panelled(geometry.input.channels, $1.patch) }
        case .depthwise: 0
        }
    }

    /// Biases, then where a batch norm is folded the scaled filters, then turned filters, then those of the passes.
    var biasRoom: Int { (geometry.output.channels + 15) / 16 * 16 }
    private var foldedRoom: Int { foldedNormalisation == nil ? 0 : (geometry.weightCount + 15) / 16 * 16 }
    private var turnedRoom: Int {
        preparesBackward && algorithms.data != .depthwise ? (geometry.patch * geometry.groupOutputs + 15) / 16 * 16 : 0
    }

    package var preparedCount: Int {
        let panels = forwardPanels + (preparesBackward ? backwardPanels : 0)
        return biasRoom + foldedRoom + turnedRoom + geometry.groups * panels
    }

    func preparedBias(_ prepared: Destination) -> Source? {
        hasBias || foldedNormalisation != nil ? Source(prepared) : nil
    }

    func preparedForward(_ prepared: Destination, group: Int = 0) -> Destination {
        prepared + biasRoom + foldedRoom + turnedRoom + group * forwardPanels
    }

    func preparedBackward(_ prepared: Destination, group: Int = 0) -> Destination {
        prepared + biasRoom + foldedRoom + turnedRoom + geometry.groups * forwardPanels + group * backwardPanels
    }

    /// The filters that count: scaled where a batch norm is folded, which `prepare` has then done.
    func weights(_ operands: Operands) -> Source {
        Source(foldedNormalisation == nil ? operands.parameters[0] : operands.prepared + biasRoom)
    }

    package func prepare(_ operands: Operands, _ execution: Execution) {
        if hasBias { operands.prepared.update(from: operands.parameters[1], count: geometry.output.channels) }
        if let epsilon = foldedNormalisation {
            fold(operands, epsilon: epsilon, into: operands.prepared + biasRoom)
        }
        let weights = weights(operands)
        prepareForward(weights, operands.prepared, execution.kernels)
        if preparesBackward {
            prepareBackward(
                weights, turned: operands.prepared + biasRoom + foldedRoom, operands.prepared, execution.kernels)
        }
    }

    private func prepareForward(_ weights: Source, _ prepared: Destination, _ kernels: UnsafePointer<ck_kernels>) {
        let outputs = geometry.groupOutputs
        switch algorithms.forward {
        case .product, .direct:
            for group in 0..<geometry.groups {
                kernels.pointee.pack(
                    weights + group * geometry.patch * outputs, outputs, false, geometry.patch, outputs,
                    preparedForward(prepared, group: group))
            }
        case .winograd, .winograd2:
            kernels.pointee.winograd_filters(
                algorithms.forward.tile!, weights, geometry.input.channels, outputs, false, preparedForward(prepared))
        case .lines:
            kernels.pointee.lines_filters(
                weights, geometry.vertical.extent, geometry.horizontal.extent, geometry.input.channels, outputs, false,
                preparedForward(prepared))
        case .depthwise:
            // [tap][channel]
            kernels.pointee.permute(
                weights, geometry.taps, 1, geometry.groups, 1, 0, geometry.taps, preparedForward(prepared))
        }
    }

    private func prepareBackward(
        _ weights: Source, turned: Destination, _ prepared: Destination, _ kernels: UnsafePointer<ck_kernels>
    ) {
        let (inputs, outputs) = (geometry.groupInputs, geometry.groupOutputs)
        switch algorithms.data {
        case .product:
            for group in 0..<geometry.groups {
                // turned[tap][o][i] = w[tap][i][o]; the taps stay in order, since the gather runs them backwards
                kernels.pointee.permute(
                    weights + group * geometry.patch * outputs, geometry.taps, outputs, inputs, inputs * outputs, 1,
                    outputs, turned)
                kernels.pointee.pack(
                    turned, inputs, false, backwardPatch, inputs, preparedBackward(prepared, group: group))
            }
        case .winograd, .winograd2, .lines:
            kernels.pointee.permute(
                weights, geometry.taps, outputs, inputs, inputs * outputs, 1, outputs, turned)
            let points = preparedBackward(prepared)
            if let tile = algorithms.data.tile {
                kernels.pointee.winograd_filters(tile, turned, outputs, inputs, true, points)
            } else {
                kernels.pointee.lines_filters(
                    turned, geometry.vertical.extent, geometry.horizontal.extent, outputs, inputs, true, points)
            }
        case .direct:
            var packed = preparedBackward(prepared)
            for phase in phases where phase.patch > 0 {
                turn(weights, phase, turned, kernels)
                kernels.pointee.pack(turned, inputs, false, phase.patch, inputs, packed)
                packed += Convolution.panelled(inputs, phase.patch)
            }
        case .depthwise: break
        }
    }

    // turned[ty][tx][o][i] = w[tap.y + (taps_y − 1 − ty) · stride][tap.x + (taps_x − 1 − tx) · stride][i][o]
    private func turn(
        _ weights: Source, _ phase: ConvolutionPhase, _ turned: Destination, _ kernels: UnsafePointer<ck_kernels>
    ) {
        let (inputs, outputs) = (geometry.input.channels, geometry.output.channels)
        let (height, width) = (phase.direct.taps_y, phase.direct.taps_x)
        for row in 0..<height {
            let y = phase.tap.y + (height - 1 - row) * geometry.vertical.stride
            let x = phase.tap.x + (width - 1) * geometry.horizontal.stride
            kernels.pointee.permute(
                weights + (y * geometry.horizontal.extent + x) * inputs * outputs, width, outputs, inputs,
                -geometry.horizontal.stride * inputs * outputs, 1, outputs, turned + row * width * outputs * inputs)
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
