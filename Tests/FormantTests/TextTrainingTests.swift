import Formant
import FormantTensor
import FormantTestSupport
import FormantText
import Testing

/// What vectors and sub-words make of a training run on sentences.
@Suite struct TextTrainingTests {
    private func corpus(in folder: TemporaryFolder) throws -> String {
        var table = "text\tlabel\tsplit\n"
        for i in 0..<12 {
            let split = ["train", "train", "validation", "test"][i % 4]
            table += "wake me\talarm\t\(split)\nplay song\tmusic\t\(split)\n"
        }
        return try folder.write("t.tsv", table)
    }

    private func train(_ recipe: String, vectors: String?, words: String? = nil, in folder: TemporaryFolder) throws
        -> Model
    {
        var request = TrainingRequest(
            corpus: try corpus(in: folder), output: folder.path("run"), recipe: try Recipe(yaml: recipe, origin: "test")
        )
        request.vectors = vectors
        request.vectorWords = words
        _ = try TrainingRun(request, pool: WorkerPool(threads: 1)).run()
        return try Model(path: folder.path("run"))
    }

    private func recipe(_ text: String, _ embedding: String) -> String {
        """
        text: \(text)
        embedding: \(embedding)
        network:
          - {name: words, embedding: {rows: words, dimension: dimension, trained: false}}
          - globalMaxPool
          - dense: {units: classes}
        training: {epochs: 1, batch: 4}
        """
    }

    @Test func firstWordsOfTheVectorsJoin() throws {
        let folder = try TemporaryFolder()
        let vectors = try folder.write("v.txt", "the 1 2\nwake 3 4\nalarm 5 6\nsong 7 8\nrare 9 10\n")
        let text = "{tokeniser: whitespace, vocabulary: {extra: 3}}"
        let recipe = recipe(text, "{dimension: 2, vectors: optional, unknown: zero}")
        let model = try train(recipe, vectors: vectors, in: folder)
        guard case .text(let frontEnd) = model.frontEnd else {
            Issue.record("no text")
            return
        }
        #expect(frontEnd.vocabulary.words == ["me", "play", "song", "wake", "the", "alarm"])
        let table = try model.parameters.tensor("words.weight")
        #expect(table.extents == [8, 2])
        #expect(table.values == [0, 0, 0, 0, 0, 0, 0, 0, 7, 8, 3, 4, 1, 2, 5, 6])
        #expect(try Classifier(model).classify(texts: ["Alarm", ""]).count == 2)
    }

    @Test func withoutVectorsNothingJoins() throws {
        let folder = try TemporaryFolder()
        let recipe = recipe("{vocabulary: {extra: 3}}", "{dimension: 2, vectors: optional}")
        guard case .text(let frontEnd) = try train(recipe, vectors: nil, in: folder).frontEnd else {
            Issue.record("no text")
            return
        }
        #expect(frontEnd.vocabulary.count == 4 && frontEnd.matching == .exact)
    }

    @Test func hashedWordsTakeNoVectors() throws {
        let folder = try TemporaryFolder()
        let vectors = try folder.write("v.txt", "the 1 2\n")
        let recipe = recipe(
            "{tokeniser: characters, vocabulary: {hashed: {buckets: 9}}}", "{dimension: 2, vectors: optional}")
        let error = try #require(throws: RecipeError.self) { try train(recipe, vectors: vectors, in: folder) }
        #expect(error.description.contains("without words"))
        let model = try train(recipe, vectors: nil, in: folder)
        #expect(try model.parameters.tensor("words.weight").extents == [11, 2])
    }
}
