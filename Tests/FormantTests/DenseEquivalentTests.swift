import Formant
import FormantNetwork
import FormantOperators
import FormantTensor
import Testing

/// The lecture's counting argument.
@Suite struct DenseEquivalentTests {
    @Test func sixBySixToFourByFour() throws {
        let network = Network(input: Shape(channels: 1, height: 6, width: 6)) {
            Convolution2D(filters: 1, kernel: 3)
        }
        let counts = DenseEquivalent(try network.bound())
        // 36 inputs and 16 outputs; each of these looks at 9 inputs, and all share 9 weights.
        #expect(counts.layers.map(\.weights) == [9])
        #expect(counts.layers.map(\.connections) == [144])
        #expect(counts.layers.map(\.denseWeights) == [576])
        #expect(counts.layers[0].sharing == 16 && counts.layers[0].ratio == 64)
    }

    @Test func paddingIsNoConnection() throws {
        let network = Network(input: Shape(channels: 4, height: 1, width: 5)) {
            Convolution1D(filters: 6, width: 3, padding: .same)
            Convolution2D(filters: 6, kernel: Pair(1, 3), stride: 2, groups: 2)
        }
        let counts = DenseEquivalent(try network.bound())
        // 3 + 3 + 3 + 2 + 2 taps inside; then two places of three.
        #expect(counts.layers.map(\.connections) == [13 * 4 * 6, 2 * 3 * 3 * 6])
        #expect(counts.layers.map(\.weights) == [12 * 6, 9 * 6])
        #expect(counts.denseWeights == 20 * 30 + 30 * 12)
    }

    @Test(arguments: 0..<300) func contactsAreThoseOfEachPlaceInTurn(seed: UInt64) throws {
        var chance = SeededGenerator(seed: seed)
        let paddings: [Padding] = [
            .valid, .same, .explicit(before: chance.index(below: 9), after: chance.index(below: 4)),
        ]
        let window = Window(
            extent: 1 + chance.index(below: 5), stride: 1 + chance.index(below: 4),
            dilation: 1 + chance.index(below: 3),
            padding: paddings[chance.index(below: 3)])
        let length = 1 + chance.index(below: 14)
        guard let places = try? window.outputLength(for: length) else { return }
        let before = window.zeros(for: length).before
        var count = 0
        for place in 0..<places {
            for tap in 0..<window.extent
            where (0..<length).contains(place * window.stride + tap * window.dilation - before) { count += 1 }
        }
        #expect(try window.contacts(with: length) == count, "\(window) on \(length)")
    }
}
