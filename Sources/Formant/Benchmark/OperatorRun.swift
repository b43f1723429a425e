import CKernels
import FormantNetwork
import FormantOperators
import FormantTensor

/// One operator with memory of its own and random values in it, to be run again and again.
struct OperatorRun {
    /// A part of an operator's work.
    enum Pass: String {
        case forward, backward
        /// The part of the backward pass that leads to the gradient of the input.
        case data
        /// The part of the backward pass that leads to the gradients of the parameters, with the slope of a fused
        /// activation.
        case weights
        /// The part of a fused operator's backward pass that leads to the output of its convolution.
        case rest
    }

    /// A parameter: how many values, all the same or random, and whether its gradient is wanted.
    struct Parameter {
        var count: Int
        var constant: Float?
        var isTrained: Bool
    }

    let operation: any Operator
    private let operands: Operands
    private let gradients: Gradients
    private let execution: Execution
    private let memory: [AlignedBuffer]

    /// - Parameters:
    ///   - inputs: shapes of one example of each input.
    ///   - wantsGradients: per input, whether the backward pass writes its gradient.
    ///   - worksInPlace: whether the output lies where the first input lies.
    init(
        _ operation: any Operator, batch: Int, inputs: [Shape], parameters: [Parameter], wantsGradients: [Bool],
        worksInPlace: Bool = false, training: Bool = true, pool: WorkerPool
    ) {
        var memory: [AlignedBuffer] = []
        func block(_ count: Int, _ fill: (AlignedBuffer) -> Void = { _ in }) -> Destination {
            let buffer = AlignedBuffer(count: max(16, count))
            fill(buffer)
            memory.append(buffer)
            return buffer.pointer
        }
        self.operation = operation
        let x = inputs.enumerated().map { i, shape in
            block(batch * shape.count) { buffer in
                guard let embedding = operation as? FormantOperators.Embedding else {
                    return buffer.fill(seed: UInt64(i))
                }
                var chance = SeededGenerator(seed: 5)
                for i in 0..<buffer.count { buffer.pointer[i] = Float(chance.index(below: embedding.rows)) }
            }
        }
        let outputs = batch * operation.outputShape.count
        let w = parameters.enumerated().map { i, parameter in
            block(parameter.count) { buffer in
                guard let value = parameter.constant else { return buffer.fill(seed: 100 + UInt64(i), scale: 0.1) }
                buffer.pointer.update(repeating: value, count: buffer.count)
            }
        }
        operands = Operands(
            inputs: x.map { Source($0) }, output: worksInPlace ? x[0] : block(outputs), parameters: w,
            saved: block(operation.savedCount), prepared: block(operation.preparedCount))
        let dy = block(outputs) { $0.fill(seed: 6) }
        gradients = Gradients(
            output: dy,
            inputs: zip(inputs, wantsGradients).enumerated().map { i, input in
                guard input.1 else { return nil }
                return i == 0 && worksInPlace ? dy : block(batch * input.0.count)
            }, parameters: parameters.map { $0.isTrained ? block($0.count) : nil },
            inner: block(operation.innerGradientCount))
        let stride = (operation.workerScratchCount + 15) / 16 * 16
        execution = Execution(
            kernels: ck_active(), pool: pool, training: training, seed: 7,
            sharedScratch: block(operation.sharedScratchCount), workerScratch: block(stride * pool.threads),
            workerScratchStride: stride)
        self.memory = memory
        operation.prepare(operands, execution)
        operation.forward(operands, execution)
    }

    /// A step of a plan for training, or for inference.
    init(_ step: Plan.Step, batch: Int, training: Bool = true, pool: WorkerPool) {
        self.init(
            step.operation, batch: batch, inputs: step.inputs,
            parameters: step.parameters.map { entry in
                let specification = entry.specification
                var constant: Float?
                if case .constant(let value) = specification.initialiser { constant = value }
                return Parameter(
                    count: specification.count, constant: constant, isTrained: specification.role == .trained)
            }, wantsGradients: step.wantsGradients, worksInPlace: step.worksInPlace,
            training: training, pool: pool)
    }

    /// A convolution alone, all gradients wanted.
    init(_ convolution: Convolution, pool: WorkerPool) {
        let geometry = convolution.geometry
        var convolution = convolution
        convolution.preparesBackward = true
        convolution.trainsWeights = true
        let bias = Parameter(count: geometry.output.channels, constant: nil, isTrained: true)
        self.init(
            convolution, batch: geometry.batch, inputs: [geometry.input],
            parameters: [Parameter(count: geometry.weightCount, constant: nil, isTrained: true)]
                + (convolution.hasBias ? [bias] : []), wantsGradients: [true], pool: pool)
    }

    /// The least time of a pass in seconds.
    func time(_ pass: Pass, seconds: Double) -> Double {
        var (operation, gradients) = (operation, gradients)
        switch pass {
        case .forward: return Stopwatch.least(seconds: seconds) { operation.forward(operands, execution) }
        case .backward: break
        case .weights: gradients.inputs = gradients.inputs.map { _ in nil }
        case .rest:
            guard let fused = operation as? any FusedConvolution else { return 0 }
            return Stopwatch.least(seconds: seconds) { _ = fused.backwardBehind(operands, gradients, execution) }
        case .data:
            gradients.parameters = gradients.parameters.map { _ in nil }
            // In a whole backward pass the gradients of the weights come first, and the slope is applied with them.
            if var convolution = operation as? Convolution {
                convolution.activation = nil
                operation = convolution
            }
        }
        return Stopwatch.least(seconds: seconds) { operation.backward(operands, gradients, execution) }
    }

    /// What a pass must read and write at least, in bytes: 0 where it has nothing to do.
    func traffic(_ pass: Pass, batch: Int, inputs: [Shape]) -> Int {
        let reads = inputs.reduce(0) { $0 + batch * $1.count }
        let output = batch * operation.outputShape.count
        if let reshape = operation as? FormantOperators.Reshape, reshape.worksInPlace { return 0 }
        let isEmbedding = operation is FormantOperators.Embedding
        guard pass == .backward else {
            return 4 * (reads + output + operation.savedCount + (isEmbedding ? output : 0))
        }
        var count = output + operation.savedCount
        if operation.backwardReads.contains(.inputs) { count += reads }
        if operation.backwardReads.contains(.output) { count += output }
        for (gradient, shape) in zip(gradients.inputs, inputs) where gradient != nil { count += batch * shape.count }
        if isEmbedding { count += 2 * output }
        return 4 * count
    }
}
