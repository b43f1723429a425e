import CSndfile
import FormantAudio
import FormantTensor
import FormantTestSupport
import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Samples without a header, against libsndfile's reading of the same bytes in a file.
@Suite struct RawSoundTests {
    /// What libsndfile calls an encoding.
    private func code(_ encoding: RawEncoding) -> Int {
        let little = Int(SF_ENDIAN_LITTLE)
        let big = Int(SF_ENDIAN_BIG)
        switch encoding {
        case .u8: return Int(SF_FORMAT_PCM_U8)
        case .s8: return Int(SF_FORMAT_PCM_S8)
        case .s16le: return Int(SF_FORMAT_PCM_16) | little
        case .s16be: return Int(SF_FORMAT_PCM_16) | big
        case .s24le: return Int(SF_FORMAT_PCM_24) | little
        case .s24be: return Int(SF_FORMAT_PCM_24) | big
        case .s32le: return Int(SF_FORMAT_PCM_32) | little
        case .s32be: return Int(SF_FORMAT_PCM_32) | big
        case .f32le: return Int(SF_FORMAT_FLOAT) | little
        case .f32be: return Int(SF_FORMAT_FLOAT) | big
        case .f64le: return Int(SF_FORMAT_DOUBLE) | little
        case .f64be: return Int(SF_FORMAT_DOUBLE) | big
        case .mulaw: return Int(SF_FORMAT_ULAW)
        case .alaw: return Int(SF_FORMAT_ALAW)
        }
    }

    /// The bytes of the samples through a file, and what libsndfile reads there.
    private func reference(
        _ folder: TemporaryFolder, _ bytes: [UInt8], _ encoding: RawEncoding, channels: Int, rate: Int
    ) throws -> [Float] {
        let path = try folder.write("x.raw", bytes)
        var info = SF_INFO()
        info.samplerate = Int32(rate)
        info.channels = Int32(channels)
        info.format = Int32(Int(SF_FORMAT_RAW) | code(encoding))
        let handle = try #require(sf_open(path, Int32(SFM_READ), &info))
        defer { sf_close(handle) }
        var samples = [Float](repeating: 0, count: bytes.count / encoding.bytesPerSample)
        let frames = sf_readf_float(handle, &samples, Int64(samples.count / channels))
        return Array(samples[..<(Int(frames) * channels)])
    }

    /// All that a reader gives of bytes that come through a pipe in pieces.
    private func read(
        _ bytes: [UInt8], pieces: [Int], _ format: RawSoundReader.Format, rate: Int? = nil,
        channel: ChannelChoice = .mix
    ) throws -> (samples: [Float], problem: String?, frames: Int) {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (input, output) = (ends[0], ends[1])
        defer { close(input) }
        let writer = Thread {
            var at = 0
            for piece in pieces where at < bytes.count {
                let end = min(bytes.count, at + piece)
                while at < end {
                    let count = bytes.withUnsafeBytes { write(output, $0.baseAddress! + at, end - at) }
                    guard count > 0 else { break }
                    at += count
                }
            }
            close(output)
        }
        writer.start()
        let reader = try RawSoundReader(
            descriptor: input, name: "a pipe", format: format, sampleRate: rate, channel: channel)
        var samples: [Float] = []
        var block: [Float] = []
        while try reader.read(into: &block) {
            #expect(!block.isEmpty)
            samples += block
        }
        #expect(try !reader.read(into: &block))
        return (samples, reader.problem, reader.framesRead)
    }

    private func pieces(_ count: Int, _ largest: Int, _ generator: inout SeededGenerator) -> [Int] {
        var pieces: [Int] = []
        var sum = 0
        while sum < count {
            pieces.append(1 + generator.index(below: largest))
            sum += pieces.last!
        }
        return pieces
    }

    @Test(arguments: RawEncoding.allCases) func everyEncodingAsLibsndfileReadsIt(encoding: RawEncoding) throws {
        let folder = try TemporaryFolder()
        let seed: UInt64 = 17
        var generator = SeededGenerator(seed: seed)
        var bytes: [UInt8]
        switch encoding {
        case .f32le, .f32be, .f64le, .f64be:
            bytes = []
            for _ in 0..<2400 {
                let value = Double(generator.uniform(in: -1..<1))
                switch encoding {
                case .f32le: withUnsafeBytes(of: Float(value).bitPattern.littleEndian) { bytes += Array($0) }
                case .f32be: withUnsafeBytes(of: Float(value).bitPattern.bigEndian) { bytes += Array($0) }
                case .f64le: withUnsafeBytes(of: (value / 3).bitPattern.littleEndian) { bytes += Array($0) }
                default: withUnsafeBytes(of: (value / 3).bitPattern.bigEndian) { bytes += Array($0) }
                }
            }
        default:
            // Every byte that there is, and chance.
            bytes = (0...255).map { UInt8($0) }
            while bytes.count < 12 * 1000 { bytes.append(UInt8(truncatingIfNeeded: generator.next())) }
        }
        for channels in [1, 2, 3] {
            let frame = encoding.bytesPerSample * channels
            let whole = Array(bytes[..<(bytes.count / frame * frame)])
            let expected = try reference(folder, whole, encoding, channels: channels, rate: 8000)
            let format = RawSoundReader.Format(encoding: encoding, sampleRate: 8000, channels: channels)
            for largest in [1, 7, 5000] {
                // A byte at a time through a pipe takes long: a part of it will do.
                let some = largest == 1 ? Array(whole[..<(frame * 50)]) : whole
                let found = try read(
                    some, pieces: pieces(some.count, largest, &generator), format, channel: .only(channels - 1))
                let own = stride(from: channels - 1, to: some.count / encoding.bytesPerSample, by: channels).map {
                    expected[$0]
                }
                #expect(found.samples == own && found.problem == nil, "seed \(seed), pieces of \(largest)")
                #expect(found.frames == some.count / frame)
            }
        }
    }

    @Test func resampledMixedAndWithALeftOver() throws {
        let folder = try TemporaryFolder()
        let seed: UInt64 = 23
        var generator = SeededGenerator(seed: seed)
        let path = folder.path("x.wav")
        try writeSound(
            path, goldenSignal(count: 2 * 30_000, rate: 44_100), rate: 44_100, channels: 2, format: SoundFormat.wav16)
        let expected = try Recording.load(path, sampleRate: 16_000).samples
        let bytes = Array(try folder.bytes("x.wav").dropFirst(44))
        try #require(bytes.count == 120_000)
        let format = RawSoundReader.Format(encoding: .s16le, sampleRate: 44_100, channels: 2)
        // One piece, and pieces that cut frames apart.
        for (largest, extra) in [(1 << 17, 0), (1000, 1), (3000, 3)] {
            let found = try read(
                bytes + Array(repeating: 1, count: extra), pieces: pieces(bytes.count + extra, largest, &generator),
                format, rate: 16_000)
            #expect(found.samples == expected, "seed \(seed)")
            #expect((found.problem == nil) == (extra == 0))
            if extra > 0 {
                #expect(found.problem == "expected whole frames of 4 bytes, found \(extra) more at the end")
            }
        }
        #expect(try read([], pieces: [], format).samples == [])
        #expect(try read([1, 2, 3], pieces: [3], format).problem != nil)
    }

    @Test func whatIsNoSoundIsAnError() throws {
        let mono = RawSoundReader.Format(encoding: .f32le, sampleRate: 8000)
        var bytes = [UInt8](repeating: 0, count: 4000)
        bytes.replaceSubrange(2000..<2004, with: [0, 0, 0xc0, 0x7f])
        let error = #expect(throws: AudioError.self) { _ = try read(bytes, pieces: [4000], mono) }
        #expect(error?.description.contains("a pipe") == true && error?.description.contains("0.0625 s") == true)
        #expect(throws: AudioError.self) {
            // A descriptor that is none.
            var block: [Float] = []
            _ = try RawSoundReader(descriptor: 1 << 20, name: "x", format: mono).read(into: &block)
        }
        for (rate, channels) in [(0, 1), (-1, 1), (1_000_001, 1), (8000, 0), (8000, 1025), (Int.max, Int.max)] {
            let format = RawSoundReader.Format(encoding: .s16le, sampleRate: rate, channels: channels)
            #expect(throws: AudioError.self) { _ = try RawSoundReader(descriptor: 0, name: "x", format: format) }
        }
        #expect(throws: AudioError.self) {
            _ = try RawSoundReader(descriptor: 0, name: "x", format: mono, channel: .only(1))
        }
    }

    @Test func aReaderThatIsStoppedEndsThere() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let bytes: [UInt8] = [0, 1, 0, 2, 0]
        try #require(bytes.withUnsafeBytes { write(ends[1], $0.baseAddress!, $0.count) } == 5)
        // Nobody closes the pipe: without being stopped the reader would wait for ever.
        var asked = 0
        let reader = try RawSoundReader(
            descriptor: ends[0], name: "x", format: RawSoundReader.Format(encoding: .s16le, sampleRate: 8000),
            isStopped: {
                asked += 1
                return asked > 3
            })
        var block: [Float] = []
        #expect(try reader.read(into: &block) && block == [256 / 32768, 512 / 32768])
        #expect(try !reader.read(into: &block) && reader.problem != nil)
    }
}
