import FormantCorpus
import FormantTensor
import FormantTestSupport
import Testing

@Suite struct SplitTableTests {
    private func corpus(splits: [Split?], official: Bool = false) -> Corpus {
        Corpus(
            name: "c", modality: .text, root: ".",
            examples: splits.enumerated().map { index, split in
                Example(
                    input: .text("t\(index)"), labels: ["l\(index % 2)"], group: index < 2 ? "g" : nil, split: split,
                    source: "s", line: index + 1)
            }, splitIsOfficial: official)
    }

    @Test func aRunsTableGivesTheSamePlan() throws {
        let folder = try TemporaryFolder()
        let corpus = corpus(splits: [Split?](repeating: nil, count: 40))
        var generator = SeededGenerator(seed: 5)
        let plan = try Splitter.plan(for: corpus, using: &generator)
        let path = folder.path("splits.csv")
        try plan.write(to: path, corpus: corpus)
        let divided = corpus.divided(by: try SplitTable(path: path, corpus: corpus))
        #expect(try Splitter.plan(for: divided, using: &generator).splits == plan.splits)
        #expect(divided.fingerprint == corpus.fingerprint)
        let folds = try Splitter.folds(for: corpus, kind: .count(4), using: &generator)
        try folds.plans[0].write(to: path, corpus: corpus, folds: folds)
        let folded = corpus.divided(by: try SplitTable(path: path, corpus: corpus))
        let again = try Splitter.folds(for: folded, kind: .count(4), using: &generator)
        #expect(again.names == folds.names && again.folds == folds.folds)
    }

    @Test func columnsMayBeLeftOutAndMoved() throws {
        let folder = try TemporaryFolder()
        let corpus = corpus(splits: [nil, nil, nil])
        let path = try folder.write("s.csv", "split,id\ntest,s:3\ndev,s:1\r\ntrain,s:2\n")
        #expect(try SplitTable(path: path, corpus: corpus).splits == [.validation, .train, .test])
    }

    @Test(arguments: [
        ("id,split\ns:1,train\ns:2,train\ns:9,test\n", "line 4", "no example 's:9'"),
        ("id,split\ns:1,train\n", "2 have none", "'s:2', 's:3'"),
        ("id,split\ns:1,train\ns:1,test\n", "line 3", "twice"),
        ("id,split\ns:1,tests\n", "line 2", "found 'tests'"),
        ("id,label,split\ns:1,l1,train\n", "line 2", "expected label 'l0'"),
        ("id,group,split\ns:1,,train\n", "line 2", "group 'g'"),
        ("id,part\ns:1,train\n", "line 1", "expected the columns"),
        ("id,id,split\ns:1,s:1,train\n", "line 1", "expected the columns"),
        ("id,split,fold\ns:1,train,\n", "line 2", "name of a fold"),
        ("id,split\ns:1\n", "line 2", "expected 2 fields"), ("", "line 1", "expected the columns"),
    ])
    func faultsAreNamed(text: String, place: String, what: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("s.csv", text)
        let error = try #require(throws: CorpusError.self) {
            try SplitTable(path: path, corpus: corpus(splits: [nil, nil, nil]))
        }
        #expect("\(error)".contains(path) && "\(error)".contains(place) && "\(error)".contains(what), "\(error)")
    }

    @Test func anOfficialSplitStaysOneWhereItIsOnlyRefined() throws {
        let folder = try TemporaryFolder()
        let corpus = corpus(splits: [.train, .train, .test], official: true)
        func isOfficial(_ splits: [Split]) throws -> Bool {
            let path = folder.path("s.csv")
            try SplitPlan(splits: splits).write(to: path, corpus: corpus)
            return corpus.divided(by: try SplitTable(path: path, corpus: corpus)).splitIsOfficial
        }
        #expect(try isOfficial([.train, .validation, .test]))
        #expect(try !isOfficial([.train, .test, .test]))
        #expect(try !isOfficial([.train, .train, .validation]))
    }

    @Test func cardsSayWhetherTheirSplitIsOfficial() throws {
        let folder = try TemporaryFolder()
        try folder.write("t.txt", "a:one\nb:two\n")
        try folder.write("u.txt", "a:three\nb:four\n")
        let head = """
            name: n
            title: t
            modality: text
            licence: l
            source: s
            files: [t.txt, u.txt]
            label: {before: ':'}
            text: {after: ':'}

            """
        let split = "split:\n  test: {files: u.txt}\n"
        func official(_ text: String) throws -> Bool {
            try Card(yaml: text, path: "c.yaml").load(root: folder.path).splitIsOfficial
        }
        #expect(try official(head + split + "officialSplit: true\n"))
        #expect(try !official(head + split) && !official(head + split + "officialSplit: false\n"))
        for wrong in [head + "officialSplit: true\n", head + split + "officialSplit: perhaps\n"] {
            #expect(throws: CorpusError.self) { try Card(yaml: wrong, path: "c.yaml") }
        }
    }
}
