import FormantCorpus
import FormantTensor
import FormantTestSupport
import Testing

/// Cards of JSON files, and what cards say of texts.
@Suite struct JSONCardTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let head = "name: j\ntitle: T\nmodality: text\nlicence: none\nsource: here\nlayout: json\n"
    private static let lists =
        head + """
            files: a.json
            records: {'train[]': train, '"odd.key"[]': test}
            text: {json: '[0]'}
            label: {json: '[1]'}
            group: {json: '[2].who'}
            map: {x: ex}
            outOfScope: oos
            """
    private static let listsData = """
        {"train": [["hello there", "x", {"who": "ann"}], ["bye", "y", null], ["what", "oos"]],
         "odd.key": [["good\\u00a0day", "x"], ["no label"], [5, 1.50, {"who": 7}]]}
        """

    @Test func readsRecords() throws {
        let card = try folder.write("a.yaml", JSONCardTests.lists)
        try folder.write("a.json", "\u{feff}" + JSONCardTests.listsData)
        let corpus = try Corpus.load(argument: card, root: folder.path)
        #expect(corpus.examples.map(text) == ["hello there", "bye", "what", "good\u{a0}day", "5"])
        #expect(corpus.examples.map(\.labels) == [["ex"], ["y"], ["oos"], ["ex"], ["1.50"]])
        #expect(corpus.examples.map(\.split) == [.train, .train, .train, .test, .test])
        #expect(corpus.examples.map(\.group) == ["ann", nil, nil, nil, "7"])
        #expect(corpus.examples.map(\.id) == ["a.json:1", "a.json:2", "a.json:3", "a.json:4", "a.json:6"])
        #expect(corpus.outOfScope == "oos")
        #expect(corpus.problems.map(\.what) == ["odd.key[1]: the card's rule finds no label; skipped"])
    }

    @Test func joinsPiecesAndTakesKeys() throws {
        let card = try folder.write(
            "s.yaml",
            JSONCardTests.head
                + "files: '*.json'\nencoding: {files: {latin.json: iso-8859-1}}\nrecords: '*[]'\n"
                + "text: {json: 'data[].text', join: ''}\nlabel: key\n")
        try folder.write(
            "a.json", #"{"Play": [{"data": [{"text": "play "}, {"text": "it", "entity": "x"}]}, {"data": []}]}"#)
        try folder.write(
            "latin.json", Array(#"{"Rate": [{"data": [{"text": "r"#.utf8) + [0xe9] + Array(#" "}]}]}"#.utf8))
        let corpus = try Corpus.load(argument: card, root: folder.path)
        #expect(corpus.examples.map(text) == ["play it", "ré"])
        #expect(corpus.examples.map(\.labels) == [["Play"], ["Rate"]])
        #expect(corpus.problems.map(\.what) == ["Play[1]: the card's rule finds no text; skipped"])
    }

    @Test func linesOfTwoCodings() throws {
        let card = try folder.write(
            "s.yaml",
            JSONCardTests.head + "files: a.json\nencoding: [utf-8, iso-8859-1]\nrecords: '[]'\n"
                + "text: {json: '[0]'}\nlabel: {json: '[1]'}\n")
        let lines = [Array("[[\"caf\u{e9}\", 1],".utf8), Array("[\"caf".utf8) + [0xe9] + Array("\", 2]]".utf8)]
        try folder.write("a.json", lines.joined(separator: [0x0a]))
        let corpus = try Corpus.load(argument: card, root: folder.path)
        #expect(corpus.examples.map(text) == ["caf\u{e9}", "caf\u{e9}"] && corpus.labels == ["1", "2"])
    }

    @Test func severalLabels() throws {
        let card = try folder.write(
            "m.yaml",
            JSONCardTests.head + "files: a.json\nrecords: '[]'\ntext: {json: t}\nlabel: {json: 'l[]'}\n")
        try folder.write("a.json", #"[{"t": "one", "l": ["b", "a", "b"]}, {"t": "two", "l": ["a"]}]"#)
        let corpus = try Corpus.load(argument: card, root: folder.path)
        #expect(corpus.isMultiLabel && corpus.examples.map(\.labels) == [["b", "a"], ["a"]])
    }

    /// What is wrong with a file, and the words and the line of the message.
    @Test(arguments: [
        ("[1, 2]", "found a list of 2", 0),
        ("{\"trian\": [], \"x\": 1}", "train[]; found an object with 'trian', 'x'", 0),
        ("{\"train\": [\n[\"a\", \"b\"],\n]}", "expected JSON", 3), ("", "expected JSON", 1),
        ("{\"train\": []}", "train[]", 0),
        (String(repeating: "[", count: 200), "expected JSON", 1), ("{} {}", "expected JSON", 1),
    ])
    func saysWhatIsWrong(data: String, words: String, line: Int) throws {
        let card = try folder.write("a.yaml", JSONCardTests.lists)
        let path = try folder.write("a.json", data)
        let error = #expect(throws: CorpusError.self) { try Corpus.load(argument: card, root: folder.path) }
        let message = error.map(String.init(describing:)) ?? ""
        #expect(message.contains(words), "\(message)")
        #expect(message.hasPrefix(line > 0 ? "\(path), line \(line):" : "\(path):"), "\(message)")
    }

    @Test func namesTheCodingThatIsWrong() throws {
        let card = try folder.write("a.yaml", JSONCardTests.lists)
        let path = try folder.write("a.json", Array("{\n\"a".utf8) + [0xe9] + Array("\": 1}".utf8))
        let error = #expect(throws: CorpusError.self) { try Corpus.load(argument: card, root: folder.path) }
        let message = error.map(String.init(describing:)) ?? ""
        #expect(message.hasPrefix("\(path), line 2: not UTF-8") && message.contains("encoding"), "\(message)")
    }

    @Test(arguments: [
        ("'train[]'", "'train['", 8, "never closed"), ("'train[]'", "'train[x]'", 8, "[N]"),
        ("'train[]'", "'train[]]'", 8, "dot"), ("'train[]'", "'a..b'", 8, "expected a key"),
        ("'train[]'", "'\"a'", 8, "quote is never closed"), ("'train[]'", "'a*'", 8, "double quotes"),
        ("'train[]': train", "'train[]': learn", 8, "train, validation or test"),
        ("records:", "recrods:", 8, #"did you mean "records"?"#), ("{json: '[1]'}", "key", 1, "'key' needs"),
        ("{json: '[0]'}", "text", 1, "group of a text"), ("{json: '[0]'}", "{join: ' '}", 9, "goes with 'json'"),
        ("layout: json", "layout: lines", 1, "needs 'layout: json'"), ("records: {", "split: {", 8, "split"),
        ("files: a.json", "files: a.json\nencoding: {files: {a: utf-9}}", 8, "utf-8 or iso-8859-1"),
    ])
    func refusesCards(old: String, new: String, line: Int, words: String) {
        let yaml = JSONCardTests.lists.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
            .joined(separator: new)
        #expect(yaml != JSONCardTests.lists)
        let error = #expect(throws: CorpusError.self) { try Card(yaml: yaml, path: "c.yaml") }
        let message = error.map(String.init(describing:)) ?? ""
        #expect(message.contains(words) && message.hasPrefix("c.yaml, line \(line):"), "\(message)")
    }

    @Test func equalTextsAreAGroup() throws {
        let card = try folder.write(
            "g.yaml",
            "name: g\ntitle: T\nmodality: text\nlicence: none\nsource: here\nfiles: g.txt\nlabel: {before: ' '}\n"
                + "text: {after: ' '}\ngroup: text\nmap: {'0': no}\n")
        try folder.write("g.txt", "0 Good  day\n1 good day \n1 else\n0 good day\n1 more\n")
        let corpus = try Corpus.load(argument: card, root: folder.path)
        #expect(corpus.labels == ["1", "no"])
        #expect(corpus.examples.map(\.group) == ["good day", "good day", nil, "good day", nil])
        var generator = SeededGenerator(seed: 4)
        let folds = try Splitter.folds(for: corpus, kind: .count(3), using: &generator)
        #expect(folds.folds[0] == folds.folds[1] && folds.folds[0] == folds.folds[3])
    }

    @Test func randomJSONNeverTraps() throws {
        let card = try folder.write("a.yaml", JSONCardTests.lists)
        var generator = SeededGenerator.derived(seed: 6, purpose: "JSON")
        var (loaded, refused) = (0, 0)
        for round in 0..<2_000 {
            try folder.write("a.json", mutated(Array(JSONCardTests.listsData.utf8), using: &generator))
            do throws(CorpusError) {
                let corpus = try Corpus.load(argument: card, root: folder.path)
                #expect(Set(corpus.examples.map(\.id)).count == corpus.examples.count, "seed 6, round \(round)")
                loaded += 1
            } catch {
                refused += 1
                #expect(!error.description.isEmpty)
            }
        }
        #expect(loaded > 100 && refused > 200, "loaded \(loaded), refused \(refused)")
    }
}
