import FormantNetwork
import FormantTensor

/// What a gradient check found for one parameter, or for the input.
public struct GradientFinding: CustomStringConvertible {
    /// The parameter, or `input`.
    public let name: String
    /// The largest difference over the size that a slope along such a direction has.
    public let error: Double
    /// The slope that the engine's gradient gives.
    public let found: Double
    /// The slope of the reference.
    public let expected: Double

    /// One line.
    public var description: String { "\(name): slope \(found), expected \(expected), error \(error)" }
}

extension NetworkProblem {
    /// Compares the engine's gradients with the slopes of the double-precision reference along random directions (all
    /// values at once, each by +1 or −1) and along single values. Of each parameter and of the input the worst.
    ///
    /// The loss is Σ output · `outputGradient`; slopes are central differences of 2 · 10⁻⁷, so that hardly ever a kink
    /// lies between. The scale of an error is the gradient's norm (for single values its root mean square), at least
    /// a hundredth of the norm of `outputGradient`.
    public func gradientFindings(
        mode: ReferenceNetwork.Mode, fuses: Bool = true, threads: Int = 1
    ) throws -> [GradientFinding] {
        var purpose = Purpose.training(batch: batch)
        purpose.trains = mode == .training
        let readsIds = network.nodes.contains { $0.layer is Embedding }
        purpose.inputGradient = !readsIds
        purpose.fuses = fuses
        let kept = Parameters(zeros: parameters.table)
        kept.copy(from: parameters)
        let runner = try Runner(network, purpose, parameters: kept, threads: threads)
        runner.fillMemory(with: .nan)
        _ = runner.forward(input, seed: seed)
        runner.backward(outputGradient, seed: seed)

        let reference = try reference()
        var generator = SeededGenerator.derived(seed: seed, purpose: "directions")
        var findings: [GradientFinding] = []
        for entry in parameters.table.entries where entry.specification.role == .trained {
            var moved = reference
            let held = heldValues(entry)
            let start = reference.parameters[entry.name]!
            findings.append(
                worst(entry.name, try runner.gradient(entry.name), held: held, &generator) { direction, step in
                    moved.parameters[entry.name] = zip(start, direction).map { $0 + step * $1 }
                    return loss(moved, input, mode)
                })
        }
        if !readsIds {
            findings.append(
                worst("input", runner.inputGradient, held: 0, &generator) { direction, step in
                    var moved = input
                    for i in direction.indices { moved.values[i] += step * direction[i] }
                    return loss(reference, moved, mode)
                })
        }
        return findings
    }

    /// How many values at the start of a parameter keep their value whatever their slope: the padding row of a table.
    private func heldValues(_ entry: ParameterTable.Entry) -> Int {
        for node in network.nodes where entry.name == "\(node.name).weight" {
            if let table = node.layer as? Embedding { return table.dimension }
        }
        return 0
    }

    private func loss(_ network: ReferenceNetwork, _ input: ReferenceTensor, _ mode: ReferenceNetwork.Mode) -> Double {
        zip(network.run(input, mode).output.values, outputGradient.values).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private func worst(
        _ name: String, _ gradient: [Float], held: Int, _ generator: inout SeededGenerator,
        _ loss: (_ direction: [Double], _ step: Double) -> Double
    ) -> GradientFinding {
        let count = gradient.count
        var directions: [[Double]] = (0..<(count > 1 ? 2 : 0)).map { _ in
            gradient.indices.map { $0 < held ? 0 : generator.index(below: 2) == 0 ? 1 : -1 }
        }
        for _ in 0..<min(count, 4) {
            var one = [Double](repeating: 0, count: count)
            one[held + generator.index(below: count - held)] = 1
            directions.append(one)
        }
        let norm = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        let floor = 0.01 * outputGradient.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        var result = GradientFinding(name: name, error: 0, found: 0, expected: 0)
        if let moved = gradient.prefix(held).first(where: { $0 != 0 }) {
            result = GradientFinding(name: name, error: .infinity, found: Double(moved), expected: 0)
        }
        for direction in directions {
            let step = 1e-7
            let expected = (loss(direction, step) - loss(direction, -step)) / (2 * step)
            let found = zip(gradient, direction).reduce(0) { $0 + Double($1.0) * $1.1 }
            let length = direction.reduce(0) { $0 + $1 * $1 }
            let scale = max(floor, norm * (length / Double(count)).squareRoot())
            let error = found.isFinite ? abs(found - expected) / scale : .infinity
            if !(error <= result.error) {
                result = GradientFinding(name: name, error: error, found: found, expected: expected)
            }
        }
        return result
    }
}
