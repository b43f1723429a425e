import CKernels
import FormantTensor

extension Convolution {
    /// Parts in which the gradient of the weights is summed: enough for the threads of a large machine, few enough
    /// for memory.
    var weightChunks: Chunks {
        Chunks(
            total: geometry.positions, least: 512, most: max(1, min(16, (8 << 20) / max(1, geometry.weightCount))))
    }

    /// Parts of a patch that are summed apart where patches need not be gathered.
    private var patchSlices: Chunks {
        Chunks(total: geometry.patch, least: 64, most: geometry.patchesAreContiguous && weightChunks.count < 4 ? 16 : 1)
    }

    /// Room of one part's weight gradient, rounded so that the doubles behind all of them are aligned.
    private var partialRoom: Int { (geometry.weightCount + 15) / 16 * 16 }

    package var sharedScratchCount: Int { weightChunks.count * (partialRoom + 2 * geometry.output.channels) }

    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        if let activation {
            execution.forElements(geometry.positions * geometry.output.channels) { range in
                let (y, dy) = (operands.output + range.lowerBound, gradients.output + range.lowerBound)
                execution.kernels.pointee.activate_backward(
                    activation.kernel, activation.alpha, nil, y, dy, dy, range.count)
            }
        }
        if let weight = gradients.parameters[0] { backwardWeights(operands, gradients, weight, execution) }
        if hasBias, let bias = gradients.parameters[1] { backwardBias(gradients, bias, execution) }
        if let input = gradients.inputs[0] { backwardData(operands, gradients, input, execution) }
    }

    // dx[p, i] = Σ_{t,o} dy[position whose tap t reads p, o] · w[t, i, o]
    private func backwardData(
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

    // dw[t, i, o] = Σ_p x[position of tap t at p, i] · dy[p, o]
    private func backwardWeights(
        _ operands: Operands, _ gradients: Gradients, _ weight: Destination, _ execution: Execution
    ) {
        let (chunks, slices) = (weightChunks, patchSlices)
        let partial = execution.sharedScratch
        let outputs = geometry.groupOutputs
        let block = Convolution.block(patch: geometry.patch)
        execution.pool.forEach(chunks.count * slices.count) { index, worker in
            let (chunk, slice) = (index / slices.count, slices[index % slices.count])
            let sum = chunks.count == 1 ? weight : partial + chunk * partialRoom
            for group in 0..<geometry.groups {
                let part = sum + group * geometry.patch * outputs + slice.lowerBound * outputs
                var started = false
                var first = chunks[chunk].lowerBound
                while first < chunks[chunk].upperBound {
                    let end = min(first + block, chunks[chunk].upperBound)
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
        guard chunks.count > 1 else { return }
        execution.forElements(geometry.weightCount) { range in
            weight.advanced(by: range.lowerBound).update(from: partial + range.lowerBound, count: range.count)
            for chunk in 1..<chunks.count {
                let part = partial + chunk * partialRoom + range.lowerBound
                execution.kernels.pointee.add_scaled(1, part, weight + range.lowerBound, range.count)
            }
        }
    }

    // db[o] = Σ_p dy[p, o]
    private func backwardBias(_ gradients: Gradients, _ bias: Destination, _ execution: Execution) {
        let channels = geometry.output.channels
        let chunks = weightChunks
        columnSums(
            chunks: chunks, columns: channels, lists: 1,
            partial: execution.sharedScratch + chunks.count * partialRoom, execution
        ) { range, sums in
            execution.kernels.pointee.column_sum(
                gradients.output + range.lowerBound * channels, range.count, channels, sums)
        } finish: { column, sum in
            bias[column] = Float(sum[0])
        }
    }
}
