import FormantImage
import FormantTensor
import FormantTestSupport
import Foundation
import Testing

/// The commands on pictures.
@Suite struct PictureTests {
    /// A corpus of shapes, and a model of it.
    private struct Place: Sendable {
        let folder: TemporaryFolder
        let summary: String
        var shapes: String { folder.path("shapes") }
        var run: String { folder.path("run") }
    }

    private static let made = Result {
        let folder = try TemporaryFolder()
        try TestPictures.writeCorpus(in: folder)
        let recipe = try folder.write("image.yaml", TestPictures.recipe + TestPictures.augmentation)
        let run = try Command.run(
            "train", folder.path("shapes"), "--recipe", recipe, "--out", folder.path("run"), "--json", "--quiet")
        guard run.status == 0 else { throw TrainedRuns.Failure.training(run.errors) }
        return Place(folder: folder, summary: run.text)
    }

    private func place() throws -> Place { try PictureTests.made.get() }

    @Test func trainEvaluateAndClassifyAgree() throws {
        let place = try place()
        let summary = try object(place.summary)
        let test = try #require(summary["test"] as? [String: Any])
        let accuracy = try #require(test["accuracy"] as? Double)
        #expect(accuracy > 0.7 && test["n"] as? Int == 12)
        let evaluation = try object(Command.run("evaluate", place.run, place.shapes, "--json", "--quiet").text)
        #expect(evaluation["accuracy"] as? Double == accuracy)
        let part = csv(try String(contentsOfFile: place.run + "/splits.csv", encoding: .utf8)).filter {
            $0.last == "test"
        }
        let run = try Command.run(
            ["classify", place.run] + part.map { place.shapes + "/" + $0[0] } + ["--format", "csv"])
        let rows = csv(run.text)
        #expect(run.status == 0 && rows[0] == ["path", "label", "score"] && rows.count == 13)
        let right = zip(rows.dropFirst(), part).count { $0[1] == $1[1] }
        #expect(abs(Double(right) / 12 - accuracy) < 1e-12)
    }

    @Test func foldersBrokenFilesAndBatches() throws {
        let place = try place()
        let folder = try TemporaryFolder()
        try folder.write("in/a.png", Picture(width: 90, height: 40, channels: 3, filledWith: 0.5).png())
        try folder.write("in/b.jpg", "no picture")
        try folder.write("in/c.png", TestPictures.classes.joined())
        try folder.write("in/d.txt", "no picture's name")
        try folder.write("in/e.jpeg", Picture(width: 3, height: 300, channels: 1).jpeg())
        for out in [nil, folder.path("out.csv")] {
            let run = try Command.run(
                ["classify", place.run, folder.path("in"), "--format", "csv"] + (out.map { ["--out", $0] } ?? []))
            #expect(run.status == 3)
            #expect(run.errors.contains("b.jpg") && run.errors.contains("expected a PNG or JPEG picture"))
            let text = try out.map { try String(contentsOfFile: $0, encoding: .utf8) } ?? run.text
            #expect(csv(text).dropFirst().map { ($0[0] as NSString).lastPathComponent } == ["a.png", "e.jpeg"])
        }
        let top = try Command.run("classify", place.run, folder.path("in/a.png"), "--top", "3", "--json")
        #expect(try (object(top.lines[0])["scores"] as? [Any])?.count == 3)
        for (arguments, words) in [
            (["--window", "1"], "the model takes pictures, which have no windows"),
            (["--format", "raven"], "the model takes pictures"), (["--raw", "s16le", "--rate", "8000"], "--raw"),
        ] {
            let refused = try Command.run(["classify", place.run, folder.path("in/a.png")] + arguments)
            #expect(refused.status == 64 && refused.errors.contains(words), "\(refused.errors)")
        }
        let stream = try Command.run("classify", place.run, "-")
        #expect(stream.status == 64 && stream.errors.contains("from files and folders"))
    }

    @Test func wrongKindsAreNamed() throws {
        let place = try place()
        let sound = try TrainedRuns.place()
        for (arguments, words) in [
            (["evaluate", place.run, sound.tones], "the model takes images, not recordings"),
            (["evaluate", sound.sound, place.shapes], "the model takes sound, not pictures"),
            (
                ["train", place.shapes, "--recipe", "kws-cnn", "--out", place.folder.path("no")],
                "takes sound, the corpus holds images"
            ),
        ] {
            let run = try Command.run(arguments)
            #expect(run.status != 0 && run.errors.contains(words), "\(run.errors)")
        }
        let bad = try place.folder.write(
            "bad.yaml", TestPictures.recipe + "augmentation: {gain: {decibels: 3}}\n")
        let run = try Command.run("train", place.shapes, "--recipe", bad, "--out", place.folder.path("no"))
        #expect(run.status == 64 && run.errors.contains("affine, mirror and mixup are for images"), "\(run.errors)")
    }

    @Test func inspectShowsPicturesAndTheirCorpora() throws {
        let place = try place()
        let picture = try object(Command.run("inspect", place.shapes + "/bar/0.png", "--json").text)
        #expect(picture["kind"] as? String == "picture" && picture["format"] as? String == "PNG")
        #expect(picture["width"] as? Int == 20 && (picture["channels"] as? [Any])?.count == 1)
        #expect(try Command.run("inspect", place.shapes + "/bar/3.jpg").text.contains("JPEG"))
        let corpus = try object(Command.run("inspect", place.shapes, "--json", "--quiet").text)
        #expect(corpus["modality"] as? String == "image" && corpus["examples"] as? Int == 60)
        #expect(corpus["picture_sizes"] as? [String: Int] == ["20×20": 60] && corpus["unreadable"] as? Int == 0)
        let model = try Command.run("inspect", place.run)
        #expect(model.status == 0 && model.text.contains("images"))
    }

    @Test func reportsShowPictures() throws {
        let place = try place()
        // Labels turned round: everything is a mistake.
        let folder = try TemporaryFolder()
        var rows = "path,label\n"
        for (i, label) in TestPictures.classes.enumerated() {
            for j in 0..<4 { rows += "\(place.shapes)/\(label)/\(j * 4).png,\(TestPictures.classes[(i + 1) % 3])\n" }
        }
        let page = folder.path("page.html")
        let run = try Command.run("evaluate", place.run, folder.write("m.csv", rows), "--report", page)
        #expect(run.status == 0, "\(run.errors)")
        let text = try String(contentsOfFile: page, encoding: .utf8)
        #expect(text.contains("<figure class=\"picture\" id=\"picture-1\" style=\"width:120px\"><img alt="))
        #expect(text.contains(">Picture<"))
    }

    @Test func augmentationIsShown() throws {
        let place = try place()
        let out = place.folder.path("augmented")
        let run = try Command.run(
            "inspect", "augment", place.shapes, "--recipe", place.folder.path("image.yaml"), "--count", "3", "--out",
            out, "--json")
        #expect(run.status == 0, "\(run.errors)")
        let samples = try #require(try object(run.text)["samples"] as? [[String: Any]])
        #expect(samples.count == 3)
        for sample in samples {
            #expect((sample["applied"] as? [String])?.first?.contains("rotation") == true)
        }
        for i in 1...3 {
            let (before, after) = (
                try Picture.read("\(out)/00\(i)-before.png"), try Picture.read("\(out)/00\(i)-after.png")
            )
            #expect(before.shape == after.shape && before.values != after.values)
        }
    }
}
