import CKernels
import FormantOperators
import FormantTensor

/// A plan with the memory that one run of it works in.
struct BoundPlan {
    let plan: Plan
    /// Per step.
    let operands: [Operands]
    var execution: Execution

    /// - Parameters:
    ///   - arena: `plan.memory.count` floats for values and gradients.
    ///   - scratch: `scratchCount` floats.
    ///   - prepared: `preparedCount` floats; runs of the same plan with the same weights may share them.
    init(
        _ plan: Plan, _ parameters: Parameters, arena: Destination, scratch: Destination, prepared: Destination,
        pool: WorkerPool
    ) {
        self.plan = plan
        let shared = BoundPlan.sharedScratchCount(plan)
        execution = Execution(
            kernels: ck_active(), pool: pool, training: plan.purpose.trains, seed: 0, sharedScratch: scratch,
            workerScratch: scratch + shared, workerScratchStride: BoundPlan.workerScratchCount(plan))
        var preparedOffset = 0
        let value = { (tensor: Int) in arena + plan.memory.values[tensor]!.offset }
        operands = plan.graph.steps.enumerated().map { i, step in
            defer { preparedOffset += rounded(step.operation.preparedCount) }
            return Operands(
                inputs: step.inputs.map { Source(value($0)) }, output: value(step.output),
                parameters: step.parameters.map { parameters.buffer.pointer + plan.parameters.entries[$0].offset },
                saved: arena + plan.memory.saved[i].offset, prepared: prepared + preparedOffset)
        }
        input = value(0)
        output = value(plan.graph.output)
    }

    /// Where the run reads its input.
    let input: Destination
    /// Where it leaves its output.
    let output: Destination

    /// Brings the parameters into the form that the kernels want.
    func prepare() {
        for (i, step) in plan.graph.steps.enumerated() { step.operation.prepare(operands[i], execution) }
    }

    mutating func forward(seed: UInt64) {
        for (i, step) in plan.graph.steps.enumerated() {
            execution.seed = Session.seed(seed, ofTensor: step.output)
            step.operation.forward(operands[i], execution)
        }
    }

    static func preparedCount(_ plan: Plan) -> Int {
        plan.graph.steps.reduce(0) { $0 + rounded($1.operation.preparedCount) }
    }

    static func scratchCount(_ plan: Plan, threads: Int) -> Int {
        sharedScratchCount(plan) + threads * workerScratchCount(plan)
    }

    private static func workerScratchCount(_ plan: Plan) -> Int {
        rounded(plan.graph.steps.map(\.operation.workerScratchCount).max() ?? 0)
    }

    private static func sharedScratchCount(_ plan: Plan) -> Int {
        guard plan.purpose.hasBackward || plan.purpose.trains else { return 0 }
        return rounded(plan.graph.steps.map(\.operation.sharedScratchCount).max() ?? 0)
    }
}

/// Rounded up to a cache line of floats.
func rounded(_ count: Int) -> Int { (count + 15) / 16 * 16 }
