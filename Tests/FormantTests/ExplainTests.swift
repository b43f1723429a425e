import Formant
import FormantTensor
import FormantTestSupport
import Foundation
import Testing

/// Explanations of small trained models.
@Suite struct ExplainTests {
    private struct Line: Decodable {
        struct Method: Decodable {
            struct Completeness: Decodable {
                var sum, difference, error: Double
                var steps: Int
            }
            struct Checks: Decodable {
                struct Stage: Decodable {
                    var downTo: String
                    var rank: Double
                }
                var rank: Double?
                var stages: [Stage]
                var deletion, insertion: Double
                var orders: Int
            }
            var method: String
            var signed: Bool
            var shape: [Int]
            var values: [Float]
            var completeness: Completeness?
            var layers: [String]?
            var checks: Checks?
        }
        struct Axis: Decodable {
            var unit: String
            var values: [Double]
        }
        var input, label: String
        var logit, score: Float
        var start: Double?
        var words: [String]?
        var rows, columns: Axis?
        var methods: [Method]

        func values(_ method: String) throws -> [Float] {
            try #require(methods.first { $0.method == method }).values
        }
    }

    private func decode(_ said: [ExplainRun.Said]) throws -> [Line] { try said.map { try decode($0.json) } }

    private func decode(_ json: String) throws -> Line {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Line.self, from: Data(json.utf8))
    }

    private func run(
        _ model: Model, _ folder: TemporaryFolder, threads: Int = 2, _ change: (inout ExplainRequest) -> Void = { _ in }
    ) throws -> ExplainRun {
        var request = ExplainRequest()
        change(&request)
        return try ExplainRun(model, request, out: folder.path("out/"), pool: WorkerPool(threads: threads))
    }

    /// log p(a) − log p(b) is what the outputs of a and b differ by, so that the classifier itself says how far each falls.
    @Test func occlusionOfWordsEqualsBruteForceThroughTheClassifier() throws {
        let model = try SmallModels.place().text
        let folder = try TemporaryFolder()
        let text = "please wake me, play song 7 at xyzzy"
        let lines = try decode(
            try run(model, folder) {
                $0.methods = ["occlusion"]
                $0.labels = model.labels
                $0.checks = false
            }.explain(sentence: text, name: "it"))
        #expect(lines.map(\.label) == model.labels && lines.count == 2)
        let words = try #require(lines[0].words)
        #expect(words == ["please", "wake", "me", ",", "play", "song", "7", "at", "xyzzy"])
        let classifier = Classifier(model, pool: WorkerPool(threads: 1))
        func ratio(_ text: String) throws -> Double {
            let scores = Dictionary(
                uniqueKeysWithValues: try classifier.classify(text: text).ranking.map { ($0.label, Double($0.score)) })
            return log(scores[model.labels[0]]!) - log(scores[model.labels[1]]!)
        }
        let whole = try ratio(text)
        let maps = try lines.map { try $0.values("occlusion") }
        var largest = 0.0
        for i in words.indices {
            var rest = words
            rest.remove(at: i)
            let fall = whole - (try ratio(rest.joined(separator: " ")))
            #expect(abs(fall - Double(maps[0][i] - maps[1][i])) < 2e-4 * max(1, abs(whole)), "\(words[i])")
            largest = max(largest, abs(fall))
        }
        #expect(largest > 0.1)
    }

    @Test func mapsOfASoundHaveItsAxesAndAddUp() throws {
        let place = try SmallModels.place()
        let folder = try TemporaryFolder()
        let line = try #require(
            try decode(try run(place.sound, folder).explain(file: place.tone("high", 0), name: "high")).first)
        let (rows, columns) = (try #require(line.rows), try #require(line.columns))
        #expect(rows.values.count == 16 && rows.unit == "Hz" && columns.unit == "s")
        #expect(zip(rows.values, rows.values.dropFirst()).allSatisfy { $0 < $1 })
        #expect(zip(columns.values, columns.values.dropFirst()).allSatisfy { abs($1 - $0 - 0.016) < 1e-9 })
        #expect(
            line.methods.map(\.method) == [
                "saliency", "gradient-x-input", "smoothgrad", "integrated-gradients", "guided-backprop", "grad-cam",
                "occlusion",
            ])
        for method in line.methods {
            #expect(method.shape == [16, columns.values.count] && method.values.count == 16 * columns.values.count)
            #expect(method.signed || method.values.allSatisfy { $0 >= 0 })
            let checks = try #require(method.checks)
            #expect(checks.orders == 5 && (0...1).contains(checks.deletion) && (0...1).contains(checks.insertion))
            // The dense layer, the convolution with its batch norm, and twice more the whole.
            #expect(checks.stages.count == 4 && checks.rank != nil)
        }
        let sum = try #require(line.methods[3].completeness)
        #expect(sum.error < 0.01 && abs(sum.sum - sum.difference) < 0.01 * abs(sum.difference))
        #expect(abs(sum.sum - Double(line.methods[3].values.reduce(0, +))) < 1e-3)
        // A tone of 1,800 Hz is what counts in a high one.
        let occlusion = try line.values("occlusion")
        #expect(line.label == "high" && occlusion.contains { $0 > 0 })
    }

    @Test func threadsChangeNothingAndSeedsOnlyChance() throws {
        let place = try SmallModels.place()
        func json(threads: Int, seed: UInt64) throws -> [String] {
            let folder = try TemporaryFolder()
            let sound = try run(place.sound, folder, threads: threads) { $0.seed = seed }
            let text = try run(place.text, folder, threads: threads) { $0.seed = seed }
            return try sound.explain(file: place.tone("low", 1), name: "low").map(\.json)
                + text.explain(sentence: "wake me at 7 please or play song", name: "it").map(\.json)
        }
        let first = try json(threads: 1, seed: 1)
        #expect(try json(threads: 3, seed: 1) == first)
        let other = try json(threads: 2, seed: 2)
        #expect(other != first)
        let lines = try [first, other].map { try $0.map { try decode($0) } }
        for (a, b) in zip(lines[0], lines[1]) {
            #expect(try a.values("integrated-gradients") == b.values("integrated-gradients"))
            #expect(try a.values("smoothgrad") != b.values("smoothgrad"))
        }
    }

    /// Words beside their letters, and characters alone: maps have one value per word.
    @Test(arguments: [
        """
        name: letters
        text: {padding: {margin: 2, lengthStep: 4}, subwords: {unit: characters, perWord: 5}}
        embedding: {dimension: 8, vectors: none}
        network:
          - {from: input, slice: {axis: frequency, count: 1}}
          - {name: vectors, embedding: {rows: words, dimension: dimension}}
          - {from: input, slice: {axis: frequency, start: 1}}
          - embedding: {rows: subwords, dimension: 6}
          - convolution: {filters: 8, kernel: [3, 1], padding: [1, 0]}
          - relu
          - {name: parts, maxPool: {window: [all, 1]}}
          - {from: [vectors, parts], concatenate: {}}
          - convolution1D: {filters: 12, width: 3}
          - relu
          - globalMaxPool
          - dense: {units: classes}
        training: {epochs: 2, batch: 16, rate: 0.02}
        """,
        """
        name: characters
        text: {tokeniser: characters, padding: {margin: 0, lengthStep: 1, minimumLength: 40, maximumLength: 40}}
        embedding: {dimension: 8, vectors: none}
        network:
          - embedding: {rows: words, dimension: dimension}
          - convolution1D: {filters: 12, width: 5}
          - relu
          - maxPool: {window: [1, 3]}
          - convolution1D: {filters: 12, width: 3}
          - relu
          - flatten
          - dense: {units: classes}
        training: {epochs: 2, batch: 16, rate: 0.02}
        """,
    ])
    func wordsOfAnyTextNetwork(recipe: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("sentences.tsv", SmallModels.sentences)
        try train(folder.path("sentences.tsv"), recipe, into: folder.path("run"))
        let model = try Model(path: folder.path("run"))
        let text = "wake me at seven or play the long song 7 for me"
        for words in ["leave-out", "replace"] {
            let line = try #require(
                try decode(try run(model, folder) { $0.words = words }.explain(sentence: text, name: words)).first)
            // Of 40 characters the last words are cut off.
            let isCut = recipe.contains("characters\ntext: {tokeniser")
            let seen = Array(text.split(separator: " ").map(String.init).prefix(isCut ? 10 : 12))
            #expect(line.words == seen)
            for method in line.methods {
                #expect(method.shape == [seen.count] && method.values.count == seen.count, "\(method.method)")
                // Grad-CAM may find nothing that speaks for a label.
                #expect(method.method == "grad-cam" || method.values.contains { $0 != 0 }, "\(method.method)")
            }
            #expect(try #require(line.methods[3].completeness).error < 0.01)
        }
    }

    @Test func picturesAreExplainedOverRowsAndColumns() throws {
        let folder = try TemporaryFolder()
        try TestPictures.writeCorpus(in: folder)
        let corpus = folder.path("shapes")
        try train(corpus, TestPictures.recipe, into: folder.path("run"))
        let model = try Model(path: folder.path("run"))
        let label = try #require(model.labels.first)
        let file = try #require(try FileManager.default.contentsOfDirectory(atPath: corpus + "/" + label).min())
        let path = "\(corpus)/\(label)/\(file)"
        for (patch, baseline) in [([1, 1], "padding"), ([4, 4], "zeros")] {
            let line = try #require(
                try decode(
                    try run(model, folder) {
                        $0.patch = patch
                        $0.stride = patch
                        $0.baseline = baseline
                    }.explain(file: path, name: "\(baseline).png")
                ).first)
            #expect(line.methods.allSatisfy { $0.shape == [16, 16] && $0.values.count == 256 })
            #expect(try #require(line.methods[3].completeness).error < 0.01)
            let occlusion = try line.values("occlusion")
            #expect(occlusion.contains { $0 != 0 })
            if patch == [4, 4] { #expect(Set(occlusion).count <= 16) }
        }
        #expect(throws: ClassifierError.self) { try run(model, folder).explain(sentence: "x", name: "y") }
        #expect { try run(model, folder).explain(file: folder.path("gone.png"), name: "gone.png") } throws: {
            "\($0)".contains("gone.png")
        }
    }

    @Test func whatCannotBeExplainedSaysWhy() throws {
        let place = try SmallModels.place()
        let folder = try TemporaryFolder()
        let text = try run(place.text, folder)
        #expect { try text.explain(sentence: "  ", name: "line 3") } throws: { "\($0)".contains("line 3") }
        #expect { try text.explain(file: place.tone("low", 0), name: "x") } throws: {
            "\($0)".contains("takes text")
        }
        for (change, hint) in [
            ({ $0.methods = ["salienzy"] }, "saliency"), ({ $0.labels = ["musik"] }, "music"),
            ({ $0.baseline = "zero" }, "zeros"), ({ $0.nodes = ["convolution9"] }, "convolution"),
            ({ $0.nodes = ["embedding1"] }, "behind the embeddings"), ({ $0.samples = 0 }, "1 to 10000"),
            ({ $0.noise = .nan }, "0 to 10"), ({ $0.patch = [0, 2] }, "--patch"), ({ $0.stride = [3] }, "--stride"),
            ({ $0.at = 3 }, "sound"), ({ $0.hop = 1 }, "sound"), ({ $0.words = "leave" }, "leave-out"),
        ] as [((inout ExplainRequest) -> Void, String)] {
            #expect { try run(place.text, folder, change) } throws: { "\($0)".contains(hint) }
        }
    }

    @Test func longRecordingsAreExplainedWhereAsked() throws {
        let place = try SmallModels.place()
        let folder = try TemporaryFolder()
        var chance = SeededGenerator(seed: 4)
        let path = try folder.write("long.wav", TestSounds.wav(TestSounds.tone(300, seconds: 1, using: &chance)))
        let change = { (request: inout ExplainRequest) in
            request.methods = ["saliency"]
            request.checks = false
        }
        let windows = try decode(
            try run(place.sound, folder) {
                change(&$0)
                $0.hop = 0.25
            }.explain(file: path, name: "long.wav"))
        #expect(windows.map(\.start) == [0, 0.25, 0.5, 0.75])
        #expect(windows.map(\.input)[2] == "long.wav at 0.50 s")
        let one = try decode(
            try run(place.sound, folder) {
                change(&$0)
                $0.at = 0.625
            }.explain(file: path, name: "long.wav"))
        #expect(one.map(\.start) == [0.5])
        #expect(try one[0].values("saliency") == windows[2].values("saliency"))
        let middle = try decode(try run(place.sound, folder, change).explain(file: path, name: "long.wav"))
        #expect(middle.map(\.start) == [0.375])
        #expect {
            try run(place.sound, folder) { $0.at = 99 }.explain(file: path, name: "long.wav")
        } throws: {
            "\($0)".contains("long.wav")
        }
    }
}

extension ExplainRun {
    fileprivate func explain(file path: String, name: String) throws -> [Said] {
        var all: [Said] = []
        try explain(file: path, name: name) { all.append($0) }
        return all
    }

    fileprivate func explain(sentence text: String, name: String) throws -> [Said] {
        var all: [Said] = []
        try explain(sentence: text, name: name) { all.append($0) }
        return all
    }
}
