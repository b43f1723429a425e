import FormantTestSupport
import Foundation
import Testing

@Suite struct VisualizeTests {
    private func layers(_ summary: [String: Any]) throws -> [[String: Any]] {
        try #require(summary["layers"] as? [[String: Any]])
    }

    private func pages(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".html") }.sorted()
    }

    /// Every file that is named is there, and every page is linked from the index.
    private func expectWhole(_ out: String, _ summary: [String: Any]) throws {
        #expect(summary["complete"] as? Bool == true)
        let index = try String(contentsOfFile: out + "/index.html", encoding: .utf8)
        #expect(!index.contains("<script"))
        for layer in try layers(summary) {
            let page = try #require(layer["page"] as? String)
            #expect(index.contains("href=\"\(page)\""))
            #expect(FileManager.default.fileExists(atPath: out + "/" + page))
            for channel in try #require(layer["channels"] as? [[String: Any]]) {
                for file in channel["files"] as? [String] ?? [] {
                    #expect(FileManager.default.fileExists(atPath: out + "/" + file), "\(file)")
                }
            }
        }
        let written = try objectFile(out + "/visualize.json")
        #expect((written["layers"] as? [Any])?.count == (summary["layers"] as? [Any])?.count)
    }

    @Test func soundsAreSeenAndHeard() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let out = folder.path("pages")
        let arguments = [
            "visualize", place.sound, place.tones, "--steps", "10", "--limit", "3", "--judge", place.sound, "--json",
            "--quiet",
        ]
        let run = try Command.run(arguments + ["--out", out])
        #expect(run.status == 0, "\(run.errors)")
        let summary = try object(run.text)
        try expectWhole(out, summary)
        #expect(try layers(summary).compactMap { $0["kind"] as? String } == ["filters", "labels"])
        #expect(try pages(in: out) == ["01-convolution1.html", "02-dense1.html", "index.html"])
        let filter = try #require((try layers(summary)[0]["channels"] as? [[String: Any]])?.first)
        #expect((filter["strongest"] as? [Any])?.count == 9)
        for name in [
            "weights.png", "maps.png", "plain.png", "plain.wav", "penalty.wav", "patches.png", "deconvnet.png",
        ] {
            let file = out + "/01-convolution1/000-" + name
            let bytes = try #require(FileManager.default.contents(atPath: file))
            #expect(
                bytes.starts(with: name.hasSuffix("png") ? [0x89, 0x50, 0x4e, 0x47] : Array("RIFF".utf8)), "\(name)")
        }
        // The judge being the model itself, both say the same.
        let verdicts = try #require(summary["verdicts"] as? [[String: Any]])
        #expect(verdicts.count == 2 && verdicts.allSatisfy { $0["own"] as? Int == $0["judged"] as? Int })
        #expect((summary["fooling"] as? [[String: Any]])?.count == 3)
        let probes = try #require((summary["probes"] as? [String: Any])?["rows"] as? [[String: Any]])
        #expect(probes.compactMap { $0["layer"] as? String }.first == "input" && probes.count == 3)
        #expect(probes.allSatisfy { ($0["test"] as? Double ?? 0) > 0.5 })

        // The same seed gives the same files, whatever the number of threads.
        let again = folder.path("again")
        _ = try Command.run(arguments + ["--out", again, "--threads", "1"])
        for file in ["labels.png", "fooling.png", "01-convolution1.html", "01-convolution1/001-penalty.wav"] {
            #expect(
                try Data(contentsOf: URL(fileURLWithPath: out + "/" + file))
                    == Data(contentsOf: URL(fileURLWithPath: again + "/" + file)), "\(file)")
        }
    }

    /// The words under the maximum of a response map are worked out again here, by the model's own numbers being asked through
    /// a sentence of these words alone.
    @Test func sentencesAreRead() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let out = folder.path("pages")
        let run = try Command.run(
            "visualize", place.text, bundledIntents, "wake me at seven", "--steps", "10", "--limit", "4", "--json",
            "--quiet", "--out", out)
        #expect(run.status == 0, "\(run.errors)")
        let summary = try object(run.text)
        try expectWhole(out, summary)
        let channels = try #require(try layers(summary)[0]["channels"] as? [[String: Any]])
        for channel in channels {
            let grams = try #require(channel["n_grams"] as? [[String: Any]])
            #expect(grams.count == 9 && grams.allSatisfy { ($0["words"] as? [String])?.count == 3 })
            let responses = grams.compactMap { $0["response"] as? Double }
            #expect(responses == responses.sorted(by: >))
            #expect(Set(grams.compactMap { ($0["words"] as? [String])?.joined(separator: " ") }).count == 9)
            #expect((channel["likes"] as? [String: [String]])?["plain"]?.count == 3)
        }
        let fooling = try #require(summary["fooling"] as? [[String: Any]])
        #expect(fooling.allSatisfy { !($0["words"] as? String ?? "").isEmpty && $0["answer"] is String })
        #expect(try String(contentsOfFile: out + "/index.html", encoding: .utf8).contains("wake me at seven"))
    }

    @Test func picturesAreShown() throws {
        let folder = try TemporaryFolder()
        try TestPictures.writeCorpus(in: folder)
        let recipe = try folder.write("image.yaml", TestPictures.recipe)
        let model = folder.path("run")
        #expect(
            try Command.run("train", folder.path("shapes"), "--recipe", recipe, "--out", model, "--quiet").status == 0)
        let out = folder.path("pages")
        let run = try Command.run(
            "visualize", model, folder.path("shapes"), "--steps", "10", "--limit", "2", "--preset", "smooth",
            "--preset", "waves", "--json", "--quiet", "--out", out)
        #expect(run.status == 0, "\(run.errors)")
        try expectWhole(out, try object(run.text))
    }

    @Test func withoutACorpusWhatNeedsNone() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let out = folder.path("pages")
        let run = try Command.run(
            "visualize", place.sound, "--layer", "convolution1", "--what", "filters,maximise", "--preset", "smooth",
            "--steps", "3", "--limit", "1", "--quiet", "--out", out)
        #expect(run.status == 0, "\(run.errors)")
        #expect(try pages(in: out) == ["01-convolution1.html", "index.html"])
        #expect(run.text.hasPrefix("01-convolution1.html  convolution1: 1 of 8 filters\n"))
    }

    @Test(arguments: [
        (["--layer", "convolution7"], "convolution1"), (["--what", "filter"], "filters"),
        (["--preset", "plane"], "plain"), (["--limit", "0"], "1 to 4096"), (["--steps", "0"], "1 to 10000"),
        (["--what", "patches"], "a corpus"), (["--judge", "nowhere"], "nowhere"),
    ])
    func whatIsWrongIsNamed(options: [String], expected: String) throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let run = try Command.run(["visualize", place.sound, "--out", folder.path("pages")] + options)
        #expect(run.status == (options[0] == "--judge" ? 1 : 64))
        #expect(run.errors.contains(expected), "\(run.errors)")
    }

    @Test func aJudgeMustGetTheSameFeatures() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let run = try Command.run(
            "visualize", place.sound, "--judge", place.text, "--out", folder.path("pages"))
        #expect(run.status == 64 && run.errors.contains("it takes text; expected sound"), "\(run.errors)")
        let mixed = try Command.run("visualize", place.sound, bundledIntents, "--out", folder.path("pages"))
        #expect(mixed.status == 1, "\(mixed.errors)")
    }
}
