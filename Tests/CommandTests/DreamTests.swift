import FormantTensor
import FormantTestSupport
import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The commands `dream` and `style` on small models of all three kinds.
@Suite struct DreamTests {
    /// A run of pictures of shapes, with one that is larger and one of another size.
    private func pictures() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try TestPictures.writeCorpus(in: folder, perClass: 8)
        var generator = SeededGenerator(seed: 6)
        try folder.write("large.png", try TestPictures.draw("frame", side: 60, using: &generator).png())
        try folder.write("art.png", try TestPictures.draw("disc", side: 30, using: &generator).png())
        try folder.write("recipe.yaml", TestPictures.recipe)
        let trained = try Command.run(
            "train", folder.path("shapes"), "--recipe", folder.path("recipe.yaml"), "--out", folder.path("run"),
            "--quiet")
        #expect(trained.status == 0, "\(trained.errors)")
        return folder
    }

    @Test func picturesDreamAndChangeTheirStyle() throws {
        let folder = try pictures()
        let dream = try Command.run(
            "dream", folder.path("large.png"), "--features", folder.path("run"), "--out", folder.path("dream.png"),
            "--steps", "3", "--octaves", "2", "--every", "3", "--json")
        #expect(dream.status == 0, "\(dream.errors)")
        let summary = try object(dream.text)
        #expect(summary["aim"] as? String == "relu1" && (summary["aims"] as? [Double])?.count == 6)
        #expect(summary["size"] as? [Int] == [60, 60])
        #expect(dream.errors.contains("step 6 of 6, 60 × 60"))
        #expect(FileManager.default.fileExists(atPath: folder.path("dream-0003.png")))

        let style = try Command.run(
            "style", "--content", folder.path("large.png"), "--style", folder.path("art.png"), "--features",
            folder.path("run"), "--out", folder.path("new.png"), "--steps", "5", "--scales", "1", "--json")
        #expect(style.status == 0, "\(style.errors)")
        let losses = try #require(try object(style.text)["iterations"] as? [[String: Any]]).compactMap {
            $0["loss"] as? Double
        }
        #expect(losses.count == 5 && losses[4] < losses[0])
        // The results are pictures: the model classifies them.
        let used = try Command.run("classify", folder.path("run"), folder.path("dream.png"), folder.path("new.png"))
        #expect(used.status == 0 && used.lines.count == 2, "\(used.errors)")
    }

    @Test func theSameBytesForAnyThreads() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let tone = place.tones + "/low/0.wav"
        for threads in ["1", "3"] {
            let dream = try Command.run(
                "dream", tone, "--features", place.sound, "--out", folder.path("dream\(threads).wav"), "--steps", "4",
                "--seed", "5", "--threads", threads)
            #expect(dream.status == 0 && dream.text.contains("in 4 steps"), "\(dream.errors)")
            let style = try Command.run(
                "style", "--content", tone, "--style", place.tones + "/noise/1.wav", "--filters", "32", "--steps", "4",
                "--out", folder.path("style\(threads).wav"), "--seed", "5", "--threads", threads)
            #expect(style.status == 0 && style.text.contains("4 iterations"), "\(style.errors)")
        }
        for name in ["dream", "style"] {
            let files = try ["1", "3"].map {
                try Data(contentsOf: URL(fileURLWithPath: folder.path("\(name)\($0).wav")))
            }
            #expect(files[0] == files[1], "\(name)")
            #expect(files[0].count > 4000)
        }
    }

    @Test func soundsInTheStyleOfOthers() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let model = try Command.run(
            "style", "--content", place.tones + "/low/0.wav", "--style", place.tones + "/noise/1.wav", "--features",
            place.sound, "--steps", "5", "--out", folder.path("model.wav"), "--json")
        #expect(model.status == 0, "\(model.errors)")
        #expect(try object(model.text)["kind"] as? String == "sound")
        let texture = try Command.run(
            "style", "--style", place.tones + "/noise/1.wav", "--filters", "32", "--seconds", "0.5", "--steps", "3",
            "--out", folder.path("texture.wav"), "--json")
        #expect(texture.status == 0, "\(texture.errors)")
        #expect(try object(texture.text)["duration"] as? Double == 0.5)
        for name in ["model", "texture"] {
            let used = try Command.run("classify", place.sound, folder.path("\(name).wav"))
            #expect(used.status == 0 && used.lines.count == 1, "\(used.errors)")
        }
    }

    @Test func sentencesDreamWords() throws {
        let place = try TrainedRuns.place()
        let dream = try Command.run("dream", "play some music", "--features", place.text, "--steps", "2", "--json")
        #expect(dream.status == 0, "\(dream.errors)")
        let steps = try #require(try object(dream.text)["sentences"] as? [[String: Any]])
        #expect(steps.first?["text"] as? String == "play some music")
        let aims = steps.compactMap { $0["aim"] as? Double }
        #expect(aims.count == steps.count && zip(aims, aims.dropFirst()).allSatisfy { $0 < $1 })
        let table = try Command.run("dream", "play some music", "--features", place.text, "--steps", "1")
        #expect(table.lines.first?.contains("sentence") == true)
    }

    @Test func interruptedTheBestSoFarIsKept() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let command = try Command([
            "style", "--content", place.tones + "/low/0.wav", "--style", place.tones + "/noise/1.wav", "--features",
            place.sound, "--steps", "100000", "--method", "adam", "--out", folder.path("new.wav"), "--json",
        ])
        try command.waitForErrors("iteration 10 of 100000")
        command.send(SIGINT)
        let run = try command.finish()
        #expect(run.status == 0 && run.errors.contains("the best so far was kept"), "\(run.errors)")
        #expect(try object(run.text)["interrupted"] as? Bool == true)
        #expect(FileManager.default.fileExists(atPath: folder.path("new.wav")))
    }

    @Test func whatCannotBe() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let tone = place.tones + "/low/0.wav"
        try folder.write("broken.safetensors", "no weights")
        for (arguments, status, words) in [
            (["dream", tone, "--features", place.sound], 64, "--out"),
            (["dream", tone, "--features", place.sound, "--out", "x.png"], 64, ".wav or .flac"),
            (["dream", tone, "--features", place.sound, "--out", "x.wav", "--octaves", "3"], 64, "expected a picture"),
            (["dream", tone, "--features", place.sound, "--out", "x.wav", "--layer", "reluu1"], 64, "did you mean"),
            (
                ["dream", tone, "--features", place.sound, "--out", "x.wav", "--label", "hihg"], 64,
                "did you mean \"high\""
            ),
            (["dream", "words", "--features", place.text, "--out", "x.wav"], 64, "sentences"),
            (["dream", "", "--features", place.text], 64, "at least one word"),
            (["dream", "nowhere.wav", "--features", place.sound, "--out", "x.wav"], 1, "nowhere.wav"),
            (
                ["dream", tone, "--features", folder.path("broken.safetensors"), "--out", "x.wav"], 1,
                "broken.safetensors"
            ),
            (["style", "--content", tone, "--style", "a.txt", "--out", "x.wav"], 64, "style of sentences"),
            (
                ["style", "--content", tone, "--style", tone, "--features", place.text, "--out", "x.wav"], 64,
                "sentences"
            ),
            (["style", "--style", "a.png", "--out", "x.png"], 64, "--features"),
            (["style", "--style", tone, "--seconds", "1e9", "--out", "x.wav"], 64, "--seconds"),
            (["style", "--style", tone, "--size", "64", "--out", "x.wav"], 64, "expected pictures"),
            (["style", "--style", tone, "--method", "sgd", "--out", "x.wav"], 64, "sgd"),
        ] as [([String], Int32, String)] {
            let run = try Command.run(arguments)
            #expect(run.status == status && run.errors.contains(words), "\(arguments): \(run.status) \(run.errors)")
        }
    }
}
