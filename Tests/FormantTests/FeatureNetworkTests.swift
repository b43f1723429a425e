import Formant
import FormantImage
import FormantInsight
import FormantNetwork
import FormantTensor
import FormantTestSupport
import Foundation
import Testing

/// Weights for `vgg16-features` from files that are no models.
@Suite struct FeatureNetworkTests {
    /// Tensors as VGG16 has them up to conv4_1, of chance.
    static func weights() -> [String: Tensor] {
        var generator = SeededGenerator(seed: 4)
        var tensors: [String: Tensor] = [:]
        var inputs = 3
        for (name, outputs) in [
            ("1_1", 64), ("1_2", 64), ("2_1", 128), ("2_2", 128), ("3_1", 256), ("3_2", 256), ("3_3", 256),
            ("4_1", 512),
        ] {
            let bound = (6 / Float(9 * inputs)).squareRoot()
            let count = 9 * inputs * outputs
            tensors["conv\(name).weight"] = Tensor(
                extents: [outputs, inputs, 3, 3], values: (0..<count).map { _ in generator.uniform(in: -bound..<bound) }
            )
            tensors["conv\(name).bias"] = Tensor(zeros: [outputs])
            inputs = outputs
        }
        return tensors
    }

    private func opened(_ tensors: [String: Tensor]) throws -> FeatureNetwork {
        let folder = try TemporaryFolder()
        try folder.write("w.safetensors", try SafeTensors(tensors: tensors, metadata: [:]).encoded())
        return try FeatureNetwork(path: folder.path("w.safetensors"), pool: WorkerPool(threads: 1))
    }

    @Test func weightsAreFoundByName() throws {
        var tensors = Self.weights()
        tensors["conv5_1.weight"] = Tensor(zeros: [2, 2])  // passed over
        let network = try opened(tensors)
        #expect(network.model == nil && network.labels.isEmpty)
        let names = network.subject.network.nodes.map(\.name)
        #expect(names.first == "conv1_1" && names.last == "relu4_1" && names.count == 19)
        for entry in network.subject.parameters.table.entries {
            #expect(try network.subject.parameters.tensor(entry.name) == tensors[entry.name])
        }
        guard case .image(let frontEnd) = network.frontEnd else { return #expect(Bool(false), "no pictures") }
        let red = Picture(width: 2, height: 1, channels: 3, values: [1, 1, 0, 0, 0, 0])
        let input = frontEnd.scaled(red).values
        #expect(input == [-104.00699, -104.00699, -116.66877, -116.66877, 255 - 122.67892, 255 - 122.67892])
    }

    @Test func whatIsMissingIsNamed() throws {
        for (change, words) in [
            ({ $0["conv3_2.bias"] = nil }, "tensor conv3_2.bias: expected [256], as vgg16-features has it; found none"),
            ({ $0["conv1_2.weight"] = Tensor(zeros: [64, 3, 3, 3]) }, "conv1_2.weight: expected [64, 64, 3, 3]"),
            ({ $0["conv1_1.bias"]!.values[5] = .nan }, "conv1_1.bias: expected finite values"),
        ] as [((inout [String: Tensor]) -> Void, String)] {
            var tensors = Self.weights()
            change(&tensors)
            let error = #expect(throws: ModelFileError.self) { _ = try opened(tensors) }
            #expect(error?.description.contains(words) == true, "\(error.map { "\($0)" } ?? "")")
        }
    }

    /// Activations of the original, by another program: tools in the data's own folder.
    @Test(.enabled(if: publicData != nil)) func activationsOfTheOriginal() throws {
        let folder = try #require(publicData) + "/pretrained"
        let network = try FeatureNetwork(
            path: folder + "/vgg16-to-relu4_1.safetensors", pool: WorkerPool(threads: 2))
        let golden = try SafeTensors(path: folder + "/vgg16-reference.safetensors").tensors
        let input = try #require(golden["input"])
        let shape = Shape(
            channels: input.extents[1], height: input.extents[2], width: input.extents[3])
        let nodes = Set(golden.keys).subtracting(["input"])
        #expect(nodes == ["relu1_1", "relu2_1", "relu3_1", "relu4_1"])
        let probe = try network.subject.probe(.init(watching: nodes, shape: shape, differentiates: false))
        probe.forward([input.values])
        for node in nodes {
            let (found, expected) = (probe.values(of: node), golden[node]!.values)
            let largest = expected.map(\.magnitude).max()!
            for (a, b) in zip(found, expected) { #expect(abs(a - b) <= 1e-3 * max(abs(b), 1e-3 * largest)) }
        }
    }

    /// Half precision, of both kinds.
    @Test func shorterNumbersAreRead() throws {
        func file(_ type: String, _ bytes: [UInt8]) -> Data {
            let header =
                "{\"a\":{\"dtype\":\"\(type)\",\"shape\":[\(bytes.count / 2)],\"data_offsets\":[0,\(bytes.count)]}}"
            var data = Data([UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0])
            data.append(Data(header.utf8))
            data.append(Data(bytes))
            return data
        }
        func values(_ type: String, _ bytes: [UInt8]) throws -> [Float] {
            try SafeTensors(data: file(type, bytes), path: "a file").tensors["a"]!.values
        }
        // 1, −2, the largest and the smallest number, −0, infinity.
        #expect(
            try values("F16", [0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00, 0x00, 0x80, 0x00, 0x7c])
                == [1, -2, 65_504, 0x1p-24, -0.0, .infinity])
        #expect(try values("F16", [0x00, 0x80])[0].sign == .minus)
        #expect(try values("BF16", [0x80, 0x3f, 0x49, 0xc0]) == [1, -3.140625])
        let error = #expect(throws: ModelFileError.self) { _ = try values("I8", [1, 2]) }
        #expect(error?.description.contains("F32, F16 or BF16") == true)
    }
}

private let publicData = ProcessInfo.processInfo.environment["FORMANT_DATA"]
