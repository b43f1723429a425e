import FormantTensor

/// Runs a trained network on any number of examples, batch by batch.
///
/// An example's output does not depend on what else is in its batch.
public final class Predictor {
    /// Examples that go through at once.
    public let batch: Int
    private let cache: SessionCache

    /// Creates a predictor.
    /// - Parameter batch: at most so many examples go through at once.
    public init(network: Network, parameters: Parameters, pool: WorkerPool, batch: Int = 64) {
        self.batch = max(1, batch)
        cache = SessionCache(network: network, parameters: parameters, pool: pool)
    }

    /// Tells the predictor that weights have changed.
    public func parametersDidChange() { cache.parametersDidChange() }

    /// The outputs of `count` examples of one shape.
    /// - Parameters:
    ///   - count: number of examples.
    ///   - shape: shape of each input.
    ///   - load: writes example `index` in the public order: channel, height, width.
    /// - Returns: per example, the output in the public order.
    /// - Throws: `NetworkError` where the network cannot take the shape, and what `load` throws.
    public func outputs(
        count: Int, shape: Shape, load: (_ index: Int, _ into: UnsafeMutableBufferPointer<Float>) throws -> Void
    ) throws -> [[Float]] {
        var results: [[Float]] = []
        results.reserveCapacity(count)
        var first = 0
        while first < count {
            let now = min(batch, count - first)
            // A power of two, so that few plans serve all rests.
            var room = 1
            while room < now { room *= 2 }
            try cache.with(.inference(batch: min(room, batch)), shape) { session in
                for i in 0..<now { try session.load(i) { try load(first + i, $0) } }
                session.clearInput(from: now)
                session.forward()
                for i in 0..<now { results.append(session.result(i)) }
            }
            first += now
        }
        return results
    }
}

extension Session {
    /// Lets `write` fill one example of the input in the public order: channel, height, width.
    package func load(_ example: Int, _ write: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
        let shape = plan.input
        let target = UnsafeMutableBufferPointer(rebasing: input[example * shape.count..<(example + 1) * shape.count])
        if shape.channels == 1 || shape.positions == 1 {
            try write(target)
            return
        }
        let written = AlignedBuffer(count: shape.count)
        try write(UnsafeMutableBufferPointer(start: written.pointer, count: shape.count))
        for channel in 0..<shape.channels {
            for position in 0..<shape.positions {
                target[position * shape.channels + channel] = written.pointer[channel * shape.positions + position]
            }
        }
    }

    /// Lets `write` fill the first examples of the input, on all threads of a pool.
    /// - Parameter write: gets the number of an example and its input in the public order; called from several threads.
    /// - Throws: what `write` throws for the first example that it throws for.
    package func load(
        _ count: Int, pool: WorkerPool,
        _ write: (_ example: Int, _ input: UnsafeMutableBufferPointer<Float>) throws -> Void
    ) throws {
        var failures = [(any Error)?](repeating: nil, count: count)
        failures.withUnsafeMutableBufferPointer { failures in
            // Small inputs together, so that they do not wait for threads to wake.
            pool.forRanges(of: count, grain: max(1, (1 << 14) / max(1, plan.input.count))) { range, _ in
                for example in range {
                    do {
                        try load(example) { try write(example, $0) }
                    } catch { failures[example] = error }
                }
            }
        }
        for case let failure? in failures { throw failure }
    }

    /// Sets the input from one example onwards to zero.
    package func clearInput(from example: Int) {
        input[(example * plan.input.count)...].update(repeating: 0)
    }

    /// The output of one example in the public order.
    package func result(_ example: Int) -> [Float] { publicOrder(output, example, plan.output) }

    /// The gradient of one example's input in the public order.
    package func inputGradient(of example: Int) -> [Float] { publicOrder(inputGradient, example, plan.input) }

    /// One example of a batch of some shape, brought from the order of memory into the public order.
    func publicOrder(_ values: UnsafeMutableBufferPointer<Float>, _ example: Int, _ shape: Shape) -> [Float] {
        let own = values[example * shape.count..<(example + 1) * shape.count]
        if shape.channels == 1 || shape.positions == 1 { return Array(own) }
        return (0..<shape.count).map { i in
            let (channel, position) = i.quotientAndRemainder(dividingBy: shape.positions)
            return own[own.startIndex + position * shape.channels + channel]
        }
    }
}
