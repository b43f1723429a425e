import FormantNetwork
import FormantOperators
import FormantTensor
import FormantTestSupport
import Testing

/// Forward values against the double-precision reference: the largest difference over the largest value, at least 1.
let forwardTolerance = 1e-5
/// Slopes against the reference's, see `NetworkProblem.gradientFindings`.
let gradientTolerance = 1e-4

/// Compares output and gradients of a problem with the reference.
func expectAgreement(_ problem: NetworkProblem, fuses: Bool = true, threads: Int = 1, _ note: String) throws {
    let expected = try problem.reference().run(problem.input, .training).output.values
    var purpose = Purpose.training(batch: problem.batch)
    purpose.fuses = fuses
    let runner = try Runner(problem.network, purpose, parameters: problem.parameters.copied(), threads: threads)
    runner.fillMemory(with: .nan)
    let found = runner.forward(problem.input, seed: problem.seed)
    let error = relativeError(found, expected)
    #expect(error < forwardTolerance, "forward \(error), \(note)")
    for finding in try problem.gradientFindings(mode: .training, fuses: fuses, threads: threads) {
        #expect(finding.error < gradientTolerance, "\(finding), \(note)")
    }
}

@Suite struct ConvolutionTests {
    @Test(arguments: 0..<150) func randomProblemAgreesWithPlainLoops(seed: UInt64) throws {
        var generator = SeededGenerator.derived(seed: seed, purpose: "convolution")
        while true {
            let channels = [1, 2, 3, 4, 8, 12, 17, 33][generator.index(below: 8)]
            let line = generator.index(below: 3)
            let (height, width) = (1 + generator.index(below: 11), 1 + generator.index(below: 11))
            let input = Shape(channels: channels, height: line == 0 ? 1 : height, width: line == 1 ? 1 : width)
            let layer: any Layer =
                line == 2
                ? RandomLayer.convolution(channels, using: &generator)
                : RandomLayer.convolution1D(channels, axis: line == 0 ? .time : .frequency, using: &generator)
            let network = Network(input: input, nodes: [.init(name: "c", layer: layer, inputs: ["input"])])
            guard let bound = try? network.bound(), bound.nodes[0].binding.multiplications < 100_000 else { continue }
            let problem = try NetworkProblem(network, batch: 1 + generator.index(below: 5), seed: seed)
            try expectAgreement(problem, "seed \(seed): \(layer) on \(input.full), batch \(problem.batch)")
            return
        }
    }

    /// Enough positions that the gradient of the weights is summed in parts, and enough filters for several panels.
    @Test(arguments: [
        (Convolution2D(filters: 70, kernel: 1), 5, 20),
        (Convolution2D(filters: 9, kernel: 3, padding: Pair(.same)), 4, 20),
        (Convolution2D(filters: 6, kernel: 3, stride: 2, padding: Pair(.same), groups: .all), 6, 40),
        (Convolution2D(filters: 5, kernel: Pair(1, 30)), 3, 40),
        (Convolution2D(filters: 5, kernel: Pair(1, .all)), 3, 40),
    ])
    func largeProblemAgreesWithPlainLoops(layer: Convolution2D, channels: Int, side: Int) throws {
        let network = Network(input: Shape(channels: channels, height: side, width: side)) { layer }
        try expectAgreement(try NetworkProblem(network, batch: 3, seed: 5), threads: 2, "\(layer)")
    }

    /// Maps that hardly fill a tile, with bias and ReLU: all passes by Winograd's smaller tiles.
    @Test(arguments: [(2, 2, 33), (6, 6, 32), (2, 14, 20), (6, 5, 64)])
    func smallMapAgreesWithPlainLoops(height: Int, width: Int, channels: Int) throws {
        let input = Shape(channels: channels, height: height, width: width)
        let network = Network(input: input) {
            Convolution2D(filters: 40, kernel: 3, padding: Pair(.same))
            Activation(.relu)
        }
        let geometry = try ConvolutionGeometry(
            batch: 1, input: input, filters: 40, vertical: Window(extent: 3, padding: .same),
            horizontal: Window(extent: 3, padding: .same))
        for pass in ConvolutionCost.Pass.allCases {
            #expect(Convolution.Algorithms(geometry)[pass] == .winograd2, "\(pass)")
        }
        try expectAgreement(try NetworkProblem(network, batch: 9, seed: 11), threads: 2, "\(input)")
    }

    /// A kernel of 1 with stride and padding that happen to keep the extent is no copy of the positions.
    @Test func strideAndPaddingThatKeepTheExtent() throws {
        let network = Network(input: Shape(channels: 2, height: 3, width: 3)) {
            Convolution2D(filters: 2, kernel: 1, stride: 2, padding: Pair(.explicit(before: 1, after: 1)))
        }
        #expect(try network.bound().output == Shape(channels: 2, height: 3, width: 3))
        try expectAgreement(try NetworkProblem(network, batch: 2, seed: 1), "kernel 1, stride 2, padding 1")
    }
}
