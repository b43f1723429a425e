import FormantCorpus
import FormantTensor
import Foundation
import FormantTestSupport
import Testing

/// Two thousand broken files of each kind: an error, problems, or a corpus that is sound in itself; never a trap.
@Suite struct HostileInputTests {
    private static let seeds: [(name: String, text: String)] = [
        (
            "m.csv",
            """
            path,label,start,end,channel,group,split,weight,note
            a.wav,x,0.5,1.5,0,ann,train,1,"said ""yes"",
            twice"
            b.wav,y,,,,bob,test,2,
            c.wav,"x",1,2,1,ann,validation,0.5,plain

            """
        ),
        ("t.csv", "text,label,group\r\n\"hello, you\",greet,a\r\nbye,part,b\r\nhow much,\"ask\",c\r\n"),
        (
            "m.jsonl",
            """
            {"path": "a.wav", "label": "x", "start": 0.5, "end": 1.5, "group": "ann", "note": "n\\u00e9"}
            {"path": "b.wav", "label": ["x", "y"], "channel": 1, "weight": 2.5, "split": "test"}
            {"path": "c.wav", "label": 3, "more": {"a": [1, 2, {"b": null}]}}
            """
        ),
        ("f.txt", "__label__a hello you\n__label__b __label__c many words\n__label__a bye\n"),
        ("c.yaml", CardTests.sound),
    ]

    @Test(arguments: seeds.indices)
    func mutationsNeverTrap(number: Int) throws {
        let folder = try TemporaryFolder()
        for name in ["r/1_ann_0.wav", "r/1_ann_1.wav", "r/2_bob_1.wav"] { try folder.write(name, "x") }
        try folder.write("valid.txt", "r/2_bob_1.wav\n")
        let seed = HostileInputTests.seeds[number]
        var generator = SeededGenerator.derived(seed: 3, purpose: seed.name)
        var (loaded, refused, faulty) = (0, 0, 0)
        var first: CorpusError?
        for round in 0..<2_000 {
            let bytes = mutated(Array(seed.text.utf8), using: &generator)
            let path = try folder.write(seed.name, bytes)
            do throws(CorpusError) {
                let corpus = try Corpus.load(
                    argument: path, root: folder.path, options: CorpusOptions(checksFiles: false))
                loaded += 1
                if !corpus.problems.isEmpty { faulty += 1 }
                check(corpus, "seed 3, \(seed.name), round \(round)")
            } catch {
                refused += 1
                first = first ?? error
                #expect(!error.description.isEmpty)
            }
        }
        #expect(
            loaded > 20 && refused + faulty > 100,
            "loaded \(loaded), with problems \(faulty), refused \(refused): \(first as Any)")
    }

    private func check(_ corpus: Corpus, _ comment: String) {
        #expect(!corpus.examples.isEmpty, "\(comment)")
        #expect(
            corpus.labels == corpus.labels.sorted() && Set(corpus.labels).count == corpus.labels.count, "\(comment)")
        #expect(Set(corpus.examples.map(\.id)).count == corpus.examples.count, "\(comment)")
        for example in corpus.examples {
            #expect(example.weight.isFinite && example.weight >= 0, "\(comment)")
            #expect(example.labels.allSatisfy { corpus.labels.contains($0) && !$0.isEmpty }, "\(comment)")
            #expect(example.fold.map(corpus.folds.indices.contains) ?? true, "\(comment)")
            if let clip = clip(example) {
                #expect(clip.start ?? 0 >= 0 && clip.end ?? .infinity > clip.start ?? 0, "\(comment)")
            }
        }
    }

    @Test func splitTablesNeverTrap() throws {
        let folder = try TemporaryFolder()
        let corpus = try Corpus.load(argument: folder.write("t.csv", HostileInputTests.seeds[1].text))
        let plan = SplitPlan(splits: [.train, .validation, .test])
        let path = folder.path + "/splits.csv"
        try plan.write(to: path, corpus: corpus)
        let bytes = try Array(String(contentsOfFile: path, encoding: .utf8).utf8)
        var generator = SeededGenerator(seed: 5)
        var refused = 0
        for round in 0..<1_000 {
            try folder.write("splits.csv", mutated(bytes, using: &generator))
            do throws(CorpusError) {
                let read = try SplitPlan(path: path, corpus: corpus)
                #expect(read.splits.count == 3, "seed 5, round \(round)")
            } catch {
                refused += 1
            }
        }
        #expect(refused > 500)
    }
}
