import Formant
import FormantAudio
import FormantImage
import FormantNetwork
import FormantTensor
import FormantTestSupport
import Foundation
import Testing

/// Dreams and transfers of style from files to files.
@Suite struct InsightRunTests {
    /// A model of pictures that nobody trained, in a folder with a photo and a painting.
    private func pictures() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let frontEnd = ImageFrontEnd(width: 16, height: 12)
        let network = Network(input: frontEnd.shape) {
            Convolution2D(filters: 6, kernel: 3, padding: Pair(.same)).named("first")
            Activation(.relu).named("edges")
            MaxPool(window: 2)
            Convolution2D(filters: 8, kernel: 3, padding: Pair(.same)).named("second")
            Activation(.relu).named("shapes")
            Flatten()
            Dense(units: 2)
        }
        let model = Model(
            frontEnd: .image(frontEnd), network: network,
            parameters: Parameters(try network.bound().parameters, seed: 9), labels: ["across", "down"],
            scoring: .softmax, provenance: try SmallModels.place().text.provenance)
        try model.write(to: folder.path("model.safetensors"))
        try stripes(across: true, width: 64, height: 48).write(to: folder.path("photo.png"))
        try stripes(across: false, width: 40, height: 50).write(to: folder.path("art.png"))
        return folder
    }

    /// Stripes of two colours, with a little noise.
    private func stripes(across: Bool, width: Int, height: Int) -> Picture {
        var generator = SeededGenerator(seed: across ? 2 : 3)
        var picture = Picture(width: width, height: height, channels: 3)
        for row in 0..<height {
            for column in 0..<width {
                let bright: Float = (across ? row : column) / 2 % 2 == 0 ? 0.8 : 0.2
                picture[0, row, column] = bright
                picture[1, row, column] = bright / 2 + generator.uniform(in: 0..<0.1)
                picture[2, row, column] = 1 - bright
            }
        }
        return picture
    }

    private func dream(
        _ folder: TemporaryFolder, threads: Int = 1, observer: InsightObserver = InsightObserver(),
        _ change: (inout DreamRequest) -> Void = { _ in }
    ) throws -> DreamSummary {
        var request = DreamRequest(features: folder.path("model.safetensors"))
        request.steps = 4
        request.octaves = 2
        request.jitter = 5
        change(&request)
        return try DreamRun(request, pool: WorkerPool(threads: threads), observer: observer).run(
            folder.path("photo.png"), to: folder.path("dream.png"))
    }

    @Test func aDreamOfAPicture() throws {
        let folder = try pictures()
        let summary = try dream(folder)
        #expect(summary.aim == "shapes" && summary.aims.count == 8 && summary.size == [64, 48])
        try #require(summary.aims.count == 8)
        #expect(summary.aims[7] > summary.aims[4])
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path("dream.png")))
        _ = try dream(folder, threads: 3)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path("dream.png"))) == bytes)
        let dreamt = try Picture.read(folder.path("dream.png"))
        #expect(dreamt.shape == Shape(channels: 3, height: 48, width: 64))
        #expect(dreamt != (try Picture.read(folder.path("photo.png"))))
    }

    @Test func aDreamOfALabelAndByAGuide() throws {
        let folder = try pictures()
        let label = try dream(folder) { $0.label = "down" }
        #expect(label.aim == "label down" && label.aims.last! > label.aims.first!)
        let guided = try dream(folder) {
            $0.guide = folder.path("art.png")
            $0.layer = "second"
            $0.size = 30
        }
        #expect(guided.size == [30, 23] && guided.aims.last! > guided.aims.first!)
        let channel = try dream(folder) {
            $0.layer = "first"
            $0.channels = [2, 3]
        }
        try #require(channel.aims.count == 8)
        #expect(channel.aim == "first 2, 3" && channel.aims[7] > channel.aims[4])
    }

    @Test func picturesOnTheWayAndAnEndBeforeTheEnd() throws {
        let folder = try pictures()
        var steps = 0
        let summary = try dream(
            folder,
            observer: InsightObserver(
                progress: { _, _ in steps += 1 }, shouldStop: { steps == 3 })
        ) { $0.every = 2 }
        #expect(summary.interrupted && summary.aims.count == 3)
        #expect(try Picture.read(folder.path("dream.png")).width == 64)
        #expect(try Picture.read(folder.path("dream-0002.png")).width == 46)
        #expect(!FileManager.default.fileExists(atPath: folder.path("dream-0004.png")))
    }

    @Test func wrongDreams() throws {
        let folder = try pictures()
        for (change, words) in [
            ({ $0.layer = "shaps" }, "did you mean \"shapes\""), ({ $0.label = "up" }, "unknown label \"up\""),
            ({ $0.channels = [8] }, "--channel 8: expected 0 to 7"), ({ $0.steps = 0 }, "--steps 0: expected 1 to"),
            ({ $0.guide = "nowhere.png" }, "nowhere.png"), ({ $0.features = "nothing" }, "nothing"),
            (
                {
                    $0.label = "down"
                    $0.layer = "first"
                }, "no --layer"
            ),
        ] as [((inout DreamRequest) -> Void, String)] {
            let error = #expect(throws: (any Error).self) { _ = try dream(folder, change) }
            #expect("\(error.map { "\($0)" } ?? "")".contains(words), "\(error.map { "\($0)" } ?? "")")
        }
        let wrongName = #expect(throws: ImageError.self) {
            _ = try DreamRun(
                DreamRequest(features: folder.path("model.safetensors")), pool: WorkerPool(threads: 1)
            ).run(folder.path("photo.png"), to: folder.path("dream.gif"))
        }
        #expect("\(wrongName.map { "\($0)" } ?? "")".contains(".png"))
    }

    private func style(
        _ folder: TemporaryFolder, threads: Int = 1, observer: InsightObserver = InsightObserver(),
        _ change: (inout StyleRequest) -> Void = { _ in }
    ) throws -> StyleSummary {
        var request = StyleRequest(style: folder.path("art.png"))
        request.features = folder.path("model.safetensors")
        request.content = folder.path("photo.png")
        request.steps = 6
        change(&request)
        return try StyleRun(request, pool: WorkerPool(threads: threads), observer: observer).run(
            to: folder.path("new.png"))
    }

    @Test func aPictureInTheStyleOfAnother() throws {
        let folder = try pictures()
        let summary = try style(folder)
        #expect(summary.styleLayers == ["edges", "shapes"] && summary.contentLayers == ["shapes"])
        #expect(summary.iterations.map(\.size) == [Int](repeating: 32, count: 6) + [Int](repeating: 64, count: 6))
        try #require(summary.iterations.count == 12)
        for size in [0, 6] { #expect(summary.iterations[size + 5].loss < summary.iterations[size].loss) }
        #expect(summary.size == [64, 48] && summary.evaluations >= 12)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path("new.png")))
        _ = try style(folder, threads: 3)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path("new.png"))) == bytes)
    }

    @Test func otherWaysToAStyle() throws {
        let folder = try pictures()
        let adam = try style(folder) {
            $0.method = .adam
            $0.start = .noise
            $0.scales = 1
            $0.steps = 20
        }
        #expect(adam.evaluations == 20 && adam.iterations.last!.loss < adam.iterations[0].loss)
        let texture = try style(folder) {
            $0.content = nil
            $0.size = 32
            $0.scales = 1
        }
        #expect(texture.size == [26, 32] && texture.contentLayers.isEmpty)
        #expect(texture.iterations.allSatisfy { $0.content == 0 })
    }

    /// Differences of the colours stay where they are not cut at dark or bright.
    @Test func theColoursOfTheContent() throws {
        let folder = try pictures()
        _ = try style(folder) {
            $0.keepsColour = true
            $0.scales = 1
        }
        let (photo, new) = (
            try Picture.read(folder.path("photo.png")), try Picture.read(folder.path("new.png"))
        )
        #expect(photo != new)
        let area = photo.width * photo.height
        for i in 0..<area where (0..<3).allSatisfy({ (0.01...0.99).contains(new.values[$0 * area + i]) }) {
            let before = photo.values[i] - photo.values[2 * area + i]
            #expect(abs(new.values[i] - new.values[2 * area + i] - before) < 0.01)
        }
    }

    @Test func aStyleThatIsInterrupted() throws {
        let folder = try pictures()
        var steps = 0
        let summary = try style(
            folder, observer: InsightObserver(progress: { _, _ in steps += 1 }, shouldStop: { steps >= 2 }))
        #expect(summary.interrupted && summary.iterations.count == 2)
        #expect(try Picture.read(folder.path("new.png")).width == 64)
    }

    @Test func wrongStyles() throws {
        let folder = try pictures()
        for (change, words) in [
            ({ $0.features = nil }, "--features"), ({ $0.styleLayers = ["dense"] }, "dense"),
            ({ $0.styleLayers = ["edgs"] }, "did you mean \"edges\""), ({ $0.filters = 40 }, "--filters"),
            ({ $0.style = "words.txt" }, "style of sentences"), ({ $0.size = 5 }, "--size 5: expected 16 to 4096"),
            (
                {
                    $0.content = nil
                    $0.keepsColour = true
                }, "--keep-colour"
            ),
        ] as [((inout StyleRequest) -> Void, String)] {
            let error = #expect(throws: (any Error).self) { _ = try style(folder, change) }
            #expect("\(error.map { "\($0)" } ?? "")".contains(words), "\(error.map { "\($0)" } ?? "")")
        }
    }

    /// What is far above or below in the change of features is louder or softer in the recording.
    @Test func soundsKeepTheirPhases() throws {
        let place = try SmallModels.place()
        let folder = try TemporaryFolder()
        let model = folder.path("model.safetensors")
        try place.sound.write(to: model)
        var request = DreamRequest(features: model)
        request.label = "high"
        request.steps = 8
        request.rate = 0.1
        let input = place.tone("noise", 3)
        let summary = try DreamRun(request, pool: WorkerPool(threads: 2)).run(input, to: folder.path("dream.wav"))
        #expect(summary.kind == "sound" && summary.aims.last! > summary.aims.first!)
        let (before, after) = (try Recording.load(input), try Recording.load(folder.path("dream.wav")))
        #expect(before.samples.count == after.samples.count && before.sampleRate == after.sampleRate)
        #expect(zip(before.samples, after.samples).contains { abs($0 - $1) > 1e-3 })
        // The same signs for most of the samples: it is the same noise, filtered.
        let same = zip(before.samples, after.samples).filter { $0.0 * $0.1 > 0 }.count
        #expect(Double(same) > 0.7 * Double(before.samples.count))
    }

    @Test func aSentenceDreamsOfAnotherLabel() throws {
        let place = try SmallModels.place()
        let folder = try TemporaryFolder()
        try place.text.write(to: folder.path("model.safetensors"))
        var request = DreamRequest(features: folder.path("model.safetensors"))
        request.label = "music"
        request.steps = 3
        let summary = try DreamRun(request, pool: WorkerPool(threads: 2)).run("wake me at 7 please", to: nil)
        let steps = try #require(summary.sentences)
        #expect(steps[0].text == "wake me at 7 please" && steps[0].label == "alarm")
        #expect(steps.count >= 2 && steps.count <= 4)
        #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.aim < $1.aim })
        #expect(steps.last!.label == "music", "\(steps)")
        // One word after another.
        for (a, b) in zip(steps, steps.dropFirst()) {
            let (old, new) = (a.text.split(separator: " "), b.text.split(separator: " "))
            #expect(old.count == new.count && zip(old, new).filter { $0 != $1 }.count == 1)
        }
        request.guide = "x.png"
        request.label = nil
        #expect(throws: InsightError.self) {
            _ = try DreamRun(request, pool: WorkerPool(threads: 1)).run("a", to: nil)
        }
    }
}
