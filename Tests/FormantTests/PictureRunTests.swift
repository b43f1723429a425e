import Formant
import FormantCorpus
import FormantEvaluation
import FormantImage
import FormantTensor
import FormantTestSupport
import Foundation
import Testing

/// Training on pictures, and what is made of them.
@Suite struct PictureRunTests {
    @Test func sameBytesForAnyNumberOfThreads() throws {
        let folder = try TemporaryFolder()
        try TestPictures.writeCorpus(in: folder, perClass: 8)
        try folder.write("shapes/bar/broken.png", "nothing")
        var models: [[UInt8]] = []
        for threads in 1...3 {
            let summary = try train(
                folder.path("shapes"), TestPictures.recipe + TestPictures.augmentation,
                into: folder.path("run \(threads)"), threads: threads)
            #expect(summary.failed == 1)
            models.append(try folder.bytes("run \(threads)/model.safetensors"))
        }
        #expect(models[1] == models[0] && models[2] == models[0])
        try train(folder.path("shapes"), TestPictures.recipe, into: folder.path("plain"))
        #expect(try folder.bytes("plain/model.safetensors") != models[0])
        let model = try Model(path: folder.path("plain"))
        guard case .image(let frontEnd) = model.frontEnd else {
            Issue.record("no front end for pictures")
            return
        }
        #expect(frontEnd == ImageFrontEnd(width: 16, height: 16, colour: .grey, mean: [0.2], deviation: [0.25]))
        // What a picture scores does not depend on what is classified beside it.
        let classifier = Classifier(model, pool: WorkerPool(threads: 2))
        let paths = MediaFolder.files(below: folder.path("shapes"), of: .image).map { folder.path("shapes/" + $0) }
        let together = try classifier.classify(files: paths)
        #expect(together.count { (try? $0.get()) == nil } == 1)
        for (path, result) in zip(paths, together).prefix(5) {
            let alone = try classifier.classify(pictures: [path])[0]
            #expect(try alone.get().score == (try result.get()).score)
        }
        #expect(throws: ClassifierError.self) { try classifier.classify(recordings: paths) }
        #expect(throws: ClassifierError.self) { try classifier.classify(texts: ["a"]) }
    }

    @Test func modelsLearnFurtherLabels() throws {
        let folder = try TemporaryFolder()
        try TestPictures.writeCorpus(in: folder, perClass: 6)
        try train(folder.path("shapes"), TestPictures.recipe, into: folder.path("run"))
        let summary = try train(folder.path("shapes"), TestPictures.recipe, into: folder.path("more")) {
            $0.from = folder.path("run")
        }
        #expect(summary.forgetting != nil)
    }

    @Test func mediaOfPictures() throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 1)
        try folder.write("small.png", TestPictures.draw("disc", using: &generator).png())
        try folder.write("large.jpg", Picture(width: 700, height: 400, channels: 3, filledWith: 0.3).jpeg())
        try folder.write("broken.png", "nothing")
        let names = ["small.png", "large.jpg", "broken.png", "gone.png"]
        let corpus = Corpus(
            name: "pictures", modality: .image, root: folder.path,
            examples: names.map { Example(input: .image(path: $0), labels: ["a"]) })
        let listed = names.map { ReportMedia.Listed(identity: $0, label: "a") }
        var illustrator = Illustrator(corpus: corpus, model: nil, pool: WorkerPool(threads: 1))
        let media = illustrator.media(for: listed)
        #expect(Set(media.missing.keys) == ["broken.png", "gone.png"])
        #expect(media.pictures["small.png"]?.width == 120 && media.pictures["large.jpg"]?.width == 128)
        let large = try Picture.decode(try #require(media.pictures["large.jpg"]).png, name: "large")
        #expect(large.width == 128 && large.height == 73)
        illustrator.bytesLimit = 10
        #expect(illustrator.media(for: listed).pictures.isEmpty)
        #expect(illustrator.media(for: listed).notes.contains { $0.hasPrefix("2 more pictures are left out") })
    }
}
