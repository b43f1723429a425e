import CKernels
import FormantOperators
import FormantTensor

/// Runs a plan: owns the memory of one run, and allocates nothing more once it is made.
///
/// One session serves one thread at a time; sessions may share parameters and a pool.
public struct Session: ~Copyable {
    /// What is run.
    public let plan: Plan
    /// The weights.
    public let parameters: Parameters
    /// Gradients of the weights after `backward`, in the layout of the parameters; nil at inference.
    public let gradients: Parameters?

    /// Activations and gradients.
    package let arena: AlignedBuffer
    /// What operators use while they run.
    package let scratch: AlignedBuffer
    private let prepared: AlignedBuffer
    private var operands: [Operands] = []
    private var flows: [Flow] = []
    private var execution: Execution
    private var isPrepared = false
    private var rowsAreListed = false

    /// The backward half of one step.
    private struct Flow {
        var gradients: Gradients
        /// Gradients that must be added where another consumer's already stands: from, to, how many.
        var additions: [(from: Destination, to: Destination, count: Int)]
    }

    /// Makes a session.
    /// - Parameters:
    ///   - parameters: of the plan's network.
    ///   - gradients: where the gradients go, if several sessions share that memory.
    ///   - pool: the threads that work.
    ///   - memory: memory that sessions which never run at the same time share.
    public init(
        _ plan: Plan, parameters: Parameters, gradients: Parameters? = nil, pool: WorkerPool,
        memory: SessionMemory = SessionMemory()
    ) {
        precondition(parameters.table == plan.parameters, "parameters of another network")
        self.plan = plan
        self.parameters = parameters
        let wantsGradients = plan.purpose.parameterGradients
        self.gradients = wantsGradients ? gradients ?? Parameters(zeros: plan.parameters) : nil
        let operations = plan.graph.steps.map(\.operation)
        let round = { (count: Int) in (count + 15) / 16 * 16 }
        let workerScratch = round(operations.map(\.workerScratchCount).max() ?? 0)
        let needsShared = plan.purpose.hasBackward || plan.purpose.trains
        let sharedScratch = needsShared ? round(operations.map(\.sharedScratchCount).max() ?? 0) : 0
        arena = memory.arena(plan.memory.count)
        scratch = memory.scratch(sharedScratch + workerScratch * pool.threads)
        prepared = AlignedBuffer(count: operations.reduce(0) { $0 + round($1.preparedCount) })
        execution = Execution(
            kernels: ck_active(), pool: pool, training: plan.purpose.trains, seed: 0, sharedScratch: scratch.pointer,
            workerScratch: scratch.pointer + sharedScratch, workerScratchStride: workerScratch)
        var preparedOffset = 0
        let base = arena.pointer
        let value = { (tensor: Int) in base + plan.memory.values[tensor]!.offset }
        for (i, step) in plan.graph.steps.enumerated() {
            let entries = step.parameters.map { plan.parameters.entries[$0] }
            operands.append(
                Operands(
                    inputs: step.inputs.map { Source(value($0)) }, output: value(step.output),
                    parameters: entries.map { parameters.buffer.pointer + $0.offset },
                    saved: base + plan.memory.saved[i].offset, prepared: prepared.pointer + preparedOffset))
            preparedOffset += round(step.operation.preparedCount)
            flows.append(flow(of: i, step, entries))
        }
    }

    private func flow(of i: Int, _ step: Graph.Step, _ entries: [ParameterTable.Entry]) -> Flow {
        let base = arena.pointer
        var additions: [(Destination, Destination, Int)] = []
        var inputs: [Destination?] = []
        for (j, tensor) in step.inputs.enumerated() {
            let target =
                plan.differentiation.runsBackward[i] && plan.differentiation.wantsGradient[tensor]
                ? plan.memory.gradients[tensor].map { base + $0.offset } : nil
            guard let target, let addend = plan.memory.addends[i][j] else {
                inputs.append(target)
                continue
            }
            inputs.append(base + addend.offset)
            additions.append((base + addend.offset, target, plan.purpose.batch * plan.graph.shapes[tensor].count))
        }
        let parameterGradients = entries.map { entry in
            entry.specification.role == .trained ? gradients.map { $0.buffer.pointer + entry.offset } : nil
        }
        let output = plan.memory.gradients[step.output].map { base + $0.offset } ?? base
        return Flow(
            gradients: Gradients(output: output, inputs: inputs, parameters: parameterGradients), additions: additions)
    }

    /// Seed of the dropout that writes one tensor. Tensors keep their numbers when operators are fused, so fusing
    /// moves no draw.
    package static func seed(_ seed: UInt64, ofTensor tensor: Int) -> UInt64 {
        seed &+ UInt64(tensor) &* 0x9e37_79b9_7f4a_7c15
    }

    /// Tells the session that weights have changed since its last run.
    public mutating func parametersDidChange() { isPrepared = false }

    /// The input of the whole batch, in the order of memory: batch × height × width × channels.
    package var input: UnsafeMutableBufferPointer<Float> {
        let slot = plan.memory.values[0]!
        return UnsafeMutableBufferPointer(
            start: arena.pointer + slot.offset, count: plan.purpose.batch * plan.input.count)
    }

    /// The output of the whole batch after `forward`, in the order of memory.
    package var output: UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(
            start: arena.pointer + plan.memory.values[plan.graph.output]!.offset,
            count: plan.purpose.batch * plan.output.count)
    }

    /// The gradient of the output, which the caller writes between `forward` and `backward`; in the order of memory.
    package var outputGradient: UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(
            start: arena.pointer + plan.memory.gradients[plan.graph.output]!.offset,
            count: plan.purpose.batch * plan.output.count)
    }

    /// The gradient of the input after `backward`, in the order of memory.
    package var inputGradient: UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(
            start: arena.pointer + plan.memory.gradients[0]!.offset, count: plan.purpose.batch * plan.input.count)
    }

    /// Lists the rows of embedding tables that `input` names, so that whoever updates them lazily can bring them up to
    /// date before they are read. `forward` does it where it has not been done.
    package mutating func listRows() {
        guard let gradients else { return }
        for step in plan.graph.steps {
            guard let embedding = step.operation as? FormantOperators.Embedding, embedding.addsToZero,
                plan.parameters.entries[step.parameters[0]].specification.role == .trained
            else { continue }
            gradients.touched.list(
                step.parameters[0], of: gradients, ids: UnsafeBufferPointer(input), row: embedding.row,
                padding: embedding.padding)
        }
        rowsAreListed = true
    }

    /// Runs the network on `input`.
    /// - Parameter seed: of this step's dropout.
    package mutating func forward(seed: UInt64 = 0) {
        let operations = plan.graph.steps
        if !rowsAreListed { listRows() }
        rowsAreListed = false
        if !isPrepared {
            for (i, step) in operations.enumerated() { step.operation.prepare(operands[i], execution) }
            isPrepared = true
        }
        for (i, step) in operations.enumerated() {
            execution.seed = Session.seed(seed, ofTensor: step.output)
            step.operation.forward(operands[i], execution)
        }
    }

    /// Works out the wanted gradients from `outputGradient`, after `forward` with the same seed.
    package mutating func backward(seed: UInt64 = 0) {
        precondition(plan.purpose.hasBackward, "a plan for inference has no backward pass")
        for (i, step) in plan.graph.steps.enumerated().reversed() where plan.differentiation.runsBackward[i] {
            execution.seed = Session.seed(seed, ofTensor: step.output)
            step.operation.backward(operands[i], flows[i].gradients, execution)
            for addition in flows[i].additions {
                execution.forElements(addition.count) { range in
                    execution.kernels.pointee.add_scaled(
                        1, addition.from + range.lowerBound, addition.to + range.lowerBound, range.count)
                }
            }
        }
    }
}

/// Memory that several sessions use in turn: those of one network for batches of several lengths, say.
///
/// A session keeps the memory that it was made with; when a larger one is wanted, new sessions get a new block.
public final class SessionMemory {
    private var arenaBlock = AlignedBuffer(count: 0)
    private var scratchBlock = AlignedBuffer(count: 0)

    /// Starts with nothing.
    public init() {}

    func arena(_ count: Int) -> AlignedBuffer {
        if arenaBlock.count < count { arenaBlock = AlignedBuffer(count: count) }
        return arenaBlock
    }

    func scratch(_ count: Int) -> AlignedBuffer {
        if scratchBlock.count < count { scratchBlock = AlignedBuffer(count: count) }
        return scratchBlock
    }
}
