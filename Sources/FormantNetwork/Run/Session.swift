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

    private let pool: WorkerPool
    /// Activations and gradients.
    package let arena: AlignedBuffer
    /// What operators use while they run.
    package let scratch: AlignedBuffer
    private let prepared: AlignedBuffer
    /// The plan as all threads run it together, or the plan for a slice once per thread.
    private var runs: [BoundPlan]
    private var flows: [Flow] = []
    private var isPrepared = false
    private var rowsAreListed = false
    /// Where input and output of the whole batch stand in the arena.
    private let ends: (input: Int, output: Int)

    /// The backward half of one step.
    private struct Flow {
        var gradients: Gradients
        /// Gradients that must be added where another consumer's already stands: from, to, how many.
        var additions: [(from: Destination, to: Destination, count: Int)]
        /// Where somebody adds to the gradient of the output and looks at it.
        var watched: Destination?
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
        let pool = plan.isWorthSharing ? pool : WorkerPool(threads: 1)
        self.pool = pool
        let wantsGradients = plan.purpose.parameterGradients
        self.gradients = wantsGradients ? gradients ?? Parameters(zeros: plan.parameters) : nil
        guard let slice = plan.slice(forThreads: pool.threads) else {
            let scratchCount = BoundPlan.scratchCount(plan, threads: pool.threads)
            arena = memory.arena(plan.memory.count)
            scratch = memory.scratch(scratchCount)
            prepared = AlignedBuffer(count: BoundPlan.preparedCount(plan))
            ends = (plan.memory.values[0]!.offset, plan.memory.values[plan.graph.output]!.offset)
            runs = [
                BoundPlan(
                    plan, parameters, arena: arena.pointer, scratch: scratch.pointer, prepared: prepared.pointer,
                    pool: pool)
            ]
            if plan.purpose.hasBackward {
                for (i, step) in plan.graph.steps.enumerated() { flows.append(flow(of: i, step)) }
            }
            return
        }
        let (input, output) = (
            rounded(plan.purpose.batch * plan.input.count), rounded(plan.purpose.batch * plan.output.count)
        )
        let (own, ownScratch) = (slice.memory.count, BoundPlan.scratchCount(slice, threads: 1))
        let (arena, scratch) = (
            memory.arena(input + output + pool.threads * own), memory.scratch(pool.threads * ownScratch)
        )
        let prepared = AlignedBuffer(count: BoundPlan.preparedCount(slice))
        ends = (0, input)
        let alone = WorkerPool(threads: 1)
        runs = (0..<pool.threads).map { worker in
            BoundPlan(
                slice, parameters, arena: arena.pointer + input + output + worker * own,
                scratch: scratch.pointer + worker * ownScratch, prepared: prepared.pointer, pool: alone)
        }
        (self.arena, self.scratch, self.prepared) = (arena, scratch, prepared)
    }

    private func flow(of i: Int, _ step: Graph.Step) -> Flow {
        let base = arena.pointer
        let entries = step.parameters.map { plan.parameters.entries[$0] }
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
            gradients: Gradients(
                output: output, inputs: inputs, parameters: parameterGradients,
                inner: plan.memory.inner[i].map { base + $0.offset }), additions: additions,
            watched: plan.memory.watched[step.output].map { base + $0.offset })
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
        UnsafeMutableBufferPointer(start: arena.pointer + ends.input, count: plan.purpose.batch * plan.input.count)
    }

    /// The output of the whole batch after `forward`, in the order of memory.
    package var output: UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: arena.pointer + ends.output, count: plan.purpose.batch * plan.output.count)
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
            gradients.touched.list(step.parameters[0], of: gradients, padding: embedding.padding) { body in
                embedding.forEachRow(Source(input.baseAddress!), body)
            }
        }
        rowsAreListed = true
    }

    /// Runs the network on `input`.
    /// - Parameter seed: of this step's dropout.
    package mutating func forward(seed: UInt64 = 0) {
        if !rowsAreListed { listRows() }
        rowsAreListed = false
        if !isPrepared {
            runs[0].prepare()
            isPrepared = true
        }
        if runs[0].plan.purpose.batch == plan.purpose.batch {
            runs[0].forward(seed: seed)
        } else {
            forwardInSlices()
        }
    }

    private func forwardInSlices() {
        let slice = runs[0].plan.purpose.batch
        let (input, output) = (input, output)
        let (inputCount, outputCount) = (plan.input.count, plan.output.count)
        pool.forRanges(of: plan.purpose.batch, grain: slice) { examples, worker in
            var run = runs[worker]
            run.input.update(
                from: input.baseAddress! + examples.lowerBound * inputCount, count: examples.count * inputCount)
            run.forward(seed: 0)
            (output.baseAddress! + examples.lowerBound * outputCount).update(
                from: run.output, count: examples.count * outputCount)
        }
    }

    /// Works out the wanted gradients from `outputGradient`, after `forward` with the same seed.
    package mutating func backward(seed: UInt64 = 0) {
        precondition(plan.purpose.hasBackward, "a plan for inference has no backward pass")
        for (i, step) in plan.graph.steps.enumerated().reversed() where plan.differentiation.runsBackward[i] {
            runs[0].execution.seed = Session.seed(seed, ofTensor: step.output)
            let execution = runs[0].execution
            if let watched = flows[i].watched {
                let gradient = flows[i].gradients.output
                execution.forElements(plan.purpose.batch * plan.graph.shapes[step.output].count) { range in
                    execution.kernels.pointee.add_scaled(
                        1, watched + range.lowerBound, gradient + range.lowerBound, range.count)
                    (watched + range.lowerBound).update(from: gradient + range.lowerBound, count: range.count)
                }
            }
            step.operation.backward(runs[0].operands[i], flows[i].gradients, execution)
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
