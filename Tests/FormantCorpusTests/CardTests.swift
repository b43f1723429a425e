import FormantCorpus
import FormantTestSupport
import Testing

@Suite struct CardTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static let sound = """
        name: digits
        title: Digits
        modality: audio
        licence: none
        source: the moon
        files: 'r/*.wav'
        exclude: r/bad*
        label: {path: '/(?<label>\\d)_'}
        group: {path: '_(?<group>[a-z]+)_'}
        split: {test: {path: '_0\\.wav$'}, validation: {list: valid.txt}}
        folds: {path: '_(?<fold>\\d)\\.wav$'}
        """

    @Test func readsSound() throws {
        for name in [
            "r/1_ann_0.wav", "r/1_ann_1.wav", "r/2_bob_1.wav", "r/bad_1.wav", "r/x_bob_1.wav", "r/deep/1_a_0.wav",
        ] {
            try folder.write(name, "x")
        }
        try folder.write("valid.txt", "r/2_bob_1.wav\r\nr/none.wav\n")
        let card = try folder.write("digits.yaml", CardTests.sound)
        let corpus = try Corpus.load(argument: card, root: folder.path)
        #expect(corpus.name == "digits" && corpus.labels == ["1", "2"] && corpus.folds == ["0", "1"])
        #expect(corpus.examples.map(\.id) == ["r/1_ann_0.wav", "r/1_ann_1.wav", "r/2_bob_1.wav"])
        #expect(corpus.examples.map(\.split) == [.test, .train, .validation])
        #expect(corpus.examples.map(\.group) == ["ann", "ann", "bob"])
        #expect(corpus.examples.map(\.fold) == [0, 1, 1])
        #expect(corpus.problems.count == 2)
        #expect(corpus.problems.contains { $0.file.hasSuffix("x_bob_1.wav") })
        #expect(corpus.problems.contains { $0.file.hasSuffix("valid.txt") && $0.line == 2 })
    }

    @Test func readsLinesAndTables() throws {
        let head = "title: T\nmodality: text\nlicence: none\nsource: here\n"
        try folder.write(
            "q.train", Array("A:b caf".utf8) + [0xe9, 0x20, 0x85, 0x0a] + Array("nothing\n\nB:c x y \r\n".utf8))
        let lines = try folder.write(
            "lines.yaml",
            "name: q\n" + head + "files: q.train\nencoding: windows-1252\nlabel: {before: ':'}\ntext: {after: ' '}\n")
        let corpus = try Corpus.load(argument: lines, root: folder.path)
        #expect(corpus.examples.map(text) == ["café …", "x y"] && corpus.labels == ["A", "B"])
        #expect(corpus.examples.map(\.id) == ["q.train:1", "q.train:4"])
        #expect(corpus.problems.map(\.line) == [2])

        try folder.write("t.csv", "utterance,intent,part\n\"a\nb\",x,train\nc,y,test\nd,y,never\n")
        let table = try folder.write(
            "table.yaml",
            "name: t\n" + head + "layout: table\nfiles: [t.csv]\nlabel: {column: intent}\ntext: {column: utterance}\n"
                + "split: {column: part}\nvalidation: {fraction: 0.25, by: example}\nfolds: {count: 7}\n")
        let second = try Corpus.load(argument: table, root: folder.path)
        #expect(second.examples.map(text) == ["a\nb", "c"] && second.examples.map(\.split) == [.train, .test])
        #expect(second.rules == SplitRules(validationFraction: 0.25, validationUnit: .example, foldCount: 7))
        #expect(second.problems.count == 1)
    }

    @Test func saysWhereTheDataAreToBeHad() throws {
        let card = try folder.write("digits.yaml", CardTests.sound)
        for root in [nil, folder.path + "/none", folder.path, card] {
            let error = #expect(throws: CorpusError.self) { try Corpus.load(argument: card, root: root) }
            let message = error.map(String.init(describing:)) ?? ""
            #expect(message.contains("the moon"), "\(message)")
            if let root { #expect(message.contains(root), "\(message)") }
        }
        try folder.write("r/1_ann_0.wav", "x")
        let error = #expect(throws: CorpusError.self) { try Corpus.load(argument: card, root: folder.path) }
        #expect(error.map { "\($0)".contains("valid.txt") } == true)
    }

    @Test(arguments: [
        ("exclude:", "exlude:", 7, #"did you mean "exclude"?"#),
        ("{path: '/(?", "{pth: '/(?", 8, #"did you mean "path"?"#),
        ("{test:", "{tset:", 10, #"did you mean "test"?"#), ("modality: audio", "modality: smell", 3, "audio or text"),
        ("name: digits", "name: ''", 1, "name"), ("(?<label>", "(?<lable>", 8, "(?<label>"),
        ("(?<label>\\d)", "(?<label>\\d", 8, "never closed"), ("source: the moon", "", 1, "'source'"),
        ("r/*.wav", "../*.wav", 6, "below the root"), ("r/*.wav", "/etc/*", 6, "below the root"),
        ("title: Digits", "title: &a Digits", 2, "anchors"), ("title: Digits", "title: *a", 2, "anchors"),
        ("title: Digits", "title: [Digits", 3, "YAML"), ("title: Digits", "name: again", 0, "YAML"),
        ("{list: valid.txt}", "{list: a, path: b}", 10, "exactly one"),
        ("{path: '/(?<label>\\d)_'}", "{column: a}", 1, "layout: table"),
    ])
    func refusesWhatIsNotUnderstood(old: String, new: String, line: Int, word: String) {
        let yaml = CardTests.sound.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false).joined(
            separator: new)
        #expect(yaml != CardTests.sound)
        let error = #expect(throws: CorpusError.self) { try Card(yaml: yaml, path: "c.yaml") }
        let message = error.map(String.init(describing:)) ?? ""
        #expect(message.contains(word), "\(message)")
        #expect(message.hasPrefix(line > 0 ? "c.yaml, line \(line):" : "c.yaml"), "\(message)")
    }

    @Test func deepAndLargeCardsAreRefused() {
        for yaml in [
            String(repeating: "[", count: 5_000), String(repeating: "- ", count: 5_000),
            String(repeating: "? ", count: 5_000), "name: " + String(repeating: "x", count: 100_000), "", "- a", "a",
        ] {
            #expect(throws: CorpusError.self) { try Card(yaml: yaml, path: "c.yaml") }
        }
    }
}
