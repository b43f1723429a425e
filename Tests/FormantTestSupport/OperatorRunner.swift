import CKernels
import FormantOperators
import FormantTensor

/// One operator with one input and memory of its own, which is filled with NaN so that nothing is read before it is
/// written.
public struct OperatorRunner {
    private let operation: any Operator
    private let input: AlignedBuffer
    private let parameters: [AlignedBuffer]
    private let execution: Execution
    private let operands: Operands
    private let output: AlignedBuffer
    private let outputCount: Int
    private let memory: [AlignedBuffer]

    /// - Parameters:
    ///   - input: in the order of memory.
    ///   - parameters: the values of each; running statistics move.
    package init(
        _ operation: any Operator, batch: Int, input: [Float], parameters: [[Float]], training: Bool = true,
        threads: Int = 1
    ) {
        func block(_ count: Int) -> AlignedBuffer {
            let buffer = AlignedBuffer(count: max(16, count))
            buffer.pointer.update(repeating: .nan, count: buffer.count)
            return buffer
        }
        func block(_ values: [Float]) -> AlignedBuffer {
            let buffer = AlignedBuffer(count: values.count)
            buffer.values = values
            return buffer
        }
        self.operation = operation
        self.input = block(input)
        self.parameters = parameters.map { block($0) }
        outputCount = batch * operation.outputShape.count
        output = block(outputCount)
        let (saved, prepared) = (block(operation.savedCount), block(operation.preparedCount))
        let shared = block(operation.sharedScratchCount)
        let stride = (operation.workerScratchCount + 15) / 16 * 16
        let scratch = block(threads * stride)
        memory = [saved, prepared, shared, scratch]
        operands = Operands(
            inputs: [Source(self.input.pointer)], output: output.pointer, parameters: self.parameters.map(\.pointer),
            saved: saved.pointer, prepared: prepared.pointer)
        execution = Execution(
            kernels: ck_active(), pool: WorkerPool(threads: threads), training: training, seed: 0,
            sharedScratch: shared.pointer, workerScratch: scratch.pointer, workerScratchStride: stride)
        operation.prepare(operands, execution)
    }

    /// The output, in the order of memory.
    public func forward() -> [Float] {
        operation.forward(operands, execution)
        return Array(output.values[..<outputCount])
    }

    /// The gradients of the input and of each parameter, after `forward`.
    public func backward(_ gradient: [Float]) -> (input: [Float], parameters: [[Float]]) {
        let (dy, dx) = (AlignedBuffer(count: gradient.count), AlignedBuffer(count: input.count))
        dy.values = gradient
        let inner = AlignedBuffer(count: max(16, operation.innerGradientCount))
        let gradients = parameters.map { AlignedBuffer(count: $0.count) }
        for buffer in [dx, inner] + gradients { buffer.pointer.update(repeating: .nan, count: buffer.count) }
        operation.backward(
            operands,
            Gradients(
                output: dy.pointer, inputs: [dx.pointer], parameters: gradients.map(\.pointer), inner: inner.pointer),
            execution)
        return (dx.values, gradients.map(\.values))
    }

    /// What the parameters hold.
    public var parameterValues: [[Float]] { parameters.map(\.values) }
}
