import FormantOperators
import FormantTensor

/// What passes work on: operators in order, and the tensors between them.
struct Graph: Sendable {
    /// One operator with its tensors and parameters.
    struct Step: Sendable {
        var name: String
        var operation: any Operator
        var inputs: [Int]
        var output: Int
        /// Entries of the parameter table.
        var parameters: [Int]
        /// Whether training moves one of them.
        var isTrained: Bool
    }

    /// Steps in the order of the forward pass.
    var steps: [Step]
    /// Shape of each tensor; 0 is the input. A pass may leave tensors unused.
    let shapes: [Shape]
    let output: Int
    let purpose: Purpose
    /// Tensors that somebody looks at behind the run.
    let watched: Set<Int>

    init(_ network: BoundNetwork, _ purpose: Purpose) {
        self.purpose = purpose
        shapes = [network.input] + network.nodes.map(\.binding.output)
        output = network.nodes.count
        watched = Set(network.nodes.indices.filter { purpose.watched.contains(network.nodes[$0].name) }.map { $0 + 1 })
        // What the output does not depend on is left out.
        var needed: Set<Int> = [output]
        for (i, node) in network.nodes.enumerated().reversed() where needed.contains(i + 1) {
            needed.formUnion(node.inputs)
        }
        steps = network.nodes.enumerated().filter { needed.contains($0.offset + 1) }.map { i, node in
            var operation = node.binding.makeOperator(purpose.batch)
            if var activation = operation as? FormantOperators.Activation {
                activation.rule = purpose.rectifiers
                operation = activation
            }
            let hasStatistics = node.binding.parameters.contains { $0.role == .running }
            return Step(
                name: node.name,
                operation: purpose.trains && node.isFrozen && hasStatistics ? FrozenNorm(operation) : operation,
                inputs: node.inputs,
                output: i + 1, parameters: node.parameters,
                isTrained: node.parameters.contains { network.parameters.entries[$0].specification.role == .trained })
        }
    }

    /// The steps that read a tensor.
    func consumers(of tensor: Int) -> [Int] { steps.indices.filter { steps[$0].inputs.contains(tensor) } }

    func producer(of tensor: Int) -> Int? { steps.firstIndex { $0.output == tensor } }

    /// The step whose output a step takes as its only input, if nothing else reads that output.
    func onlySource(of step: Int) -> Int? {
        guard steps[step].inputs.count == 1 else { return nil }
        let tensor = steps[step].inputs[0]
        guard tensor != output, !watched.contains(tensor), consumers(of: tensor) == [step] else { return nil }
        return producer(of: tensor)
    }
}
