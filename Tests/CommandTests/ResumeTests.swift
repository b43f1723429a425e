import FormantTestSupport
import Foundation
import Testing

/// `train --resume` after the process was killed.
@Suite struct ResumeTests {
    /// The files of a run that must be equal, times left out.
    private func files(_ run: String) throws -> [String: String] {
        var files: [String: String] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: run) {
            let name = (path as NSString).lastPathComponent
            let bytes = try? Data(contentsOf: URL(fileURLWithPath: run + "/" + path))
            guard let bytes, !path.contains("checkpoint") else { continue }
            switch name {
            case "model.safetensors", "predictions.csv", "splits.csv": files[path] = bytes.base64EncodedString()
            case "history.jsonl", "report.json":
                var text = String(decoding: bytes, as: UTF8.self)
                for key in ["seconds", "waiting", "made", "reproduce"] {
                    text = text.replacingOccurrences(
                        of: #""\#(key)":("[^"]*"|[0-9.e+-]+)"#, with: "", options: .regularExpression)
                }
                files[path] = text
            default: break
            }
        }
        return files
    }

    private func arguments(_ corpus: String, _ recipe: String, _ out: String, _ more: [String]) -> [String] {
        ["train", corpus, "--recipe", recipe, "--out", out, "--checkpoint", "0", "--seed", "5"] + more
    }

    @Test(arguments: [[], ["--folds", "3"], ["--set", "training.averaging=0.9"]])
    func soundGivesTheSameFiles(more: [String]) throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let recipe = place.folder.path("sound.yaml")
        let more = more + ["--epochs", "12"]
        let whole = try Command.run(arguments(place.tones, recipe, folder.path("whole"), more))
        #expect(whole.status == 0, "\(whole.errors)")
        let expected = try files(folder.path("whole"))
        #expect(expected.count >= 5)
        for (number, after) in [UInt32(0), 40_000, 90_000].enumerated() {
            let run = arguments(place.tones, recipe, folder.path("run\(number)"), more)
            try Command.runAndKill(run, at: "epoch 2: ", after: after)
            let again = try Command.run(run + ["--resume", "--threads", "\(1 + number)"])
            #expect(again.status == 0, "\(again.errors)")
            #expect(again.errors.contains("going on") || again.errors.contains("finished"), "\(again.errors)")
            #expect(try files(folder.path("run\(number)")) == expected)
            // It is finished now, and says so.
            let third = try Command.run(run + ["--resume", "--json"])
            #expect(third.status == 0 && third.errors.contains("finished"), "\(third.errors)")
            #expect(try object(third.text)["test"] is [String: Any])
        }
    }

    @Test(arguments: [[], ["--folds", "4"]]) func sentencesGiveTheSameFiles(more: [String]) throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let recipe = place.folder.path("text.yaml")
        let whole = try Command.run(arguments(bundledIntents, recipe, folder.path("whole"), more))
        #expect(whole.status == 0, "\(whole.errors)")
        let run = arguments(bundledIntents, recipe, folder.path("run"), more)
        for after in [UInt32(150_000), 100_000, 50_000] {
            try Command.runAndKill(run + ["--resume"], at: nil, after: after)
        }
        let again = try Command.run(run + ["--resume", "--threads", "1"])
        #expect(again.status == 0, "\(again.errors)")
        #expect(try files(folder.path("run")) == files(folder.path("whole")))
        #expect(try folder.contents(below: "run").filter { $0.contains("fold-") && $0.contains("state") } == [])
    }

    @Test func otherTrainingsAreRefused() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let recipe = place.folder.path("sound.yaml")
        let run = arguments(place.tones, recipe, folder.path("run"), ["--epochs", "1000"])
        try Command.runAndKill(run, at: "epoch 2: ", after: 0)
        func refused(_ arguments: [String], _ hint: String) throws {
            let outcome = try Command.run(arguments + ["--resume"])
            #expect(outcome.status == 1 && outcome.errors.contains(hint), "\(outcome.errors)")
        }
        try refused(run + ["--seed", "6"], "seed was 5, now it is 6")
        try refused(run + ["--set", "training.rate=0.5"], "training.rate was 0.01, now it is 0.5")
        try refused(
            arguments(place.folder.path("groups.csv"), recipe, folder.path("run"), ["--epochs", "1000"]), "corpus was")
        // A damaged file is named. Beside the one that counts, one that a kill left behind may stand.
        let record = try object(
            String(contentsOf: URL(fileURLWithPath: folder.path("run/checkpoint/state.json")), encoding: .utf8))
        let path = folder.path("run/checkpoint/" + (try #require(record["file"] as? String)))
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let good = bytes
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        try refused(run, "\(path): it is damaged")
        try good.prefix(good.count / 3).write(to: URL(fileURLWithPath: path))
        try refused(run, "\(path): it is damaged")
        try FileManager.default.removeItem(atPath: path)
        try refused(run, "\(path): it is missing")
        for text in [
            "", "{}", "{\"format_version\":9,\"file\":\"x\",\"bytes\":1,\"crc32\":1,\"finished\":false}", "[1",
        ] {
            try folder.write("run/checkpoint/state.json", text)
            try refused(run, "checkpoint/state.json: ")
        }
        // Without --resume it is dropped.
        let fresh = try Command.run(arguments(place.tones, recipe, folder.path("run"), ["--epochs", "1"]))
        #expect(fresh.status == 0 && fresh.errors.contains("without --resume"), "\(fresh.errors)")
    }

    @Test func withoutACheckpointItBegins() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let run = try Command.run(
            arguments(place.tones, place.folder.path("sound.yaml"), folder.path("run"), ["--epochs", "1", "--resume"]))
        #expect(run.status == 0 && run.errors.contains("no checkpoint"), "\(run.errors)")
    }

    @Test func aTimeBudgetEndsInGoodOrder() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let run = try Command.run(
            "train", place.tones, "--recipe", place.folder.path("sound.yaml"), "--out", folder.path("run"), "--epochs",
            "1000000", "--minutes", "0.005", "--json")
        #expect(run.status == 0, "\(run.errors)")
        #expect((try object(run.text)["stop"] as? [String: Any])?["reason"] as? String == "minutes")
        let report = try objectFile(folder.path("run/report.json"))
        #expect((report["stop"] as? [String: Any])?["reason"] as? String == "minutes")
        let wrong = try Command.run("train", place.tones, "--out", folder.path("x"), "--minutes", "0")
        #expect(wrong.status == 64)
    }
}
