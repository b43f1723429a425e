import FormantNetwork
import FormantTensor
import FormantTestSupport
import Testing

@Suite struct ErrorTests {
    private func message(_ shape: [Int] = [3, 4, 5], @NetworkBuilder _ parts: () -> [any NetworkPart]) -> String {
        let network = Network(input: Shape(channels: shape[0], height: shape[1], width: shape[2]), parts)
        do {
            _ = try network.bound()
            return "no error"
        } catch { return "\(error)" }
    }

    @Test func layersNameThemselvesAndWhatTheyExpectedAndFound() {
        #expect(
            message { Dense(units: 3) }
                == #"layer "dense1": expected a flat input (put flatten before it), found 3×4×5"#)
        #expect(
            message {
                Flatten()
                Dense(units: 0).named("out")
            } == #"layer "out" (dense): units is 0; expected 1 or more"#)
        #expect(
            message { Convolution2D(filters: 4, kernel: 5) }
                == #"layer "convolution1": along frequency: a window that spans 5 does not fit an axis of 4"#)
        #expect(
            message { Convolution2D(filters: 4, kernel: Pair(3, 9), padding: Pair(.explicit(before: 1, after: 1))) }
                == #"layer "convolution1": along time: a window that spans 9 does not fit an axis of 5, 7 with its padding"#
        )
        #expect(
            message { Convolution2D(filters: 4, kernel: 3, groups: 2) }
                == #"layer "convolution1": groups is 2; expected a number that divides the 3 channels and the 4 filters"#
        )
        #expect(
            message { Convolution2D(filters: 4, kernel: 3, stride: 0) }
                == #"layer "convolution1": along frequency: stride 0: expected 1 to 16777216"#)
        #expect(
            message { Convolution1D(filters: 4, width: 3) }
                == #"layer "convolution1D1": expected an input of frequency extent 1 (permute it, or use convolution), found 3×4×5"#
        )
        #expect(
            message { Convolution1D(filters: 4, width: 3, axis: .channel) }
                == #"layer "convolution1D1": axis is channel; expected time or frequency"#)
        #expect(
            message { MaxPool(window: 2, padding: Pair(.explicit(before: -1, after: 0))) }
                == #"layer "maxPool1": along frequency: padding -1: expected 0 to 16777216"#)
        #expect(message { Dropout(rate: 1) } == #"layer "dropout1": rate is 1.0; expected 0 or more, below 1"#)
        #expect(message { Dropout(rate: .nan) } == #"layer "dropout1": rate is nan; expected 0 or more, below 1"#)
        #expect(
            message { BatchNorm(epsilon: 0) } == #"layer "batchNorm1": epsilon is 0.0; expected above 0, at most 1"#)
        #expect(
            message { Activation(.leakyReLU(slope: -1)) }
                == #"layer "leakyReLU1": slope is -1.0; expected 0 to 1000000"#)
        #expect(
            message { Embedding(rows: 5, dimension: 2) }
                == #"layer "embedding1": expected ids of 1×height×width, found 3×4×5"#)
        #expect(
            message { Reshape(shape: Shape(channels: 7)) }
                == #"layer "reshape1": expected as many values as 7×1×1, found 3×4×5"#)
        #expect(message { KMaxPool(k: 0) } == #"layer "kMaxPool1": k is 0; expected 1 or more"#)
        #expect(
            message { KMaxPool(k: 6) } == #"layer "kMaxPool1": expected a time extent of 6 or more, found 3×4×5"#)
        #expect(
            message { Slice(axis: .time, start: 5) }
                == #"layer "slice1": start is 5; expected less than the input's time extent of 5"#)
        #expect(
            message { Slice(axis: .frequency, start: 1, count: 4) }
                == #"layer "slice1": count is 4; expected 1 to 3"#)
        #expect(
            message { Permute(order: [.time, .time, .channel]) }
                == #"layer "permute1": order is ["time", "time", "channel"]; expected channel, frequency and time, each once"#
        )
        #expect(
            message { Branches.sum(Branch { Activation(.relu) }, Branch { MaxPool(window: 2) }) }
                == #"layer "sum1": inputs must agree in shape, found 3×4×5, 3×2×2"#)
        #expect(
            message { Branches.concatenate([Branch { Activation(.relu) }, Branch { MaxPool(window: Pair(1, 2)) }]) }
                == #"layer "concatenate1": inputs must agree in time, found 3×4×5, 3×4×2"#)
        #expect(
            message { BatchNorm(subBands: 3) }
                == #"layer "batchNorm1": expected a frequency axis that 3 sub-bands divide, found 3×4×5"#)
        #expect(message { BatchNorm(subBands: 0) } == #"layer "batchNorm1": subBands is 0; expected at least 1"#)
        #expect(
            message { Sum() } == #"layer "sum1": expected two or more inputs (name them in from), found 1"#)
    }

    @Test func networksNameTheNode() {
        func error(_ nodes: [Network.Node], input: Shape = Shape(channels: 1)) -> String {
            do {
                _ = try Network(input: input, nodes: nodes).bound()
                return "no error"
            } catch { return "\(error)" }
        }
        let relu = Activation(.relu)
        #expect(error([]) == "the network has no layers")
        #expect(
            error([.init(name: "a", layer: relu, inputs: ["inptu"])])
                == #"layer "a": unknown input "inptu"; did you mean "input"?"#)
        #expect(
            error([.init(name: "a", layer: relu, inputs: ["input"]), .init(name: "a", layer: relu, inputs: ["a"])])
                == #"two layers are called "a""#)
        #expect(error([.init(name: "input", layer: relu, inputs: ["input"])]) == #"two layers are called "input""#)
        #expect(
            error([.init(name: "a", layer: relu, inputs: [])]) == #"layer "a" (relu): expected one input, found 0"#)
        #expect(
            error([.init(name: "a", layer: relu, inputs: ["input"])], input: Shape(channels: 0))
                .hasPrefix("the input's shape is 0×1×1; expected"))
        #expect(
            error((0...10_000).map { .init(name: "\($0)", layer: relu, inputs: ["input"]) })
                == "the network has 10001 layers; expected at most 10000")
    }

    @Test func sizesBeyondMeasureAreErrors() {
        #expect(
            message([1, 1, 1]) { Convolution2D(filters: 1 << 24, kernel: Pair(.count(1 << 24)), padding: Pair(.same)) }
                .contains("would hold more than"))
        // Each join doubles the tensor: sizes must not overflow before they are refused.
        var nodes = [Network.Node(name: "0", layer: Activation(.relu), inputs: ["input"])]
        for i in 1...80 {
            nodes.append(.init(name: "\(i)", layer: Concatenate(), inputs: ["input", "\(i - 1)", "\(i - 1)"]))
        }
        #expect(throws: NetworkError.self) { try Network(input: Shape(channels: 1), nodes: nodes).bound() }
        let network = Network(input: Shape(channels: 1 << 10, height: 1 << 10, width: 1 << 10)) { Activation(.gelu) }
        for batch in [0, -1, 65_537, Int.max] {
            #expect(throws: NetworkError.self) { try network.compile(.training(batch: batch)) }
        }
        do {
            _ = try network.compile(.training(batch: 64))
            Issue.record("a terabyte was planned")
        } catch {
            #expect("\(error)".hasPrefix("a batch of 64 would take"))
        }
    }

    @Test func parametersNameThemselves() throws {
        let network = Network(input: Shape(channels: 3)) { Dense(units: 2) }
        let parameters = Parameters(zeros: try network.bound().parameters)
        func error(_ body: () throws -> Void) -> String {
            do {
                try body()
                return "no error"
            } catch { return "\(error)" }
        }
        #expect(
            error { _ = try parameters.tensor("dense1.wight") }
                == "parameter dense1.wight: expected perhaps dense1.weight, found none")
        #expect(
            error { try parameters.set("dense1.weight", to: Tensor(zeros: [3, 2])) }
                == "parameter dense1.weight: expected [2, 3], found [3, 2]")
        #expect(error { try parameters.set("dense1.weight", to: Tensor(zeros: [2, 3])) } == "no error")
    }
}
