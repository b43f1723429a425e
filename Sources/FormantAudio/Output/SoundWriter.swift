import CSndfile
import FormantFiles

/// Writes a sound file through libsndfile, which is there whole or not at all. Use a writer from one thread at a time.
///
/// The same samples give the same bytes.
public final class SoundWriter {
    /// Container and encoding.
    public enum Format: String, CaseIterable, Sendable {
        /// WAV of 32-bit floating point numbers.
        case wavFloat = "wav-float"
        /// WAV of 16-bit integers; what is beyond ± 1 is clipped.
        case wav16 = "wav-16"
        /// FLAC of 16-bit integers; what is beyond ± 1 is clipped.
        case flac16 = "flac-16"

        fileprivate var code: Int32 {
            switch self {
            case .wavFloat: Int32(SF_FORMAT_WAV | SF_FORMAT_FLOAT)
            case .wav16: Int32(SF_FORMAT_WAV | SF_FORMAT_PCM_16)
            case .flac16: Int32(SF_FORMAT_FLAC | SF_FORMAT_PCM_16)
            }
        }
    }

    /// The file.
    public let path: String
    /// Samples of each channel written so far.
    public private(set) var frames = 0

    private let sampleRate: Int
    private let channels: Int
    private let sink: Sink
    private var handle: OpaquePointer?

    /// Most bytes of a WAV file, whose header counts them in 32 bits.
    private static let largestFile = Int(UInt32.max) - 4096

    /// Begins a file.
    /// - Parameters:
    ///   - path: its name; an old file stays until `finish()`.
    ///   - sampleRate: in hertz, 1 … 655,350 (FLAC's highest).
    ///   - channels: 1 … 8.
    /// - Throws: `AudioError.optionInvalid`, `AudioError.output`.
    public init(path: String, sampleRate: Int, channels: Int = 1, format: Format = .wavFloat) throws(AudioError) {
        try require((1...655_350).contains(sampleRate), "sampleRate", sampleRate, "1 … 655350 Hz for a sound file")
        try require((1...8).contains(channels), "channels", channels, "1 … 8 for a sound file")
        self.path = path
        self.sampleRate = sampleRate
        self.channels = channels
        sink = Sink(try output { () throws(FileError) in try AtomicFile(path: path) })
        var info = SF_INFO()
        info.samplerate = Int32(sampleRate)
        info.channels = Int32(channels)
        info.format = format.code
        var functions = Sink.functions
        let user = Unmanaged.passUnretained(sink).toOpaque()
        guard let handle = sf_open_virtual(&functions, Int32(SFM_WRITE), &info, user) else {
            throw failure("opening", SoundFile.text(sf_strerror(nil)))
        }
        self.handle = handle
        sf_command(handle, Int32(SFC_SET_CLIPPING), nil, Int32(SF_TRUE))
        // The chunk holds the time of day.
        sf_command(handle, Int32(SFC_SET_ADD_PEAK_CHUNK), nil, Int32(SF_FALSE))
    }

    deinit { if let handle { sf_close(handle) } }

    /// Adds samples, those of all channels of a moment side by side.
    /// - Throws: `AudioError.badSample`, `AudioError.extentMismatch` for samples that do not fill all channels,
    ///   `AudioError.output`.
    /// - Precondition: `finish()` was not called.
    public func write(_ samples: [Float]) throws(AudioError) {
        guard let handle else { preconditionFailure("samples for a file that is finished") }
        guard samples.count % channels == 0 else {
            throw .extentMismatch(
                what: "samples beside each other", expected: channels, found: samples.count % channels)
        }
        if let bad = samples.withUnsafeBufferPointer({ SampleCheck.firstBad($0) }) {
            throw .badSample(
                file: path, seconds: Double(frames + bad / channels) / Double(sampleRate), value: samples[bad])
        }
        let count = samples.count / channels
        guard sink.count + samples.count * 4 <= Self.largestFile else {
            throw failure("writing", "a file of more than \(Self.largestFile) bytes")
        }
        guard sf_writef_float(handle, samples, Int64(count)) == Int64(count) else {
            throw sink.problem.map { .output($0) } ?? failure("writing", SoundFile.text(sf_strerror(handle)))
        }
        frames += count
    }

    /// Completes the file and gives it its name.
    /// - Throws: `AudioError.output`; nothing is left then.
    /// - Precondition: `finish()` was not called before.
    public func finish() throws(AudioError) {
        guard let handle else { preconditionFailure("a file finished twice") }
        self.handle = nil
        let status = sf_close(handle)
        if let problem = sink.problem { throw .output(problem) }
        guard status == 0 else { throw failure("closing", SoundFile.text(sf_error_number(status))) }
        try output { () throws(FileError) in try sink.commit() }
    }

    /// Writes one channel as a whole file.
    /// - Parameter format: nil: `flac16` for a path that ends in `.flac`, otherwise `wavFloat`.
    /// - Throws: `AudioError`.
    public static func write(
        _ samples: [Float], sampleRate: Int, to path: String, format: Format? = nil
    ) throws(AudioError) {
        let chosen = format ?? (FilePath.fileExtension(of: path) == "flac" ? .flac16 : .wavFloat)
        let writer = try SoundWriter(path: path, sampleRate: sampleRate, format: chosen)
        try writer.write(samples)
        try writer.finish()
    }

    private func failure(_ operation: String, _ reason: String) -> AudioError {
        .output(.cannotWrite(path: path, operation: operation, reason: reason))
    }
}

/// What libsndfile writes to: a file that only grows, but for its beginning, which is kept until the end because
/// headers are written twice.
private final class Sink {
    /// The first error; libsndfile's own messages do not say it.
    private(set) var problem: FileError?
    /// Bytes written.
    var count: Int { file.count }

    private let file: AtomicFile
    private var start: [UInt8] = []
    private var position = 0

    private static let startSize = 1 << 16

    init(_ file: AtomicFile) { self.file = file }

    func commit() throws(FileError) {
        try file.rewriteStart(start)
        try file.commit()
    }

    private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard problem == nil else { return 0 }
        // What lies within the file already must lie within its beginning.
        let known = min(max(0, file.count - position), bytes.count)
        guard position >= 0, position <= file.count, known == 0 || position + known <= start.count else {
            problem = .cannotWrite(path: file.path, operation: "seeking", reason: "a part that is written already")
            return 0
        }
        for i in 0..<known { start[position + i] = bytes[i] }
        let fresh = Array(bytes[known...])
        start += fresh.prefix(max(0, Self.startSize - start.count))
        do {
            try file.write(fresh)
        } catch {
            problem = error
            return 0
        }
        position += bytes.count
        return bytes.count
    }

    private func seek(_ offset: Int64, _ whence: Int32) -> Int64 {
        let base = whence == Int32(SEEK_SET) ? 0 : whence == Int32(SEEK_CUR) ? position : file.count
        let (target, overflow) = base.addingReportingOverflow(Int(offset))
        guard !overflow, target >= 0, target <= file.count else { return -1 }
        position = target
        return Int64(target)
    }

    private static func sink(_ user: UnsafeMutableRawPointer?) -> Sink {
        Unmanaged<Sink>.fromOpaque(user!).takeUnretainedValue()
    }

    static var functions: SF_VIRTUAL_IO {
        SF_VIRTUAL_IO(
            get_filelen: { Int64(Sink.sink($0).file.count) },
            seek: { offset, whence, user in Sink.sink(user).seek(offset, whence) },
            read: { _, _, _ in 0 },
            write: { bytes, count, user in
                Int64(Sink.sink(user).write(UnsafeRawBufferPointer(start: bytes, count: max(0, Int(count)))))
            },
            tell: { Int64(Sink.sink($0).position) })
    }
}
