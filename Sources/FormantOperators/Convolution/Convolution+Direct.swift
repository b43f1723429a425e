import CKernels
import FormantTensor

extension Convolution {
    func directScratch(_ problem: ck_direct) -> Int {
        var problem = problem
        return ck_active().pointee.direct_scratch(&problem)
    }

    /// y = activation(convolution of x + bias), line by line.
    func direct(
        _ problem: ck_direct, batch: Int, _ x: Source, _ filters: Source, _ bias: Source?,
        _ activation: ActivationFunction?, _ y: Destination, _ execution: Execution
    ) {
        let kernels = execution.kernels
        var problem = problem
        let lines = batch * problem.out_height
        let cost = problem.out_width * problem.taps_y * problem.taps_x * problem.inputs * problem.outputs
        let block = grain(lines, cost: cost, most: 4 * kernels.pointee.direct_block(&problem))
        execution.pool.forRanges(of: lines, grain: block) { range, worker in
            var problem = problem
            kernels.pointee.direct(
                &problem, x, filters, bias, activation.kernel, activation.alpha, range.lowerBound, range.count, y,
                execution.scratch(of: worker))
        }
    }

    func backwardDirect(
        _ operands: Operands, _ gradients: Gradients, _ input: Destination, _ execution: Execution
    ) {
        var filters = Source(preparedBackward(operands.prepared))
        for phase in phases {
            direct(
                phase.direct, batch: geometry.batch, Source(gradients.output), filters, nil, nil,
                input + phase.offset, execution)
            filters += Convolution.panelled(geometry.input.channels, phase.patch)
        }
    }

    func forwardDepthwise(_ operands: Operands, _ bias: Source?, _ execution: Execution) {
        let channels = geometry.output.channels
        execution.forRows(geometry.positions, columns: channels * geometry.taps) { range in
            var windows = geometry.windows
            execution.kernels.pointee.depthwise(
                &windows, operands.input, preparedForward(operands.prepared), bias, activation.kernel,
                activation.alpha, range.lowerBound, range.count, operands.output + range.lowerBound * channels)
        }
    }

    func backwardDepthwise(
        _ operands: Operands, _ gradients: Gradients, _ input: Destination, _ execution: Execution
    ) {
        execution.forRows(geometry.batch, columns: geometry.output.count * geometry.taps) { range in
            var windows = geometry.windows
            execution.kernels.pointee.depthwise_data(
                &windows, preparedForward(operands.prepared),
                gradients.output + range.lowerBound * geometry.output.count, range.count,
                input + range.lowerBound * geometry.input.count)
        }
    }
}
