import CKernels
import FormantTensor

extension Convolution {
    // y[p, o] = activation(bias[o] + Σ_{t,i} x[position of tap t at p, i] · w[t, i, o])
    package func forward(_ operands: Operands, _ execution: Execution) {
        let bias = preparedBias(operands.prepared)
        let block = Convolution.block(patch: geometry.patch)
        execution.pool.forRanges(of: geometry.positions, grain: block) { range, worker in
            for group in 0..<geometry.groups {
                let first = group * geometry.groupOutputs
                multiply(
                    patches: range, group: group, input: operands.input, scratch: execution.scratch(of: worker),
                    kernels: execution.kernels
                ) { rows, a, stride in
                    execution.kernels.pointee.gemm(
                        rows.count, geometry.groupOutputs, geometry.patch, a, stride,
                        preparedForward(operands.prepared, group: group), bias.map { $0 + first },
                        activation.kernel, activation.alpha, false,
                        operands.output + rows.lowerBound * geometry.output.channels + first, geometry.output.channels)
                }
            }
        }
    }

    /// Calls `body` with the patches of some output positions as a matrix: which positions, first value, row stride.
    func multiply(
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
