import FormantTensor

/// The gradient of any node's output by the network's input, with the weights as they are: what saliency maps, dreams
/// and pictures of filters start from.
public final class InputGradient {
    private var session: Session

    /// Shape of the input.
    public let input: Shape
    /// Shape of the node's output.
    public let output: Shape

    /// Prepares the gradient of one node.
    /// - Parameters:
    ///   - node: a node of the network; nil: the last one.
    ///   - shape: the shape of the input, where it is another than the network's own.
    /// - Throws: `NetworkError` for a node that is not there and a shape that the network cannot take.
    public init(
        of node: String? = nil, network: Network, parameters: Parameters, shape: Shape? = nil, pool: WorkerPool
    ) throws(NetworkError) {
        let part = try node.map { name throws(NetworkError) in try network.upTo(name) } ?? network
        let plan = try part.compile(.inputGradient(batch: 1), input: shape)
        let own = Parameters(zeros: plan.parameters)
        for entry in plan.parameters.entries { try own.set(entry.name, to: try parameters.tensor(entry.name)) }
        session = Session(plan, parameters: own, pool: pool)
        input = plan.input
        output = plan.output
    }

    /// The node's output for an input, and the gradient of a weighted sum of it.
    /// - Parameters:
    ///   - values: the input in the public order: channel, height, width.
    ///   - weights: receives the output and gives the weight of each of its values in the sum, both in the public order.
    /// - Precondition: as many values as the input's shape holds, and as many weights as the output's.
    public func callAsFunction(
        _ values: [Float], weights: (_ output: [Float]) -> [Float]
    ) -> (output: [Float], gradient: [Float]) {
        precondition(values.count == input.count, "\(values.count) values for an input of \(input.full)")
        session.load(0) { target in values.withUnsafeBufferPointer { _ = target.update(fromContentsOf: $0) } }
        session.forward()
        let result = session.result(0)
        let seeds = weights(result)
        precondition(seeds.count == output.count, "\(seeds.count) weights for an output of \(output.full)")
        session.setOutputGradient(0, to: seeds)
        session.backward()
        return (result, session.inputGradient(of: 0))
    }
}

extension Session {
    /// Sets the gradient of one example's output from the public order.
    package func setOutputGradient(_ example: Int, to values: [Float]) {
        let shape = plan.output
        let target = outputGradient[example * shape.count..<(example + 1) * shape.count]
        for (i, value) in values.enumerated() {
            let (channel, position) = i.quotientAndRemainder(dividingBy: shape.positions)
            outputGradient[target.startIndex + position * shape.channels + channel] = value
        }
    }
}
