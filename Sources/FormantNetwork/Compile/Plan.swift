import FormantOperators
import FormantTensor

/// A network compiled for one purpose and one input shape: immutable, and shared by any number of sessions.
public struct Plan: Sendable {
    /// What the plan is for.
    public let purpose: Purpose
    /// Shape of one example of the input.
    public let input: Shape
    /// Shape of one example of the output.
    public let output: Shape
    /// All parameters of the network.
    public let parameters: ParameterTable

    let graph: Graph
    package let differentiation: Differentiation
    package let memory: MemoryPlan
    /// The plan for a slice of the batch, if it may be run slice by slice: none or one.
    private let slices: [Plan]

    init(_ network: BoundNetwork, _ purpose: Purpose) {
        var graph = Graph(network, purpose)
        for pass in Fusion.passes { pass(&graph) }
        self.purpose = purpose
        self.graph = graph
        input = network.input
        output = network.output
        parameters = network.parameters
        differentiation = Differentiation(graph)
        memory = MemoryPlan(graph, differentiation)
        slices = Plan.slice(of: purpose, graph, memory).map { [Plan(network, $0)] } ?? []
    }

    /// The plan that one thread runs for some examples of the batch after others, if there are enough for all threads:
    /// what is between the layers of a few examples stays in the caches, and no thread waits after each layer. An
    /// example's output is the same either way.
    package func slice(forThreads threads: Int) -> Plan? {
        guard let slice = slices.first else { return nil }
        let count = (purpose.batch + slice.purpose.batch - 1) / slice.purpose.batch
        return count >= 2 * threads ? slice : nil
    }

    /// Multiply-adds below which a run ends before a parked thread has woken.
    private static let leastShared = 4_000_000

    /// Whether a run is long enough that it is worth waking threads for.
    package var isWorthSharing: Bool {
        let passes = purpose.hasBackward ? 3 : 1
        return passes * graph.steps.reduce(0) { $0 + $1.operation.multiplyAdds } >= Plan.leastShared
    }

    /// Floats between the layers that stay in the second-level cache.
    private static let cachedFloats = 64 << 10

    /// At inference examples do not depend on each other. A slice is so large that its filters are worth passing by.
    private static func slice(of purpose: Purpose, _ graph: Graph, _ memory: MemoryPlan) -> Purpose? {
        guard purpose.fuses, purpose.watched.isEmpty, !purpose.trains, !purpose.hasBackward, !purpose.runsAlone,
            purpose.batch > 1
        else {
            return nil
        }
        let prepared = graph.steps.reduce(0) { $0 + $1.operation.preparedCount }
        let floats = max(cachedFloats, prepared / 2)
        let least = max(1, (floats * purpose.batch + memory.count - 1) / max(1, memory.count))
        var count = purpose.batch / least
        guard count >= 2 else { return nil }
        if count > 4 { count -= count % 4 }
        var slice = purpose
        slice.batch = (purpose.batch + count - 1) / count
        slice.runsAlone = true
        return slice
    }

    /// The operators in order, fused ones joined by `+`.
    public var stepNames: [String] { graph.steps.map(\.name) }

    /// Floats that all activations and gradients of a session take together.
    public var arenaCount: Int { memory.count }

    /// Throws unless parameters are those of this plan: filters over a whole axis, and what follows a flatten, have
    /// other extents for another input shape.
    /// - Throws: `NetworkError.parameter`, naming the first that differs.
    func expectParameters(_ table: ParameterTable) throws(NetworkError) {
        guard table != parameters else { return }
        for (wanted, given) in zip(parameters.entries, table.entries) where wanted != given {
            throw .parameter(
                name: wanted.name, expected: "\(wanted.specification.extents) for an input of \(input.full)",
                found: "\(given.name) \(given.specification.extents)")
        }
        throw .parameter(
            name: "count", expected: "\(parameters.entries.count)", found: "\(table.entries.count)")
    }

    /// Floats that a session on one thread takes, parameters and their gradients left out.
    var runCount: Int {
        let operations = graph.steps.map(\.operation)
        let scratch = operations.map { $0.workerScratchCount + $0.sharedScratchCount }.max() ?? 0
        return memory.count + scratch + operations.reduce(0) { $0 + $1.preparedCount }
    }
}

/// Most examples of one batch.
private let largestBatch = 65_536
/// Most floats that one run may take: 64 GiB.
private let largestRun = 1 << 34

extension Network {
    /// Infers shapes, lowers to operators, fuses them and plans the memory.
    /// - Parameters:
    ///   - purpose: training, inference, or the gradient by the input, with the batch size.
    ///   - input: the shape of one example, where it is another than the network's own.
    /// - Throws: `NetworkError`, naming the layer, what it expected and what it found.
    public func compile(_ purpose: Purpose, input: Shape? = nil) throws(NetworkError) -> Plan {
        guard (1...largestBatch).contains(purpose.batch) else { throw .batch(purpose.batch) }
        let plan = Plan(try bound(to: input), purpose)
        guard plan.runCount <= largestRun else { throw .memory(values: plan.runCount, batch: purpose.batch) }
        return plan
    }
}
