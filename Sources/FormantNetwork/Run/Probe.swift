import FormantOperators
import FormantTensor

/// A network with its inside open: the outputs of any nodes, and the gradients by the input and by any node of whatever
/// is made of them. What explanations, pictures of filters, dreams and style start from.
///
/// The weights stay as they are, batch norms count by their running statistics, nothing drops out. Values go in and out in
/// the public order: channel, height, width. One probe serves one thread at a time.
public final class Probe {
    /// What a probe is made for.
    public struct Options: Sendable {
        /// Nodes whose outputs are looked at, or get gradients of their own.
        public var watching: Set<String> = []
        /// The node that the network ends with; nil: its last.
        public var output: String?
        /// Shape of the input, where it is another than the network's own.
        public var shape: Shape?
        /// Examples that go through at once, 1 to 65,536.
        public var batch = 1
        /// Whether `backward` will be called; else memory is saved.
        public var differentiates = true
        /// What ReLUs hand back.
        public var rectifiers = RectifierRule.derivative

        /// The output and its gradient by the input, one example at a time.
        public init() {}

        /// Options that differ from the usual ones.
        public init(
            watching: Set<String> = [], output: String? = nil, shape: Shape? = nil, batch: Int = 1,
            differentiates: Bool = true, rectifiers: RectifierRule = .derivative
        ) {
            self.watching = watching
            self.output = output
            self.shape = shape
            self.batch = batch
            self.differentiates = differentiates
            self.rectifiers = rectifiers
        }
    }

    private var session: Session
    private let tensors: [String: Int]

    /// Shape of the input.
    public let input: Shape
    /// Shape of the output.
    public let output: Shape
    /// Examples that go through at once.
    public let batch: Int

    /// Opens a network.
    /// - Throws: `NetworkError` for a node that is not there, one that the output does not depend on, and a shape that the
    ///   network cannot take.
    public init(
        _ network: Network, parameters: Parameters, options: Options = Options(), pool: WorkerPool
    ) throws(NetworkError) {
        let part = try options.output.map { name throws(NetworkError) in try network.upTo(name) } ?? network
        var tensors: [String: Int] = [:]
        for (i, node) in part.nodes.enumerated() { tensors[node.name] = i + 1 }
        for name in options.watching.sorted() where tensors[name] == nil {
            throw .unknownNode(name: name, known: part.nodes.map(\.name))
        }
        var purpose: Purpose =
            options.differentiates ? .inputGradient(batch: options.batch) : .inference(batch: options.batch)
        purpose.watched = options.watching
        purpose.rectifiers = options.rectifiers
        let plan = try part.compile(purpose, input: options.shape)
        for name in options.watching.sorted() where plan.memory.values[tensors[name]!] == nil {
            throw .unknownNode(name: name, known: plan.graph.steps.map(\.name))
        }
        var own = parameters
        if parameters.table != plan.parameters {
            own = Parameters(zeros: plan.parameters)
            for entry in plan.parameters.entries { try own.set(entry.name, to: try parameters.tensor(entry.name)) }
        }
        session = Session(plan, parameters: own, pool: pool)
        self.tensors = tensors.filter { options.watching.contains($0.key) }
        input = plan.input
        output = plan.output
        batch = options.batch
    }

    /// Shape of one example of the output of a node that is watched.
    public func shape(of node: String) -> Shape { session.plan.graph.shapes[tensor(node)] }

    /// Runs the network.
    /// - Parameter inputs: at most `batch` examples, each as many values as the input's shape holds.
    /// - Returns: their outputs.
    @discardableResult public func forward(_ inputs: [[Float]]) -> [[Float]] {
        precondition((1...batch).contains(inputs.count), "\(inputs.count) examples for a batch of \(batch)")
        for (example, values) in inputs.enumerated() {
            precondition(values.count == input.count, "\(values.count) values for an input of \(input.full)")
            session.load(example) { target in values.withUnsafeBufferPointer { _ = target.update(fromContentsOf: $0) } }
        }
        session.clearInput(from: inputs.count)
        session.forward()
        return inputs.indices.map { result(of: $0) }
    }

    /// The output of one example after `forward`.
    public func result(of example: Int = 0) -> [Float] { session.result(example) }

    /// The output of a watched node after `forward`.
    public func values(of node: String, example: Int = 0) -> [Float] {
        session.publicOrder(values(inMemoryOf: node), example, shape(of: node))
    }

    /// Runs back.
    /// - Parameters:
    ///   - outputs: per example the gradient of what is differentiated by the output; examples that are missing, and nil,
    ///     stand for zeros.
    ///   - nodes: the same by the outputs of watched nodes, which is added to what reaches them from behind.
    /// - Precondition: `forward` came before, and the probe was made to differentiate.
    public func backward(from outputs: [[Float]?] = [], nodes: [String: [[Float]?]] = [:]) {
        seed(session.outputGradient, outputs, output)
        for (node, tensor) in tensors {
            guard let target = watchedGradient(tensor) else { continue }
            seed(target, nodes[node] ?? [], session.plan.graph.shapes[tensor])
        }
        session.backward()
    }

    /// The gradient by the input after `backward`.
    public func inputGradient(of example: Int = 0) -> [Float] { session.inputGradient(of: example) }

    /// The gradient by the output of a watched node after `backward`.
    public func gradient(of node: String, example: Int = 0) -> [Float] {
        session.publicOrder(gradient(inMemoryOf: node), example, shape(of: node))
    }

    /// The output of a watched node for the whole batch, in the order of memory: batch × height × width × channels.
    package func values(inMemoryOf node: String) -> UnsafeMutableBufferPointer<Float> {
        let tensor = tensor(node)
        return session.block(session.plan.memory.values[tensor]!, session.plan.graph.shapes[tensor])
    }

    /// The gradient by the output of a watched node for the whole batch, in the order of memory: before `backward(_:)`
    /// what the caller adds, afterwards the whole.
    package func gradient(inMemoryOf node: String) -> UnsafeMutableBufferPointer<Float> {
        let tensor = tensor(node)
        guard let gradient = watchedGradient(tensor) else { return session.outputGradient }
        return gradient
    }

    /// Runs back from gradients that the caller wrote into the memory of nodes and of the output.
    package func backwardFromMemory() { session.backward() }

    /// The input, its gradient, the output and its gradient of the whole batch, in the order of memory.
    package var memory:
        (
            input: UnsafeMutableBufferPointer<Float>, inputGradient: UnsafeMutableBufferPointer<Float>,
            output: UnsafeMutableBufferPointer<Float>, outputGradient: UnsafeMutableBufferPointer<Float>
        )
    { (session.input, session.inputGradient, session.output, session.outputGradient) }

    /// Runs on what the caller wrote into the input's memory.
    package func forwardFromMemory() { session.forward() }

    private func tensor(_ node: String) -> Int {
        guard let tensor = tensors[node] else { preconditionFailure("the probe does not watch \(node)") }
        return tensor
    }

    private func watchedGradient(_ tensor: Int) -> UnsafeMutableBufferPointer<Float>? {
        session.plan.memory.watched[tensor].map { session.block($0, session.plan.graph.shapes[tensor]) }
    }

    private func seed(_ target: UnsafeMutableBufferPointer<Float>, _ values: [[Float]?], _ shape: Shape) {
        precondition(values.count <= batch, "\(values.count) examples for a batch of \(batch)")
        target.update(repeating: 0)
        for (example, values) in values.enumerated() {
            guard let values else { continue }
            precondition(values.count == shape.count, "\(values.count) gradients for \(shape.full)")
            Session.inMemoryOrder(shape) { inPublic, inMemory in
                target[example * shape.count + inMemory] = values[inPublic]
            }
        }
    }
}

extension Session {
    /// A block of the arena that holds a batch of a tensor.
    fileprivate func block(_ slot: Slot, _ shape: Shape) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: arena.pointer + slot.offset, count: plan.purpose.batch * shape.count)
    }

    /// Calls `body` with the place of each value of an example in the public order and in memory.
    fileprivate static func inMemoryOrder(_ shape: Shape, _ body: (_ inPublic: Int, _ inMemory: Int) -> Void) {
        for channel in 0..<shape.channels {
            for position in 0..<shape.positions {
                body(channel * shape.positions + position, position * shape.channels + channel)
            }
        }
    }
}
