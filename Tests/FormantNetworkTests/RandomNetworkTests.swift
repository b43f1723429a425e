import FormantNetwork
import FormantTensor
import FormantTestSupport
import Testing

@Suite struct RandomNetworkTests {
    @Test(arguments: 0..<200) func trainingAgreesWithPlainLoops(seed: UInt64) throws {
        let problem = try NetworkProblem(layers: 3 + Int(seed % 9), seed: seed)
        let reference = try problem.reference().run(problem.input, .training)
        var outputs: [[Float]] = []
        for fuses in [true, false] {
            var purpose = Purpose.training(batch: problem.batch)
            purpose.fuses = fuses
            let parameters = problem.parameters.copied()
            let runner = try Runner(problem.network, purpose, parameters: parameters)
            runner.fillMemory(with: .nan)
            outputs.append(runner.forward(problem.input, seed: seed))
            let error = relativeError(outputs.last!, reference.output.values)
            #expect(error < 1e-4, "seed \(seed), fuses \(fuses): \(error), \(problem.note)")
            for (name, values) in reference.running {
                let running = relativeError(try parameters.tensor(name).values, values)
                #expect(running < 1e-5, "seed \(seed), \(name): \(running)")
            }
        }
        let difference = relativeError(outputs[0], outputs[1])
        #expect(difference < 1e-5, "seed \(seed): fused and unfused differ by \(difference), \(problem.note)")
    }

    @Test(arguments: 0..<200) func inferenceAgreesWithPlainLoops(seed: UInt64) throws {
        let problem = try NetworkProblem(layers: 3 + Int(seed % 9), seed: seed &+ 1000)
        let expected = try problem.reference().run(problem.input, .inference).output.values
        for purpose in [Purpose.inference(batch: problem.batch), .inference(batch: problem.batch).unfused] {
            let parameters = problem.parameters.copied()
            let runner = try Runner(problem.network, purpose, parameters: parameters)
            runner.fillMemory(with: .nan)
            let error = relativeError(runner.forward(problem.input), expected)
            #expect(error < 1e-5, "seed \(seed), fuses \(purpose.fuses): \(error), \(problem.note)")
            for entry in parameters.table.entries {
                #expect(
                    try parameters.tensor(entry.name) == problem.parameters.tensor(entry.name), "\(entry.name) moved")
            }
        }
    }

    @Test(arguments: 0..<120) func gradientsAgreeWithSlopes(seed: UInt64) throws {
        let problem = try NetworkProblem(layers: 3 + Int(seed % 9), seed: seed &+ 2000)
        for fuses in [true, false] {
            for mode in [ReferenceNetwork.Mode.training, .inference] {
                for finding in try problem.gradientFindings(mode: mode, fuses: fuses) {
                    #expect(
                        finding.error < 1e-3, "seed \(seed), \(mode), fuses \(fuses): \(finding), \(problem.note)")
                }
            }
        }
    }
}

extension NetworkProblem {
    /// The layers, for a message.
    var note: String {
        "batch \(batch), \(network.input.full): "
            + network.nodes.map { "\($0.name) = \($0.layer) of \($0.inputs)" }.joined(separator: "; ")
    }
}
