import FormantTestSupport
import Foundation
import Testing

/// What is none of the labels: training with a label out of scope or without, and what the commands say.
@Suite struct RejectionTests {
    /// The bundled sentences, with the intent `weather` out of scope or left out.
    private static func corpus(in folder: TemporaryFolder, keeping: Bool) throws -> (path: String, label: String) {
        let lines = try String(contentsOfFile: bundledIntents + "/manifest.tsv", encoding: .utf8).split(separator: "\n")
        let label = String(lines[1].split(separator: "\t")[1])
        let kept = lines.filter { keeping || $0.split(separator: "\t")[1] != label }
        return (try folder.write("corpus.tsv", kept.joined(separator: "\n") + "\n"), label)
    }

    @Test func aLabelOutOfScope() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let (corpus, outOfScope) = try RejectionTests.corpus(in: folder, keeping: true)
        let train = try Command.run(
            "train", corpus, "--recipe", place.folder.path("text.yaml"), "--out", folder.path("run"), "--json",
            "--quiet", "--out-of-scope", outOfScope)
        #expect(train.status == 0, "\(train.errors)")
        let test = try #require(try object(train.text)["test"] as? [String: Any])
        #expect(
            Set(test.keys).subtracting(["accuracy_interval", "macro_f1_interval"]) == [
                "accuracy", "macro_f1", "n", "in_scope_accuracy", "out_of_scope_recall", "out_of_scope_precision",
            ])
        // The model knows what is out of scope: the manifest alone is enough.
        let evaluate = try Command.run("evaluate", folder.path("run"), corpus, "--json")
        let figures = try object(evaluate.text)
        for key in ["in_scope_accuracy", "out_of_scope_recall", "out_of_scope_precision"] {
            #expect(figures[key] as? Double == test[key] as? Double, "\(key)")
        }
        #expect(try Command.run("evaluate", folder.path("run"), corpus).text.contains("out-of-scope recall"))
        #expect(try Command.run("inspect", folder.path("run")).text.contains("below a score of"))

        // What classify says of the test part is what the evaluation counted.
        let rows = try String(contentsOfFile: corpus, encoding: .utf8).split(separator: "\n").dropFirst()
            .map { $0.split(separator: "\t").map(String.init) }.filter { $0[2] == "test" }
        let input = Array(rows.map { $0[0] + "\n" }.joined().utf8)
        let lines = try Command.run(["classify", folder.path("run"), "-", "--json"], input: input).lines.map(object)
        let said = lines.compactMap { $0["label"] as? String }
        #expect(said.count == rows.count && !said.contains(outOfScope))
        var counts = (foreign: 0, found: 0, own: 0, right: 0)
        for (row, label) in zip(rows, said) {
            if row[1] == outOfScope {
                counts.foreign += 1
                if label == "unknown" { counts.found += 1 }
            } else {
                counts.own += 1
                if label == row[1] { counts.right += 1 }
            }
        }
        let recall = Double(counts.found) / Double(counts.foreign)
        #expect(abs(recall - (test["out_of_scope_recall"] as? Double ?? -1)) < 1e-12)
        let accuracy = Double(counts.right) / Double(counts.own)
        #expect(abs(accuracy - (test["in_scope_accuracy"] as? Double ?? -1)) < 1e-12)
        for line in lines {
            let ranking = line["scores"] as? [[String: Any]]
            #expect((line["label"] as? String == "unknown") == (ranking != nil))
            #expect(ranking.map { $0[0]["score"] as? Double == line["score"] as? Double } ?? true)
        }
    }

    @Test func aThresholdFromWhatIsInScope() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let (corpus, _) = try RejectionTests.corpus(in: folder, keeping: false)
        let train = try Command.run(
            "train", corpus, "--recipe", place.folder.path("text.yaml"), "--out", folder.path("run"), "--json",
            "--quiet", "--reject", "0.05")
        #expect(train.status == 0, "\(train.errors)")
        let test = try #require(try object(train.text)["test"] as? [String: Any])
        #expect(
            Set(test.keys).subtracting(["accuracy_interval", "macro_f1_interval"])
                == ["accuracy", "macro_f1", "n", "in_scope_accuracy"])
        #expect(try #require(test["accuracy"] as? Double) >= test["in_scope_accuracy"] as? Double ?? 2)

        // Examples that the training had none of can be judged all the same.
        let (whole, outOfScope) = try RejectionTests.corpus(in: folder, keeping: true)
        let evaluate = try Command.run(
            "evaluate", folder.path("run"), whole, "--json", "--quiet", "--out-of-scope", outOfScope, "--split", "test")
        let figures = try object(evaluate.text)
        #expect(figures["n"] as? Int == 140, "\(evaluate.errors)")
        #expect(figures["in_scope_accuracy"] as? Double == test["in_scope_accuracy"] as? Double)
        #expect((0...1).contains(try #require(figures["out_of_scope_recall"] as? Double)))

        // An empty line is unknown, whatever no words would score.
        let input = Array("\n \t \nqwertz asdfgh\n".utf8)
        for (format, first) in [("table", "unknown\t"), ("csv", ",unknown,"), ("jsonl", "{\"label\":\"unknown\"")] {
            let run = try Command.run(
                ["classify", folder.path("run"), "-", "--format", format, "--top", "3"], input: input)
            let lines = format == "csv" ? Array(run.lines.dropFirst()) : run.lines
            #expect(lines.count == 3 && lines[0].hasPrefix(first), "\(run.text)")
            switch format {
            case "csv": #expect(csv(run.text).allSatisfy { $0.count == 7 }, "\(run.text)")
            case "table":
                #expect(lines.allSatisfy { $0.split(separator: "\t", omittingEmptySubsequences: false).count >= 7 })
            default:
                let ranking = try #require(try object(lines[0])["scores"] as? [[String: Any]])
                #expect(ranking.count == 3 && ranking.allSatisfy { $0["label"] as? String != "unknown" })
            }
        }
    }

    @Test(arguments: [
        (["--out-of-scope", "waether"], "waether"), (["--reject", "1"], "--reject"),
        (["--reject", "-0.1"], "--reject"),
        (["--set", "training.rejection.cots=0.1"], "cost"),
        (["--label-separator", ";", "--reject", "0.1"], "several labels"),
        (["--label-separator", "ab"], "one character"), (["--encoding", "utf-9"], "windows-1252"),
        (["--text-column", "txt"], "'txt'"),
    ])
    func wrongUsage(options: [String], words: String) throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let run = try Command.run(
            ["train", bundledIntents, "--recipe", place.folder.path("text.yaml"), "--out", folder.path("run")] + options
        )
        #expect(run.errors.contains(words), "\(run.errors)")
        #expect(run.status == (options[0] == "--text-column" ? 1 : 64), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("run/model.safetensors")))
    }

    @Test func severalLabelsFromATable() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let rows = (0..<40).map { i -> String in
            let labels = [i % 3 == 0 ? "music" : nil, i % 2 == 0 ? "alarm" : nil].compactMap { $0 }
            return
                "\"\(labels.joined(separator: "; "))\",play \(i % 3 == 0 ? "song" : "x") \(i % 2 == 0 ? "wake" : "y")"
        }
        let corpus = try folder.write("t.csv", "what,said\n" + rows.joined(separator: "\n") + "\n")
        let run = try Command.run(
            "train", corpus, "--recipe", place.folder.path("text.yaml"), "--out", folder.path("run"), "--json",
            "--quiet", "--text-column", "said", "--label-column", "what", "--label-separator", ";", "--epochs", "20")
        #expect(run.status == 0, "\(run.errors)")
        let evaluate = try Command.run(
            "evaluate", folder.path("run"), corpus, "--json", "--split", "all", "--quiet", "--text-column", "said",
            "--label-column", "what", "--label-separator", ";")
        let figures = try object(evaluate.text)
        #expect(figures["task"] as? String == "multi_label" && figures["n"] as? Int == 40, "\(evaluate.errors)")
        #expect(figures["micro_f1"] as? Double ?? 0 > 0.9)
        let inspect = try Command.run(
            "inspect", corpus, "--text-column", "said", "--label-column", "what", "--label-separator", ";")
        #expect(inspect.text.contains("several an example"))
    }
}
