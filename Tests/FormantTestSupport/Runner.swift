import FormantNetwork
import FormantTensor

/// Runs a plan with batches in the public order.
public final class Runner {
    /// The session.
    public var session: Session

    /// Compiles a network and makes a session for it.
    public init(
        _ network: Network, _ purpose: Purpose, parameters: Parameters, gradients: Parameters? = nil,
        threads: Int = 1, memory: SessionMemory = SessionMemory()
    ) throws {
        session = Session(
            try network.compile(purpose), parameters: parameters, gradients: gradients,
            pool: WorkerPool(threads: threads), memory: memory)
    }

    /// Fills everything that a run writes with one value, to show that nothing old is read.
    public func fillMemory(with value: Float) {
        session.arena.pointer.update(repeating: value, count: session.arena.count)
        session.scratch.pointer.update(repeating: value, count: session.scratch.count)
    }

    /// The output for an input.
    public func forward(_ input: ReferenceTensor, seed: UInt64 = 0) -> [Float] {
        let target = session.input
        input.forEach { n, c, h, w in target[input.inMemory(n, c, h, w)] = Float(input[n, c, h, w]) }
        session.forward(seed: seed)
        return inPublicOrder(session.output, session.plan.output)
    }

    /// Runs back from the gradient of the output.
    public func backward(_ gradient: ReferenceTensor, seed: UInt64 = 0) {
        let target = session.outputGradient
        gradient.forEach { n, c, h, w in target[gradient.inMemory(n, c, h, w)] = Float(gradient[n, c, h, w]) }
        session.backward(seed: seed)
    }

    /// The gradient of the input after `backward`.
    public var inputGradient: [Float] { inPublicOrder(session.inputGradient, session.plan.input) }

    /// The gradient of one parameter after `backward`.
    public func gradient(_ name: String) throws -> [Float] { try session.gradients!.tensor(name).values }

    private func inPublicOrder(_ values: UnsafeMutableBufferPointer<Float>, _ shape: Shape) -> [Float] {
        let places = ReferenceTensor(batch: session.plan.purpose.batch, shape: shape)
        var result: [Float] = []
        result.reserveCapacity(places.values.count)
        places.forEach { n, c, h, w in result.append(values[places.inMemory(n, c, h, w)]) }
        return result
    }
}
