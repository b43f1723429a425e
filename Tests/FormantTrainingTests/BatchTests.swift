import FormantTensor
import FormantTraining
import Testing

/// How examples are cut into batches.
@Suite struct BatchTests {
    private func order(_ data: Examples, size: Int, seed: UInt64?) -> [Batch] {
        var generator = seed.map { SeededGenerator(seed: $0) }
        return data.batches(of: size, shuffledBy: &generator)
    }

    @Test(arguments: [1, 2, 7, 32, 500]) func everyExampleOnce(size: Int) {
        let data = Examples.sentences(151, seed: 1)
        let shapes = Dictionary(grouping: 0..<data.count) { data.shape(of: $0) }
        #expect(shapes.count == 7)
        for seed in [nil, 1, 2, 3] as [UInt64?] {
            let batches = order(data, size: size, seed: seed)
            #expect(batches.flatMap(\.indices).sorted() == Array(0..<data.count), "seed \(String(describing: seed))")
            for batch in batches {
                #expect(!batch.indices.isEmpty && batch.indices.count <= size)
                #expect(batch.indices.allSatisfy { data.shape(of: $0) == batch.shape })
            }
            #expect(batches.count == shapes.values.reduce(0) { $0 + ($1.count + size - 1) / size })
        }
    }

    @Test func orderFollowsTheSeedAlone() {
        let data = Examples.sentences(100, seed: 2)
        #expect(order(data, size: 8, seed: 5) == order(data, size: 8, seed: 5))
        #expect(order(data, size: 8, seed: 5) != order(data, size: 8, seed: 6))
        #expect(order(data, size: 8, seed: nil) == order(data, size: 8, seed: nil))
        // Batches of one length do not follow each other, nor do examples stand in their order.
        let shuffled = order(data, size: 8, seed: 5)
        let widths = shuffled.map(\.shape.width)
        #expect(zip(widths, widths.dropFirst()).filter { $0 != $1 }.count >= Set(widths).count, "\(widths)")
        #expect(shuffled.contains { $0.indices != $0.indices.sorted() })
    }

    @Test func withoutChanceTheOrderStays() {
        var data = Examples()
        for (i, width) in [3, 4, 3, 3, 4, 3].enumerated() {
            data.append(Shape(channels: 1, width: width), [Float](repeating: 0, count: width), .label(i))
        }
        let batches = order(data, size: 3, seed: nil)
        #expect(batches.map(\.indices) == [[0, 2, 3], [5], [1, 4]])
        #expect(batches.map(\.shape.width) == [3, 3, 4])
    }

    @Test func noExamplesNoBatches() { #expect(order(Examples(), size: 4, seed: 1).isEmpty) }

    @Test func subsetsKeepTheirIndices() throws {
        let data = Examples.sentences(20, seed: 3)
        let subset = Subset(data, indices: [7, 2, 19])
        #expect(subset.count == 3)
        for (i, index) in [7, 2, 19].enumerated() {
            #expect(subset.shape(of: i) == data.shape(of: index) && subset.target(of: i) == data.target(of: index))
            var loaded = [Float](repeating: 0, count: data.shape(of: index).count)
            try loaded.withUnsafeMutableBufferPointer {
                var chance: SeededGenerator?
                try subset.load(i, into: $0, varyingBy: &chance)
            }
            #expect(loaded == data.inputs[index])
        }
    }
}
