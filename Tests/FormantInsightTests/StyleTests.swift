import FormantInsight
import FormantNetwork
import FormantTensor
import FormantTestSupport
import Foundation
import Testing

@Suite struct StyleTests {
    private let shape = Shape(channels: 3, height: 10, width: 12)
    private let styleShape = Shape(channels: 3, height: 9, width: 14)

    /// The objective of tools/golden/style.py.
    private func objective(_ subject: Subject) throws -> StyleObjective {
        let style = try StyleObjective.style(
            of: SmallNetworks.input("style", styleShape), shape: styleShape, layers: ["firstOut", "secondOut"], subject)
        return try StyleObjective(
            subject, shape: shape,
            content: ([.init("secondOut", weight: 2)], SmallNetworks.input("content", shape)),
            style: ([.init("firstOut", weight: 3), .init("secondOut", weight: 5)], style), variation: 0.7)
    }

    @Test func lossesAndGradientOfPyTorch() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
            path: "Golden/style.safetensors")
        let golden = try GoldenFile(path: file.path)
        let expected = try #require(golden.values("losses"))
        let objective = try objective(SmallNetworks.convolutions())
        var gradient = [Float](repeating: 0, count: shape.count)
        let loss = objective.evaluate(SmallNetworks.input("input", shape), &gradient)
        let losses = objective.losses
        #expect(loss == losses.total)
        #expect(abs(losses.content / Double(expected[0]) - 1) < 1e-5)
        #expect(abs(losses.style / Double(expected[1]) - 1) < 1e-5)
        #expect(abs(losses.variation / Double(expected[2]) - 1) < 1e-5)
        #expect(largestDifference(gradient, try #require(golden.values("gradient"))) < 1e-5)
    }

    /// The gradient against differences of the loss along random directions.
    @Test func theGradientIsThatOfTheLoss() throws {
        let objective = try objective(SmallNetworks.convolutions())
        let start = SmallNetworks.input("input", shape)
        var gradient = [Float](repeating: 0, count: shape.count)
        _ = objective.evaluate(start, &gradient)
        var scratch = gradient
        for name in ["one", "two", "three"] {
            let direction = SmallNetworks.stream(name, shape.count, 1)
            let slope = zip(gradient, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            let step: Float = 1e-3
            let ahead = objective.evaluate(zip(start, direction).map { $0 + step * $1 }, &scratch)
            let behind = objective.evaluate(zip(start, direction).map { $0 - step * $1 }, &scratch)
            let difference = (ahead - behind) / Double(2 * step)
            #expect(abs(difference - slope) < 0.02 * abs(slope) + 1e-4, "\(difference) and \(slope)")
        }
    }

    /// The matrices by the definition, from the outputs in the public order.
    @Test func gramMatricesAreSumsOfProducts() throws {
        let subject = try SmallNetworks.convolutions()
        let input = SmallNetworks.input("style", styleShape)
        let probe = try subject.probe(.init(watching: ["firstOut"], shape: styleShape, differentiates: false))
        probe.forward([input])
        let (values, own) = (probe.values(of: "firstOut"), probe.shape(of: "firstOut"))
        let target = SmallNetworks.input("content", styleShape)
        probe.forward([target])
        let others = probe.values(of: "firstOut")
        var (differences, squares) = (0.0, 0.0)
        for i in 0..<own.channels {
            for j in 0..<own.channels {
                var (mine, other) = (0.0, 0.0)
                for p in 0..<own.positions {
                    let (a, b) = (i * own.positions + p, j * own.positions + p)
                    mine += Double(values[a]) * Double(values[b])
                    other += Double(others[a]) * Double(others[b])
                }
                differences += (other - mine) * (other - mine)
                squares += mine * mine
            }
        }
        let expected = differences / squares
        let style = try StyleObjective.style(of: input, shape: styleShape, layers: ["firstOut"], subject)
        let objective = try StyleObjective(
            subject, shape: styleShape, content: nil, style: ([.init("firstOut")], style), variation: 0)
        var gradient: [Float] = []
        #expect(abs(objective.evaluate(target, &gradient) / expected - 1) < 1e-5)
        #expect(objective.losses.content == 0 && objective.losses.variation == 0)
        #expect(objective.evaluate(input, &gradient) < 1e-12)
    }

    /// Maps with more positions and channels than a block of the products has.
    @Test func largeMapsGiveTheSameBytesForAnyThreads() throws {
        let network = Network(input: Shape(channels: 3, height: 40, width: 30)) {
            Convolution2D(filters: 70, kernel: 3, padding: Pair(.same)).named("wide")
        }
        let parameters = Parameters(try network.bound().parameters, seed: 5)
        let shape = network.input
        let results = try [1, 2, 3].map { threads in
            let subject = try Subject(network: network, parameters: parameters, pool: WorkerPool(threads: threads))
            let style = try StyleObjective.style(
                of: SmallNetworks.input("style", shape), shape: shape, layers: ["wide"], subject)
            let objective = try StyleObjective(
                subject, shape: shape, content: ([.init("wide")], SmallNetworks.input("content", shape)),
                style: ([.init("wide", weight: 9)], style), variation: 1)
            var minimiser = Minimiser(.lbfgs(memory: 4), from: SmallNetworks.input("input", shape))
            for _ in 0..<8 { minimiser.step(objective.evaluate) }
            return minimiser
        }
        for other in results.dropFirst() {
            #expect(other.values == results[0].values)
            #expect(other.loss == results[0].loss)
        }
        #expect(results[0].loss < 10)
    }

    @Test func namesThatAreNoLayers() throws {
        let subject = try SmallNetworks.convolutions()
        let error = #expect(throws: NetworkError.self) {
            _ = try StyleObjective.style(of: [], shape: shape, layers: ["fistOut"], subject)
        }
        #expect(try #require(error).description.contains("did you mean \"firstOut\""))
    }
}
