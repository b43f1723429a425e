import FormantNetwork
import FormantTensor
import FormantTestSupport
import FoundationEssentials
import Testing

/// A network with every kind of layer and every setting away from its default.
let everyLayer = Network(input: Shape(channels: 1, width: 12)) {
    Embedding(rows: 9, dimension: 6, trained: false).named("table")
    Permute(order: [.channel, .time, .frequency])
    Convolution1D(
        filters: 6, width: 3, axis: .frequency, stride: 2, dilation: 2, padding: .explicit(before: 2, after: 1),
        groups: 3,
        bias: false)
    Reshape(shape: Shape(channels: 3, height: 3, width: 4))
    Convolution2D(
        filters: 6, kernel: Pair(2, .all), stride: Pair(1, 2), dilation: Pair(2, 1),
        padding: Pair(.same, .explicit(before: 1, after: 1)), groups: .all)
    BatchNorm(epsilon: 0.001, momentum: 0.25)
    Branches.sum(
        Branch { Activation(.relu) }, Branch { Activation(.leakyReLU(slope: 0.3)) },
        Branch { Activation(.elu(alpha: 0.7)) },
        Branch { Activation(.gelu) }, Branch { Activation(.silu) }, Branch())
    Branches.concatenate(
        axis: .frequency,
        [Branch { Activation(.sigmoid) }, Branch { Activation(.tanh) }, Branch { Dropout(rate: 0.3, spatial: true) }])
    LayerNorm(epsilon: 0.01)
    Slice(axis: .time, start: 1, count: .all)
    KMaxPool(k: 1)
    MaxPool(window: Pair(2, 1), stride: Pair(1), padding: Pair(.valid, .same))
    AveragePool(window: Pair(2, 1), stride: Pair(2, 1), padding: Pair(.same), countsPadding: true)
    Branches.concatenate([Branch { GlobalPool(.maximum) }, Branch { GlobalPool(.average) }])
    Flatten()
    Dense(units: 4, bias: false, maximumNorm: 3)
    Softmax()
}

func json(_ network: Network) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(network), as: UTF8.self)
}

func network(json: String) throws -> Network { try JSONDecoder().decode(Network.self, from: Data(json.utf8)) }

/// The message of the error that `body` throws.
func message(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch let DecodingError.dataCorrupted(context) {
        return context.debugDescription
    } catch {
        return "\(error)"
    }
}

@Suite struct DescriptionTests {
    @Test func everyKindIsInTheNetworkOfThisTest() throws {
        let kinds = Set(everyLayer.nodes.map(\.layer.kind))
        // The message for a name that is near none lists all kinds.
        let listed = message { _ = try network(json: #"{"input": [1, 1, 1], "layers": ["qqqqqqqqqqqqq"]}"#) }
        let known = listed.split(separator: "expected one of ").last!.split(separator: ", ").map(String.init)
        #expect(Set(known) == kinds)
    }

    @Test func roundTripKeepsEverySetting() throws {
        let text = try json(everyLayer)
        let read = try network(json: text)
        #expect(read == everyLayer)
        #expect(try json(read) == text)
        #expect(try read.bound().output == Shape(channels: 4))
    }

    @Test(arguments: 0..<100) func roundTripOfRandomNetworks(seed: UInt64) throws {
        let problem = try NetworkProblem(layers: 10, seed: seed &+ 8000)
        #expect(try network(json: json(problem.network)) == problem.network, "seed \(seed)")
    }

    @Test func shortFormsAreRead() throws {
        let read = try network(
            json: """
                {"input": [1, 28, 28], "layers": [
                    {"convolution": {"filters": 25, "kernel": 3}}, "relu", {"name": "half", "maxPool": {"window": 2}},
                    {"from": "half", "dropout": {"rate": 0.5}}, {"sum": null, "from": ["dropout1", "half"]},
                    {"leakyReLU": {}}, "batchNorm", "flatten", {"name": "out", "dense": {"units": 10}}]}
                """)
        let expected = Network(input: Shape(channels: 1, height: 28, width: 28)) {
            Convolution2D(filters: 25, kernel: 3)
            Activation(.relu)
            MaxPool(window: 2).named("half")
            Branches.sum(Branch { Dropout(rate: 0.5) }, Branch())
            Activation(.leakyReLU(slope: 0.01))
            BatchNorm()
            Flatten()
            Dense(units: 10).named("out")
        }
        #expect(read == expected)
    }

    @Test func unknownNamesSayTheNearest() {
        let cases = [
            (#"["reluu"]"#, #"unknown layer "reluu" of network; did you mean "relu"?"#),
            (#"[{"convolutin": {"filters": 1, "kernel": 1}}]"#, #"did you mean "convolution"?"#),
            (
                #"[{"convolution": {"filters": 1, "kernel": 1, "strid": 2}}]"#,
                #"unknown key "strid" of convolution; did you mean "stride"?"#
            ),
            (#"[{"dense": {"unit": 1}}]"#, #"unknown key "unit" of dense; did you mean "units"?"#),
            (#"[{"relu": {"slope": 1}}]"#, #"unknown key "slope" of relu"#),
            (#"[{"relu": {}, "tanh": {}}]"#, "a layer has one kind besides name and from; found relu, tanh"),
            (#"[{"name": "a"}]"#, "found none"),
            (#"["dense"]"#, "dense needs settings"),
            (#"[{"maxPool": {"window": [1, 2, 3]}}]"#, "expected one value or [height, width], found 3 values"),
            (#"[{"maxPool": {"window": "al"}}]"#, #"expected a whole number or "all""#),
            (
                #"[{"convolution1D": {"filters": 1, "width": 1, "padding": "sam"}}]"#,
                #"unknown padding "sam"; expected same, valid, a number, or {before: …, after: …}"#
            ),
        ]
        for (layers, expected) in cases {
            let found = message { _ = try network(json: #"{"input": [1, 4, 4], "layers": \#(layers)}"#) }
            #expect(found.contains(expected), "\(layers): \(found)")
        }
        let input = message { _ = try network(json: #"{"input": [0, 4, 4], "layers": []}"#) }
        #expect(input == "expected [channels, height, width], each from 1 to 16777216, found [0, 4, 4]")
        let key = message { _ = try network(json: #"{"input": [1, 4, 4], "layer": []}"#) }
        #expect(key == #"unknown key "layer" of network; did you mean "layers"?"#)
    }

    @Test func partOfANetworkEndsWithTheNode() throws {
        let part = try everyLayer.upTo("convolution1")
        #expect(part.nodes.map(\.name).last == "convolution1")
        #expect(try part.bound().output == everyLayer.bound().nodes[part.nodes.count - 1].binding.output)
        #expect(
            message { _ = try everyLayer.upTo("tabel") }
                == #"unknown layer "tabel" of the network; did you mean "table"?"#)
    }
}
