import FormantTestSupport
import Foundation
import Testing

/// What `train` leaves behind and prints.
@Suite struct TrainTests {
    @Test(arguments: ["sound", "text"])
    func filesOfARun(kind: String) throws {
        let place = try TrainedRuns.place()
        let files = [
            "history.jsonl", "model.safetensors", "predictions.csv", "report.html", "report.json", "run.json",
            "splits.csv",
        ]
        let found = try place.folder.contents(below: kind)
        #expect(found.filter { !$0.hasPrefix("checkpoint") && !$0.hasPrefix("events.out.tfevents.") } == files)
        #expect(found.count { $0.hasPrefix("events.out.tfevents.") } == 1)
        // Of a finished run the state is no longer there, but that it is finished.
        #expect(found.filter { $0.hasPrefix("checkpoint/") }.count == 2)
        #expect(try objectFile(place.folder.path(kind + "/checkpoint/state.json"))["finished"] as? Bool == true)
    }

    @Test func summaryHasTheKeysOfTheContract() throws {
        let place = try TrainedRuns.place()
        for summary in [place.soundSummary, place.textSummary] {
            #expect(summary.hasSuffix("}\n") && summary.split(separator: "\n").count == 1)
            let summary = try object(summary)
            #expect(Set(summary.keys) == ["model", "epochs", "seconds", "waiting", "validation", "test", "failed"])
            #expect(summary["epochs"] as? Int == 3 && summary["failed"] as? Int == 0)
            #expect(try #require(summary["seconds"] as? Double) > 0)
            #expect((0...1).contains(try #require(summary["waiting"] as? Double)))
            for part in ["validation", "test"] {
                let figures = try #require(summary[part] as? [String: Any])
                #expect(
                    Set(figures.keys).subtracting(["accuracy_interval", "macro_f1_interval"])
                        == ["accuracy", "macro_f1", "n"])
                let interval = try #require(figures["accuracy_interval"] as? [Double])
                let accuracy = try #require(figures["accuracy"] as? Double)
                #expect(interval.count == 2 && interval[0] <= accuracy && accuracy <= interval[1])
                #expect((0...1).contains(try #require(figures["accuracy"] as? Double)))
                #expect((0...1).contains(try #require(figures["macro_f1"] as? Double)))
                #expect(try #require(figures["n"] as? Int) > 0)
            }
        }
        #expect(try object(place.soundSummary)["model"] as? String == place.sound + "/model.safetensors")
    }

    @Test func learnsWhatIsEasy() throws {
        let place = try TrainedRuns.place()
        let sound = try #require(try object(place.soundSummary)["test"] as? [String: Any])
        #expect(try #require(sound["accuracy"] as? Double) >= 0.9)
        // 10 intents: chance is 0.1.
        let text = try #require(try object(place.textSummary)["test"] as? [String: Any])
        #expect(try #require(text["accuracy"] as? Double) >= 0.4)
    }

    @Test func modelOpensInAnotherReader() throws {
        let place = try TrainedRuns.place()
        let file = try SafeTensorsFile(try place.folder.bytes("sound/model.safetensors"))
        #expect(file.tensors["convolution1.weight"]?.shape == [8, 1, 3, 3])
        #expect(file.tensors["convolution1.bias"]?.shape == [8])
        #expect(file.tensors["dense1.weight"]?.shape == [3, 8 * 8 * 8])
        #expect(file.tensors["batchNorm1.running_var"]?.values.allSatisfy { $0 > 0 } == true, "\(file.tensors.keys)")
        for (name, tensor) in file.tensors {
            #expect(tensor.values.allSatisfy { $0.isFinite } && tensor.values.contains { $0 != 0 }, "\(name)")
        }
        let description = try object(try #require(file.metadata["formant"]))
        #expect(
            Set(description.keys) == ["formatVersion", "network", "frontEnd", "labels", "scoring", "provenance"])
        #expect(description["labels"] as? [String] == ["high", "low", "noise"])
        let provenance = try #require(description["provenance"] as? [String: Any])
        #expect(provenance["recipe"] as? String == "small-sound" && provenance["seed"] as? Int == 1)
    }

    @Test(arguments: ["sound", "text"])
    func historyHasALinePerEpoch(kind: String) throws {
        let place = try TrainedRuns.place()
        let text = try String(contentsOfFile: place.folder.path("\(kind)/history.jsonl"), encoding: .utf8)
        #expect(text.hasSuffix("\n"))
        let lines = try text.split(separator: "\n").map { try object($0) }
        #expect(lines.map { $0["epoch"] as? Int } == [1, 2, 3])
        for line in lines {
            #expect(
                Set(line.keys) == [
                    "epoch", "train_loss", "validation_loss", "validation_accuracy", "learning_rate", "seconds",
                    "waiting",
                    "best",
                ])
            #expect((0...1).contains(try #require(line["waiting"] as? Double)))
        }
        let losses = lines.compactMap { $0["train_loss"] as? Double }
        #expect(losses.count == 3 && losses[2] < losses[0])
    }

    @Test func splitsNameEveryExample() throws {
        let place = try TrainedRuns.place()
        let rows = csv(try String(contentsOfFile: place.sound + "/splits.csv", encoding: .utf8))
        #expect(rows[0] == ["id", "label", "group", "split"])
        #expect(rows.count == 61)
        #expect(Set(rows.dropFirst().map { $0[0] }).count == 60)
        for row in rows.dropFirst() {
            #expect(row[0].hasPrefix(row[1] + "/") && ["train", "validation", "test"].contains(row[3]))
            #expect(FileManager.default.fileExists(atPath: place.tones + "/" + row[0]))
        }
        let summary = try object(place.soundSummary)
        for part in ["validation", "test"] {
            let figures = try #require(summary[part] as? [String: Any])
            #expect(figures["n"] as? Int == rows.count { $0[3] == part })
        }
    }

    @Test func accountOfTheRun() throws {
        let place = try TrainedRuns.place()
        let run = try objectFile(place.sound + "/run.json")
        #expect(run["seed"] as? Int == 1 && run["epochs"] as? Int == 3)
        let corpus = try #require(run["corpus"] as? [String: Any])
        #expect(corpus["examples"] as? Int == 60 && corpus["labels"] as? Int == 3)
        #expect((corpus["fingerprint"] as? String)?.count == 64)
        let line = try #require(run["command_line"] as? String)
        #expect(line.hasPrefix("formant train ") && line.contains("sound.yaml"))
        // The recipe that was resolved is a recipe, and gives the same network.
        let recipe = try place.folder.write("resolved.yaml", try #require(run["recipe"] as? String))
        let original = try Command.run("inspect", "recipe", place.folder.path("sound.yaml"), "--classes", "3", "--json")
        let resolved = try Command.run("inspect", "recipe", recipe, "--classes", "3", "--json")
        #expect(resolved.status == 0, "\(resolved.errors)")
        let networks = try [original, resolved].map { try #require(try object($0.text)["network"] as? NSDictionary) }
        #expect(networks[0] == networks[1])
    }

    @Test(arguments: ["sound", "text"])
    func reportStandsAlone(kind: String) throws {
        let place = try TrainedRuns.place()
        let page = try String(contentsOfFile: place.folder.path("\(kind)/report.html"), encoding: .utf8)
        #expect(page.lowercased().hasPrefix("<!doctype html>") && page.hasSuffix("</html>\n"))
        // Nothing is fetched: no address but the names of XML's vocabularies.
        let addresses = page.components(separatedBy: "://").dropFirst().filter { !$0.hasPrefix("www.w3.org/") }
        #expect(addresses.isEmpty, "\(addresses.map { $0.prefix(60) })")
        // What is embedded stands in the page itself.
        #expect(page.components(separatedBy: "src=\"").dropFirst().allSatisfy { $0.hasPrefix("data:") })
        #expect(!page.contains("@import") && !page.contains("url("))
        let report = try objectFile(place.folder.path("\(kind)/report.json"))
        #expect((report["evaluations"] as? [Any])?.count == 2)
    }

    @Test func withoutJSONPeopleReadATable() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let run = try Command.run(
            "train", place.tones, "--recipe", place.folder.path("sound.yaml"), "--out", folder.path("run"), "--epochs",
            "1")
        #expect(run.status == 0)
        #expect(run.text.contains("test") && run.text.contains("model  \(folder.path("run"))/model.safetensors"))
        #expect(run.errors.contains("epoch 1: loss "))
        let quiet = try Command.run(
            "train", place.tones, "--recipe", place.folder.path("sound.yaml"), "--out", folder.path("run"), "--epochs",
            "1",
            "--quiet")
        #expect(quiet.errors == "" && quiet.text == run.text)
    }

    @Test func standardRecipesFitTheCorpus() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let run = try Command.run(
            "train", place.tones, "--out", folder.path("run"), "--epochs", "1", "--set",
            "network.4.convolution.filters=8",
            "--set", "network.8.convolution.filters=8", "--set", "network.12.convolution.filters=8", "--json", "--quiet"
        )
        #expect(run.status == 0, "\(run.errors)")
        let recipe = try #require(try objectFile(folder.path("run/run.json"))["recipe"] as? String)
        #expect(recipe.hasPrefix("name: kws-cnn\n"))
        #expect(recipe.contains("sampleRate: 8000"))
        let description = try SafeTensorsFile(try folder.bytes("run/model.safetensors")).metadata["formant"]
        #expect(description?.contains("\"deviation\"") == true, "statistics of the bands belong to the model")
        #expect(!recipe.contains("deviation"))
    }

    @Test func vectorsFromAFile() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let vectors = try folder.write("vectors.txt", "alarm 1 2 3\nmusic -1 0.5 0\nthe 0 0 1\nwake 0.1 0.2 0.3\n")
        let recipe = ["--recipe", "kim-static", "--epochs", "1", "--quiet", "--json"]
        let without = try Command.run(["train", bundledIntents, "--out", folder.path("a")] + recipe)
        #expect(without.status == 64 && without.errors.contains("--vectors"), "\(without.errors)")
        let with = try Command.run(["train", bundledIntents, "--out", folder.path("b"), "--vectors", vectors] + recipe)
        #expect(with.status == 0, "\(with.errors)")
        let file = try SafeTensorsFile(try folder.bytes("b/model.safetensors"))
        let table = try #require(file.tensors["words.weight"])
        #expect(table.shape[1] == 3)
        // Static: what the file says stays.
        let rows = stride(from: 0, to: table.values.count, by: 3).map { Array(table.values[$0..<$0 + 3]) }
        #expect(rows[0] == [0, 0, 0] && rows.contains([-1, 0.5, 0]) && rows.contains([0, 0, 1]))
        let useless = try Command.run(
            "train", place.tones, "--out", folder.path("c"), "--vectors", vectors, "--recipe",
            place.folder.path("sound.yaml"))
        #expect(useless.status == 64 && useless.errors.contains("vectors"))
        let missing = try Command.run(
            ["train", bundledIntents, "--out", folder.path("d"), "--vectors", folder.path("no")] + recipe)
        #expect(missing.status == 1 && missing.errors.contains(folder.path("no")))
    }
}
