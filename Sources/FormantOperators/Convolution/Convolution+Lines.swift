import CKernels
import FormantTensor

extension Convolution {
    func linesScratch(_ geometry: ConvolutionGeometry) -> Int {
        var problem = geometry.direct
        return (ck_active().pointee.lines_scratch(&problem) + 15) / 16 * 16
    }

    /// Floats of the gradient of the filters at the points.
    var linesSums: Int { Convolution.panelled(geometry.output.channels, geometry.pointsAlongLines) }

    /// y = activation(convolution of x + bias), by Winograd's algorithm along lines.
    func lines(
        _ geometry: ConvolutionGeometry, _ x: Source, _ filters: Source, _ bias: Source?,
        _ activation: ActivationFunction?, _ y: Destination, _ execution: Execution
    ) {
        let kernels = execution.kernels
        var problem = geometry.direct
        let lines = geometry.batch * geometry.output.height
        let cost = geometry.tilesAlongLine * geometry.pointsAlongLines * geometry.output.channels
        let block = grain(lines, cost: cost, most: 4 * kernels.pointee.lines_block(&problem))
        execution.pool.forRanges(of: lines, grain: block) { range, worker in
            var problem = problem
            kernels.pointee.lines(
                &problem, x, filters, bias, activation.kernel, activation.alpha, range.lowerBound, range.count, y,
                execution.scratch(of: worker))
        }
    }

    /// The gradient of the filters over some lines of the output.
    func sumLines(
        over lines: Range<Int>, _ operands: Operands, _ gradients: Gradients, into sum: Destination,
        bias: UnsafeMutablePointer<Double>?, appliesSlope: Bool, worker: Int, _ execution: Execution
    ) {
        let kernels = execution.kernels
        var problem = geometry.direct
        let scratch = execution.scratch(of: worker)
        let sums = scratch + linesScratch(geometry)
        forBlocks(
            of: kernels.pointee.lines_block(&problem), lines, operands, gradients, bias, appliesSlope, execution
        ) { block in
            kernels.pointee.lines_backward(
                &problem, operands.input, gradients.output, block.lowerBound, block.count,
                block.lowerBound > lines.lowerBound, sums, scratch)
        }
        kernels.pointee.lines_weights(
            sums, geometry.vertical.extent, geometry.horizontal.extent, geometry.input.channels,
            geometry.output.channels, sum)
    }
}
