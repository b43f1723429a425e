import FormantNetwork
import FormantTensor
import FormantTestSupport
import Testing

/// Networks large enough that every kind of operator hands out several ranges.
private let large: [(String, Network, Int)] = [
    (
        "picture",
        Network(input: Shape(channels: 3, height: 40, width: 40)) {
            Convolution2D(filters: 24, kernel: 3, padding: Pair(.same), bias: false)
            BatchNorm()
            Activation(.relu)
            MaxPool(window: 3, stride: 2, padding: Pair(.same))
            Branches.sum(
                Branch {
                    Convolution2D(filters: 24, kernel: 3, padding: Pair(.same), groups: .all)
                    LayerNorm()
                    Activation(.gelu)
                }, Branch { Convolution2D(filters: 24, kernel: 1) }, Branch())
            BatchNorm(subBands: 5)
            Branches.sum(Branch { AveragePool(window: Pair(.all, 1)) }, Branch())
            Activation(.relu)
            Dropout(rate: 0.25)
            AveragePool(window: 2)
            Permute(order: [.frequency, .time, .channel])
            Activation(.silu)
            Flatten()
            Dense(units: 300)
            Softmax()
        }, 6
    ),
    (
        "sentence",
        Network(input: Shape(channels: 1, width: 50)) {
            Embedding(rows: 300, dimension: 150)
            Dropout(rate: 0.5, spatial: true)
            Branches.concatenate(
                [3, 4].map { width in
                    Branch {
                        Convolution1D(filters: 70, width: .count(width))
                        Activation(.relu)
                        GlobalPool(.maximum)
                    }
                })
            Dense(units: 6)
        }, 20
    ),
]

@Suite struct ThreadTests {
    /// Output, gradients and running statistics as bytes.
    private func outcome(
        _ network: Network, batch: Int, threads: Int, seed: UInt64, trains: Bool
    ) throws -> [[UInt32]] {
        let problem = try NetworkProblem(network, batch: batch, seed: seed)
        var purpose = withInputGradient(.training(batch: batch))
        purpose.trains = trains
        let runner = try Runner(network, purpose, parameters: problem.parameters.copied(), threads: threads)
        let output = runner.forward(problem.input, seed: seed)
        runner.backward(problem.outputGradient, seed: seed)
        return [
            output, runner.session.gradients!.buffer.values, runner.inputGradient,
            runner.session.parameters.buffer.values,
        ].map { $0.map(\.bitPattern) }
    }

    @Test(arguments: large.indices, [true, false]) func largeNetworksGiveTheSameBytes(index: Int, trains: Bool) throws {
        let (name, network, batch) = large[index]
        let one = try outcome(network, batch: batch, threads: 1, seed: 1, trains: trains)
        for threads in [2, 3, 8] {
            let other = try outcome(network, batch: batch, threads: threads, seed: 1, trains: trains)
            #expect(one == other, "\(name) on \(threads) threads")
        }
    }

    @Test(arguments: 0..<30) func randomNetworksGiveTheSameBytes(seed: UInt64) throws {
        let problem = try NetworkProblem(layers: 8, seed: seed &+ 6000)
        let one = try outcome(problem.network, batch: 5, threads: 1, seed: seed, trains: true)
        for threads in [2, 3, 8] {
            let other = try outcome(problem.network, batch: 5, threads: threads, seed: seed, trains: true)
            #expect(one == other, "seed \(seed) on \(threads) threads, \(problem.note)")
        }
    }
}

@Suite struct BatchTests {
    /// What is said about an example does not depend, to the last bit, on the examples beside it.
    private func expectIndependence(_ network: Network, batch: Int, seed: UInt64, _ note: String) throws {
        let problem = try NetworkProblem(network, batch: batch, seed: seed)
        let together = try Runner(network, .inference(batch: batch), parameters: problem.parameters, threads: 2)
            .forward(problem.input)
        let alone = try Runner(network, .inference(batch: 1), parameters: problem.parameters)
        let (inputs, outputs) = (network.input.count, together.count / batch)
        for n in 0..<batch {
            let one = ReferenceTensor(
                batch: 1, shape: network.input, values: Array(problem.input.values[n * inputs..<(n + 1) * inputs]))
            let bits = alone.forward(one).map(\.bitPattern)
            #expect(bits == together[n * outputs..<(n + 1) * outputs].map(\.bitPattern), "example \(n), \(note)")
        }
    }

    @Test(arguments: large.indices) func largeNetworks(index: Int) throws {
        try expectIndependence(large[index].1, batch: 13, seed: 2, large[index].0)
    }

    @Test(arguments: 0..<60) func randomNetworks(seed: UInt64) throws {
        let problem = try NetworkProblem(layers: 3 + Int(seed % 8), seed: seed &+ 7000)
        try expectIndependence(problem.network, batch: 7, seed: seed, "seed \(seed), \(problem.note)")
    }
}
