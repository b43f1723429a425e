import FormantNetwork
import FormantTensor
import FormantTestSupport
import Testing

/// The worked example by which convolution and pooling are taught: a 6×6 image, two 3×3 filters.
@Suite struct LectureTests {
    static let image: [Double] = [
        1, 0, 0, 0, 0, 1,
        0, 1, 0, 0, 1, 0,
        0, 0, 1, 1, 0, 0,
        1, 0, 0, 0, 1, 0,
        0, 1, 0, 0, 1, 0,
        0, 0, 1, 0, 1, 0,
    ]
    /// A falling diagonal, and an upright line.
    static let filters: [Float] = [
        1, -1, -1, -1, 1, -1, -1, -1, 1,
        -1, 1, -1, -1, 1, -1, -1, 1, -1,
    ]

    // By hand, at the top left: the image's corner holds 1 0 0 / 0 1 0 / 0 0 1.
    // Filter 1: the diagonal, 1 + 1 + 1 = 3. Filter 2: −1 (left column, top) + 1 (middle) − 1 (right column, bottom) = −1.
    // One step to the right, 0 0 0 / 1 0 0 / 0 1 1: filter 1: −1 − 1 + 1 = −1; filter 2: −1 + 1 − 1 = −1.
    // And so on over all 16 places:
    static let map1: [Float] = [
        3, -1, -3, -1,
        -3, 1, 0, -3,
        -3, -3, 0, 1,
        3, -2, -2, -1,
    ]
    static let map2: [Float] = [
        -1, -1, -1, -1,
        -1, -1, -2, 1,
        -1, -1, -2, 1,
        -1, 0, -4, 3,
    ]

    private func run(_ purpose: Purpose = .inference(batch: 1), @NetworkBuilder _ parts: () -> [any NetworkPart]) throws
        -> [Float]
    {
        let network = Network(input: Shape(channels: 1, height: 6, width: 6), parts)
        let parameters = Parameters(zeros: try network.bound().parameters)
        let count = parameters.table.entries[0].specification.count
        try parameters.set(
            "filter.weight",
            to: Tensor(extents: [count / 9, 1, 3, 3], values: Array(LectureTests.filters.prefix(count))))
        let runner = try Runner(network, purpose, parameters: parameters)
        return runner.forward(ReferenceTensor(batch: 1, shape: network.input, values: LectureTests.image))
    }

    @Test func strideOneGivesTheTwoMaps() throws {
        let maps = try run { Convolution2D(filters: 2, kernel: 3, bias: false).named("filter") }
        #expect(maps == LectureTests.map1 + LectureTests.map2)
    }

    @Test func strideTwoGivesTheFourCorners() throws {
        let map = try run { Convolution2D(filters: 1, kernel: 3, stride: 2, bias: false).named("filter") }
        #expect(map == [3, -3, -3, 0])
    }

    @Test(arguments: [Purpose.inference(batch: 1), .training(batch: 1), .training(batch: 1).unfused])
    func maxPoolingKeepsTheLargestOfFour(purpose: Purpose) throws {
        let pooled = try run(purpose) {
            Convolution2D(filters: 2, kernel: 3, bias: false).named("filter")
            MaxPool(window: 2)
        }
        #expect(pooled == [3, 0, 3, 1] + [-1, 1, 0, 3])
    }

    @Test func theWholeNetworkHasThePrintedShapes() throws {
        let network = Network(input: Shape(channels: 1, height: 28, width: 28)) {
            Convolution2D(filters: 25, kernel: 3)
            MaxPool(window: 2)
            Convolution2D(filters: 50, kernel: 3)
            MaxPool(window: 2)
            Flatten()
            Dense(units: 10)
        }
        let bound = try network.bound()
        #expect(bound.input.description == "1×28×28")
        #expect(
            bound.nodes.map(\.binding.output.description) == [
                "25×26×26", "25×13×13", "50×11×11", "50×5×5", "1250", "10",
            ])
        #expect(bound.nodes.map(\.binding.weightsPerFilter) == [9, nil, 225, nil, nil, 1250])
        #expect(bound.parameters.weightCount == 25 * 10 + 50 * 226 + 10 * 1251)
    }
}
