import FormantTensor
import FormantTestSupport
import Foundation
import Testing

/// Leaks between the parts of a corpus: `inspect` lists them, `train` refuses them; and splits from a table.
@Suite struct LeakTests {
    private func table(_ folder: TemporaryFolder, leak: Bool, grouped: Bool = false) throws -> String {
        var table = "text,label,split" + (grouped ? ",group\n" : "\n")
        for i in 0..<40 {
            let split = i % 4 == 0 ? "test" : "train"
            for (word, label) in [("wake me at", "alarm"), ("play track", "music")] {
                table += "\(word) \(i),\(label),\(split)" + (grouped ? ",speaker \(i % 3)\n" : "\n")
            }
        }
        if leak { table += "PLAY track  3,music,test\(grouped ? ",z" : "")\n" }
        return try folder.write("corpus.csv", table)
    }

    private func train(_ folder: TemporaryFolder, _ corpus: String, _ options: String...) throws -> Command.Outcome {
        let recipe = try TrainedRuns.place().folder.path("text.yaml")
        return try Command.run(["train", corpus, "--recipe", recipe, "--out", folder.path("run"), "--json"] + options)
    }

    @Test func aLeakingSplitIsRefused() throws {
        let folder = try TemporaryFolder()
        let corpus = try table(folder, leak: true)
        let refused = try train(folder, corpus)
        #expect(refused.status == 1 && refused.text == "", "\(refused.text)")
        #expect(
            refused.errors.contains("corpus.csv:82 (test) = corpus.csv:9 (train)")
                && refused.errors.contains("--allow-leaks"), "\(refused.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
        let allowed = try train(folder, corpus, "--allow-leaks")
        #expect(allowed.status == 0 && allowed.errors.contains("corpus.csv:82 (test) = corpus.csv:9 (train)"))
        let grouped = try train(folder, try table(folder, leak: false, grouped: true))
        #expect(grouped.status == 1 && grouped.errors.contains("speaker 0 ("), "\(grouped.errors)")
        #expect(try train(folder, try table(folder, leak: false)).status == 0)
    }

    @Test func aCardsOfficialSplitIsKept() throws {
        let folder = try TemporaryFolder()
        try folder.write("train.txt", (0..<30).map { "\($0 % 2) sentence number \($0)\n" }.joined())
        try folder.write("test.txt", (25..<40).map { "\($0 % 2) sentence number \($0)\n" }.joined())
        let card = """
            name: small
            title: Small
            modality: text
            licence: none
            source: here
            files: [train.txt, test.txt]
            label: {before: ' '}
            text: {after: ' '}
            split:
              test: {files: test.txt}

            """
        let own = try folder.write("own.yaml", card)
        let official = try folder.write("official.yaml", card + "officialSplit: true\n")
        #expect(try train(folder, own, "--root", folder.path).status == 1)
        let run = try train(folder, official, "--root", folder.path)
        #expect(run.status == 0 && run.errors.contains("test.txt:1 (test) = train.txt:26 (train)"), "\(run.errors)")
    }

    @Test func splitsComeFromATable() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let recipe = place.folder.path("sound.yaml")
        func train(_ name: String, _ options: String...) throws -> Command.Outcome {
            try Command.run(
                ["train", place.tones, "--recipe", recipe, "--out", folder.path(name), "--json", "--quiet"] + options)
        }
        // Another seed, and yet the same parts.
        let again = try train("again", "--seed", "9", "--splits", place.sound + "/splits.csv")
        #expect(again.status == 0, "\(again.errors)")
        let first = try String(contentsOfFile: place.sound + "/splits.csv", encoding: .utf8)
        #expect(try String(contentsOfFile: folder.path("again/splits.csv"), encoding: .utf8) == first)
        // The model knows that it was cut so, and finds the table beside it.
        let evaluated = try Command.run("evaluate", folder.path("again"), place.tones, "--json", "--quiet")
        #expect(evaluated.status == 0 && evaluated.errors == "", "\(evaluated.errors)")
        let test = try #require(try object(again.text)["test"] as? [String: Any])
        let metrics = try object(evaluated.text)
        #expect(metrics["n"] as? Int == test["n"] as? Int)
        #expect(metrics["accuracy"] as? Double == test["accuracy"] as? Double)
        // Alone it has to be told, and is.
        let alone = folder.path("alone.safetensors")
        try FileManager.default.copyItem(atPath: folder.path("again/model.safetensors"), toPath: alone)
        let untold = try Command.run("evaluate", alone, place.tones, "--json")
        #expect(untold.status == 64 && untold.errors.contains("--splits"), "\(untold.errors)")
        let told = try Command.run(
            "evaluate", alone, place.tones, "--json", "--quiet", "--splits", place.sound + "/splits.csv")
        #expect(told.status == 0 && told.errors == "" && told.text == evaluated.text, "\(told.errors)")

        let lines = first.split(separator: "\n")
        let few = try folder.write("few.csv", lines.dropLast(2).joined(separator: "\n"))
        let missing = try train("missing", "--splits", few)
        #expect(missing.status == 1 && missing.errors.contains("2 have none"), "\(missing.errors)")
        let folds = try train("folds", "--splits", place.sound + "/splits.csv", "--folds", "3")
        #expect(folds.status == 64 && folds.errors.contains("no column fold"), "\(folds.errors)")
    }

    @Test func inspectNamesCopiesAndProblems() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let sound = try [UInt8](Data(contentsOf: URL(fileURLWithPath: place.tones + "/noise/0.wav")))
        try folder.write("train/yes/1.wav", sound)
        try folder.write(
            "train/no/2.wav", try [UInt8](Data(contentsOf: URL(fileURLWithPath: place.tones + "/low/1.wav"))))
        try folder.write("test/no/3.wav", sound)
        #expect(try Command.run("inspect", folder.path).status == 0)
        try folder.write("test/yes/4.wav", "this is no sound")
        let run = try Command.run("inspect", folder.path, "--json")
        #expect(run.status == 3, "\(run.errors)")
        let inspection = try object(run.text)
        #expect(inspection["unreadable"] as? Int == 1)
        let codes = try #require(inspection["findings"] as? [[String: Any]]).compactMap { $0["code"] as? String }
        #expect(codes.contains("unreadable") && codes.contains("label_conflict"), "\(codes)")
        let audit = try #require(inspection["audit"] as? [String: Any])
        let sets = try #require(audit["sets"] as? [[String: Any]])
        #expect(sets.count == 1 && sets[0]["kind"] as? String == "same_bytes" && sets[0]["crosses"] as? Bool == true)
        let text = try Command.run("inspect", folder.path)
        #expect(text.status == 3 && text.text.contains("what to do: ") && text.text.contains("labels differ"))
        #expect(text.text.contains("test/no/3.wav (test, no)"), "\(text.text)")
        // Headers alone.
        let quick = try object(try Command.run("inspect", folder.path, "--json", "--quick").text)
        #expect(quick["audit"] == nil && quick["findings"] == nil && quick["examples"] as? Int == 4)
        #expect(try Command.run("inspect", try TemporaryFolder().path).status == 1)
    }
}
