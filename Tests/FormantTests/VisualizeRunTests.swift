import Formant
import FormantNetwork
import FormantTensor
import FormantTestSupport
import FormantText
import Foundation
import Testing

@Suite struct VisualizeRunTests {
    private struct Summary: Codable {
        struct Entry: Codable {
            var words: [String]
            var response: Float
            var count: Int
        }
        struct Channel: Codable { var nGrams: [Entry] }
        struct Layer: Codable { var channels: [Channel] }
        var layers: [Layer]
    }

    /// The n-grams of a filter against a loop over all windows of all sentences.
    @Test func nGramsAreThoseOfBruteForce() throws {
        let folder = try TemporaryFolder()
        var chance = SeededGenerator(seed: 4)
        let vocabulary = (0..<12).map { "w\($0)" }
        let texts = (0..<300).map { _ in
            (0..<chance.index(below: 7) + 1).map { _ in vocabulary[chance.index(below: 12)] }.joined(separator: " ")
        }
        let lines = texts.enumerated().map { "\($0.element)\t\($0.offset % 2 == 0 ? "even" : "odd")" }
        let corpus = try folder.write("corpus.tsv", "text\tlabel\n" + lines.joined(separator: "\n") + "\n")
        var options = TextFrontEndOptions()
        options.padding = try PaddingRule(margin: 1)
        let frontEnd = try TextFrontEnd.fit(texts: texts, options: options)
        let network = Network(input: Shape(channels: 1, height: 1, width: 8)) {
            Embedding(rows: frontEnd.rowCount, dimension: 5).named("words")
            Convolution1D(filters: 4, width: 3).named("filters")
            Activation(.relu)
            GlobalPool(.maximum)
            Dense(units: 2)
        }
        let parameters = Parameters(try network.bound().parameters, seed: 9)
        let model = Model(
            frontEnd: .text(frontEnd), network: network, parameters: parameters, labels: ["even", "odd"],
            scoring: .softmax,
            provenance: try JSONDecoder().decode(
                Model.Provenance.self,
                from: Data(
                    """
                    {"version": "test", "recipe": "test", "corpus": "test", "fingerprint": "none", "seed": 1, "epoch": 1}
                    """.utf8)))
        try model.write(to: folder.path("model.safetensors"))
        var request = VisualizeRequest(
            model: folder.path("model.safetensors"), items: [corpus], root: nil, reading: CorpusReading(),
            out: folder.path("pages"))
        request.layers = ["filters"]
        request.parts = [.patches]
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let found = try decoder.decode(
            Summary.self, from: Data(try VisualizeRun.run(request, pool: WorkerPool(threads: 2)).json().utf8))

        let table = try parameters.tensor("words.weight").values
        let weights = try parameters.tensor("filters.weight").values
        let bias = try parameters.tensor("filters.bias").values
        for filter in 0..<4 {
            // Per run of words its response, and the sentences of which it is the strongest place.
            var responses: [[String]: Float] = [:]
            var counts: [[String]: Int] = [:]
            for text in texts {
                let (ids, tokens) = (frontEnd.ids(of: text), frontEnd.tokens(of: text))
                var best: (words: [String], response: Float)?
                for start in 0...(ids.count - 3) {
                    var sum = bias[filter]
                    for tap in 0..<3 {
                        for row in 0..<5 {
                            sum += table[Int(ids[start + tap]) * 5 + row] * weights[(filter * 5 + row) * 3 + tap]
                        }
                    }
                    let words = (start - 1..<start + 2).map { tokens.indices.contains($0) ? tokens[$0] : "·" }
                    if best == nil || max(sum, 0) > best!.response { best = (words, max(sum, 0)) }
                }
                responses[best!.words] = best!.response
                counts[best!.words, default: 0] += 1
            }
            let expected = responses.filter { $0.value > 0 }.sorted { $0.value > $1.value }.prefix(9)
            let entries = found.layers[0].channels[filter].nGrams.filter { $0.response > 0 }
            #expect(entries.map(\.words) == expected.map(\.key))
            for (entry, expected) in zip(entries, expected) {
                #expect(abs(entry.response - expected.value) < 1e-4)
                #expect(entry.count == counts[expected.key])
            }
        }
    }
}
