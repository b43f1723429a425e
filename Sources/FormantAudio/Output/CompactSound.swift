import CSndfile

/// A short sound as the bytes of a small file that browsers play: Ogg Vorbis, or 16-bit WAV where that cannot be had.
///
/// The same samples give the same bytes.
public struct CompactSound: Sendable {
    /// The file.
    public let bytes: [UInt8]
    /// `audio/ogg` or `audio/wav`.
    public let mediaType: String

    /// Encodes one channel.
    /// - Parameters:
    ///   - samples: finite; what is beyond ± 1 is clipped.
    ///   - sampleRate: in hertz, 1 … 192,000.
    /// - Throws: `AudioError.optionInvalid`, `AudioError.badSample`, `AudioError.output`.
    public init(_ samples: [Float], sampleRate: Int) throws(AudioError) {
        try require((1...192_000).contains(sampleRate), "sampleRate", sampleRate, "1 … 192000 Hz for a compact sound")
        if let bad = samples.withUnsafeBufferPointer({ SampleCheck.firstBad($0) }) {
            throw .badSample(file: "sound", seconds: Double(bad) / Double(sampleRate), value: samples[bad])
        }
        // Vorbis has modes from 8,000 Hz on.
        if sampleRate >= 8000, !samples.isEmpty,
            var bytes = CompactSound.encoded(samples, sampleRate, SF_FORMAT_OGG | SF_FORMAT_VORBIS)
        {
            OggPages.renumber(&bytes, serial: 1)
            (self.bytes, mediaType) = (bytes, "audio/ogg")
        } else if let bytes = CompactSound.encoded(samples, sampleRate, SF_FORMAT_WAV | SF_FORMAT_PCM_16) {
            (self.bytes, mediaType) = (bytes, "audio/wav")
        } else {
            throw .output(
                .cannotWrite(path: "sound", operation: "encoding", reason: SoundFile.text(sf_strerror(nil))))
        }
    }

    /// Nil where libsndfile does not write the format.
    private static func encoded(_ samples: [Float], _ sampleRate: Int, _ format: Int) -> [UInt8]? {
        let sink = MemorySink()
        var info = SF_INFO()
        info.samplerate = Int32(sampleRate)
        info.channels = 1
        info.format = Int32(format)
        var functions = MemorySink.functions
        guard
            let handle = sf_open_virtual(
                &functions, Int32(SFM_WRITE), &info, Unmanaged.passUnretained(sink).toOpaque())
        else { return nil }
        sf_command(handle, Int32(SFC_SET_CLIPPING), nil, Int32(SF_TRUE))
        // A little at a time: the encoder takes what it is given onto the stack.
        var isWhole = true
        for start in stride(from: 0, to: samples.count, by: 1024) {
            let count = min(1024, samples.count - start)
            let written = samples.withUnsafeBufferPointer {
                sf_writef_float(handle, $0.baseAddress! + start, Int64(count))
            }
            isWhole = isWhole && written == Int64(count)
        }
        return sf_close(handle) == 0 && isWhole ? sink.bytes : nil
    }
}

/// What libsndfile writes to: memory.
private final class MemorySink {
    private(set) var bytes: [UInt8] = []
    private var position = 0

    private func write(_ more: UnsafeRawBufferPointer) {
        let known = min(bytes.count - position, more.count)
        for i in 0..<known { bytes[position + i] = more[i] }
        bytes += more[known...]
        position += more.count
    }

    private func seek(_ offset: Int64, _ whence: Int32) -> Int64 {
        let base = whence == Int32(SEEK_SET) ? 0 : whence == Int32(SEEK_CUR) ? position : bytes.count
        let (target, overflow) = base.addingReportingOverflow(Int(offset))
        guard !overflow, 0...bytes.count ~= target else { return -1 }
        position = target
        return Int64(target)
    }

    private static func sink(_ user: UnsafeMutableRawPointer?) -> MemorySink {
        Unmanaged<MemorySink>.fromOpaque(user!).takeUnretainedValue()
    }

    static var functions: SF_VIRTUAL_IO {
        SF_VIRTUAL_IO(
            get_filelen: { Int64(MemorySink.sink($0).bytes.count) },
            seek: { offset, whence, user in MemorySink.sink(user).seek(offset, whence) },
            read: { _, _, _ in 0 },
            write: { bytes, count, user in
                MemorySink.sink(user).write(UnsafeRawBufferPointer(start: bytes, count: max(0, Int(count))))
                return count
            },
            tell: { Int64(MemorySink.sink($0).position) })
    }
}
