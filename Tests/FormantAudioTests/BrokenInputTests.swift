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

    /// The files of `nasty` and `odd`, truncated and with flipped bytes. `FORMANT_LONG` set does 50 lengths and 200 flips
    /// of each and looks at memory, which means something only where no other test runs; else a few.
    @Test(.enabled(if: data != nil)) func truncatedAndFlippedFiles() throws {
        let data = try #require(Self.data)
        let isLong = ProcessInfo.processInfo.environment["FORMANT_LONG"] != nil
        let (lengths, flips) = isLong ? (50, 200) : (3, 6)
        let seed: UInt64 = 29
        var generator = SeededGenerator(seed: seed)
        let scratch = try TemporaryFolder()
        var count = 0
        for folder in ["nasty", "odd"] {
            for name in try FileManager.default.contentsOfDirectory(atPath: "\(data)/\(folder)").sorted() {
                let whole = [UInt8](try Data(contentsOf: URL(filePath: "\(data)/\(folder)/\(name)")))
                // The extension, which some formats are known by.
                let path = scratch.path("x." + (name as NSString).pathExtension)
                for round in 0..<lengths + flips where !whole.isEmpty {
                    var bytes = whole
                    if round < lengths {
                        bytes.removeLast(generator.index(below: whole.count))
                    } else {
                        let reach = round % 2 == 0 ? min(200, bytes.count) : bytes.count
                        for _ in 0...generator.index(below: 4) {
                            bytes[generator.index(below: reach)] ^= UInt8(1 << generator.index(below: 8))
                        }
                    }
                    try Data(bytes).write(to: URL(filePath: path))
                    let before = peakMemory()
                    loadBlocks(path)
                    let grown = peakMemory() - before
                    #expect(
                        !isLong || grown <= 2 * bytes.count + 64 << 20,
                        "\(name), seed \(seed), round \(round): \(grown)")
                    count += 1
                }
                try FileManager.default.removeItem(atPath: path)
            }
        }
        #expect(count > 500)
    }

    /// Reads a file block by block, as windows are, up to ten minutes of sound.
    private func loadBlocks(_ path: String) {
        for rate in [nil, 16_000] {
            do {
                let reader = try SoundReader(path: path, sampleRate: rate)
                var block: [Float] = []
                while try reader.read(into: &block), reader.framesRead < 600 * reader.info.sampleRate {
                    #expect(block.allSatisfy { $0.isFinite })
                }
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }

    /// The most memory that this process ever had, in bytes.
    private func peakMemory() -> Int {
        var usage = rusage()
        // 0 is this process (RUSAGE_SELF), which is of another type on each system.
        getrusage(0, &usage)
        #if canImport(Darwin)
            return usage.ru_maxrss
        #else
            return usage.ru_maxrss * 1024
        #endif
    }
}
