import FormantInsight
import FormantNetwork
import FormantTensor
import FormantTestSupport
import Testing

/// Checks of maps on networks whose right answer is known.
@Suite struct TrustTests {
    private let shape = Shape(channels: 1, height: 3, width: 4)

    /// Two outputs: the first is what weighs the positions by 6, 5, 4, 0 …; the second is nothing.
    private func linear() throws -> Explainer {
        let network = Network(input: shape) {
            Flatten()
            Dense(units: 2).named("out")
        }
        let parameters = Parameters(zeros: try network.bound().parameters)
        var weights = [Float](repeating: 0, count: 24)
        for (place, weight) in [(5, Float(6)), (0, 5), (11, 4)] { weights[place] = weight }
        try parameters.set("out.weight", to: Tensor(extents: [2, 12], values: weights))
        return try Explainer(
            try Subject(network: network, parameters: parameters, pool: WorkerPool(threads: 1)), shape: shape)
    }

    @Test func theRightOrderHasTheSmallestDeletionAndTheLargestInsertion() throws {
        let explainer = try linear()
        let (input, zeros) = ([Float](repeating: 1, count: 12), [Float](repeating: 0, count: 12))
        let parts = Erasure.boxes(shape, height: 1, width: 1)
        let erasure = explainer.erasure(of: input, parts: parts, baseline: zeros)
        let attribution = try explainer.attribution(
            of: input, output: 0, by: .gradientTimesInput, baseline: zeros)
        let order = ErasureCurves.order(by: erasure.means(of: attribution.map))
        #expect(Array(order.prefix(3)) == [5, 0, 11])
        let score = { (output: [Float]) in Double(output[0]) }
        let right = try ErasureCurves(erasure, order: order, score: score)
        #expect(right.deletion.prefix(5) == [15, 9, 4, 0, 0] && right.insertion.prefix(5) == [0, 6, 11, 15, 15])
        // Trapezoids of the curves above.
        #expect(abs(right.deletionArea - (7.5 + 9 + 4) / 12) < 1e-6)
        #expect(abs(right.insertionArea - (6 + 11 + 8 * 15 + 15 + 7.5) / 12) < 1e-6)
        for other in ErasureCurves.randomOrders(of: 12, draws: 8, seed: 3) + [order.reversed()] {
            #expect(other.sorted() == Array(0..<12))
            let curves = try ErasureCurves(erasure, order: other, score: score)
            #expect(curves.deletionArea >= right.deletionArea && curves.insertionArea <= right.insertionArea)
        }
        let few = try ErasureCurves(erasure, order: order, steps: 3, score: score)
        #expect(few.shares.count == 4 && few.deletion.first == 15 && few.deletion.last == 0)
    }

    @Test func boxesCoverEverythingAndOverlapAsFarAsAsked() {
        let boxes = Erasure.boxes(shape, height: 2, width: 3)
        #expect(boxes == [[0, 1, 2, 4, 5, 6], [3, 7], [8, 9, 10], [11]])
        let dense = Erasure.boxes(shape, height: 2, width: 2, down: 1, across: 1)
        #expect(dense.count == 6 && Set(dense.joined()) == Set(0..<12))
        #expect(Erasure.boxes(shape, height: 9, width: 9) == [Array(0..<12)])
    }

    @Test func similarityIsOneOfAMapWithItselfAndLowWithAnother() {
        var chance = SeededGenerator(seed: 5)
        let a = (0..<400).map { _ in chance.normal() }
        let same = MapSimilarity(a, a.map { -2 * $0 }, width: 20)
        #expect(abs(same.rank - 1) < 1e-12 && abs(same.structure - 1) < 1e-9)
        let other = MapSimilarity(a, (0..<400).map { _ in chance.normal() }, width: 20)
        #expect(abs(other.rank) < 0.2 && other.structure < 0.5)
        let even = MapSimilarity(a, a.map { _ in 3 }, width: 20)
        #expect(even.rank == 0)
        // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 ÷ √(4.5 · 5).
        let ties = MapSimilarity([1, 2, 2, 3], [1, 2, 3, 4], width: 4)
        #expect(abs(ties.rank - 4.5 / (4.5 * 5).squareRoot()) < 1e-12)
    }

    /// A map that follows the weights changes with them; one that only follows the input does not.
    @Test func weightsOfChanceChangeWhatFollowsThem() throws {
        let network = Network(input: Shape(channels: 1, height: 12, width: 12)) {
            Convolution2D(filters: 8, kernel: 3, padding: Pair(.same)).named("first")
            BatchNorm().named("norm")
            Activation(.relu)
            Convolution2D(filters: 8, kernel: 3, padding: Pair(.same)).named("second")
            Activation(.relu)
            Flatten()
            Dense(units: 3).named("out")
        }
        let pool = WorkerPool(threads: 1)
        let parameters = Parameters(try network.bound().parameters, seed: 11)
        let subject = try Subject(network: network, parameters: parameters, pool: pool)
        #expect(subject.stages == [["out"], ["second"], ["norm", "first"]])
        var chance = SeededGenerator(seed: 2)
        // Nearly all of the input is in one corner.
        let input = (0..<144).map { i in chance.normal() * (i % 12 < 4 && i < 48 ? 10 : 0.01) }
        func map(_ subject: Subject, _ method: ExplanationMethod) throws -> [Float] {
            try Explainer(subject, shape: network.input).attribution(
                of: input, output: 0, by: method, baseline: input.map { _ in 0 }
            ).map
        }
        let own = try subject.randomised([], seed: 5)
        #expect(try map(own, .saliency) == map(subject, .saliency))
        let other = try subject.randomised(Set(subject.stages.joined()), seed: 5)
        for entry in parameters.table.entries where entry.name.hasSuffix("weight") && entry.name != "norm.weight" {
            #expect(try other.parameters.tensor(entry.name) != parameters.tensor(entry.name), "\(entry.name)")
        }
        let top = try subject.randomised(["out"], seed: 5)
        #expect(try top.parameters.tensor("first.weight") == parameters.tensor("first.weight"))
        #expect(try top.parameters.tensor("out.weight") != parameters.tensor("out.weight"))
        let gradient = MapSimilarity(try map(subject, .saliency), try map(other, .saliency), width: 12)
        #expect(gradient.rank < 0.5)
        let timesInput = MapSimilarity(
            try map(subject, .gradientTimesInput), try map(other, .gradientTimesInput), width: 12)
        #expect(timesInput.rank > gradient.rank)
    }
}
