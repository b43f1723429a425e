import FormantInsight
import FormantNetwork
import FormantTensor
import Testing

@Suite struct SubjectTests {
    /// Word vectors beside letters, as the recipe word-char has them, then filters of two widths.
    private func sentences() -> Network {
        Network(
            input: Shape(channels: 1, height: 3, width: 6),
            nodes: [
                .init(name: "ids", layer: Slice(axis: .frequency, count: 1), inputs: ["input"]),
                .init(name: "vectors", layer: Embedding(rows: 9, dimension: 4), inputs: ["ids"]),
                .init(name: "parts", layer: Slice(axis: .frequency, start: 1), inputs: ["input"]),
                .init(name: "letters", layer: Embedding(rows: 7, dimension: 3), inputs: ["parts"]),
                .init(name: "pooled", layer: MaxPool(window: Pair(2, 1)), inputs: ["letters"]),
                .init(name: "words", layer: Concatenate(), inputs: ["vectors", "pooled"]),
                .init(name: "two", layer: Convolution1D(filters: 5, width: 2), inputs: ["words"]),
                .init(name: "twoMost", layer: GlobalPool(.maximum), inputs: ["two"]),
                .init(name: "three", layer: Convolution1D(filters: 5, width: 3), inputs: ["words"]),
                .init(name: "threeMost", layer: GlobalPool(.maximum), inputs: ["three"]),
                .init(name: "joined", layer: Concatenate(), inputs: ["twoMost", "threeMost"]),
                .init(name: "out", layer: Dense(units: 3), inputs: ["joined"]),
            ])
    }

    @Test func bottlenecksAreWhatEverythingPasses() {
        #expect(sentences().bottlenecks == ["words", "joined", "out"])
        let residual = Network(input: Shape(channels: 2, height: 4, width: 4)) {
            Activation(.relu).named("first")
            Branches.sum(Branch { Convolution2D(filters: 2, kernel: 1) }, Branch())
            Dense(units: 2).named("last")
        }
        #expect(residual.bottlenecks == ["first", "sum1", "last"])
    }

    @Test func sentencesBeginBehindTheirEmbeddings() throws {
        let network = sentences()
        let parameters = Parameters(try network.bound().parameters, seed: 3)
        let pool = WorkerPool(threads: 1)
        let subject = try Subject(network: network, parameters: parameters, pool: pool)
        let ids: [Float] = [1, 2, 8, 4, 3, 0] + [1, 2, 3, 4, 5, 6] + [0, 1, 0, 6, 2, 0]
        let (values, shape) = try subject.values(of: ids, shape: network.input)
        #expect(shape == Shape(channels: 7, height: 1, width: 6))
        let whole = try Probe(network, parameters: parameters, pool: pool).forward([ids])
        let behind = try subject.probe(Probe.Options(shape: shape)).forward([values])
        #expect(whole == behind)
    }

    @Test func anAimSaysWhatCounts() {
        let shape = Shape(channels: 2, height: 1, width: 2)
        #expect(Aim.output(1).weights(Shape(channels: 3, height: 1, width: 1)) == [0, 1, 0])
        #expect(Aim.channel(node: "a", 1).weights(shape) == [0, 0, 0.5, 0.5])
        #expect(Aim.value(node: "a", channel: 1, row: 0, column: 0).weights(shape) == [0, 0, 1, 0])
    }
}
