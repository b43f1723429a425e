import FormantCorpus
import FormantTestSupport
import Testing

@Suite struct ManifestTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func readsAllColumnsOfSound() throws {
        try folder.write("sound/a b.wav", "x")
        try folder.write("b.wav", "x")
        let path = try folder.write(
            "m.csv",
            """
            Path,label,start,end,channel,group,split,fold,weight,site
            sound/a b.wav,cat,0.5,1.25,1,ann,dev,2,0.5,north
            ./b.wav,dog,,,,,train,10,,
            """)
        let corpus = try Corpus.load(argument: path)
        #expect(corpus.problems == [])
        #expect(corpus.modality == .audio && corpus.name == "m" && corpus.labels == ["cat", "dog"])
        #expect(corpus.extraColumns == ["site"] && corpus.folds == ["2", "10"])
        let first = corpus.examples[0]
        #expect(clip(first) == AudioClip(path: "sound/a b.wav", start: 0.5, end: 1.25, channel: 1))
        #expect(first.labels == ["cat"] && first.group == "ann" && first.split == .validation && first.fold == 0)
        #expect(first.weight == 0.5 && corpus.value(of: "site", in: first) == "north" && first.line == 2)
        #expect(first.id == "sound/a b.wav#0.5-1.25@1")
        let second = corpus.examples[1]
        #expect(second.id == "b.wav" && second.group == nil && second.weight == 1 && second.fold == 1)
        #expect(corpus.path(of: second) == folder.path + "/b.wav")
        #expect(corpus.value(of: "site", in: second) == "" && corpus.value(of: "moon", in: second) == nil)
    }

    @Test func readsQuotedNewlinesMarksAndCarriageReturns() throws {
        let path = try folder.write(
            "m.csv", "\u{feff}text,label\r\n\"a \"\"b\"\",\r\nc\",x\r\n\r\nplain \"q\",\"y,z\"\r\n")
        let corpus = try Corpus.load(argument: path)
        #expect(corpus.problems == [])
        #expect(corpus.examples.map(text) == ["a \"b\",\r\nc", "plain \"q\""])
        #expect(corpus.examples.map(\.line) == [2, 5])
        #expect(corpus.examples.map(\.id) == ["m.csv:2", "m.csv:5"])
        #expect(corpus.labels == ["x", "y,z"])
    }

    @Test(arguments: [("m.tsv", "\t"), ("m.csv", ";"), ("n.csv", "\t")])
    func findsTheDelimiter(name: String, delimiter: String) throws {
        let path = try folder.write(name, "text\(delimiter)label\na, b\(delimiter)x\n")
        let corpus = try Corpus.load(argument: path)
        #expect(corpus.examples.map(text) == ["a, b"] && corpus.labels == ["x"])
    }

    @Test func namesBadLinesAndGoesOn() throws {
        try folder.write("a.wav", "x")
        let path = try folder.write(
            "m.csv",
            """
            path,label,start,end,channel,split,weight
            a.wav,x,,,,,
            missing.wav,x,,,,,
            a.wav,x,-1,,,,
            a.wav,x,2,1,,,
            a.wav,x,nan,,,,
            a.wav,x,1e999,,,,
            a.wav,x,,,-1,,
            a.wav,x,,,99999999999999999999,,
            a.wav,x,,,,sometimes,
            a.wav,x,,,,,-3
            a.wav,x,,,,,1e300
            a.wav,,,,,,
            ,x,,,,,
            a.wav,x
            a.wav,"x"y,,,,,
            a.wav,x,,,,,
            a.wav,z,,,,,
            a.wav,x,5,,,,
            """)
        let corpus = try Corpus.load(argument: path)
        #expect(corpus.examples.map(\.line) == [2, 19])
        #expect(corpus.problems.map(\.line) == Array(3...18))
        #expect(corpus.problemCount == 16)
        for (line, word) in [
            (3, "missing.wav"), (4, "start"), (5, "end"), (8, "channel"), (10, "sometimes"),
            (11, "weight"), (13, "label"), (14, "path"), (15, "7 fields"), (16, "quote"), (17, "line 2"),
            (18, "another label"),
        ] {
            let problem = corpus.problems.first { $0.line == line }
            #expect(problem?.what.contains(word) == true, "line \(line): \(problem?.what ?? "none")")
        }
    }

    @Test func saysWhereAQuoteWasOpened() throws {
        let path = try folder.write("m.csv", "text,label\na,x\n\"b,x\nc,x\nd,x\n")
        let corpus = try Corpus.load(argument: path)
        #expect(corpus.examples.count == 1)
        #expect(corpus.problems.first?.line == 3)
        #expect(corpus.problems.first?.what.contains("opened in line 3 is never closed") == true)
    }

    @Test func namesTheNearestColumn() throws {
        for header in ["text,lable", "txet,label", "text,label,label", "words,kind"] {
            let path = try folder.write("m.csv", header + "\na,b\n")
            let error = #expect(throws: CorpusError.self) { try Corpus.load(argument: path) }
            let message = "\(error.map(String.init(describing:)) ?? "")"
            let wanted =
                ["text,lable": "'label'", "txet,label": "'text'", "text,label,label": "twice"][header] ?? "'text'"
            #expect(message.contains(wanted) && message.contains("m.csv, line 1"), "\(message)")
        }
        let corpus = try Corpus.load(argument: folder.write("m.csv", "text,label,gruop\na,b,c\n"))
        #expect(corpus.problems.first?.what.contains("'group'") == true)
        #expect(corpus.extraColumns == ["gruop"])
    }

    @Test func takesOtherColumnNamesAndSeveralLabels() throws {
        let path = try folder.write("m.csv", "id,utterance,intent\n1,hello,greet|smile\n2,bye,part\n")
        let options = CorpusOptions(columns: [.text: "utterance", .label: "intent"], labelSeparator: "|")
        let corpus = try Corpus.load(argument: path, options: options)
        #expect(corpus.labels == ["greet", "part", "smile"] && corpus.isMultiLabel)
        #expect(corpus.examples[0].labels == ["greet", "smile"])
        let error = #expect(throws: CorpusError.self) {
            try Corpus.load(argument: path, options: CorpusOptions(columns: [.text: "sentence"]))
        }
        #expect(error.map { "\($0)".contains("'sentence'") } == true)
    }

    @Test func takesARootAndAbsolutePaths() throws {
        let data = try TemporaryFolder()
        let place = try data.write("in/a.wav", "x")
        let path = try folder.write("m.csv", "path,label\nin/a.wav,x\n\(data.path)//in/../in/a.wav,y\n")
        let corpus = try Corpus.load(argument: path, root: data.path)
        #expect(corpus.examples[0].id == "in/a.wav" && corpus.path(of: corpus.examples[0]) == place)
        #expect(corpus.examples[1].id == "in/../in/a.wav")
    }

    @Test func unlabelledManifestsHaveExamplesWithoutLabels() throws {
        let corpus = try Corpus.load(argument: folder.write("m.csv", "text\nhello\n"))
        #expect(corpus.examples.count == 1 && corpus.examples[0].labels == [] && corpus.labels == [])
    }

    @Test func refusesOtherCodingsAndNothing() throws {
        let utf16: [UInt8] = [0xff, 0xfe, 0x74, 0, 0x0a, 0]
        let cases: [(String, [UInt8])] = [
            ("utf16.csv", utf16), ("empty.csv", []), ("header.csv", Array("text,label\n".utf8)),
            ("utf16.jsonl", utf16), ("empty.jsonl", []), ("utf16.txt", utf16),
            ("bad.csv", Array("text,label\n".utf8) + [0xff, 0x2c, 0x78, 0x0a]),
        ]
        for (name, bytes) in cases {
            let path = try folder.write(name, bytes)
            #expect(throws: CorpusError.self, "\(name)") { try Corpus.load(argument: path) }
        }
    }

    @Test func fingerprintFollowsIdentitiesLabelsAndSplits() throws {
        func print(_ text: String) throws -> String {
            try Corpus.load(argument: folder.write("m.csv", text)).fingerprint
        }
        let base = try print("text,label,split\na,x,train\nb,y,test\n")
        #expect(base.count == 64)
        #expect(try print("text,label,split\na,x,train\nb,y,test\n") == base)
        for other in [
            "text,label,split\na,x,train\nb,x,test\n", "text,label,split\na,x,train\nb,y,train\n",
            "text,label,split\na,x,train\n\nb,y,test\n", "text,label,split\nc,x,train\nb,y,test\n",
        ] {
            #expect(try print(other) != base)
        }
    }

    @Test func readsJSONLines() throws {
        try folder.write("a.wav", "x")
        let path = try folder.write(
            "m.jsonl",
            """
            {"path": "a.wav", "label": "x", "start": 1, "end": 2.5, "group": 7, "room": "k\\u00fcche", "noise": true}

            {"path": "a.wav", "label": ["x", "y"], "start": 3, "more": {"deep": 1}, "nothing": null}
            {"path": "a.wav", "label": 3, "start": "four"}
            not json
            [1, 2]
            {"path": {"a": 1}, "label": "x"}
            {"label": "x", "paht": "a.wav"}
            """)
        let corpus = try Corpus.load(argument: path)
        #expect(corpus.examples.count == 2)
        #expect(clip(corpus.examples[0]) == AudioClip(path: "a.wav", start: 1, end: 2.5))
        #expect(corpus.examples[0].group == "7")
        #expect(corpus.value(of: "room", in: corpus.examples[0]) == "küche")
        #expect(corpus.value(of: "noise", in: corpus.examples[0]) == "true")
        #expect(corpus.examples[1].labels == ["x", "y"] && corpus.examples[1].line == 3)
        #expect(Set(corpus.problems.map(\.line)) == [4, 5, 6, 7, 8])
        #expect(corpus.problems.contains { $0.what.contains("was 'path' meant?") })
    }

    @Test func nestedJSONIsNoTrap() throws {
        let deep = String(repeating: "[", count: 100_000)
        let path = try folder.write(
            "m.jsonl", "{\"text\": \"a\", \"label\": \"x\"}\n{\"text\": \(deep)\n{\"a\":\(deep)")
        #expect(try Corpus.load(argument: path).problems.count == 2)
    }

    @Test func readsFastText() throws {
        let path = try folder.write(
            "m.txt",
            "__label__a  hello you\n__label__b __label__c\tmany words \r\n\nno label\n__label__d\n__label__ empty\n")
        let corpus = try Corpus.load(argument: path)
        #expect(corpus.examples.map(text) == ["hello you", "many words"])
        #expect(corpus.examples.map(\.labels) == [["a"], ["b", "c"]])
        #expect(corpus.problems.map(\.line) == [4, 5, 6])
        let prose = try folder.write("prose.txt", "just prose\n")
        #expect(throws: CorpusError.self) { try Corpus.load(argument: prose) }
    }
}
