import Formant
import FormantCorpus
import FormantEvaluation
import FormantTensor
import FormantTestSupport
import Foundation
import Testing

/// What a page shows beside its examples.
@Suite struct IllustratorTests {
    private func corpus(_ folder: TemporaryFolder, _ clips: [AudioClip]) -> Corpus {
        Corpus(
            name: "clips", modality: .audio, root: folder.path,
            examples: clips.map { Example(input: .audio($0), labels: ["a"]) })
    }

    private func listed(_ corpus: Corpus) -> [ReportMedia.Listed] {
        corpus.examples.map { ReportMedia.Listed(identity: $0.id, label: "a") }
    }

    @Test func clipsThatCannotBeReadAreNamed() throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 1)
        try folder.write("long.wav", TestSounds.wav(TestSounds.tone(500, seconds: 12, using: &generator)))
        try folder.write("broken.wav", "no sound")
        let clips = [
            AudioClip(path: "long.wav"), AudioClip(path: "gone.wav"), AudioClip(path: "broken.wav"),
            AudioClip(path: "long.wav", start: 3, end: 4.5), AudioClip(path: "long.wav", start: 20, end: 21),
            AudioClip(path: "long.wav", start: 1, end: 1.001),
        ]
        let corpus = corpus(folder, clips)
        let media = Illustrator(corpus: corpus, model: nil, pool: WorkerPool(threads: 1)).media(for: listed(corpus))
        #expect(Set(media.missing.keys) == ["gone.wav", "broken.wav", "long.wav#20.0-21.0"])
        let long = try #require(media.sounds["long.wav"])
        #expect(long.isCut && long.seconds == 10 && long.mediaType == "audio/ogg")
        let part = try #require(media.sounds["long.wav#3.0-4.5"])
        #expect(!part.isCut && part.seconds == 1.5 && part.picture.starts(with: [0x89, 0x50, 0x4e, 0x47]))
        #expect(media.sounds["long.wav#1.0-1.001"] != nil)
        #expect(media.notes.contains { $0.contains("3 clips could not be read") })
    }

    @Test func thereIsNotRoomForAll() throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 2)
        for i in 0..<6 {
            try folder.write("\(i).wav", TestSounds.wav(TestSounds.tone(0, seconds: 1, using: &generator)))
        }
        let corpus = corpus(folder, (0..<6).map { AudioClip(path: "\($0).wav") })
        var illustrator = Illustrator(corpus: corpus, model: nil, pool: WorkerPool(threads: 1))
        let all = illustrator.media(for: listed(corpus))
        let sizes = all.sounds.values.map { $0.audio.count + $0.picture.count }
        #expect(sizes.count == 6)
        illustrator.bytesLimit = 3 * (sizes.max() ?? 0)
        let some = illustrator.media(for: listed(corpus).reversed())
        #expect(some.sounds.count < 6 && some.sounds.count >= 3 && some.sounds["5.wav"] != nil)
        let bytes = some.sounds.values.reduce(0) { $0 + $1.audio.count + $1.picture.count }
        #expect(bytes <= illustrator.bytesLimit)
        #expect(some.notes.contains { $0.hasPrefix("\(6 - some.sounds.count) more clips are left out") })
    }

    /// The effect of a word is what the score loses without it.
    @Test func wordsByOcclusion() throws {
        let model = try SmallModels.place().text
        let texts = ["wake  me at 5 please", "play song number 7", "", "one"]
        let corpus = Corpus(
            name: "texts", modality: .text, root: "", examples: texts.map { Example(input: .text($0), labels: []) })
        let pool = WorkerPool(threads: 1)
        let entries = texts.map { ReportMedia.Listed(identity: $0, label: "alarm") }
        let media = Illustrator(corpus: corpus, model: model, pool: pool)
            .media(for: entries + [.init(identity: texts[0], label: "no label of the model")])
        let words = try #require(media.words[entries[0]])
        #expect(words.map(\.text) == ["wake", "me", "at", "5", "please"] && media.words.count == 3)
        let classifier = Classifier(model, pool: pool)
        func score(_ text: String) throws -> Double {
            let ranking = try classifier.classify(text: text).ranking
            return Double(try #require(ranking.first { $0.label == "alarm" }).score)
        }
        for (i, word) in words.enumerated() {
            var rest = words.map(\.text)
            let whole = try score(rest.joined(separator: " "))
            rest.remove(at: i)
            #expect(abs(word.effect - (whole - (try score(rest.joined(separator: " "))))) < 1e-6)
        }
        #expect(media.notes.contains { $0.contains("occlusion") })
        #expect(Illustrator(corpus: corpus, model: nil, pool: pool).media(for: entries).words.isEmpty)
    }
}
