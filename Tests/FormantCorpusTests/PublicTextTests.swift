import FormantCorpus
import FormantTensor
import Testing

/// The cards of public corpora of sentences with the data, where `FORMANT_DATA` says that they are.
@Suite(.enabled(if: publicData != nil)) struct PublicTextTests {
    struct Expected: Sendable {
        var card: String
        var root = "text"
        var labels: Int
        /// Training, validation, test, and without a split.
        var counts: [Int]
        /// Of the first example of the card's first file.
        var label: String
        /// What the warning says of texts on both sides of the official split.
        var repeated: String?
        /// Lines without a text.
        var empty = 0
    }

    @Test(arguments: [
        Expected(card: "trec-50", labels: 50, counts: [5_452, 0, 500, 0], label: "NUM:dist", repeated: "11 of 500"),
        Expected(card: "sst-2", labels: 2, counts: [6_920, 872, 1_821, 0], label: "negative", repeated: "2 of 1821"),
        Expected(card: "sst-5", labels: 5, counts: [8_544, 1_101, 2_210, 0], label: "neutral", repeated: "2 of 2210"),
        Expected(card: "subj", labels: 2, counts: [0, 0, 0, 10_000], label: "subjective"),
        Expected(card: "cr", labels: 2, counts: [0, 0, 0, 3_771], label: "negative", empty: 4),
        Expected(card: "mpqa", labels: 2, counts: [0, 0, 0, 10_603], label: "negative", empty: 3),
        Expected(
            card: "clinc150", root: "intents", labels: 151, counts: [15_100, 3_100, 5_500, 0], label: "translate",
            repeated: "2 of 5500"),
        Expected(
            card: "snips", root: "intents", labels: 7, counts: [13_784, 0, 700, 0], label: "AddToPlaylist",
            repeated: "11 of 700"),
    ])
    func isReadWhole(_ expected: Expected) throws {
        let corpus = try load(expected)
        #expect(corpus.labels.count == expected.labels)
        let splits: [Split?] = [.train, .validation, .test, nil]
        #expect(splits.map { split in corpus.examples.count { $0.split == split } } == expected.counts)
        #expect(corpus.examples[0].labels == [expected.label])
        var generator = SeededGenerator(seed: 1)
        if expected.counts[3] == 0 {
            let warnings = try Splitter.plan(for: corpus, using: &generator).warnings
            #expect(
                warnings.first { $0.contains("test texts stand in training") }?.hasPrefix(expected.repeated ?? "?")
                    == true, "\(warnings)")
        } else {
            // No text is on both sides of a fold.
            let folds = try Splitter.folds(for: corpus, kind: .count(10), using: &generator)
            #expect(folds.plans.allSatisfy { $0.warnings == [] }, "\(folds.plans[0].warnings)")
            let sizes = folds.plans.map { $0.count(of: .test) }
            #expect(try #require(sizes.max()) - (try #require(sizes.min())) <= 20, "\(sizes)")
        }
    }

    @Test func wordsAreWhatTheyAre() throws {
        let subj = try load(.init(card: "subj", labels: 2, counts: [], label: ""))
        #expect(subj.examples.contains { text($0)?.contains("…") == true })
        let snips = try load(.init(card: "snips", root: "intents", labels: 7, counts: [], label: ""))
        #expect(text(snips.examples[0]) == "Add another song to the Cita Romántica playlist.")
        #expect(
            snips.examples.allSatisfy { text($0)?.contains("Ã") == false && text($0)?.contains("\u{fffd}") == false })
        let clinc = try load(.init(card: "clinc150", root: "intents", labels: 151, counts: [], label: ""))
        #expect(clinc.outOfScope == "oos" && !clinc.isMultiLabel)
        #expect(clinc.examples.count { $0.labels == ["oos"] && $0.split == .test } == 1_000)
        let mpqa = try load(.init(card: "mpqa", labels: 2, counts: [], label: "", empty: 3))
        let groups = Dictionary(grouping: mpqa.examples.filter { $0.group != nil }, by: \.group)
        #expect(groups.values.allSatisfy { $0.count > 1 })
        #expect(groups.values.reduce(0) { $0 + $1.count - 1 } == 2_363)
    }

    private func load(_ expected: Expected) throws -> Corpus {
        let corpus = try Corpus.load(
            argument: bundledCorpora + "/\(expected.card).yaml", root: (publicData ?? "") + "/" + expected.root)
        #expect(corpus.problems.count == expected.empty)
        #expect(corpus.problems.allSatisfy { $0.what == "the card's rule finds no text; skipped" && $0.line != nil })
        return corpus
    }
}
