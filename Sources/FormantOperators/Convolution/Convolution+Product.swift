import CKernels
import FormantTensor

/// Each block of output positions is a matrix product of its patches with the filters: patches are gathered block by
/// block into a worker's scratch, so that no copy of the whole input is made.
extension Convolution {
    /// Output positions that are worked on at once: up to about 200 kB of patches, so that they stay in the
    /// second-level cache while the filters pass by.
    static func block(patch: Int) -> Int { max(24, min(240, 49_152 / max(1, patch) / 12 * 12)) }

    func productScratch(patch: Int, gathers: Bool) -> Int { gathers ? Convolution.block(patch: patch) * patch : 0 }

    func forwardProduct(_ operands: Operands, _ execution: Execution) {
        let block = Convolution.block(patch: geometry.patch)
        execution.pool.forRanges(of: geometry.positions, grain: block) { range, worker in
            forwardProduct(
                range, operands, to: operands.output + range.lowerBound * geometry.output.channels, worker, execution)
        }
    }

    // y[p, o] = activation(bias[o] + Σ_{t,i} x[position of tap t at p, i] · w[t, i, o])
    /// The output at no more than a block of positions, the first of them at `y`.
    func forwardProduct(
        _ positions: Range<Int>, _ operands: Operands, to y: Destination, _ worker: Int, _ execution: Execution
    ) {
        let bias = preparedBias(operands.prepared)
        for group in 0..<geometry.groups {
            let first = group * geometry.groupOutputs
            multiply(
                patches: positions, group: group, input: operands.input, scratch: execution.scratch(of: worker),
                kernels: execution.kernels
            ) { rows, a, stride in
                execution.kernels.pointee.gemm(
                    rows.count, geometry.groupOutputs, geometry.patch, a, stride,
                    preparedForward(operands.prepared, group: group), bias.map { $0 + first },
                    activation.kernel, activation.alpha, false,
                    y + (rows.lowerBound - positions.lowerBound) * geometry.output.channels + first,
                    geometry.output.channels)
            }
        }
    }

    // dx[p, i] = Σ_{t,o} dy[position whose tap t reads p, o] · w[t, i, o]
    func backwardProduct(
        _ operands: Operands, _ gradients: Gradients, _ input: Destination, _ execution: Execution
    ) {
        let kernels = execution.kernels
        let block = Convolution.block(patch: backwardPatch)
        let direct = geometry.isPointwise && geometry.groups == 1
        execution.pool.forRanges(of: geometry.batch * geometry.input.positions, grain: block) { range, worker in
            for group in 0..<geometry.groups {
                var a = Source(gradients.output + range.lowerBound * geometry.output.channels)
                if !direct {
                    var patches = geometry.backwardPatches(group: group)
                    let scratch = execution.scratch(of: worker)
                    kernels.pointee.gather_patches(
                        &patches, gradients.output, range.lowerBound, range.count, scratch)
                    a = Source(scratch)
                }
                kernels.pointee.gemm(
                    range.count, geometry.groupInputs, backwardPatch, a, backwardPatch,
                    preparedBackward(operands.prepared, group: group), nil, CK_IDENTITY, 0, false,
                    input + range.lowerBound * geometry.input.channels + group * geometry.groupInputs,
                    geometry.input.channels)
            }
        }
    }

    // sum[t, i, o] = Σ_p x[position of tap t at p, i] · dy[p, o] over some positions, for some rows of a filter
    func sumProducts(
        over positions: Range<Int>, slice: Range<Int>, _ operands: Operands, _ gradients: Gradients,
        into sum: Destination, worker: Int, _ execution: Execution
    ) {
        let outputs = geometry.groupOutputs
        let block = Convolution.block(patch: geometry.patch)
        for group in 0..<geometry.groups {
            let part = sum + group * geometry.patch * outputs + slice.lowerBound * outputs
            var started = false
            var first = positions.lowerBound
            while first < positions.upperBound {
                let end = min(first + block, positions.upperBound)
                multiply(
                    patches: first..<end, group: group, input: operands.input,
                    scratch: execution.scratch(of: worker), kernels: execution.kernels
                ) { rows, a, stride in
                    let dy = gradients.output + rows.lowerBound * geometry.output.channels + group * outputs
                    execution.kernels.pointee.gemm_transposed(
                        slice.count, outputs, rows.count, a + slice.lowerBound, stride, dy,
                        geometry.output.channels, started, part, outputs)
                    started = true
                }
                first = end
            }
        }
    }

    /// Calls `body` with the patches of some output positions as a matrix: which positions, first value, row stride.
    private func multiply(
        patches range: Range<Int>, group: Int, input: Source, scratch: Destination,
        kernels: UnsafePointer<ck_kernels>, _ body: (_ rows: Range<Int>, _ a: Source, _ stride: Int) -> Void
    ) {
        guard geometry.patchesAreContiguous else {
            var patches = geometry.forwardPatches(group: group)
            kernels.pointee.gather_patches(&patches, input, range.lowerBound, range.count, scratch)
            body(range, Source(scratch), geometry.patch)
            return
        }
        if geometry.isPointwise {
            body(range, input + range.lowerBound * geometry.input.channels, geometry.input.channels)
            return
        }
        let width = geometry.output.width
        let stride = geometry.horizontal.stride * geometry.input.channels
        if width == 1 && geometry.input.width * geometry.output.height == geometry.input.positions
            && geometry.vertical.stride == 1
        {
            // One window a row: the rows themselves are the matrix.
            let rowLength = geometry.input.width * geometry.input.channels
            body(range, input + range.lowerBound * rowLength, rowLength)
            return
        }
        var position = range.lowerBound
        while position < range.upperBound {
            let (line, column) = position.quotientAndRemainder(dividingBy: width)
            let (example, row) = line.quotientAndRemainder(dividingBy: geometry.output.height)
            let end = min(range.upperBound, position + width - column)
            let source = (example * geometry.input.height + row * geometry.vertical.stride) * geometry.input.width
            body(position..<end, input + source * geometry.input.channels + column * stride, stride)
            position = end
        }
    }
}
