import Foundation
import FormantAudio
import FormantTensor
import FormantTestSupport
import Testing

/// Broken files give a result or an error; what must not happen is a trap, a hang, or memory by a header's word.
@Suite struct BrokenInputTests {
    private func loadAll(_ path: String) {
        for (rate, range) in [(nil, nil), (16_000, 0.01...0.02)] as [(Int?, ClosedRange<Double>?)] {
            do {
                let recording = try Recording.load(path, sampleRate: rate, range: range, limit: 60)
                #expect(!recording.samples.isEmpty && recording.samples.allSatisfy { $0.isFinite })
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
        _ = try? SoundFile.probe(path)
    }

    @Test(arguments: [
        ("a.wav", SoundFormat.wav16), ("b.flac", SoundFormat.flac16), ("c.aiff", SoundFormat.aiff16),
        ("d.wav", SoundFormat.wavFloat),
    ])
    func truncatedAndFlipped(name: String, format: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.path(name)
        try writeSound(
            path, goldenSignal(count: 1500, rate: 16_000), rate: 16_000, channels: 2, format: format)
        let whole = try folder.bytes(name)
        let url = URL(filePath: path)
        for length in Array(0..<120) + Array(stride(from: 120, to: whole.count, by: 97)) {
            try Data(whole[0..<length]).write(to: url)
            loadAll(path)
        }
        let seed: UInt64 = 11
        var generator = SeededGenerator(seed: seed)
        for round in 0..<300 {
            var bytes = whole
            // The header is where a flipped byte lies worst.
            let reach = round % 2 == 0 ? min(100, bytes.count) : bytes.count
            for _ in 0...generator.index(below: 3) {
                bytes[generator.index(below: reach)] = UInt8(truncatingIfNeeded: generator.next())
            }
            try Data(bytes).write(to: url)
            loadAll(path)
        }
    }

    @Test func headersThatLie() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("lie.wav")
        try writeSound(path, goldenSignal(count: 1000, rate: 16_000), rate: 16_000, format: SoundFormat.wav16)
        var bytes = try folder.bytes("lie.wav")
        let data = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("data".utf8)) })
        for i in data + 4..<data + 8 { bytes[i] = 0xf0 }
        for i in 4..<8 { bytes[i] = 0xf0 }
        try Data(bytes).write(to: URL(filePath: path))
        let recording = try Recording.load(path)
        #expect(recording.samples.count == 1000)
    }

    static let data = ProcessInfo.processInfo.environment["FORMANT_DATA"]

    /// The files of `nasty` and `odd`, one by one, and the features of those that can be read.
    @Test(.enabled(if: data != nil)) func hostileFiles() throws {
        let data = try #require(Self.data)
        var read = 0
        for folder in ["nasty", "odd"] {
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(data)/\(folder)").sorted()
            #expect(!names.isEmpty)
            for name in names {
                do {
                    let recording = try Recording.load("\(data)/\(folder)/\(name)", sampleRate: 16_000)
                    let features = try AudioFrontEnd().clipFeatures(of: recording.samples, sampleRate: 16_000)
                    #expect(features.values.allSatisfy { $0.isFinite }, "\(name)")
                    read += 1
                } catch {
                    #expect(error.description.contains(name))
                }
            }
        }
        #expect(read > 30)
    }
}
