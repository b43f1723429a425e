import Foundation
import FormantInsight
import FormantNetwork
import FormantTensor
import Testing

/// Against PyTorch: tools/golden/deconvnet.py.
@Suite struct DeconvolutionTests {
    private struct Golden: Codable {
        var first, firstBias, second, secondBias, input, responses: [Float]
        var requests: [[Int]]
        var pictures: [[Float]]
    }

    @Test func responsesAreSentBackAsZeilerAndFergusDo() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Golden/deconvnet.json")
        let golden = try JSONDecoder().decode(Golden.self, from: try Data(contentsOf: path))
        let network = Network(input: Shape(channels: 2, height: 12, width: 10)) {
            Convolution2D(filters: 4, kernel: 3, padding: Pair(.same)).named("first")
            Activation(.relu)
            MaxPool(window: 2)
            Convolution2D(filters: 3, kernel: 3).named("second")
            Activation(.relu)
        }
        let parameters = Parameters(zeros: try network.bound().parameters)
        for (name, values) in [
            ("first.weight", golden.first), ("first.bias", golden.firstBias), ("second.weight", golden.second),
            ("second.bias", golden.secondBias),
        ] {
            let entry = parameters.table.entries.first { $0.name == name }!
            try parameters.set(name, to: Tensor(extents: entry.specification.extents, values: values))
        }
        let subject = try Subject(network: network, parameters: parameters, pool: WorkerPool(threads: 2))
        let layer = try #require(try network.learnedLayers().last)
        let responses = try subject.probe(Probe.Options()).forward([golden.input])[0]
        for (ours, theirs) in zip(responses, golden.responses) { #expect(abs(ours - theirs) < 1e-4) }
        let pictures = try Deconvolution(subject, layer: layer).run(
            golden.requests.map {
                Deconvolution.Request(input: golden.input, channel: $0[0], row: $0[1], column: $0[2])
            }, shape: network.input)
        #expect(pictures.count == 3)
        for (ours, theirs) in zip(pictures, golden.pictures) {
            #expect(ours.count == theirs.count)
            #expect(theirs.contains { abs($0) > 0.1 })
            for (a, b) in zip(ours, theirs) { #expect(abs(a - b) < 1e-4) }
        }
    }
}
