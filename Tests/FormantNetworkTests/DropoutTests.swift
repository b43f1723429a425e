import FormantNetwork
import FormantTensor
import FormantTestSupport
import Testing

@Suite struct DropoutTests {
    private let shape = Shape(channels: 16, height: 10, width: 25)

    /// The output for ones, and the gradient of the input for a gradient of ones.
    private func factors(
        _ layer: Dropout, seed: UInt64, trains: Bool = true, threads: Int = 1
    ) throws -> (forward: [Float], backward: [Float]) {
        let network = Network(input: shape) { layer }
        var purpose = withInputGradient(.training(batch: 4))
        purpose.trains = trains
        let runner = try Runner(
            network, purpose, parameters: Parameters(zeros: try network.bound().parameters), threads: threads)
        let ones = ReferenceTensor(
            batch: 4, shape: shape, values: [Double](repeating: 1, count: 4 * shape.count))
        let output = runner.forward(ones, seed: seed)
        runner.backward(ones, seed: seed)
        return (output, runner.inputGradient)
    }

    @Test(arguments: [Float(0.25), 0.5, 0.9]) func gradientIsTheMask(rate: Float) throws {
        let (forward, backward) = try factors(Dropout(rate: rate), seed: 9)
        #expect(forward == backward)
        #expect(forward.allSatisfy { $0 == 0 || abs($0 - 1 / (1 - rate)) < 1e-5 })
        // 16,000 draws: five standard deviations.
        let dropped = Double(forward.count { $0 == 0 }) / Double(forward.count)
        #expect(abs(dropped - Double(rate)) < 5 * (0.25 / 16_000).squareRoot(), "rate \(rate): \(dropped)")
    }

    @Test func spatialDropsWholeChannels() throws {
        let (forward, backward) = try factors(Dropout(rate: 0.5, spatial: true), seed: 9)
        #expect(forward == backward)
        let channels = (0..<4 * 16).map { forward[$0 * shape.positions..<($0 + 1) * shape.positions] }
        for channel in channels { #expect(channel.allSatisfy { $0 == channel.first }) }
        let kept = channels.count { $0.first == 2 }
        #expect(kept + channels.count { $0.first == 0 } == channels.count)
        #expect((12...52).contains(kept), "\(kept) of 64 channels")
    }

    @Test func seedDecidesAndThreadsDoNot() throws {
        let one = try factors(Dropout(rate: 0.5), seed: 1).forward
        #expect(try factors(Dropout(rate: 0.5), seed: 1, threads: 3).forward == one)
        #expect(try factors(Dropout(rate: 0.5), seed: 2).forward != one)
    }

    @Test func twoLayersDropApart() throws {
        let network = Network(input: shape) {
            Branches.concatenate([Branch { Dropout(rate: 0.5) }, Branch { Dropout(rate: 0.5) }])
        }
        let runner = try Runner(
            network, .training(batch: 1), parameters: Parameters(zeros: try network.bound().parameters))
        let output = runner.forward(
            ReferenceTensor(batch: 1, shape: shape, values: [Double](repeating: 1, count: shape.count)), seed: 5)
        #expect(output.prefix(shape.count) != output.suffix(shape.count))
    }

    @Test func nothingIsDroppedAtInference() throws {
        for spatial in [true, false] {
            let (forward, backward) = try factors(Dropout(rate: 0.5, spatial: spatial), seed: 1, trains: false)
            #expect(forward.allSatisfy { $0 == 1 })
            #expect(backward.allSatisfy { $0 == 1 })
        }
    }
}
