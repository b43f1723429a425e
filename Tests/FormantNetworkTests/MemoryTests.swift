import FormantNetwork
import FormantTensor
import FormantTestSupport
import Testing

/// Output and all gradients of one run.
private struct Outcome: Equatable {
    var output: [Float]
    var gradients: [Float]
    var inputGradient: [Float]

    init(_ runner: Runner, _ input: ReferenceTensor, _ outputGradient: ReferenceTensor, seed: UInt64) {
        output = runner.forward(input, seed: seed)
        runner.backward(outputGradient, seed: seed)
        gradients = runner.session.gradients!.buffer.values
        inputGradient = runner.inputGradient
    }
}

private func purposes(batch: Int) -> [Purpose] {
    let all = [
        Purpose.training(batch: batch), withInputGradient(.training(batch: batch)), .inference(batch: batch),
        .inputGradient(batch: batch),
    ]
    return all + all.map(\.unfused)
}

@Suite struct MemoryTests {
    @Test(arguments: 0..<150) func livingBlocksDoNotOverlap(seed: UInt64) throws {
        let problem = try NetworkProblem(layers: 4 + Int(seed % 20), seed: seed &+ 3000)
        for purpose in purposes(batch: problem.batch) {
            let plan = try problem.network.compile(purpose)
            let placements = plan.memory.placements
            for (i, a) in placements.enumerated() {
                #expect(a.slot.offset % 16 == 0 && a.slot.offset + a.slot.count <= plan.arenaCount)
                for b in placements[(i + 1)...] where a.life.overlaps(b.life) {
                    let apart =
                        a.slot.offset + a.slot.count <= b.slot.offset || b.slot.offset + b.slot.count <= a.slot.offset
                    #expect(apart, "seed \(seed): \(a) and \(b), \(problem.note)")
                }
            }
        }
    }

    @Test func longChainsTakeTheRoomOfTwoTensors() throws {
        let network = Network(input: Shape(channels: 8, height: 16, width: 16)) {
            for _ in 0..<12 { Convolution2D(filters: 8, kernel: 3, padding: Pair(.same)) }
        }
        // The input stays; two tensors take turns; each step has a block of least size for what it saves.
        let tensor = 2 * 8 * 256
        #expect(try network.compile(.inference(batch: 2)).arenaCount <= 3 * tensor + 12 * 16)
    }

    @Test(arguments: 0..<60) func olderRunsLeaveNoTrace(seed: UInt64) throws {
        let problem = try NetworkProblem(layers: 3 + Int(seed % 12), seed: seed &+ 4000)
        let purpose = withInputGradient(.training(batch: problem.batch))
        let used = try Runner(problem.network, purpose, parameters: problem.parameters)
        used.fillMemory(with: .nan)
        var generator = SeededGenerator.derived(seed: seed, purpose: "runs")
        for run in 0..<4 {
            let gradient = ReferenceTensor(
                batch: problem.batch, shape: problem.outputGradient.shape, using: &generator)
            var input = problem.input
            if !(problem.network.nodes[0].layer is Embedding) {
                input = ReferenceTensor(batch: problem.batch, shape: input.shape, using: &generator)
            }
            let fresh = try Runner(problem.network, purpose, parameters: problem.parameters)
            let seed = UInt64(run)
            let (a, b) = (Outcome(used, input, gradient, seed: seed), Outcome(fresh, input, gradient, seed: seed))
            #expect(a == b, "seed \(seed), run \(run), \(problem.note)")
        }
    }

    @Test func sessionsThatShareMemoryTakeTurns() throws {
        for seed in UInt64(0)..<20 {
            let problem = try NetworkProblem(layers: 6, seed: seed &+ 5000)
            let (memory, gradients) = (SessionMemory(), Parameters(zeros: problem.parameters.table))
            var generator = SeededGenerator(seed: seed)
            let batches = [1, 4, 2]
            let shared = try batches.map {
                try Runner(
                    problem.network, withInputGradient(.training(batch: $0)), parameters: problem.parameters,
                    gradients: gradients, memory: memory)
            }
            for _ in 0..<2 {
                for (batch, runner) in zip(batches, shared) {
                    let one = try NetworkProblem(problem.network, batch: batch, seed: generator.next())
                    let own = try Runner(
                        problem.network, withInputGradient(.training(batch: batch)), parameters: problem.parameters)
                    #expect(
                        Outcome(runner, one.input, one.outputGradient, seed: 1)
                            == Outcome(own, one.input, one.outputGradient, seed: 1), "seed \(seed), batch \(batch)")
                }
            }
        }
    }

    @Test func changedParametersCountOnceTheSessionIsTold() throws {
        let network = Network(input: Shape(channels: 3, height: 5, width: 5)) {
            Convolution2D(filters: 4, kernel: 3)
            BatchNorm()
        }
        let (first, second) = (
            try NetworkProblem(network, batch: 2, seed: 1), try NetworkProblem(network, batch: 2, seed: 2)
        )
        let runner = try Runner(network, .inference(batch: 2), parameters: first.parameters.copied())
        _ = runner.forward(first.input)
        runner.session.parameters.copy(from: second.parameters)
        runner.session.parametersDidChange()
        let fresh = try Runner(network, .inference(batch: 2), parameters: second.parameters)
        #expect(runner.forward(first.input) == fresh.forward(first.input))
    }
}
