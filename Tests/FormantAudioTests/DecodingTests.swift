import Foundation
import FormantAudio
import FormantTensor
import FormantTestSupport
import Testing

@Suite struct DecodingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private struct Written: Sendable, CustomTestStringConvertible {
        var name: String
        var format: Int
        var tolerance: Float
        var testDescription: String { name }
    }

    private static let formats = [
        Written(name: "a.wav", format: SoundFormat.wav16, tolerance: 2 / 32_768),
        Written(name: "b.wav", format: SoundFormat.wav24, tolerance: 2 / 8_388_608),
        Written(name: "c.wav", format: SoundFormat.wavFloat, tolerance: 0),
        Written(name: "d.flac", format: SoundFormat.flac16, tolerance: 2 / 32_768),
        Written(name: "e.aiff", format: SoundFormat.aiff16, tolerance: 2 / 32_768),
        Written(name: "f.ogg", format: SoundFormat.vorbis, tolerance: 0.2),
    ]

    /// Formats whose frames draw on those before: a part is what the whole has there, for all that seeking leaps over.
    @Test(arguments: [
        ("a.ogg", SoundFormat.vorbis), ("b.opus", SoundFormat.opus), ("c.mp3", SoundFormat.mp3),
    ])
    func partsOfLossyFormats(name: String, format: Int) throws {
        guard canWrite(format, rate: 48_000) else { return }
        let path = folder.path(name)
        try writeSound(path, goldenSignal(count: 150_000, rate: 48_000), rate: 48_000, format: format)
        let whole = try Recording.load(path).samples
        let length = 20_000
        for start in [0, 1, 5000, 24_000, 24_001, 100_000] {
            let part = try Recording.load(path, range: Double(start) / 48_000...Double(start + length) / 48_000).samples
            let error = zip(part, whole[start..<start + length]).map { abs($0 - $1) }.max() ?? 1
            #expect(part.count == length && error < 1e-3, "\(start)")
        }
    }

    @Test(arguments: formats)
    private func readsBackWhatWasWritten(_ written: Written) throws {
        let samples = goldenSignal(count: 20_000, rate: 16_000)
        let path = folder.path(written.name)
        try writeSound(path, samples, rate: 16_000, format: written.format)
        let info = try SoundFile.probe(path)
        #expect(info.sampleRate == 16_000 && info.channels == 1 && info.frames == 20_000 && info.seconds == 1.25)
        #expect(!info.format.isEmpty)
        let recording = try Recording.load(path)
        #expect(recording.sampleRate == 16_000 && recording.seconds == 1.25 && recording.problem == nil)
        let error = zip(recording.samples, samples).map { abs($0 - $1) }.max()
        #expect(recording.samples.count == 20_000 && error ?? 1 <= written.tolerance)
    }

    @Test(arguments: formats.dropLast())
    private func partsEqualSlices(_ written: Written) throws {
        let path = folder.path(written.name)
        try writeSound(path, goldenSignal(count: 150_000, rate: 16_000), rate: 16_000, format: written.format)
        let whole = try Recording.load(path).samples
        for (start, end) in [(0, 1), (0, 150_000), (1, 2), (4_095, 70_001), (149_999, 150_000), (70_000, 200_000)] {
            let range = Double(start) / 16_000...Double(end) / 16_000
            let part = try Recording.load(path, range: range)
            #expect(part.samples == Array(whole[start..<min(end, 150_000)]), "\(start) … \(end)")
            #expect(part.problem == nil)
        }
        #expect(try Recording.load(path, range: 1...Double.infinity).samples == Array(whole[16_000...]))
    }

    @Test func channels() throws {
        let frames = 5000
        let tracks = (0..<5).map { sine(200 + 50 * Double($0), count: frames, rate: 8000) }
        let interleaved = (0..<frames).flatMap { i in tracks.map { $0[i] } }
        let path = folder.path("five.wav")
        try writeSound(path, interleaved, rate: 8000, channels: 5, format: SoundFormat.wavFloat)
        #expect(try SoundFile.probe(path).channels == 5)
        for (number, track) in tracks.enumerated() {
            #expect(try Recording.load(path, channel: .only(number)).samples == track)
        }
        let mean = (0..<frames).map { i in tracks.map { Double($0[i]) }.reduce(0, +) / 5 }
        let mixed = try Recording.load(path, channel: .mix).samples
        #expect(mixed.count == frames && zip(mixed, mean).allSatisfy { abs(Double($0) - $1) < 1e-6 })
        #expect(throws: AudioError.channelMissing(file: path, wanted: 5, channels: 5)) {
            try Recording.load(path, channel: .only(5))
        }
        #expect(throws: AudioError.channelMissing(file: path, wanted: -1, channels: 5)) {
            try Recording.load(path, channel: .only(-1))
        }
    }

    @Test(arguments: [(44_100, 16_000), (8000, 16_000), (16_000, 22_050), (48_000, 16_000), (11_025, 16_000)])
    func resamplingKeepsFrequencyAndLevel(from: Int, to: Int) throws {
        let path = folder.path("sine.wav")
        try writeSound(path, sine(1000, count: from, rate: from), rate: from, format: SoundFormat.wavFloat)
        let recording = try Recording.load(path, sampleRate: to)
        #expect(recording.sampleRate == to && abs(recording.samples.count - to) <= 1)
        let expected = sine(1000, count: to, rate: to)
        let inner = to / 10..<to - to / 10
        let error = inner.map { abs(recording.samples[$0] - expected[$0]) }.max()
        #expect(error ?? 1 < 1e-3)
    }

    @Test func resamplingDoesNotDependOnBlocks() throws {
        let samples = goldenSignal(count: 30_000, rate: 44_100)
        let whole = try Resampler.convert(samples, from: 44_100, to: 16_000)
        for size in [1, 997, 8192] {
            let resampler = try Resampler(from: 44_100, to: 16_000)
            var output: [Float] = []
            for start in stride(from: 0, to: samples.count, by: size) {
                let block = Array(samples[start..<min(samples.count, start + size)])
                try block.withUnsafeBufferPointer { try resampler.process($0, into: &output) }
            }
            try resampler.finish(into: &output)
            #expect(output == whole, "blocks of \(size)")
        }
        for (from, to) in [(249, 16_000), (16_000, 62), (1, Int.max), (-1, 1)] {
            #expect(throws: AudioError.self) { try Resampler(from: from, to: to) }
        }
        #expect(throws: AudioError.self) { try Resampler(from: 0, to: 16_000) }
    }

    @Test func blocksJoinToTheWhole() throws {
        let path = folder.path("long.flac")
        try writeSound(path, goldenSignal(count: 300_000, rate: 22_050), rate: 22_050, format: SoundFormat.flac16)
        let whole = try Recording.load(path, sampleRate: 16_000).samples
        let reader = try SoundReader(path: path, sampleRate: 16_000)
        var joined: [Float] = []
        var block: [Float] = []
        while try reader.read(into: &block) {
            #expect(!block.isEmpty && block.count <= 65_536)
            joined += block
        }
        #expect(block.isEmpty && joined == whole)
        #expect(try !reader.read(into: &block))
    }

    @Test func refusesWhatIsNoSound() throws {
        let text = folder.path("notes.wav")
        try Data("these are notes, no sound".utf8).write(to: URL(filePath: text))
        let empty = folder.path("empty.wav")
        try Data().write(to: URL(filePath: empty))
        let pipe = folder.path("pipe.wav")
        #expect(mkfifo(pipe, 0o600) == 0)
        for path in [text, empty, pipe, folder.path("missing.wav"), folder.path, "", "a\0b"] {
            let error = #expect(throws: AudioError.self) { try Recording.load(path) }
            guard case .unreadable(let file, let found)? = error else {
                Issue.record("\(path): \(String(describing: error))")
                continue
            }
            #expect(file == path && !found.isEmpty)
            #expect("\(error!)".contains("expected a sound file"))
        }
    }

    @Test func refusesRangesAndLengths() throws {
        let path = folder.path("second.wav")
        try writeSound(path, sine(440, count: 8000, rate: 8000), rate: 8000, format: SoundFormat.wav16)
        for range in [1.0...2, -0.5...0.5, 5...Double.infinity, Double.infinity...Double.infinity] {
            let error = #expect(throws: AudioError.self) { try Recording.load(path, range: range) }
            guard case .rangeOutside(path, _, _, 1)? = error else {
                Issue.record("\(range): \(String(describing: error))")
                continue
            }
        }
        #expect(throws: AudioError.noSamples(file: path, seconds: 0.5)) {
            try Recording.load(path, range: 0.5...0.5)
        }
        #expect(throws: AudioError.tooLong(file: path, limit: 0.5)) { try Recording.load(path, limit: 0.5) }
        #expect(try Recording.load(path, range: 0.25...0.5, limit: 0.5).samples.count == 2000)
        let silent = folder.path("none.wav")
        try writeSound(silent, [], rate: 8000, format: SoundFormat.wav16)
        #expect(throws: AudioError.noSamples(file: silent, seconds: 0)) { try Recording.load(silent) }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity, 1e13])
    func namesTheBadSample(value: Float) throws {
        var samples = sine(440, count: 100_000, rate: 8000)
        samples[80_000] = value
        let path = folder.path("bad.wav")
        try writeSound(path, samples, rate: 8000, format: SoundFormat.wavFloat)
        let error = #expect(throws: AudioError.self) { try Recording.load(path).seconds }
        guard case .badSample(path, 10, let found)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found.bitPattern == value.bitPattern || found == value)
        #expect(try Recording.load(path, range: 0...9).samples.count == 72_000)
        #expect(throws: AudioError.self) { try AudioFrontEnd().features(of: samples, sampleRate: 16_000) }
        #expect(throws: AudioError.self) { try AudioFrontEnd().features(of: samples, sampleRate: 8000) }
    }
}
