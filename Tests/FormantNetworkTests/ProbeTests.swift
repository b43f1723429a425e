import FormantNetwork
import FormantOperators
import FormantTensor
import FormantTestSupport
import Testing

@Suite struct ProbeTests {
    private let pool = WorkerPool(threads: 2)

    private func expectNear(_ a: [Float], _ b: [Float], _ note: String) {
        #expect(a.count == b.count)
        let scale = max(1, a.map(abs).max() ?? 0)
        for (x, y) in zip(a, b) where abs(x - y) > 1e-4 * scale {
            Issue.record("\(x) against \(y), \(note)")
            return
        }
    }

    /// Whatever is watched, the node's output is what the network up to it gives, and a gradient that is put in there comes
    /// out at the input as it does from a network that ends there.
    @Test(arguments: 0..<60) func watchingANodeIsEndingThere(seed: UInt64) throws {
        let problem = try NetworkProblem(layers: 3 + Int(seed % 12), seed: seed &+ 900)
        let shape = problem.network.input
        let inputs = (0..<problem.batch).map { n in
            problem.input.values[n * shape.count..<(n + 1) * shape.count].map { Float($0) }
        }
        let bound = try problem.network.bound()
        var chance = SeededGenerator(seed: seed)
        var needed: Set<String> = [bound.nodes.last!.name]
        for node in problem.network.nodes.reversed() where needed.contains(node.name) { needed.formUnion(node.inputs) }
        let candidates = bound.nodes.filter { needed.contains($0.name) }
        let node = candidates[chance.index(below: candidates.count)]
        let name = node.name
        let whole = try Probe(
            problem.network, parameters: problem.parameters,
            options: Probe.Options(watching: [name], batch: problem.batch), pool: pool)
        let part = try Probe(
            problem.network, parameters: problem.parameters,
            options: Probe.Options(output: name, batch: problem.batch), pool: pool)
        let plain = try Probe(
            problem.network, parameters: problem.parameters, options: Probe.Options(batch: problem.batch), pool: pool)
        let (outputs, expected) = (whole.forward(inputs), plain.forward(inputs))
        let ends = part.forward(inputs)
        let gradients = inputs.map { _ in (0..<node.binding.output.count).map { _ in chance.uniform(in: -1..<1) } }
        let seeds = inputs.map { _ in (0..<whole.output.count).map { _ in chance.uniform(in: -1..<1) } }
        part.backward(from: gradients)
        plain.backward(from: seeds)
        for n in inputs.indices {
            expectNear(outputs[n], expected[n], "outputs, seed \(seed), \(problem.note)")
            expectNear(whole.values(of: name, example: n), ends[n], "\(name), seed \(seed), \(problem.note)")
        }
        guard name != bound.nodes.last!.name else { return }
        whole.backward(from: seeds)
        for n in inputs.indices {
            expectNear(
                whole.inputGradient(of: n), plain.inputGradient(of: n), "gradient, seed \(seed), \(problem.note)")
        }
        whole.forward(inputs)
        whole.backward(nodes: [name: gradients])
        for n in inputs.indices {
            expectNear(
                whole.inputGradient(of: n), part.inputGradient(of: n), "from \(name), seed \(seed), \(problem.note)")
            expectNear(whole.gradient(of: name, example: n), gradients[n], "at \(name), seed \(seed), \(problem.note)")
        }
    }

    /// What stands behind a node and what stands before it, each differentiated alone, make the whole by the chain rule.
    @Test func theGradientOfANodeGoesOnAsThatOfTheInput() throws {
        let network = Network(input: Shape(channels: 2, height: 8, width: 7)) {
            Convolution2D(filters: 5, kernel: 3)
            BatchNorm().named("norm")
            Activation(.relu).named("rectified")
            MaxPool(window: 2)
            Flatten()
            Dense(units: 4)
        }
        let problem = try NetworkProblem(network, batch: 1, seed: 4)
        let input = problem.input.values.map { Float($0) }
        for watched in ["norm", "rectified"] {
            let whole = try Probe(
                network, parameters: problem.parameters, options: Probe.Options(watching: [watched]), pool: pool)
            whole.forward([input])
            whole.backward(from: [[1, -2, 0.5, 3]])
            let gradient = whole.gradient(of: watched)
            #expect(gradient.contains { $0 != 0 })
            let front = try Probe(
                network, parameters: problem.parameters, options: Probe.Options(output: watched), pool: pool)
            front.forward([input])
            front.backward(from: [gradient])
            expectNear(front.inputGradient(), whole.inputGradient(), watched)
        }
    }

    /// x = (2, −1, 3), dy = (1, 1, −1).
    @Test(arguments: [
        (RectifierRule.derivative, [Float](arrayLiteral: 1, 0, -1)), (.deconvolution, [1, 1, 0]), (.guided, [1, 0, 0]),
    ])
    func rectifiersFollowTheirRule(rule: RectifierRule, expected: [Float]) throws {
        // Alone, and behind a convolution that it would be fused into.
        let alone = Network(input: Shape(channels: 3, height: 1, width: 1)) { Activation(.relu) }
        let behind = Network(input: Shape(channels: 3, height: 1, width: 1)) {
            Convolution2D(filters: 3, kernel: 1)
            Activation(.relu)
        }
        for network in [alone, behind] {
            let parameters = Parameters(zeros: try network.bound().parameters)
            if let weight = parameters.table.entries.first(where: { $0.name.hasSuffix("weight") }) {
                try parameters.set(
                    weight.name, to: Tensor(extents: [3, 3, 1, 1], values: [1, 0, 0, 0, 1, 0, 0, 0, 1]))
            }
            let probe = try Probe(
                network, parameters: parameters, options: Probe.Options(rectifiers: rule), pool: pool)
            #expect(probe.forward([[2, -1, 3]]) == [[2, 0, 3]])
            probe.backward(from: [[1, 1, -1]])
            #expect(probe.inputGradient() == expected)
        }
    }

    @Test func nodesThatAreNotThereAreNamed() throws {
        let network = Network(input: Shape(channels: 1, height: 4, width: 4)) {
            Convolution2D(filters: 2, kernel: 3)
            Activation(.relu)
        }
        let parameters = Parameters(zeros: try network.bound().parameters)
        for options in [Probe.Options(watching: ["convolution2"]), Probe.Options(output: "convolution2")] {
            #expect {
                _ = try Probe(network, parameters: parameters, options: options, pool: pool)
            } throws: {
                "\($0)".contains("convolution2") && "\($0)".contains("convolution1")
            }
        }
    }
}
