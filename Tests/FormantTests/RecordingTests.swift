import Formant
import FormantAudio
import FormantTensor
import FormantTestSupport
import Foundation
import Testing

/// From a recording to what a network gets: clips and windows.
@Suite struct RecordingTests {
    private func frontEnd(clip: Double, rate: Int = 8000, excess: ClipExcess = .cropCenter) -> AudioFrontEnd {
        var frontEnd = AudioFrontEnd(sampleRate: rate)
        frontEnd.mel.bands = 20
        frontEnd.clip = ClipFit(seconds: clip, excess: excess)
        return frontEnd
    }

    private func noise(_ count: Int, seed: UInt64) -> [Float] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in generator.uniform(in: -0.9..<0.9) }
    }

    @Test(arguments: [
        (1, 0.25, 0.1), (1999, 0.25, 0.1), (2000, 0.25, 0.1), (2001, 0.25, 0.1), (2800, 0.25, 0.1), (2801, 0.25, 0.1),
        (30_000, 0.25, 0.25), (30_000, 0.25, 1), (30_001, 0.1, 0.013), (300_000, 1, 0.7), (140_000, 10, 3),
        (65_536, 0.25, 0.25),
    ])
    func windowsAreStretchesOfTheRecording(count: Int, clip: Double, hop: Double) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("x.wav", TestSounds.wav(noise(count, seed: UInt64(count))))
        let samples = try Recording.load(path).samples
        try #require(samples.count == count)
        let (length, step) = (Int((clip * 8000).rounded()), Int((hop * 8000).rounded()))
        var start = 0
        try ClipWindowReader(path: path, frontEnd: frontEnd(clip: clip), hop: hop).forEach { place, window in
            #expect(window == Array(samples[start..<min(count, start + length)]))
            #expect(place == start..<min(count, start + length))
            start += step
        }
        // Windows went on until the last sample was in one, or where there are gaps until no window begins any more.
        #expect(start - step + length >= count || start >= count)
        #expect(start - step == 0 || start - 2 * step + length < count)
    }

    @Test func windowsOfAResampledRecording() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("x.wav", TestSounds.wav(noise(44_100 * 3, seed: 3), sampleRate: 44_100))
        let whole = try Recording.load(path, sampleRate: 8000).samples
        var count = 0
        try ClipWindowReader(path: path, frontEnd: frontEnd(clip: 0.5), hop: 0.5).forEach { place, window in
            #expect(window == Array(whole[place]) && place.lowerBound == count * 4000)
            #expect(place.count == min(4000, whole.count - place.lowerBound))
            count += 1
        }
        #expect(count == 6 || count == 7)
        #expect(throws: AudioError.self) {
            try ClipWindowReader(path: folder.path("none"), frontEnd: frontEnd(clip: 0.5), hop: 0.5).forEach {
                _, _ in
            }
        }
    }

    @Test(arguments: [ClipExcess.cropCenter, .cropStart])
    func aLongRecordingIsCroppedAsIfReadWhole(excess: ClipExcess) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("x.wav", TestSounds.wav(noise(8000 * 40, seed: 4)))
        let frontEnd = frontEnd(clip: 0.5, excess: excess)
        let samples = try Recording.load(path).samples
        let loader = ClipLoader(frontEnd: frontEnd)
        #expect(try loader.features(path) == frontEnd.clipFeatures(of: samples, sampleRate: 8000))
        // A part, long or short; and one that ends behind the recording.
        for (start, end, to) in [(10.0, 35.0, 35.0), (10, 11, 11), (10, 1000, 40), (39.8, 50, 40)] {
            let part = Array(samples[Int(start * 8000)..<Int(to * 8000)])
            let expected = try frontEnd.clipFeatures(of: part, sampleRate: 8000)
            #expect(try loader.features(path, start: start, end: end) == expected, "\(start) … \(end)")
        }
        #expect(
            try loader.features(path, start: 20)
                == frontEnd.clipFeatures(of: Array(samples[160_000...]), sampleRate: 8000))
        #expect(throws: AudioError.self) { _ = try loader.features(path, start: 41, end: 50) }
        #expect(throws: AudioError.self) { _ = try loader.features(path, channel: 1) }
    }

    @Test func featureRunsGiveWhatTheFrontEndGives() throws {
        let place = try SmallModels.place()
        let folder = try TemporaryFolder()
        let frontEnd = try FeatureRun.frontEnd(preset: "default", settings: ["mel.bands=12", "sampleRate=8000"])
        #expect(frontEnd.mel.bands == 12 && frontEnd.sampleRate == 8000)
        let list = InputList([place.tones, folder.path("missing"), place.tone("low", 0)])
        #expect(list.items.count == 61 && list.problems.map(\.input) == [folder.path("missing")])
        #expect(list.items[0].name == "high/0.wav" && list.items[60].name == place.tone("low", 0))
        var last = 0
        let outcome = try FeatureRun(frontEnd, pool: WorkerPool(threads: 2)).run(list, to: .folder(folder.path("out")))
        {
            #expect($0 > last)
            last = $0
        }
        #expect(last == 61 && outcome.written == 60 && outcome.rows == 12)
        #expect(outcome.failed.map(\.input) == [folder.path("missing"), place.tone("low", 0)])
        let bytes = try folder.bytes("out/noise/3.wav.npy")
        let recording = try frontEnd.load(place.tone("noise", 3))
        let features = try frontEnd.features(of: recording.samples, sampleRate: recording.sampleRate)
        #expect(bytes.suffix(4 * features.values.count) == features.values.withUnsafeBytes { Array($0) }[...])
    }
}
