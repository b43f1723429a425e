import FormantNetwork
import enum FormantOperators.Padding
import FormantTensor
import FormantTestSupport
import Testing

/// A network that puts one kind of layer, or one fused form, to the test.
struct LayerCase: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var network: Network

    init(_ name: String, _ shape: [Int], @NetworkBuilder _ parts: () -> [any NetworkPart]) {
        testDescription = name
        network = Network(input: Shape(channels: shape[0], height: shape[1], width: shape[2]), parts)
    }
}

private let activations: [LayerCase] = [
    Activation(.relu), Activation(.leakyReLU(slope: 0.125)), Activation(.leakyReLU(slope: 0)),
    Activation(.elu(alpha: 0.75)),
    Activation(.elu(alpha: 0)), Activation(.gelu), Activation(.silu), Activation(.sigmoid), Activation(.tanh),
].flatMap { activation in
    [
        LayerCase("\(activation)", [3, 4, 5]) { activation },
        LayerCase("convolution + \(activation)", [3, 6, 5]) {
            Convolution2D(filters: 4, kernel: 3)
            activation
        },
        LayerCase("batch norm + \(activation)", [3, 4, 5]) {
            BatchNorm(epsilon: 0.03125)
            activation
        },
        LayerCase("dense + \(activation) + dense", [7, 1, 1]) {
            Dense(units: 9)
            activation
            Dense(units: 3)
        },
    ]
}

private let others: [LayerCase] = [
    LayerCase("convolution", [4, 7, 6]) {
        Convolution2D(filters: 6, kernel: Pair(3, 2), stride: Pair(2, 1), groups: 2)
    },
    LayerCase("depthwise", [5, 6, 6]) {
        Convolution2D(filters: 5, kernel: 3, padding: Pair(.same), groups: .all, bias: false)
    },
    LayerCase("convolution1D along time", [3, 1, 12]) { Convolution1D(filters: 4, width: 3, dilation: 2) },
    LayerCase("convolution1D along frequency", [3, 12, 1]) {
        Convolution1D(filters: 4, width: 3, axis: .frequency, stride: 2)
    },
    LayerCase("filters over all of time", [1, 9, 7]) { Convolution2D(filters: 4, kernel: Pair(3, .all)) },
    LayerCase("max pool", [3, 6, 7]) { MaxPool(window: 2) },
    LayerCase("max pool with large overlapping windows", [3, 9, 9]) {
        MaxPool(window: 5, stride: 1, padding: Pair(.same))
    },
    LayerCase("average pool", [3, 6, 7]) { AveragePool(window: Pair(2, 3), stride: 2, padding: Pair(.same)) },
    LayerCase("average pool that counts padding", [2, 5, 5]) {
        AveragePool(window: 3, stride: 2, padding: Pair(.explicit(before: 1, after: 2)), countsPadding: true)
    },
    LayerCase("global max pool", [5, 3, 4]) { GlobalPool(.maximum) },
    LayerCase("global average pool", [5, 3, 4]) { GlobalPool(.average) },
    LayerCase("the three largest along time", [5, 2, 9]) { KMaxPool(k: 3) },
    LayerCase("all as the largest along time", [3, 1, 4]) { KMaxPool(k: 4) },
    LayerCase("slice of channels", [5, 3, 4]) { Slice(axis: .channel, start: 1, count: 3) },
    LayerCase("slice of frequency", [2, 5, 4]) { Slice(axis: .frequency, start: 2) },
    LayerCase("slice of time", [2, 5, 4]) { Slice(axis: .time, count: 3) },
    LayerCase("flatten, dense", [3, 2, 4]) {
        Flatten()
        Dense(units: 5)
    },
    LayerCase("batch norm", [5, 3, 4]) { BatchNorm(epsilon: 0.03125) },
    LayerCase("batch norm in sub-bands", [5, 6, 4]) { BatchNorm(epsilon: 0.03125, subBands: 3) },
    LayerCase("convolution, batch norm in sub-bands, activation", [2, 6, 4]) {
        Convolution2D(filters: 17, kernel: 3, padding: Pair(.same), bias: false)
        BatchNorm(epsilon: 0.03125, subBands: 2)
        Activation(.relu)
        MaxPool(window: 2)
    },
    LayerCase("layer norm", [19, 2, 3]) { LayerNorm(epsilon: 0.03125) },
    LayerCase("dropout", [4, 3, 5]) { Dropout(rate: 0.5) },
    LayerCase("spatial dropout", [8, 3, 5]) { Dropout(rate: 0.5, spatial: true) },
    LayerCase("softmax", [7, 2, 3]) { Softmax() },
    LayerCase("permute", [3, 4, 5]) { Permute(order: [.frequency, .channel, .time]) },
    LayerCase("permute to the left", [3, 4, 5]) { Permute(order: [.time, .channel, .frequency]) },
    LayerCase("reshape", [3, 4, 5]) { Reshape(shape: Shape(channels: 5, height: 6, width: 2)) },
    LayerCase("embedding", [1, 1, 9]) {
        Embedding(rows: 6, dimension: 5)
        Convolution1D(filters: 4, width: 3)
        Activation(.relu)
        GlobalPool(.maximum)
    },
    LayerCase("embedding of some rows", [1, 4, 6]) {
        Slice(axis: .frequency, start: 1, count: 2)
        Embedding(rows: 6, dimension: 5)
        MaxPool(window: Pair(.all, 1))
    },
    LayerCase("words and their letters", [1, 4, 6]) {
        Branches.concatenate([
            Branch {
                Slice(axis: .frequency, count: 1)
                Embedding(rows: 5, dimension: 3)
            },
            Branch {
                Slice(axis: .frequency, start: 1)
                Embedding(rows: 7, dimension: 2)
                Convolution2D(filters: 4, kernel: Pair(2, 1))
                MaxPool(window: Pair(.all, 1))
            },
        ])
        Convolution1D(filters: 4, width: 3)
        Activation(.relu)
        KMaxPool(k: 2)
        Flatten()
    },
    LayerCase("residual", [4, 5, 5]) {
        Branches.sum(
            Branch {
                Convolution2D(filters: 4, kernel: 3, padding: Pair(.same), bias: false)
                BatchNorm(epsilon: 0.03125)
                Activation(.relu)
            }, Branch(), Branch { Convolution2D(filters: 4, kernel: 1) })
        Activation(.relu)
    },
]

/// Batch norm, activation and max pooling: windows side by side, apart, overlapping, padded, along one axis and over all.
private let pooledNorms: [LayerCase] = [
    MaxPool(window: 2), MaxPool(window: 2, stride: 3), MaxPool(window: 3, stride: 2, padding: Pair(.same)),
    MaxPool(window: Pair(1, 3)), MaxPool(window: 1), MaxPool(window: 1, stride: 2),
    MaxPool(window: Pair(3, 2), stride: 1, padding: Pair(.explicit(before: 1, after: 2), .valid)),
    MaxPool(window: 4, stride: 1), MaxPool(window: 5, stride: 1, padding: Pair(.same)),
    MaxPool(window: 2, stride: 1, padding: Pair(.explicit(before: 3, after: 3))), GlobalPool(.maximum) as any Layer,
].flatMap { pool in
    [
        LayerCase("batch norm + relu + \(pool)", [5, 7, 9]) {
            BatchNorm(epsilon: 0.03125)
            Activation(.relu)
            pool
        },
        LayerCase("convolution + batch norm + tanh + \(pool)", [2, 6, 5]) {
            Convolution2D(filters: 17, kernel: 3, padding: Pair(.same), bias: false)
            BatchNorm(epsilon: 0.03125)
            Activation(.tanh)
            pool
            Flatten()
            Dense(units: 3)
        },
        LayerCase("batch norm + \(pool) of one line", [3, 5, 5]) {
            Activation(.tanh)
            BatchNorm(epsilon: 0.03125)
            pool
        },
    ]
}

/// A sum with what has one band, one frame, or one of both.
private let broadcasts: [LayerCase] = [Activation(.relu), Activation(.silu), Activation(.sigmoid)].flatMap { last in
    let windows: [Pair<Extent>] = [Pair(.all, 1), Pair(1, .all), Pair(.all, .all)]
    var cases = windows.map { window in
        LayerCase("sum with an average over \(window), \(last)", [3, 4, 5]) {
            Branches.sum(
                Branch {
                    AveragePool(window: window)
                    Activation(.tanh)
                }, Branch(), Branch { Convolution2D(filters: 3, kernel: 1) })
            last
        }
    }
    cases.append(
        LayerCase("sum of rows and columns, \(last)", [3, 4, 5]) {
            Branches.sum(Branch { AveragePool(window: windows[0]) }, Branch { AveragePool(window: windows[1]) })
            last
        })
    return cases
}

private let joins: [LayerCase] = Axis.allCases.map { axis in
    LayerCase("concatenation along \(axis.rawValue)", [3, 4, 5]) {
        Branches.concatenate(
            axis: axis,
            [
                Branch { Activation(.tanh) }, Branch(),
                Branch {
                    switch axis {
                    case .channel: Convolution2D(filters: 2, kernel: 1)
                    case .frequency: MaxPool(window: Pair(2, 1))
                    case .time: MaxPool(window: Pair(1, 2))
                    }
                },
            ])
        Activation(.silu)
    }
}

@Suite struct LayerTests {
    @Test(arguments: activations + others + pooledNorms + joins + broadcasts) func agreesWithPlainLoops(
        layer: LayerCase
    ) throws {
        let problem = try NetworkProblem(layer.network, batch: 3, seed: 11)
        for fuses in [true, false] {
            try expectAgreement(problem, fuses: fuses, threads: 2, "\(layer.testDescription), fuses \(fuses)")
        }
        for finding in try problem.gradientFindings(mode: .inference) {
            #expect(finding.error < gradientTolerance, "\(finding), at inference")
        }
    }

    @Test func activationsAreFusedAndBatchNormsFolded() throws {
        let network = Network(input: Shape(channels: 3, height: 8, width: 8)) {
            Convolution2D(filters: 4, kernel: 3)
            BatchNorm()
            Activation(.relu)
            Convolution2D(filters: 4, kernel: 3)
            Activation(.gelu)
        }
        #expect(
            try network.compile(.training(batch: 2)).stepNames
                == ["convolution1+batchNorm1+relu1", "convolution2", "gelu1"])
        #expect(
            try network.compile(.inference(batch: 2)).stepNames
                == ["convolution1+batchNorm1+relu1", "convolution2+gelu1"])
        #expect(try network.compile(.inference(batch: 2).unfused).stepNames.count == 5)
    }

    @Test func batchNormsArePooledWhereWindowsMeetAtFewPositions() throws {
        func names(_ pool: any Layer) throws -> [String] {
            let network = Network(input: Shape(channels: 3, height: 12, width: 12)) {
                BatchNorm()
                Activation(.leakyReLU(slope: 0.25))
                pool
            }
            return try network.compile(.training(batch: 2)).stepNames
        }
        let fused = ["batchNorm1+leakyReLU1+maxPool1"]
        let apart = ["batchNorm1+leakyReLU1", "maxPool1"]
        #expect(try names(MaxPool(window: 2)) == fused)
        #expect(try names(MaxPool(window: 4, stride: 1)) == fused)
        #expect(try names(MaxPool(window: 5, stride: 1)) == apart)
        // A window that holds nothing but padding gives 0, whatever the batch norm would make of it.
        let outside = Padding.explicit(before: 2, after: 0)
        #expect(try names(MaxPool(window: 2, padding: Pair(outside))) == apart)
        #expect(
            try names(AveragePool(window: 2)) == ["batchNorm1+leakyReLU1", "averagePool1"])
    }

    /// Where several values are equally large, the first in the order of rows takes the whole gradient.
    @Test func firstOfEqualMaximaTakesTheGradient() throws {
        let network = Network(input: Shape(channels: 1, height: 2, width: 4)) { MaxPool(window: 2) }
        let purpose = withInputGradient(.training(batch: 1))
        let runner = try Runner(network, purpose, parameters: Parameters(zeros: try network.bound().parameters))
        let input = ReferenceTensor(batch: 1, shape: network.input, values: [1, 1, 0, 2, 1, 1, 2, 2])
        #expect(runner.forward(input) == [1, 2])
        runner.backward(ReferenceTensor(batch: 1, shape: Shape(channels: 1, width: 2), values: [5, 7]))
        #expect(runner.inputGradient == [5, 0, 0, 7, 0, 0, 0, 0])
    }

    @Test func layerNormOfOneChannelIsItsShift() throws {
        let network = Network(input: Shape(channels: 1, height: 2, width: 2)) { LayerNorm() }
        let problem = try NetworkProblem(network, batch: 2, seed: 3)
        let shift = try problem.parameters.tensor("layerNorm1.bias").values[0]
        let runner = try Runner(network, .inference(batch: 2), parameters: problem.parameters)
        #expect(runner.forward(problem.input) == Array(repeating: shift, count: 8))
    }
}

/// A purpose that also wants the gradient of the input.
func withInputGradient(_ purpose: Purpose) -> Purpose {
    var purpose = purpose
    purpose.inputGradient = true
    return purpose
}
