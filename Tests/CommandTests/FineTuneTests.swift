import FormantTestSupport
import Foundation
import Testing

/// `train --from`, `train --find-rate` and `tune`.
@Suite struct FineTuneTests {
    /// A manifest of some labels of the tones.
    private func manifest(_ labels: [String], in folder: TemporaryFolder, _ name: String) throws -> String {
        let place = try TrainedRuns.place()
        var text = "path,label\n"
        for label in labels {
            for i in 0..<20 { text += "\(place.tones)/\(label)/\(i).wav,\(label)\n" }
        }
        return try folder.write(name, text)
    }

    @Test func aLabelIsAdded() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let recipe = place.folder.path("sound.yaml")
        let two = try manifest(["noise", "high"], in: folder, "two.csv")
        let all = try manifest(["high", "low", "noise"], in: folder, "all.csv")
        let base = try Command.run(
            "train", two, "--recipe", recipe, "--out", folder.path("base"), "--epochs", "6", "--json", "--quiet")
        #expect(base.status == 0, "\(base.errors)")
        let run = try Command.run(
            "train", all, "--recipe", recipe, "--from", folder.path("base"), "--out", folder.path("more"), "--epochs",
            "6", "--set", "training.freeze=convolution1", "--set", "training.rates.dense1=2", "--json")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("2 of its 2 labels, 1 new"), "\(run.errors)")
        let summary = try object(run.text)
        let forgetting = try #require(summary["forgetting"] as? [String: Any])
        let rows = try #require(forgetting["labels"] as? [[String: Any]])
        #expect(rows.compactMap { $0["label"] as? String } == ["high", "noise"])
        let report = try objectFile(folder.path("more/report.json"))
        #expect((report["forgetting"] as? [String: Any])?["n"] as? Int == forgetting["n"] as? Int)
        // The report's own confusion matrix says the same of the new model.
        let evaluations = try #require(report["evaluations"] as? [[String: Any]])
        let test = try #require(evaluations.first { $0["split"] as? String == "test" })
        let confusion = try #require((test["metrics"] as? [String: Any])?["confusion"] as? [String: Any])
        let labels = try #require(confusion["labels"] as? [String])
        #expect(labels == ["high", "noise", "low"])
        let counts = try #require(confusion["counts"] as? [[Int]])
        let n = counts[0].reduce(0, +) + counts[1].reduce(0, +)
        #expect(forgetting["n"] as? Int == n && n > 0)
        let after = try #require(forgetting["after"] as? Double)
        #expect(abs(after - Double(counts[0][0] + counts[1][1]) / Double(n)) < 1e-9)
        #expect(try #require(forgetting["before"] as? Double) > 0.5)
        // What was frozen is what it was, byte by byte; the rest has moved.
        func tensors(_ run: String) throws -> [String: [UInt8]] {
            let bytes = try folder.bytes(run + "/model.safetensors")
            let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
            let header = try #require(
                JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any])
            var tensors: [String: [UInt8]] = [:]
            for (name, entry) in header {
                guard let place = (entry as? [String: Any])?["data_offsets"] as? [Int] else { continue }
                tensors[name] = Array(bytes[(8 + length + place[0])..<(8 + length + place[1])])
            }
            return tensors
        }
        let (old, new) = (try tensors("base"), try tensors("more"))
        #expect(Set(old.keys) == Set(new.keys))
        for (name, bytes) in old { #expect((new[name] == bytes) == name.hasPrefix("convolution1."), "\(name)") }
        let used = try Command.run("classify", folder.path("more"), place.tones + "/low/0.wav")
        #expect(used.status == 0, "\(used.errors)")
    }

    @Test func otherLabelsTakeThePlaceOfTheOld() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let two = try manifest(["noise", "low"], in: folder, "two.csv")
        let run = try Command.run(
            "train", two, "--recipe", place.folder.path("sound.yaml"), "--from", place.sound, "--head", "replace",
            "--out", folder.path("run"), "--set", "training.freeze=all-but-last", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let accuracy = try #require((try object(run.text)["test"] as? [String: Any])?["accuracy"] as? Double)
        #expect(accuracy > 0.5)
    }

    @Test func sentencesToo() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let run = try Command.run(
            "train", bundledIntents, "--recipe", place.folder.path("text.yaml"), "--from", place.text, "--out",
            folder.path("run"), "--epochs", "1", "--json")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try object(run.text)["forgetting"] is [String: Any])
    }

    @Test func modelsThatCannotGoOn() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        func refused(_ more: [String], _ status: Int32, _ hint: String) throws {
            let run = try Command.run(
                ["train", place.tones, "--recipe", place.folder.path("sound.yaml"), "--out", folder.path("run")] + more)
            #expect(run.status == status && run.errors.contains(hint), "\(run.errors)")
        }
        try refused(["--from", place.text], 1, "it takes text")
        try refused(["--from", folder.path("nothing")], 1, "nothing")
        try refused(["--head", "replace"], 64, "--from")
        try refused(["--from", place.sound, "--set", "training.freeze=convolutoin1"], 1, "did you mean")
        try refused(["--from", place.sound, "--set", "training.rates.convolutoin1=0.1"], 1, "did you mean")
    }

    @Test func aRangeOfRates() throws {
        let place = try TrainedRuns.place()
        let run = try Command.run(
            "train", place.tones, "--recipe", place.folder.path("sound.yaml"), "--find-rate", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let finding = try object(run.text)
        #expect((finding["steps"] as? [Any])?.count ?? 0 > 20)
        #expect(finding["suggested"] is Double)
    }

    @Test(arguments: ["random", "halving"]) func aSearchIsResumed(method: String) throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        func search(_ out: String, _ more: [String] = []) -> [String] {
            [
                "tune", place.tones, "--recipe", place.folder.path("sound.yaml"), "--vary",
                "training.rate=1e-4..0.1:log",
                "--vary", "training.batch=4..16", "--vary", "training.optimiser=adam,sgd", "--trials", "4", "--epochs",
                "4", "--method", method, "--out", folder.path(out), "--seed", "3", "--cache", "off",
            ] + more
        }
        let whole = try Command.run(search("whole", ["--json", "--threads", "1"]))
        #expect(whole.status == 0, "\(whole.errors)")
        let killed = try Command(search("killed"))
        try killed.waitForErrors("trial ")
        killed.send(SIGKILL)
        _ = try killed.finish()
        let again = try Command.run(search("killed", ["--resume", "--threads", "2", "--json"]))
        #expect(again.status == 0, "\(again.errors)")
        func trials(_ text: String) throws -> [[String]] {
            try #require(try object(text)["trials"] as? [[String: Any]]).map { trial in
                ["trial", "settings", "epochs", "done", "value"].map { "\(trial[$0] ?? "none")" }
            }
        }
        #expect(try trials(whole.text) == trials(again.text))
        #expect(try trials(whole.text).count == 4)
        // Nobody looked at the test part.
        let report = try objectFile(folder.path("whole/trial-0001/report.json"))
        #expect((report["evaluations"] as? [[String: Any]])?.compactMap { $0["split"] as? String } == ["validation"])
        let table = csv(try String(contentsOfFile: folder.path("whole/trials.csv"), encoding: .utf8))
        #expect(table.count == 5)
        #expect(
            table[0] == [
                "trial", "training.rate", "training.batch", "training.optimiser", "epochs", "accuracy", "folder",
                "problem",
            ])
        let other = try Command.run(search("killed", ["--resume", "--seed", "4"]))
        #expect(other.status == 1 && other.errors.contains("by its seed"), "\(other.errors)")
    }

    @Test(arguments: [
        "training.rate", "training.rate=", "training.rate=2..1", "training.rate=0..1:log", "training.rate=1..x",
        "training.rate=1..2:exp", "training.rate=1,1", "training.rat=1,2",
    ])
    func rangesThatAreNone(range: String) throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let run = try Command.run(
            "tune", place.tones, "--recipe", place.folder.path("sound.yaml"), "--vary", range, "--out",
            folder.path("search"))
        #expect(run.status == 64 && run.errors.contains("rat"), "\(run.errors)")
    }
}
