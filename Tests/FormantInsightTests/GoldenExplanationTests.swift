import FormantInsight
import FormantNetwork
import FormantTensor
import FormantTestSupport
import Foundation
import Testing

/// Explanations against PyTorch's, on the weights and inputs of `tools/golden/explain.py`.
@Suite struct GoldenExplanationTests {
    private let pool = WorkerPool(threads: 2)

    private static let picture = Network(input: Shape(channels: 2, height: 9, width: 8)) {
        Convolution2D(filters: 6, kernel: 3, padding: Pair(.same)).named("first")
        BatchNorm().named("norm")
        Activation(.relu)
        MaxPool(window: 2)
        Convolution2D(filters: 5, kernel: Pair(2, 3)).named("second")
        Activation(.relu).named("late")
        Flatten()
        Dense(units: 4).named("out")
    }

    private static let sentence = Network(
        input: Shape(channels: 1, height: 1, width: 11),
        nodes: [
            .init(name: "words", layer: Embedding(rows: 13, dimension: 6), inputs: ["input"]),
            .init(name: "three", layer: Convolution1D(filters: 5, width: 3), inputs: ["words"]),
            .init(name: "threeRectified", layer: Activation(.relu), inputs: ["three"]),
            .init(name: "threeMost", layer: GlobalPool(.maximum), inputs: ["threeRectified"]),
            .init(name: "two", layer: Convolution1D(filters: 4, width: 2), inputs: ["words"]),
            .init(name: "twoRectified", layer: Activation(.relu), inputs: ["two"]),
            .init(name: "twoMost", layer: GlobalPool(.maximum), inputs: ["twoRectified"]),
            .init(name: "joined", layer: Concatenate(), inputs: ["threeMost", "twoMost"]),
            .init(name: "out", layer: Dense(units: 3), inputs: ["joined"]),
        ])

    private struct Case {
        let golden: GoldenFile
        let subject: Subject
        let explainer: Explainer
        let input: [Float]
        let shape: Shape
        var baseline: [Float] { golden.values("baseline")! }
        var classes: Int { golden.values("logits")!.count }
    }

    private func load(_ name: String) throws -> Case {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
        let golden = try GoldenFile(path: folder.appendingPathComponent("\(name).safetensors").path)
        let network = name == "picture" ? Self.picture : Self.sentence
        let parameters = Parameters(zeros: try network.bound().parameters)
        for entry in parameters.table.entries {
            let tensor = try #require(golden.tensors[entry.name], "\(entry.name) in \(name)")
            try parameters.set(entry.name, to: tensor)
        }
        let subject = try Subject(network: network, parameters: parameters, pool: pool)
        let (input, shape) = try subject.values(of: golden.values("input") ?? ids, shape: network.input)
        var settings = ExplanationSettings()
        settings.samples = 16
        settings.steps = 64...64
        let explainer = try Explainer(subject, shape: shape, settings: settings)
        return Case(golden: golden, subject: subject, explainer: explainer, input: input, shape: shape)
    }

    /// Ids are whole numbers in the file, which holds those of single precision alone.
    private let ids: [Float] = [0, 0, 5, 3, 12, 7, 2, 9, 5, 0, 0]

    private func expect(_ found: [Float], _ golden: GoldenFile, _ name: String) throws {
        let expected = try #require(golden.values(name))
        #expect(found.count == expected.count, "\(name)")
        let scale = max(1e-3, expected.map(abs).max() ?? 0)
        let error = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
        #expect(error <= 2e-5 * scale, "\(name): \(error) of \(scale)")
    }

    @Test(arguments: ["picture", "sentence"]) func everyMethodEqualsPyTorch(name: String) throws {
        let made = try load(name)
        try expect(try made.explainer.outputs(count: 1) { _ in made.input }[0], made.golden, "logits")
        let parts =
            name == "picture"
            ? Erasure.boxes(made.shape, height: 3, width: 2, down: 2, across: 2)
            : Erasure.boxes(made.shape, height: 1, width: 2, down: 1, across: 1)
        let erasure = made.explainer.erasure(of: made.input, parts: parts, baseline: made.baseline)
        for target in 0..<made.classes {
            for method in ExplanationMethod.allCases {
                let values: [Float]
                switch method {
                case .occlusion:
                    values = try made.explainer.occlusion(output: target, erasure: erasure).values
                case .smoothGradient:
                    let noise = try #require(made.golden.values("noise"))
                    var draw = 0
                    values = try made.explainer.smoothGradient(made.input, target) {
                        defer { draw += 1 }
                        return Array(noise[draw * made.input.count..<(draw + 1) * made.input.count])
                    }
                    #expect(draw == 16)
                default:
                    values = try made.explainer.attribution(
                        of: made.input, output: target, by: method, baseline: made.baseline
                    ).values
                }
                try expect(values, made.golden, "\(method.rawValue).\(target)")
            }
        }
    }

    @Test(arguments: ["picture", "sentence"]) func integratedGradientsAddUp(name: String) throws {
        let made = try load(name)
        let explainer = try Explainer(made.subject, shape: made.shape)
        for target in 0..<made.classes {
            let attribution = try explainer.attribution(
                of: made.input, output: target, by: .integratedGradients, baseline: made.baseline)
            let completeness = try #require(attribution.completeness)
            let ends = try explainer.outputs(count: 2) { $0 == 0 ? made.input : made.baseline }
            let difference = Double(ends[0][target]) - Double(ends[1][target])
            #expect(completeness.difference == difference)
            let sum = attribution.values.reduce(0) { $0 + Double($1) }
            #expect(abs(sum - difference) < 0.01 * abs(difference), "\(name) \(target), \(completeness.steps) steps")
        }
    }

    /// A batch, a thread more, a second time: the same bits.
    @Test func nothingButTheSeedDecides() throws {
        let made = try load("picture")
        func maps(threads: Int, seed: UInt64) throws -> [[Float]] {
            let subject = try Subject(
                network: Self.picture, parameters: made.subject.parameters, pool: WorkerPool(threads: threads))
            var settings = ExplanationSettings()
            settings.seed = seed
            let explainer = try Explainer(subject, shape: made.shape, settings: settings)
            return try ExplanationMethod.allCases.filter { $0 != .occlusion }.map {
                try explainer.attribution(of: made.input, output: 1, by: $0, baseline: made.baseline).values
            }
        }
        let first = try maps(threads: 1, seed: 1)
        #expect(try maps(threads: 3, seed: 1) == first)
        let other = try maps(threads: 1, seed: 2)
        let differing = zip(ExplanationMethod.allCases.filter { $0 != .occlusion }, zip(first, other))
            .filter { $0.1.0 != $0.1.1 }.map(\.0)
        #expect(differing == [.smoothGradient])
    }

    @Test func gradCAMLooksBehindTheLastConvolutionOfEachBranch() throws {
        let picture = try load("picture")
        #expect(try picture.subject.network.mapNodes(for: picture.shape) == ["late"])
        let sentence = try load("sentence")
        #expect(try sentence.subject.network.mapNodes(for: sentence.shape) == ["threeRectified", "twoRectified"])
        // Another node is looked at where it is named, and one that is not there is said to be none.
        var settings = ExplanationSettings()
        settings.nodes = ["first"]
        let early = try Explainer(picture.subject, shape: picture.shape, settings: settings)
        let map = try early.attribution(of: picture.input, output: 0, by: .gradCAM, baseline: picture.baseline)
        #expect(map.nodes == ["first"] && map.shape == Shape(channels: 1, height: 9, width: 8))
        settings.nodes = ["frist"]
        let wrong = try Explainer(picture.subject, shape: picture.shape, settings: settings)
        #expect {
            _ = try wrong.attribution(of: picture.input, output: 0, by: .gradCAM, baseline: picture.baseline)
        } throws: {
            "\($0)".contains("frist") && "\($0)".contains("first")
        }
    }
}
