import FormantTestSupport
import Foundation
import Testing

/// Cross-validation.
@Suite struct FoldTests {
    @Test(arguments: [("3", ["1", "2", "3"]), ("groups", ["speaker 0", "speaker 1", "speaker 2", "speaker 3"])])
    func everyExampleIsTestedOnce(folds: String, names: [String]) throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let corpus = folds == "3" ? place.tones : place.folder.path("groups.csv")
        let run = try Command.run(
            "train", corpus, "--recipe", place.folder.path("sound.yaml"), "--out", folder.path("run"), "--folds", folds,
            "--json",
            "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        let summary = try object(run.text)
        #expect(
            Set(summary.keys) == ["model", "epochs", "seconds", "waiting", "validation", "test", "failed", "folds"])
        #expect(summary["model"] is NSNull)
        let pooled = try #require(summary["test"] as? [String: Any])
        #expect(pooled["n"] as? Int == 60)
        let list = try #require(summary["folds"] as? [[String: Any]])
        #expect(list.compactMap { $0["fold"] as? String } == names)
        #expect(summary["epochs"] as? Int == list.compactMap { $0["epochs"] as? Int }.reduce(0, +))
        var right = 0.0
        var models: Set<String> = []
        let table = csv(try String(contentsOfFile: folder.path("run/splits.csv"), encoding: .utf8))
        #expect(table[0] == ["id", "label", "group", "split", "fold"] && table.count == 61)
        for fold in list {
            let test = try #require(fold["test"] as? [String: Any])
            let name = try #require(fold["fold"] as? String)
            #expect(test["n"] as? Int == table.count { $0[4] == name })
            right += try #require(test["accuracy"] as? Double) * Double(try #require(test["n"] as? Int))
            let model = try #require(fold["model"] as? String)
            models.insert(model)
            // The fold's model is judged on what it has not seen.
            let again = try Command.run("evaluate", model, corpus, "--json", "--quiet")
            #expect(again.status == 0 && again.errors == "", "\(again.errors)")
            let metrics = try object(again.text)
            for key in ["n", "accuracy", "macro_f1"] { #expect(metrics[key] as? Double == test[key] as? Double) }
        }
        #expect(models.count == names.count)
        #expect(abs(right / 60 - (pooled["accuracy"] as? Double ?? -1)) < 1e-9)
        let report = try objectFile(folder.path("run/report.json"))
        #expect((report["evaluations"] as? [Any])?.count == 2)
        let calibration = try #require(report["calibration"] as? [String: Any])
        #expect((calibration["temperatures"] as? [Any])?.count == names.count)
        #expect(calibration["split"] as? String == "test")
        let page = try String(contentsOfFile: folder.path("run/report.html"), encoding: .utf8)
        #expect(page.contains("Each of \(names.count) folds") && page.contains("<audio "))
    }

    @Test func groupsOfSimilarNamesHaveFoldersOfTheirOwn() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        var manifest = "path,label,group\n"
        for (label, _) in TestSounds.classes {
            for i in 0..<12 {
                manifest += "\(place.tones)/\(label)/\(i).wav,\(label),\(["a/b", "a b", "A_b", "a_b"][i % 4])\n"
            }
        }
        let corpus = try folder.write("groups.csv", manifest)
        let run = try Command.run(
            "train", corpus, "--recipe", place.folder.path("sound.yaml"), "--out", folder.path("run"), "--folds",
            "groups",
            "--epochs", "1", "--json", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        let models = try folder.contents(below: "run").filter { $0.hasSuffix("/model.safetensors") }
        #expect(models.count == 4, "\(models)")
    }

    @Test func foldsThatCannotBe() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        for (folds, hint) in [("61", "2 to 60 folds"), ("groups", "no group")] {
            let run = try Command.run(
                "train", place.tones, "--recipe", place.folder.path("sound.yaml"), "--out", folder.path("run"),
                "--folds", folds)
            #expect(run.status == 1 && run.output == [] && run.errors.contains(hint), "\(run.errors)")
        }
    }
}
