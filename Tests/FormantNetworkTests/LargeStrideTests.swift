import FormantNetwork
import FormantTensor
import Testing

/// Strides beyond the input: a description may ask for them, and they cost no more than others.
@Suite struct LargeStrideTests {
    @Test(.timeLimit(.minutes(1))) func aStrideBeyondTheInputIsAsOneOfItsLength() throws {
        func gradient(stride: Int) throws -> (output: [Float], gradient: [Float]) {
            let network = Network(input: Shape(channels: 2, height: 5, width: 5)) {
                Convolution2D(filters: 3, kernel: 3, stride: Pair(stride), padding: Pair(.same))
                Flatten()
                Dense(units: 2)
            }
            let parameters = Parameters(try network.bound().parameters, seed: 1)
            let probe = try Probe(network, parameters: parameters, pool: WorkerPool(threads: 1))
            var chance = SeededGenerator(seed: 5)
            let output = probe.forward([(0..<50).map { _ in chance.normal() }])[0]
            probe.backward(from: [[1, -2]])
            return (output, probe.inputGradient())
        }
        let (near, far) = (try gradient(stride: 5), try gradient(stride: 1_000_000))
        for (a, b) in zip(near.output + near.gradient, far.output + far.gradient) { #expect(abs(a - b) < 1e-5) }
        #expect(near.gradient.contains { $0 != 0 })
    }
}
