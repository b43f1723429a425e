import FormantAudio
import FormantTensor
import FormantTestSupport
import Testing

@Suite struct CompactSoundTests {
    private func tone(_ rate: Int, seconds: Double) -> [Float] {
        var generator = SeededGenerator(seed: 4)
        return TestSounds.tone(440, seconds: seconds, sampleRate: rate, using: &generator)
    }

    /// Pages whose check is wrong are dropped by the reader, so that what comes back shows that all are right.
    @Test(arguments: [8000, 16_000, 22_050, 24_000])
    func whatIsWrittenCanBeHeard(rate: Int) throws {
        let folder = try TemporaryFolder()
        let samples = tone(rate, seconds: 3)
        let sound = try CompactSound(samples, sampleRate: rate)
        #expect(sound.mediaType == "audio/ogg" && sound.bytes.count < samples.count)
        let heard = try Recording.load(try folder.write("x.ogg", sound.bytes))
        #expect(heard.sampleRate == rate && heard.samples.count == samples.count)
        var (product, a, b) = (0.0, 0.0, 0.0)
        for (x, y) in zip(samples, heard.samples) {
            product += Double(x * y)
            a += Double(x * x)
            b += Double(y * y)
        }
        #expect(product / (a * b).squareRoot() > 0.97)
    }

    @Test func theSameSamplesGiveTheSameBytes() throws {
        let samples = tone(16_000, seconds: 1)
        let first = try CompactSound(samples, sampleRate: 16_000)
        // The stream's own number is drawn by the second.
        #expect(try CompactSound(samples, sampleRate: 16_000).bytes == first.bytes)
        #expect(first.bytes[14..<18] == [1, 0, 0, 0])
    }

    @Test func lowRatesAndSilenceAndNothing() throws {
        let folder = try TemporaryFolder()
        let low = try CompactSound(tone(4000, seconds: 0.5), sampleRate: 4000)
        #expect(low.mediaType == "audio/wav")
        #expect(try Recording.load(try folder.write("low.wav", low.bytes)).samples.count == 2000)
        let one = try CompactSound([0], sampleRate: 16_000)
        #expect(try Recording.load(try folder.write("one", one.bytes)).samples.count == 1)
        #expect(try CompactSound([], sampleRate: 16_000).mediaType == "audio/wav")
        #expect(throws: AudioError.self) { try CompactSound([0, .nan], sampleRate: 16_000) }
        #expect(throws: AudioError.self) { try CompactSound([0], sampleRate: 0) }
    }
}
