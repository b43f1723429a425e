import FormantAudio
import FormantTensor
import FormantTestSupport
import Testing

/// Something like speech: a gliding pitch with harmonics under moving formants, and some noise.
private func babble(seconds: Double, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    var samples: [Float] = []
    var phase: Float = 0
    var pitch: Float = 120
    var weights = [Float](repeating: 0, count: 20)
    for i in 0..<Int(seconds * 8000) {
        if i % 400 == 0 {
            pitch = generator.uniform(in: 90..<260)
            weights = weights.map { _ in generator.uniform(in: 0..<1) * generator.uniform(in: 0..<1) }
        }
        phase += pitch / 8000
        var sample: Float = 0.02 * generator.uniform(in: -1..<1)
        for (k, weight) in weights.enumerated() where pitch * Float(k + 1) < 3500 {
            sample += 0.05 * weight * sine(phase * Float(k + 1))
        }
        samples.append(sample)
    }
    return samples
}

/// A sine by the turn, from a parabola: good enough to be heard.
private func sine(_ turns: Float) -> Float {
    let x = turns - turns.rounded(.down)
    return x < 0.5 ? 16 * x * (0.5 - x) : -16 * (x - 0.5) * (1 - x)
}

private func zeros(_ count: Int) -> [Float] { [Float](repeating: 0, count: count) }

@Suite struct FingerprintTests {
    @Test func landmarksDependNeitherOnGainNorOnPlace() throws {
        let extractor = try LandmarkExtractor()
        let sound = babble(seconds: 1, seed: 1)
        let whole = extractor.landmarks(of: sound[...])
        #expect(whole.count > 200 && whole == whole.sorted())
        // A power of two changes no digit.
        #expect(extractor.landmarks(of: sound.map { $0 * 0.25 }[...]) == whole)
        #expect(extractor.landmarks(of: (zeros(7) + sound)[7...]) == whole)
        // Ten frames later the same ones stand ten frames later, but for those at the beginning.
        let later = Set(extractor.landmarks(of: (zeros(640) + sound)[...]))
        #expect(Double(whole.count { later.contains($0 + 10) }) > 0.9 * Double(whole.count))
        #expect(extractor.landmarks(of: []) == [] && extractor.landmarks(of: zeros(4000)[...]) == [])
        let few = extractor.landmarks(of: sound[...], thinning: 2)
        #expect(Set(few).isSubset(of: whole) && few.count < whole.count / 2 && few.count > whole.count / 8)
    }

    @Test func anIndexFindsWhatIsThereTwice() throws {
        let extractor = try LandmarkExtractor()
        func candidates(threads: Int) -> [LandmarkIndex.Candidate] {
            var index = LandmarkIndex()
            for seed in 0..<30 {
                index.add(extractor.landmarks(of: babble(seconds: 0.8, seed: UInt64(seed))[...]), stretch: seed)
            }
            let copy = zeros(1600) + babble(seconds: 0.8, seed: 17).map { $0 * 0.3 }
            index.add(extractor.landmarks(of: copy[...]), stretch: 30)
            return index.candidates(pool: WorkerPool(threads: threads))
        }
        let found = candidates(threads: 2)
        let best = try #require(found.max { $0.votes < $1.votes })
        #expect(best.first == 17 && best.second == 30 && abs(best.offset + 1600) <= 128 && best.votes > 50)
        #expect(found.count { $0.first == 17 } <= 3)
        #expect(candidates(threads: 1) == found)
        #expect(LandmarkIndex().candidates(pool: WorkerPool(threads: 1)) == [])
        #expect(LandmarkIndex.thinning(seconds: 3600) == 0 && LandmarkIndex.thinning(seconds: 1e6) > 3)
    }

    @Test func waveformsOfCopiesAreAlike() throws {
        let comparison = try WaveformComparison()
        let sound = babble(seconds: 0.6, seed: 3)
        var generator = SeededGenerator(seed: 4)
        func noisy(_ samples: [Float], _ level: Float) -> [Float] {
            samples.map { $0 + level * generator.uniform(in: -1..<1) }
        }
        let shifted = try #require(comparison.compare(sound, zeros(1600) + sound.map { $0 * -0.2 }, offset: 0))
        #expect(shifted.isWhole && shifted.offset == -1600 && shifted.similarity > 0.999)
        let half = try #require(comparison.compare(sound, Array(sound[2400...]), offset: 0))
        #expect(half.isCopy && !half.isWhole && half.offset == 2400 && half.overlap == 2400)
        let noise = try #require(comparison.compare(sound, noisy(sound, 0.008), offset: 0))
        #expect(noise.isCopy && noise.similarity < 0.999)
        for seed in 10..<20 {
            let other = comparison.compare(sound, babble(seconds: 0.6, seed: UInt64(seed)), offset: 0)
            #expect(other?.isCopy == false && other?.similarity ?? 1 < 0.6)
        }
        // Any two tones of one pitch are alike: that they are says little.
        let tone = (0..<2400).map { sine(Float($0) * 0.05) }
        let another = (0..<2400).map { sine(Float($0) * 0.0503) }
        let tones = try #require(comparison.compare(tone, noisy(another, 0.05), offset: 0))
        #expect(!tones.isCopy && tones.freedom < 20)
        #expect(comparison.compare(sound, Array(sound[..<900]), offset: 0) == nil)
        #expect(comparison.compare(sound, zeros(4000), offset: 0)?.isCopy != true)
    }

    @Test func longStretchesAreComparedPieceByPiece() throws {
        let comparison = try WaveformComparison()
        let shared = babble(seconds: 9, seed: 5)
        let first = babble(seconds: 4, seed: 6) + shared
        let second = shared + babble(seconds: 3, seed: 7)
        let match = try #require(comparison.compare(first, second, offset: 32_000 + 100))
        #expect(match.isCopy && match.offset == 32_000 && match.overlap > 60_000, "\(match)")
        let other = comparison.compare(babble(seconds: 12, seed: 8), second, offset: 0)
        #expect(other?.isCopy != true)
    }

    @Test func levels() {
        var levels = SoundLevels()
        levels.add([0, 0.5, -0.5, 0.5])
        #expect(levels.peak == 0.5 && levels.clippedRuns == 0 && !levels.isSilent)
        levels.add([1, 1])
        levels.add([1, 1, 0.2, -1, -1, 0.999, 0.985, 0.99])
        #expect(levels.clippedRuns == 1 && levels.count == 14)
        levels.add([-1, -1, -1])
        #expect(levels.clippedRuns == 2)
        var quiet = SoundLevels()
        quiet.add([0.0009, -0.0009])
        #expect(quiet.isSilent && SoundLevels().isSilent)
    }

    @Test func aScanSeesTheSameSamplesInAnyContainer() throws {
        let folder = try TemporaryFolder()
        // Values of 16 bits, which all writers round alike.
        let sound = babble(seconds: 0.4, seed: 9).map { ($0 * 32_768).rounded() / 32_768 }
        func write(_ name: String, _ samples: [Float], _ format: SoundWriter.Format, channels: Int = 1) throws -> String
        {
            let writer = try SoundWriter(path: folder.path(name), sampleRate: 8000, channels: channels, format: format)
            try writer.write(samples)
            try writer.finish()
            return folder.path(name)
        }
        let wav = try SoundScan(path: write("a.wav", sound, .wav16), extractor: LandmarkExtractor())
        let flac = try SoundScan(path: write("a.flac", sound, .flac16), extractor: nil)
        let padded = try SoundScan(path: write("p.wav", zeros(50) + sound + zeros(900), .wav16), extractor: nil)
        let stereo = try SoundScan(
            path: write("s.wav", sound.flatMap { [$0, $0] }, .wav16, channels: 2), extractor: nil)
        let louder = try SoundScan(path: write("l.wav", sound.map { $0 * 1.5 }, .wav16), extractor: nil)
        let empty = try SoundScan(path: write("z.wav", zeros(500), .wav16), extractor: nil)
        let digest = try #require(wav.digest)
        #expect(flac.digest == digest && padded.digest == digest && stereo.digest == digest)
        #expect(louder.digest != digest && empty.digest == nil && empty.levels.peak == 0)
        #expect(wav.landmarks.count == 1 && !wav.landmarks[0].isEmpty && flac.landmarks.isEmpty)
        #expect(wav.seconds == 0.4 && padded.levels.count == 3200 + 950)
        #expect(throws: AudioError.self) { try SoundScan(path: folder.path("none.wav"), extractor: nil) }
        #expect(throws: AudioError.self) { try SoundScan(path: write("e.wav", [], .wav16), extractor: nil) }
    }
}
