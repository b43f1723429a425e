import FormantTestSupport
import Foundation
import Testing

/// `classify` and `evaluate` on sound.
@Suite struct ClassifyTests {
    /// The test part of the run: path and label.
    private func testPart() throws -> [(path: String, label: String)] {
        let place = try TrainedRuns.place()
        return csv(try String(contentsOfFile: place.sound + "/splits.csv", encoding: .utf8)).filter {
            $0.last == "test"
        }
        .map { (place.tones + "/" + $0[0], $0[1]) }
    }

    @Test(arguments: ["sound", "text"])
    func evaluateEqualsTheTestOfTraining(kind: String) throws {
        let place = try TrainedRuns.place()
        let run = try Command.run(
            "evaluate", place.folder.path(kind), kind == "sound" ? place.tones : bundledIntents, "--json", "--quiet")
        #expect(run.status == 0 && run.errors == "")
        let metrics = try object(run.text)
        let summary = try object(kind == "sound" ? place.soundSummary : place.textSummary)
        let test = try #require(summary["test"] as? [String: Any])
        for key in ["accuracy", "macro_f1", "n"] { #expect(metrics[key] as? Double == test[key] as? Double, "\(key)") }
        let confusion = try #require(metrics["confusion"] as? [String: Any])
        let counts = try #require(confusion["counts"] as? [[Int]])
        #expect(counts.flatMap { $0 }.reduce(0, +) == test["n"] as? Int)
        let right = counts.indices.reduce(0) { $0 + counts[$1][$1] }
        #expect(
            abs(Double(right) / Double(try #require(test["n"] as? Int)) - (test["accuracy"] as? Double ?? -1)) < 1e-12)
    }

    @Test func evaluateTakesPartsAndWritesReports() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        var counts: [String: Int] = [:]
        for part in ["train", "validation", "test", "all"] {
            let report = folder.path(part + (part == "all" ? ".html" : ".json"))
            let run = try Command.run(
                "evaluate", place.sound + "/model.safetensors", place.tones, "--split", part, "--json", "--report",
                report)
            #expect(run.status == 0)
            counts[part] = try object(run.text)["n"] as? Int
            if part != "all" { #expect((try objectFile(report)["parts"] as? [Any])?.count == 1) }
            #expect(run.errors.contains("warning: ") == (part == "all"), "\(run.errors)")
        }
        #expect(try String(contentsOfFile: folder.path("all.html"), encoding: .utf8).contains("</html>"))
        #expect(counts["all"] == 60 && counts["train"]! + counts["validation"]! + counts["test"]! == 60)
    }

    @Test func labelsAgreeWithTheEvaluation() throws {
        let place = try TrainedRuns.place()
        let part = try testPart()
        let run = try Command.run(["classify", place.sound] + part.map(\.path) + ["--format", "csv"])
        #expect(run.status == 0)
        let rows = csv(run.text)
        #expect(rows[0] == ["path", "label", "score"])
        #expect(rows.dropFirst().map { $0[0] } == part.map(\.path))
        let right = zip(rows.dropFirst(), part).count { $0[1] == $1.label }
        let test = try #require(try object(place.soundSummary)["test"] as? [String: Any])
        #expect(abs(Double(right) / Double(part.count) - (test["accuracy"] as? Double ?? -1)) < 1e-12)

        let table = try Command.run(["classify", place.sound] + part.map(\.path)).lines.map {
            $0.split(separator: "\t")
        }
        let lines = try Command.run(["classify", place.sound] + part.map(\.path) + ["--format", "jsonl"]).lines
        #expect(table.count == part.count && lines.count == part.count)
        for (row, (fields, line)) in zip(rows.dropFirst(), zip(table, lines)) {
            let line = try object(line)
            #expect(Set(line.keys) == ["path", "label", "score"])
            #expect(line["path"] as? String == row[0] && line["label"] as? String == row[1])
            let score = try #require(line["score"] as? Double)
            #expect(abs(score - (Double(row[2]) ?? -1)) <= 5.1e-7 && score > 1 / 3 && score <= 1)
            #expect(fields.map(String.init)[0] == row[1] && fields[2] == row[0])
            #expect(abs(score - (Double(fields[1]) ?? -1)) <= 5.1e-5)
        }
    }

    @Test func foldersAndSeveralLabels() throws {
        let place = try TrainedRuns.place()
        let run = try Command.run(
            "classify", place.sound, place.tones, place.tones + "/low/0.wav", "--top", "3", "--json")
        #expect(run.status == 0 && run.lines.count == 61)
        for line in run.lines {
            let scores = try #require(try object(line)["scores"] as? [[String: Any]])
            #expect(Set(scores.compactMap { $0["label"] as? String }) == ["high", "low", "noise"])
            let values = scores.compactMap { $0["score"] as? Double }
            #expect(values == values.sorted(by: >) && abs(values.reduce(0, +) - 1) < 1e-5)
        }
        let more = csv(try Command.run("classify", place.sound, place.tones, "--top", "9", "--format", "csv").text)
        #expect(more.allSatisfy { $0.count == more[0].count }, "\(more[0]) \(more[1])")
    }

    @Test func namesThatNeedQuotes() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let sound = try place.folder.bytes("tones/low/0.wav")
        let names = [
            "a, b.wav", "say \"x\".wav", "accent \"\u{301}.wav", "two\nlines.wav", "tab\tand \u{1b}[1m.wav", "ü.wav",
        ]
        let paths = try names.map { try folder.write($0, sound) }
        let rows = csv(try Command.run(["classify", place.sound] + paths + ["--format", "csv"]).text)
        #expect(rows.dropFirst().map { $0[0] } == paths)
        let lines = try Command.run(["classify", place.sound] + paths + ["--json"]).lines
        #expect(try lines.map { try object($0)["path"] as? String } == paths)
        let table = try Command.run(["classify", place.sound] + paths)
        #expect(table.lines.count == names.count && !table.text.contains("\u{1b}"))
        #expect(table.lines.allSatisfy { $0.split(separator: "\t").count == 3 })
    }

    @Test func windows() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        // Two recordings of 0.3 s one behind the other: 0.6 s, windows of 0.25 s.
        let low = try place.folder.bytes("tones/low/0.wav")
        let high = try place.folder.bytes("tones/high/0.wav")
        var bytes = low + high[44...]
        for (at, value) in [(4, bytes.count - 8), (40, bytes.count - 44)] {
            for i in 0..<4 { bytes[at + i] = UInt8(truncatingIfNeeded: value >> (8 * i)) }
        }
        let path = try folder.write("both.wav", bytes)
        let rows = csv(try Command.run("classify", place.sound, path, "--hop", "0.1", "--format", "csv").text)
        #expect(rows[0] == ["path", "start", "end", "label", "score"])
        #expect(rows.dropFirst().map { $0[1] } == ["0.000", "0.100", "0.200", "0.300", "0.400"])
        #expect(rows.dropFirst().map { $0[2] } == ["0.250", "0.350", "0.450", "0.550", "0.600"])
        #expect(rows[1][3] == "low" && rows[4][3] == "high")
        let line = try object(try Command.run("classify", place.sound, path, "--hop", "0.3", "--json").lines[1])
        #expect(Set(line.keys) == ["path", "start", "end", "label", "score"])
        #expect(line["start"] as? Double == 0.3 && line["end"] as? Double == 0.55)
    }

    @Test func brokenInputsAreNamedAndTheRestIsDone() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let good = try place.folder.bytes("tones/low/0.wav")
        let broken = try folder.write("broken.wav", Array(good.prefix(30)))
        let text = try folder.write("text.wav", "no sound at all, but more than a few bytes")
        let empty = try folder.write("empty.wav", "")
        let fine = try folder.write("fine.wav", good)
        try FileManager.default.createDirectory(atPath: folder.path("folder"), withIntermediateDirectories: true)
        let inputs = [broken, fine, text, empty, folder.path("missing.wav"), folder.path("folder"), fine]
        let run = try Command.run(["classify", place.sound] + inputs + ["--json"])
        #expect(run.status == 3)
        #expect(try run.lines.map { try object($0)["path"] as? String } == [fine, fine])
        let errors = run.errors.split(separator: "\n")
        for input in [broken, text, empty, folder.path("missing.wav"), folder.path("folder")] {
            let own = errors.filter { $0.hasPrefix("error: \(input): ") }
            #expect(own.count == 1 && own[0].count > input.count + 15, "\(input): \(run.errors)")
        }
        #expect(errors.count == 5)
        let none = try Command.run("classify", place.sound, broken, text)
        #expect(none.status == 1 && none.output == [] && none.errors.contains(broken))
        let windows = try Command.run("classify", place.sound, broken, fine, "--hop", "0.1")
        #expect(windows.status == 3 && windows.lines.count == 2)
    }
}
