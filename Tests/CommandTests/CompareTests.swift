import FormantTestSupport
import Foundation
import Testing

/// What `compare` says of runs.
@Suite struct CompareTests {
    @Test func twoRunsOfTheSameCorpus() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let train = try Command.run(
            "train", bundledIntents, "--recipe", place.folder.path("text.yaml"), "--out", folder.path("longer"),
            "--epochs", "6", "--quiet")
        #expect(train.status == 0, "\(train.errors)")
        let compare = try Command.run(
            "compare", place.text, folder.path("longer"), "--json", "--out", folder.path("page.html"))
        #expect(compare.status == 0, "\(compare.errors)")
        let comparison = try object(compare.text)
        let runs = try #require(comparison["runs"] as? [[String: Any]])
        let summary = try #require(try object(place.textSummary)["test"] as? [String: Any])
        #expect(comparison["n"] as? Int == summary["n"] as? Int)
        for key in ["accuracy", "macro_f1"] { #expect(runs[0][key] as? Double == summary[key] as? Double, "\(key)") }
        let cost = try #require(runs[0]["cost"] as? [String: Any])
        let weights = try #require(cost["weights"] as? Int)
        let bytes = try #require(cost["bytes"] as? Int)
        #expect(weights > 0 && bytes > 0)
        // 24 filters over 3 words of 16 values, at the places of 20 words between margins of 2, and a dense layer.
        let corpus = try #require(try objectFile(place.text + "/report.json")["corpus"] as? [String: Any])
        let classes = try #require(corpus["rows"] as? [Any]).count
        #expect(cost["multiply_adds"] as? Int == 24 * 48 * 22 + 24 * classes)
        #expect(try #require(cost["milliseconds"] as? Double) > 0)
        let pair = try #require((comparison["pairs"] as? [[String: Any]])?.first)
        let test = try #require(pair["mcnemar"] as? [String: Any])
        let gained = try #require(test["only_second"] as? Int)
        let lost = try #require(test["only_first"] as? Int)
        let difference = try #require(pair["accuracy_difference"] as? Double)
        let n = try #require(comparison["n"] as? Int)
        #expect(abs(Double(gained - lost) / Double(n) - difference) < 1e-9)
        let page = try String(contentsOfFile: folder.path("page.html"), encoding: .utf8)
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("McNemar"))
        #expect(try Command.run("compare", place.text, place.text).text.contains("the same examples"))
    }

    @Test func runsOfOtherExamplesAreRefused() throws {
        let place = try TrainedRuns.place()
        let compare = try Command.run("compare", place.text, place.sound)
        #expect(compare.status == 1 && compare.errors.contains("comparing"), "\(compare.errors)")
        #expect(try Command.run("compare", place.text).status == 64)
        let folder = try TemporaryFolder()
        let none = try Command.run("compare", place.text, folder.path)
        #expect(none.status == 1 && none.errors.contains("predictions.csv"), "\(none.errors)")
    }

    @Test func predictionsAreThoseOfTheReport() throws {
        let place = try TrainedRuns.place()
        let text = try String(contentsOfFile: place.sound + "/predictions.csv", encoding: .utf8)
        let lines = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        #expect(lines[0].prefix(7) == ["id", "text", "group", "split", "truth", "prediction", "rejected"])
        let test = lines.dropFirst().filter { $0[3] == "test" }
        let summary = try #require(try object(place.soundSummary)["test"] as? [String: Any])
        #expect(test.count == summary["n"] as? Int)
        let right = test.count { $0[4] == $0[5] }
        let accuracy = try #require(summary["accuracy"] as? Double)
        #expect(abs(Double(right) / Double(test.count) - accuracy) < 1e-9)
        #expect(lines.allSatisfy { $0.count == lines[0].count })
    }

    @Test func slicesByGroup() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let evaluate = try Command.run(
            "evaluate", place.sound, place.tones, "--slice", "group", "--json", "--report",
            folder.path("sliced.html"))
        #expect(evaluate.status == 0, "\(evaluate.errors)")
        let figures = try object(evaluate.text)
        let slice = try #require((figures["slices"] as? [[String: Any]])?.first)
        let rows = try #require(slice["rows"] as? [[String: Any]])
        #expect(rows.reduce(0) { $0 + ($1["n"] as? Int ?? 0) } == figures["n"] as? Int)
        let unknown = try Command.run("evaluate", place.sound, place.tones, "--slice", "grup")
        #expect(unknown.status == 64 && unknown.errors.contains("group"), "\(unknown.errors)")
        let page = try String(contentsOfFile: folder.path("sliced.html"), encoding: .utf8)
        #expect(page.contains("By group"))
    }
}
