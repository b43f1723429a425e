import FormantCorpus
import FormantTensor
import FormantTestSupport
import Testing

/// Manifests with any names of columns, several labels, and other codings.
@Suite struct ColumnTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let options = CorpusOptions(
        columns: [.text: "Utterance", .label: "intents", .split: "part", .group: "who"], labelSeparator: ";")
    private static let table =
        "\u{feff}utterance,Intents,part,who,note\r\n\"hello,\r\n\"\"you\"\"\",greet; ask ;greet,dev,a,\r\n"
        + "bye,,test,b,\"x\"\r\nlater,ask,train,c,1\r\n"

    @Test(arguments: [",", "\t", ";"])
    func anyNames(delimiter: Character) throws {
        let separator: Character = delimiter == ";" ? "|" : ";"
        var table = ColumnTests.table.replacing(";", with: "|").replacing(",", with: String(delimiter))
        table = table.replacing("|", with: String(separator))
        let path = try folder.write("t.csv", table)
        var options = ColumnTests.options
        options.labelSeparator = separator
        let corpus = try Corpus.load(argument: path, options: options)
        #expect(corpus.problems == [])
        #expect(corpus.examples.map(text) == ["hello\(delimiter)\r\n\"you\"", "bye", "later"])
        #expect(corpus.examples.map(\.labels) == [["greet", "ask"], [], ["ask"]])
        #expect(corpus.examples.map(\.split) == [.validation, .test, .train])
        #expect(corpus.examples.map(\.group) == ["a", "b", "c"])
        #expect(corpus.isMultiLabel && corpus.extraColumns == ["note"])
    }

    @Test func aNamedTextIsTakenBesideAPath() throws {
        let path = try folder.write("t.csv", "path,utterance,label\na.wav,hello,x\n")
        let corpus = try Corpus.load(argument: path, options: CorpusOptions(columns: [.text: "utterance"]))
        #expect(corpus.modality == .text && corpus.extraColumns == ["path"])
    }

    @Test func aNameThatIsNotThereIsAnError() throws {
        let path = try folder.write("t.csv", "utterance,label\nhello,x\n")
        let error = #expect(throws: CorpusError.self) {
            try Corpus.load(argument: path, options: CorpusOptions(columns: [.text: "uterance"]))
        }
        #expect(
            error.map { "\($0)" }
                == "\(path), line 1: expected a column 'uterance' for text, found 'utterance', 'label'")
    }

    @Test func otherCodings() throws {
        let bytes: [UInt8] = Array("text,label\ncaf".utf8) + [0xe9, 0x20, 0x85] + Array(",x\n".utf8)
        let path = try folder.write("t.csv", bytes)
        let error = #expect(throws: CorpusError.self) { try Corpus.load(argument: path) }
        #expect(
            error.map { "\($0)".contains("line 2: field 1 is not UTF-8") && "\($0)".contains("--encoding") } == true)
        let windows = try Corpus.load(argument: path, options: CorpusOptions(coding: .windows1252))
        #expect(windows.examples.map(text) == ["café …"])
        let lines = try folder.write(
            "t.jsonl", Array("{\"text\": \"caf".utf8) + [0xe9] + Array("\", \"label\": \"x\"}".utf8))
        #expect(
            try Corpus.load(argument: lines, options: CorpusOptions(coding: .latin1)).examples.map(text) == ["café"])
        let fast = try folder.write("t.txt", Array("__label__x __label__y __label__x caf".utf8) + [0xe9])
        let corpus = try Corpus.load(argument: fast, options: CorpusOptions(coding: .latin1))
        #expect(corpus.examples.map(\.labels) == [["x", "y"]] && corpus.isMultiLabel)
    }

    @Test func optionsThatDoNotGoWithACorpusAreRefused() throws {
        try folder.write("tones/a/1.wav", "x")
        let fast = try folder.write("t.txt", "__label__x hello\n")
        for (argument, options) in [
            (folder.path + "/tones", ColumnTests.options), (fast, CorpusOptions(labelSeparator: ";")),
            (folder.path + "/tones", CorpusOptions(coding: .latin1)),
        ] {
            let error = #expect(throws: CorpusError.self) { try Corpus.load(argument: argument, options: options) }
            guard case .badOption = error else {
                Issue.record("\(error as Any)")
                continue
            }
        }
    }

    @Test func tenThousandMutatedTables() throws {
        var generator = SeededGenerator.derived(seed: 8, purpose: "tables")
        var (loaded, faulty, refused) = (0, 0, 0)
        let bytes = Array(ColumnTests.table.utf8)
        for round in 0..<10_000 {
            let path = try folder.write("t.csv", mutated(bytes, using: &generator))
            do throws(CorpusError) {
                let corpus = try Corpus.load(argument: path, options: ColumnTests.options)
                loaded += 1
                if !corpus.problems.isEmpty { faulty += 1 }
                #expect(corpus.problems.allSatisfy { $0.line.map { 1...40 ~= $0 } ?? true }, "seed 8, round \(round)")
                #expect(
                    corpus.examples.allSatisfy { Set($0.labels).count == $0.labels.count }, "seed 8, round \(round)")
            } catch {
                refused += 1
                #expect(
                    "\(error)".contains(path) || "\(error)".hasPrefix("t has no"), "seed 8, round \(round): \(error)")
            }
        }
        #expect(loaded > 1_000 && faulty > 500 && refused > 500, "\(loaded), \(faulty), \(refused)")
    }
}
