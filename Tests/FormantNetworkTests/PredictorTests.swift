import FormantNetwork
import FormantTensor
import FormantTestSupport
import Testing

@Suite struct PredictorTests {
    private func predictor(_ network: Network, _ parameters: Parameters, batch: Int) -> Predictor {
        Predictor(network: network, parameters: parameters, pool: WorkerPool(threads: 2), batch: batch)
    }

    private func outputs(
        _ predictor: Predictor, _ input: ReferenceTensor
    ) throws -> [[Float]] {
        try predictor.outputs(count: input.batch, shape: input.shape) { n, target in
            for i in target.indices { target[i] = Float(input.values[n * input.shape.count + i]) }
        }
    }

    @Test func anyBatchGivesTheOutputsOfOneAtATime() throws {
        let network = Network(input: Shape(channels: 3, height: 6, width: 7)) {
            Convolution2D(filters: 5, kernel: 3, padding: Pair(.same))
            BatchNorm()
            Activation(.relu)
            MaxPool(window: 2)
        }
        let problem = try NetworkProblem(network, batch: 11, seed: 1)
        let expected = try outputs(predictor(network, problem.parameters, batch: 1), problem.input)
        let reference = try problem.reference().run(problem.input, .inference).output
        #expect(relativeError(expected.flatMap { $0 }, reference.values) < forwardTolerance)
        for batch in [2, 4, 7, 64] {
            #expect(try outputs(predictor(network, problem.parameters, batch: batch), problem.input) == expected)
        }
    }

    @Test func otherWidthsAreTakenWhereTheWeightsAllow() throws {
        let network = Network(input: Shape(channels: 2, width: 9)) {
            Convolution1D(filters: 4, width: 3)
            GlobalPool(.average)
        }
        let problem = try NetworkProblem(network, batch: 1, seed: 1)
        let predictor = predictor(network, problem.parameters, batch: 4)
        var generator = SeededGenerator(seed: 2)
        for width in [3, 9, 40, 4, 9] {
            let input = ReferenceTensor(batch: 3, shape: Shape(channels: 2, width: width), using: &generator)
            let expected = try problem.reference().run(input, .inference).output.values
            #expect(relativeError(try outputs(predictor, input).flatMap { $0 }, expected) < forwardTolerance)
        }
        let short = ReferenceTensor(batch: 1, shape: Shape(channels: 2, width: 2), using: &generator)
        #expect(throws: NetworkError.self) { try outputs(predictor, short) }
    }

    @Test func anInputThatNeedsOtherWeightsIsAnError() throws {
        let network = Network(input: Shape(channels: 1, height: 4, width: 6)) {
            Convolution2D(filters: 2, kernel: Pair(2, .all)).named("bands")
            Flatten()
            Dense(units: 3).named("out")
        }
        let problem = try NetworkProblem(network, batch: 1, seed: 1)
        let predictor = predictor(network, problem.parameters, batch: 4)
        func error(_ height: Int, _ width: Int) -> String {
            do {
                _ = try outputs(
                    predictor, ReferenceTensor(batch: 1, shape: Shape(channels: 1, height: height, width: width)))
                return "no error"
            } catch { return "\(error)" }
        }
        #expect(error(4, 6) == "no error")
        #expect(
            error(4, 8)
                == "parameter bands.weight: expected [2, 1, 2, 8] for an input of 1×4×8, found bands.weight [2, 1, 2, 6]"
        )
        #expect(
            error(5, 6) == "parameter out.weight: expected [3, 8] for an input of 1×5×6, found out.weight [3, 6]")
    }
}
