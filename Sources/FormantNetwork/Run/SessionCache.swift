import FormantTensor

/// Sessions of one network for several input shapes and batch sizes, made when they are first needed.
///
/// They share weights, gradients and, since only one runs at a time, memory. The least recently used ones go when
/// there are many.
package final class SessionCache {
    private struct Key: Hashable {
        let shape: Shape
        let purpose: Purpose
    }

    private final class Box {
        var session: Session
        var used: Int
        init(_ session: consuming Session, used: Int) {
            self.session = session
            self.used = used
        }
    }

    package let network: Network
    package let parameters: Parameters
    package let gradients: Parameters?
    package let pool: WorkerPool
    private let memory = SessionMemory()
    private var boxes: [Key: Box] = [:]
    private var clock = 0
    private let capacity = 32

    package init(network: Network, parameters: Parameters, gradients: Parameters? = nil, pool: WorkerPool) {
        self.network = network
        self.parameters = parameters
        self.gradients = gradients
        self.pool = pool
    }

    /// Lends the session for a shape and a purpose.
    /// - Throws: `NetworkError` where the network cannot take the shape, or needs other weights for it; and what `body`
    ///   throws.
    package func with<Result>(
        _ purpose: Purpose, _ shape: Shape, _ body: (inout Session) throws -> Result
    ) throws -> Result {
        clock += 1
        let key = Key(shape: shape, purpose: purpose)
        if let box = boxes[key] {
            box.used = clock
            return try body(&box.session)
        }
        let plan = try network.compile(purpose, input: shape)
        try plan.expectParameters(parameters.table)
        if boxes.count >= capacity, let oldest = boxes.min(by: { $0.value.used < $1.value.used })?.key {
            boxes[oldest] = nil
        }
        let box = Box(
            Session(plan, parameters: parameters, gradients: gradients, pool: pool, memory: memory), used: clock)
        boxes[key] = box
        return try body(&box.session)
    }

    /// Tells every session that weights have changed.
    package func parametersDidChange() {
        for box in boxes.values { box.session.parametersDidChange() }
    }
}
