import CKernels
import FormantTensor

/// A batch norm whose running statistics count in training too, and stay as they are.
package struct FrozenNorm: Operator {
    private let norm: any Operator

    /// - Parameter norm: a `BatchNorm` or `SubBandNorm`.
    package init(_ norm: any Operator) { self.norm = norm }

    package var outputShape: Shape { norm.outputShape }
    package var savedCount: Int { norm.savedCount }
    package var preparedCount: Int { norm.preparedCount }
    package var workerScratchCount: Int { norm.workerScratchCount }
    package var sharedScratchCount: Int { norm.sharedScratchCount }
    package var innerGradientCount: Int { norm.innerGradientCount }
    package var multiplyAdds: Int { norm.multiplyAdds }
    package var backwardReads: BackwardReads { norm.backwardReads }
    package var worksInPlace: Bool { norm.worksInPlace }

    package func prepare(_ operands: Operands, _ execution: Execution) {
        norm.prepare(operands, execution.outsideOfTraining)
    }

    package func forward(_ operands: Operands, _ execution: Execution) {
        norm.forward(operands, execution.outsideOfTraining)
    }

    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        norm.backward(operands, gradients, execution.outsideOfTraining)
    }
}

extension Execution {
    /// The same pass as at inference.
    fileprivate var outsideOfTraining: Execution {
        Execution(
            kernels: kernels, pool: pool, training: false, seed: seed, sharedScratch: sharedScratch,
            workerScratch: workerScratch, workerScratchStride: workerScratchStride)
    }
}
