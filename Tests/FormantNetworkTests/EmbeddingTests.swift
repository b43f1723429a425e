import FormantNetwork
import FormantTensor
import FormantTestSupport
import Testing

@Suite struct EmbeddingTests {
    private func network(trained: Bool = true) -> Network {
        Network(input: Shape(channels: 1, width: 6)) {
            Embedding(rows: 5, dimension: 3, trained: trained).named("table")
            Convolution1D(filters: 2, width: 2).named("conv")
        }
    }

    private func run(_ network: Network, _ purpose: Purpose, ids: [Double]) throws -> Runner {
        let problem = try NetworkProblem(network, batch: 1, seed: 4)
        let runner = try Runner(network, purpose, parameters: problem.parameters)
        runner.fillMemory(with: .nan)
        _ = runner.forward(ReferenceTensor(batch: 1, shape: network.input, values: ids))
        runner.backward(problem.outputGradient)
        return runner
    }

    @Test func paddingAndAbsentRowsHaveNoGradient() throws {
        let gradient = try run(network(), .training(batch: 1), ids: [0, 2, 2, 4, 0, 0]).gradient("table.weight")
        let rows = (0..<5).map { row in gradient[row * 3..<row * 3 + 3].contains { $0 != 0 } }
        #expect(rows == [false, false, true, false, true])
    }

    @Test func idsOutsideReadTheUnknownWord() throws {
        let network = Network(input: Shape(channels: 1, width: 6)) { Embedding(rows: 5, dimension: 3).named("table") }
        let parameters = try NetworkProblem(network, batch: 1, seed: 4).parameters
        let runner = try Runner(network, .inference(batch: 1), parameters: parameters)
        let ids = ReferenceTensor(batch: 1, shape: network.input, values: [-1, 5, 1e30, .nan, .infinity, 4.5])
        let table = try parameters.tensor("table.weight")
        let output = runner.forward(ids)
        for d in 0..<3 {
            #expect(Array(output[d * 6..<d * 6 + 5]) == Array(repeating: table[1, d], count: 5))
            #expect(output[d * 6 + 5] == table[4, d])
        }
    }

    @Test func frozenTableGetsNoGradientAndCostsNone() throws {
        let runner = try run(network(trained: false), .training(batch: 1), ids: [1, 2, 3, 4, 0, 1])
        #expect(try runner.gradient("table.weight").allSatisfy { $0 == 0 })
        #expect(try runner.gradient("conv.weight").contains { $0 != 0 })
        // Nobody asks for the gradient that the convolution would hand down.
        #expect(runner.session.plan.differentiation.runsBackward == [false, true])
    }

    @Test func rowsOfTheInputAreReadWhereTheyAre() throws {
        let network = Network(input: Shape(channels: 1, height: 3, width: 2)) {
            Slice(axis: .frequency, start: 1).named("letters")
            Embedding(rows: 6, dimension: 3).named("table")
            Flatten()
            Dense(units: 2)
        }
        let problem = try NetworkProblem(network, batch: 2, seed: 4)
        let runner = try Runner(network, .training(batch: 2), parameters: problem.parameters)
        #expect(runner.session.plan.steps.first?.name == "letters+table")
        runner.fillMemory(with: .nan)
        let ids: [Double] = [5, 5, 2, 3, 0, 2, 5, 5, 2, 0, 0, 4]
        _ = runner.forward(ReferenceTensor(batch: 2, shape: network.input, values: ids))
        runner.backward(problem.outputGradient)
        let gradient = try runner.gradient("table.weight")
        let rows = (0..<6).map { row in gradient[row * 3..<row * 3 + 3].contains { $0 != 0 } }
        #expect(rows == [false, false, true, true, true, false])
    }

    @Test func idsHaveNoSlope() throws {
        let runner = try run(network(), withInputGradient(.training(batch: 1)), ids: [1, 2, 3, 4, 0, 1])
        #expect(runner.inputGradient == [Float](repeating: 0, count: 6))
    }

    @Test func paddingRowStartsAtZero() throws {
        let parameters = Parameters(try network().bound().parameters, seed: 1)
        let table = try parameters.tensor("table.weight").values
        #expect(table.prefix(3).allSatisfy { $0 == 0 })
        #expect(table.dropFirst(3).allSatisfy { $0 != 0 && abs($0) <= 0.25 })
    }
}
