import CKernels
import FormantTensor

extension Convolution {
    /// Points of a tile of `tile` × `tile` outputs.
    static func points(tile: Int) -> Int { (tile + 2) * (tile + 2) }

    func winogradScratch(_ geometry: ConvolutionGeometry, tile: Int) -> Int {
        var problem = geometry.winograd(tile: tile)
        return (ck_active().pointee.winograd_scratch(&problem) + 15) / 16 * 16
    }

    /// Floats of the filters at the points, or of their gradient.
    func winogradFilters(_ geometry: ConvolutionGeometry, tile: Int) -> Int {
        Convolution.panelled(geometry.output.channels, Convolution.points(tile: tile) * geometry.input.channels)
    }

    /// y = activation(convolution of x + bias). Few tiles are shared out by output channels too, since the filters of
    /// a wide layer are then most of the work.
    func winograd(
        _ geometry: ConvolutionGeometry, tile: Int, _ x: Source, _ filters: Source, _ bias: Source?,
        _ activation: ActivationFunction?, _ y: Destination, _ execution: Execution
    ) {
        let kernels = execution.kernels
        var problem = geometry.winograd(tile: tile)
        let (count, outputs) = (geometry.batch * geometry.tiles(of: tile), geometry.output.channels)
        let cost = Convolution.points(tile: tile) * geometry.input.channels * outputs
        let tiles = grain(count, cost: cost, most: kernels.pointee.winograd_block(&problem))
        let ranges = (count + tiles - 1) / tiles
        let panels = (outputs + kernels.pointee.panel - 1) / kernels.pointee.panel
        let parts = max(1, min(4 / ranges, panels, count * cost / 2_000_000))
        execution.pool.forEach(ranges * parts) { index, worker in
            var problem = problem
            let first = index / parts * tiles
            let part = index % parts
            let from = part * panels / parts * kernels.pointee.panel
            let to = min(outputs, (part + 1) * panels / parts * kernels.pointee.panel)
            kernels.pointee.winograd(
                &problem, x, filters, bias, activation.kernel, activation.alpha, first, min(tiles, count - first),
                from, to - from, y, execution.scratch(of: worker))
        }
    }

    /// Outputs whose data stay in the caches while the gradient of the filters passes over them for every pair of points.
    static let winogradGroup = 3072

    /// The gradient of the filters over some tiles; also the fused activation's slope on their gradients, and the sum
    /// of these.
    func sumWinograd(
        over tiles: Range<Int>, tile: Int, _ operands: Operands, _ gradients: Gradients, into sum: Destination,
        bias: UnsafeMutablePointer<Double>?, slope: Float?, worker: Int, _ execution: Execution
    ) {
        let kernels = execution.kernels
        var problem = geometry.winograd(tile: tile)
        let scratch = execution.scratch(of: worker)
        let sums = scratch + winogradScratch(geometry, tile: tile)
        let biases = sums + winogradFilters(geometry, tile: tile)
        let channels = geometry.output.channels
        var first = tiles.lowerBound
        while first < tiles.upperBound {
            let end = min(tiles.upperBound, first + Convolution.winogradGroup / (tile * tile))
            biases.update(repeating: 0, count: channels)
            kernels.pointee.winograd_backward(
                &problem, operands.input, slope == nil ? nil : Source(operands.output), slope ?? 0, gradients.output,
                first, end - first, first > tiles.lowerBound, sums, bias == nil ? nil : biases, scratch)
            if let bias {
                for channel in 0..<channels { bias[channel] += Double(biases[channel]) }
            }
            first = end
        }
        kernels.pointee.winograd_weights(tile, sums, geometry.input.channels, channels, sum)
    }
}
