import FormantCorpus
import FormantTensor
import Foundation
import Testing

@Suite struct BundledCorpusTests {
    @Test func spokenWords() throws {
        let corpus = try Corpus.load(argument: bundledCorpora + "/spoken-words")
        #expect(corpus.problems == [])
        #expect(corpus.name == "spoken-words" && corpus.labels.count == 14 && corpus.examples.count == 728)
        var voices: [Split: Set<String>] = [:]
        for example in corpus.examples {
            let split = try #require(example.split)
            voices[split, default: []].insert(try #require(example.group))
        }
        #expect(voices[.train]?.count == 18 && voices[.validation]?.count == 3 && voices[.test]?.count == 5)
        #expect(Set(voices.values.flatMap { $0 }).count == 26)

        var generator = SeededGenerator(seed: 1)
        let plan = try Splitter.plan(for: corpus, using: &generator)
        #expect(plan.splits == corpus.examples.map(\.split))
        #expect(plan.warnings == [])
        #expect(Split.allCases.map(plan.count) == [504, 84, 140])
    }

    @Test func spokenWordsAreSmallFLAC() throws {
        let corpus = try Corpus.load(argument: bundledCorpora + "/spoken-words")
        var bytes = 0
        for example in corpus.examples {
            let path = try #require(corpus.path(of: example))
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(data.starts(with: Array("fLaC".utf8)), "\(path)")
            bytes += data.count
        }
        #expect(bytes < 4_000_000)
    }

    @Test(arguments: [
        "fsdd", "speech-commands", "esc-10", "trec-6", "trec-50", "mr", "sst-2", "sst-5", "subj", "cr", "mpqa",
        "clinc150", "snips",
    ])
    func cardsAreUnderstood(name: String) throws {
        let card = try Card(path: bundledCorpora + "/\(name).yaml")
        #expect(card.name == name && !card.source.isEmpty && !card.licence.isEmpty && !card.title.isEmpty)
    }
}

/// The cards with the public data, where `FORMANT_DATA` says that they are.
@Suite(.enabled(if: publicData != nil)) struct PublicCorpusTests {
    private func load(_ card: String, _ root: String) throws -> Corpus {
        let corpus = try Corpus.load(
            argument: bundledCorpora + "/\(card).yaml", root: (publicData ?? "") + "/" + root)
        #expect(corpus.problems == [])
        return corpus
    }

    private func counts(_ corpus: Corpus) -> [Split?: Int] {
        Dictionary(grouping: corpus.examples, by: \.split).mapValues(\.count)
    }

    @Test func fsdd() throws {
        let corpus = try load("fsdd", "fsdd")
        #expect(counts(corpus) == [.train: 2_700, .test: 300])
        #expect(corpus.labels == (0...9).map(String.init))
        #expect(Set(corpus.examples.map(\.group)).count == 6)
        var generator = SeededGenerator(seed: 1)
        let plan = try Splitter.plan(for: corpus, using: &generator)
        #expect(Split.allCases.map(plan.count) == [2_430, 270, 300])
        #expect(plan.warnings.contains { $0.contains("300 of 300 test examples are from 6 groups") })
        let folds = try Splitter.folds(for: corpus, kind: .leaveOneGroupOut, using: &generator)
        #expect(folds.names == ["george", "jackson", "lucas", "nicolas", "theo", "yweweler"])
        #expect(folds.plans.map { $0.count(of: .test) } == [Int](repeating: 500, count: 6))
    }

    @Test func speechCommands() throws {
        let corpus = try load("speech-commands", "speech-commands")
        #expect(counts(corpus) == [.train: 1_970, .validation: 308, .test: 587])
        #expect(corpus.labels == ["_silence_", "_unknown_", "down", "left", "no", "right", "up", "yes"])
        #expect(corpus.examples.filter { $0.group == nil }.allSatisfy { $0.labels == ["_silence_"] })
        #expect(corpus.examples.filter { $0.labels == ["_silence_"] }.allSatisfy { $0.group == nil })
        var generator = SeededGenerator(seed: 1)
        let plan = try Splitter.plan(for: corpus, using: &generator)
        #expect(plan.warnings.contains { $0.contains("217 of 587 test examples") })
    }

    @Test func esc10() throws {
        let corpus = try load("esc-10", "ESC-10")
        #expect(corpus.examples.count == 400 && corpus.labels.count == 10 && corpus.labels.contains("Dog bark"))
        #expect(corpus.folds == ["1", "2", "3", "4", "5"])
        var generator = SeededGenerator(seed: 1)
        let folds = try Splitter.folds(for: corpus, kind: .count(5), using: &generator)
        #expect(folds.plans.allSatisfy { $0.count(of: .test) == 80 && $0.warnings == [] })
        #expect(folds.folds == corpus.examples.map { $0.fold ?? -1 })
    }

    @Test func trec6() throws {
        let corpus = try load("trec-6", "text")
        #expect(counts(corpus) == [.train: 5_452, .test: 500])
        #expect(corpus.labels == ["ABBR", "DESC", "ENTY", "HUM", "LOC", "NUM"])
        let first = corpus.examples.first { $0.id == "TREC.train:1" }
        #expect(
            first.flatMap(text) == "How did serfdom develop in and then leave Russia ?" && first?.labels == ["DESC"])
        #expect(corpus.examples.contains { text($0)?.contains("sisterðcity") == true })
    }

    @Test func mr() throws {
        let corpus = try load("mr", "text")
        #expect(counts(corpus) == [nil: 10_662])
        #expect(corpus.examples.count { $0.labels == ["negative"] } == 5_331)
        #expect(corpus.examples.contains { text($0)?.contains("…") == true })
        #expect(corpus.rules.foldCount == 10)
        var generator = SeededGenerator(seed: 1)
        let folds = try Splitter.folds(for: corpus, kind: .count(10), using: &generator)
        #expect(folds.plans.allSatisfy { 1_066...1_067 ~= $0.count(of: .test) })
    }
}
