import FormantTestSupport
import Foundation
import Testing

/// `classify` on sentences: one line of output for each line of input, whatever is in it.
@Suite struct SentenceTests {
    @Test(arguments: [
        ("a\nb\nc\n", 3), ("", 0), ("\n", 1), ("\n\n\n", 3), ("no end", 1), ("a\nno end", 2), ("a\r\nb\r\n", 2),
        ("\r\n\r\n", 2), ("a\rb\n", 1), ("tab\there\n\u{2028}\u{85}\n\u{0}\n", 3), ("\u{feff}wake me\n", 1),
        (" \t \n", 1), ("\u{1b}[31mred\u{7}\n", 1), ("e\u{301}\u{301}\u{301}\n\u{301}\n", 2), ("👩‍👩‍👧 🇪🇺\n", 1),
    ])
    func aLineForEachLine(input: String, count: Int) throws {
        let place = try TrainedRuns.place()
        for format in ["table", "jsonl", "csv"] {
            let run = try Command.run(
                ["classify", place.text, "-", "--format", format, "--threads", "1"], input: Array(input.utf8))
            #expect(run.status == 0 && run.errors == "", "\(run.errors)")
            let records = format == "csv" ? csv(run.text).count - 1 : run.lines.count
            #expect(records == count, "\(format): \(run.text)")
            if format == "jsonl" {
                for line in run.lines { #expect(Set(try object(line).keys) == ["text", "label", "score"]) }
            }
        }
    }

    @Test func whatIsPrintedIsWhatWasRead() throws {
        let place = try TrainedRuns.place()
        let sentences = ["Wake me, at \"six\"", "", "\"\u{301}quoted", "a\tb", "trailing  ", "ünïcode"]
        let input = Array(sentences.map { $0 + "\r\n" }.joined().utf8)
        let lines = try Command.run(["classify", place.text, "-", "--json"], input: input).lines
        #expect(try lines.map { try object($0)["text"] as? String } == sentences)
        let rows = csv(try Command.run(["classify", place.text, "-", "--format", "csv"], input: input).text)
        #expect(rows.map { $0[0] } == ["text"] + sentences)
    }

    @Test func invalidUTF8IsSaidAndRead() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let bytes: [UInt8] = Array("fine\n".utf8) + [0xff, 0xfe, 0x20, 0x61, 0x0a, 0xc3, 0x0a] + Array("end".utf8)
        let run = try Command.run(["classify", place.text, "-", "--json"], input: bytes)
        #expect(run.status == 0 && run.lines.count == 4)
        #expect(try object(run.lines[1])["text"] as? String == "\u{fffd}\u{fffd} a")
        #expect(run.errors.contains("standard input: line 2") && run.errors.contains("UTF-8"))
        let file = try folder.write("latin.txt", bytes)
        let again = try Command.run("classify", place.text, file, "--json")
        #expect(again.output == run.output && again.errors.contains("\(file): line 2"))
    }

    @Test func longLines() throws {
        let place = try TrainedRuns.place()
        let long = String(repeating: "wake me up ", count: 33_334)
        let word = String(repeating: "x", count: 300_000)
        let input = Array("short\n\(long)\n\(word)\nshort".utf8)
        let run = try Command.run(["classify", place.text, "-", "--json"], input: input)
        #expect(run.status == 0 && run.lines.count == 4)
        #expect(try object(run.lines[1])["text"] as? String == long)
        #expect(run.lines[0] == run.lines[3])
    }

    @Test func manyLinesAtOnceAreEachAsIfAlone() throws {
        let place = try TrainedRuns.place()
        let rows = try String(contentsOfFile: bundledIntents + "/manifest.tsv", encoding: .utf8)
            .split(separator: "\n").dropFirst().map { $0.split(separator: "\t").map(String.init) }
            .filter { $0[2] == "test" }
        let input = Array(rows.map { $0[0] + "\n" }.joined().utf8)
        let lines = try Command.run(["classify", place.text, "-", "--json"], input: input).lines
        #expect(lines.count == rows.count)
        for i in stride(from: 0, to: rows.count, by: 40) {
            let alone = try Command.run(["classify", place.text, "-", "--json"], input: Array(rows[i][0].utf8)).lines
            #expect(alone == [lines[i]])
        }
        // As the evaluation says.
        let right = try zip(lines, rows).count { try object($0)["label"] as? String == $1[1] }
        let test = try #require(try object(place.textSummary)["test"] as? [String: Any])
        #expect(abs(Double(right) / Double(rows.count) - (test["accuracy"] as? Double ?? -1)) < 1e-12)
    }

    @Test func severalInputs() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let file = try folder.write("some.txt", "one\ntwo\n")
        let run = try Command.run(
            ["classify", place.text, file, "-", folder.path("missing"), file, "--json"], input: [0x61])
        #expect(run.status == 3)
        #expect(try run.lines.map { try object($0)["text"] as? String } == ["one", "two", "a", "one", "two"])
        #expect(run.errors.contains("error: \(folder.path("missing")): "))
        let none = try Command.run("classify", place.text, folder.path("missing"))
        #expect(none.status == 1 && none.output == [])
    }

    @Test func aCleanUpForEnglishIsNotForChinese() throws {
        let folder = try TemporaryFolder()
        let words = ["天气", "下雨", "太阳", "音乐", "歌曲", "播放"]
        let rows = (0..<24).map { "\(words[$0 % 6])\(words[$0 / 6])\t\($0 % 6 < 3 ? "天" : "乐")\n" }
        let table = try folder.write("zh.tsv", "text\tlabel\n" + rows.joined())
        func train(_ settings: String...) throws -> Command.Outcome {
            try Command.run(
                ["train", table, "--recipe", "kim-rand", "--epochs", "1", "--out", folder.path("run\(settings.count)")]
                    + settings)
        }
        #expect(try train().errors.contains("removes 100 % of the letters"))
        let characters = try train(
            "--set", "text.normalisation.cleanUp=none", "--set", "text.tokeniser=characters")
        #expect(characters.status == 0 && !characters.errors.contains("removes"), "\(characters.errors)")
    }
}
