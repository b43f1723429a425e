import CKernels
import FormantTensor

/// One step of a plan, bound to a batch and to the shapes of its inputs.
///
/// Memory is batch × height × width × channels, channels fastest. An operator holds no memory of its own: the session
/// hands it everything, so that one operator serves any number of sessions at once.
package protocol Operator: Sendable {
    /// Shape of one example of the output.
    var outputShape: Shape { get }
    /// Floats that the forward pass leaves for the backward pass.
    var savedCount: Int { get }
    /// Floats derived from the parameters by `prepare`, once per change of the parameters.
    var preparedCount: Int { get }
    /// Scratch floats that each worker needs.
    var workerScratchCount: Int { get }
    /// Scratch floats that all workers share.
    var sharedScratchCount: Int { get }
    /// Floats of gradients between the parts of a fused operator, which the backward pass alone needs.
    var innerGradientCount: Int { get }
    /// Multiply-adds of the forward pass by the plainest algorithm; 0 where there are hardly any.
    var multiplyAdds: Int { get }
    /// What the backward pass reads besides the gradient of the output.
    var backwardReads: BackwardReads { get }
    /// Whether the output may take the memory of the first input, and the gradient of the first input that of the
    /// gradient of the output.
    var worksInPlace: Bool { get }

    /// Brings the parameters into the form that the kernels want.
    func prepare(_ operands: Operands, _ execution: Execution)
    /// Writes the output.
    func forward(_ operands: Operands, _ execution: Execution)
    /// Writes the wanted gradients of inputs and parameters. May overwrite the gradient of the output.
    func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution)
}

extension Operator {
    package var savedCount: Int { 0 }
    package var preparedCount: Int { 0 }
    package var workerScratchCount: Int { 0 }
    package var sharedScratchCount: Int { 0 }
    package var innerGradientCount: Int { 0 }
    package var multiplyAdds: Int { 0 }
    package var backwardReads: BackwardReads { [] }
    package var worksInPlace: Bool { false }
    package func prepare(_ operands: Operands, _ execution: Execution) {}
}

/// What a backward pass reads.
package struct BackwardReads: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// The inputs of the forward pass.
    package static let inputs = BackwardReads(rawValue: 1)
    /// The output of the forward pass.
    package static let output = BackwardReads(rawValue: 2)
}

package typealias Source = UnsafePointer<Float>
package typealias Destination = UnsafeMutablePointer<Float>

/// Where one operator finds its data.
package struct Operands {
    /// One per input.
    package var inputs: [Source]
    package var output: Destination
    /// One per parameter, in the order in which the layer declares them.
    package var parameters: [Destination]
    package var saved: Destination
    package var prepared: Destination

    package init(
        inputs: [Source], output: Destination, parameters: [Destination], saved: Destination, prepared: Destination
    ) {
        self.inputs = inputs
        self.output = output
        self.parameters = parameters
        self.saved = saved
        self.prepared = prepared
    }

    package var input: Source { inputs[0] }
}

/// Where one operator finds and leaves gradients; nil where a gradient is not wanted.
package struct Gradients {
    package var output: Destination
    package var inputs: [Destination?]
    package var parameters: [Destination?]
    /// Room for `innerGradientCount` floats.
    package var inner: Destination

    /// - Parameter inner: nil for an operator that needs no such room.
    package init(
        output: Destination, inputs: [Destination?], parameters: [Destination?], inner: Destination? = nil
    ) {
        self.output = output
        self.inputs = inputs
        self.parameters = parameters
        self.inner = inner ?? output
    }
}

/// How one pass runs.
package struct Execution {
    package let kernels: UnsafePointer<ck_kernels>
    package let pool: WorkerPool
    /// Whether batch norm uses the statistics of the batch and dropout drops.
    package let training: Bool
    /// Seed of this step's dropout, already mixed with the operator's own number.
    package var seed: UInt64
    package var sharedScratch: Destination
    package var workerScratch: Destination
    package var workerScratchStride: Int

    package init(
        kernels: UnsafePointer<ck_kernels>, pool: WorkerPool, training: Bool, seed: UInt64,
        sharedScratch: Destination, workerScratch: Destination, workerScratchStride: Int
    ) {
        self.kernels = kernels
        self.pool = pool
        self.training = training
        self.seed = seed
        self.sharedScratch = sharedScratch
        self.workerScratch = workerScratch
        self.workerScratchStride = workerScratchStride
    }

    package func scratch(of worker: Int) -> Destination { workerScratch + worker * workerScratchStride }

    /// Splits `count` values into ranges that are worth waking a worker for.
    package func forElements(_ count: Int, _ body: (Range<Int>) -> Void) {
        pool.forRanges(of: count, grain: 1 << 15) { range, _ in body(range) }
    }

    /// Splits rows of `columns` values into ranges that are worth waking a worker for.
    package func forRows(_ rows: Int, columns: Int, _ body: (Range<Int>) -> Void) {
        pool.forRanges(of: rows, grain: max(1, (1 << 15) / max(1, columns))) { range, _ in body(range) }
    }
}
