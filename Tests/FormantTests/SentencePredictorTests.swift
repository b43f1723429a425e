import Formant
import FormantNetwork
import FormantTensor
import Testing

/// Sentences run by the responses to single words give what they give layer by layer.
@Suite struct SentencePredictorTests {
    enum Kind: CaseIterable {
        case kim, otherOrder, twoTables, oneBank
        /// Not of the kind that can be taken apart.
        case samePadding, average, dilated, twoReaders, embeddingBesides
    }

    private static let rows = 40

    private func network(_ kind: Kind) -> Network {
        var assembly = NetworkAssembly(input: Shape(channels: 1, width: 16))
        assembly.append(Embedding(rows: SentencePredictorTests.rows, dimension: 6), name: "words")
        var source = "words"
        if kind == .twoTables {
            assembly.append(
                Embedding(rows: SentencePredictorTests.rows, dimension: 3, trained: false), name: "other",
                inputs: [Network.inputName])
            assembly.append(Concatenate(), name: "both", inputs: ["other", "words"])
            source = "both"
        }
        let taps = kind == .oneBank ? [3] : [4, 1, 5]
        for (number, width) in taps.enumerated() {
            assembly.append(
                Convolution1D(
                    filters: 5 + 15 * number, width: .count(width), dilation: kind == .dilated && width > 1 ? 2 : 1,
                    padding: kind == .samePadding ? .same : .valid, bias: number != 1),
                name: "c\(number)", inputs: [source])
            assembly.append(Activation(.relu))
            assembly.append(GlobalPool(kind == .average && number == 0 ? .average : .maximum), name: "p\(number)")
        }
        let pools = taps.indices.map { "p\($0)" }
        if kind == .embeddingBesides {
            assembly.append(GlobalPool(.maximum), name: "p3", inputs: ["words"])
            assembly.append(Concatenate(), inputs: pools + ["p3"])
        } else if kind != .oneBank {
            assembly.append(Concatenate(), name: "joined", inputs: kind == .otherOrder ? pools.reversed() : pools)
        }
        assembly.append(Dropout(rate: 0.5))
        assembly.append(Dense(units: 7), name: "first")
        if kind == .twoReaders { assembly.append(Concatenate(), inputs: ["first", "p1"]) }
        assembly.append(Dense(units: 3))
        return assembly.network
    }

    private func sentences(_ count: Int, using generator: inout SeededGenerator) -> [[Float]] {
        (0..<count).map { number in
            let width = [8, 9, 16, 24, 5, 100][generator.index(below: 6)]
            // Padding behind the words of some, which may be none.
            let words = number % 3 == 0 ? generator.index(below: width + 1) : width
            return (0..<width).map { place in
                if place >= words { return 0 }
                // Some ids are of no row: they are the unknown word.
                return number % 7 == 0 ? Float(generator.index(below: 60)) - 5 : Float(generator.index(below: 40))
            }
        }
    }

    private func outputs(_ predictor: SentencePredictor, _ sentences: [[Float]]) throws -> [[Float]] {
        try predictor.outputs(shapes: sentences.map { Shape(channels: 1, width: $0.count) }) { i, input in
            for (place, id) in sentences[i].enumerated() { input[place] = id }
        }
    }

    @Test(arguments: Kind.allCases) func equalsLayerByLayer(kind: Kind) throws {
        let network = network(kind)
        let parameters = Parameters(try network.bound().parameters, seed: 3)
        var generator = SeededGenerator.derived(seed: 5, purpose: "\(kind)")
        for entry in parameters.table.entries where entry.name.hasSuffix("bias") {
            var tensor = try parameters.tensor(entry.name)
            for i in tensor.values.indices { tensor.values[i] = generator.uniform(in: -0.5..<0.5) }
            try parameters.set(entry.name, to: tensor)
        }
        // Filters that leave places out span more of them.
        let sentences = sentences(300, using: &generator).filter { kind != .dilated || $0.count > 8 }
        let pool = WorkerPool(threads: 1)
        let predictor = SentencePredictor(network: network, parameters: parameters, pool: pool)
        let wanted: Set<Kind> = [.kim, .otherOrder, .twoTables, .oneBank]
        #expect(predictor.usesResponses == wanted.contains(kind))
        let found = try outputs(predictor, sentences)
        let reference = Predictor(network: network, parameters: parameters, pool: pool)
        for (i, sentence) in sentences.enumerated() {
            let expected = try reference.outputs(count: 1, shape: Shape(channels: 1, width: sentence.count)) {
                _, input in
                for (place, id) in sentence.enumerated() { input[place] = id }
            }[0]
            #expect(found[i].count == expected.count)
            for (a, b) in zip(found[i], expected) { #expect(abs(a - b) < 1e-5, "seed 5, \(kind), sentence \(i)") }
        }
        // The same bits alone, in another order, and on more threads.
        let several = SentencePredictor(network: network, parameters: parameters, pool: WorkerPool(threads: 3))
        #expect(try outputs(several, sentences.reversed()) == found.reversed())
        for i in [0, 7, 100] { #expect(try outputs(predictor, [sentences[i]]) == [found[i]]) }
        #expect(try outputs(predictor, []) == [])
    }
}
