import CSndfile
import FormantFiles
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Sound files through libsndfile: WAV, RF64, FLAC, Ogg (Vorbis, Opus, FLAC), MP3, AIFF, AU, CAF and the rest that the
/// installed library reads.
public enum SoundFile {
    /// What the header of a sound file says. Headers lie: nothing is allocated by these numbers.
    public struct Info: Hashable, Sendable {
        /// Frames (one sample per channel each) that the header claims; nil where it does not say.
        public var frames: Int?
        /// Frames a second, in hertz, at least 1.
        public var sampleRate: Int
        /// Channels, at least 1.
        public var channels: Int
        /// Container and encoding, such as `WAV (Microsoft), Signed 16 bit PCM`.
        public var format: String

        /// Length that the header claims, in seconds; nil where it does not say.
        public var seconds: Double? { frames.map { Double($0) / Double(sampleRate) } }
    }

    /// Reads the header of a file.
    /// - Throws: `AudioError.unreadable` for a missing file, a directory, a pipe, a file without permission, and a file
    ///   that libsndfile does not read.
    public static func probe(_ path: String) throws(AudioError) -> Info {
        let opened = try open(path)
        sf_close(opened.handle)
        return opened.info
    }

    /// libsndfile keeps the message of a failed open in a global variable.
    private static let opening = Mutex(())

    /// A handle that crosses the closure of the lock.
    private struct Handle: @unchecked Sendable { let pointer: OpaquePointer }

    /// An open file.
    struct Opened {
        var handle: OpaquePointer
        var info: Info
        /// Frames to decode before those that are wanted, after seeking: a frame of MP3 (Vorbis, Opus) draws on what
        /// came before it, and the first ones after a leap are wrong.
        var preroll: Int
    }

    /// Opens a file; the caller closes the handle.
    static func open(_ path: String) throws(AudioError) -> Opened {
        try checkRegularFile(path)
        var raw = SF_INFO()
        var message = ""
        let handle = opening.withLock { _ -> Handle? in
            if let pointer = sf_open(path, Int32(SFM_READ), &raw) { return Handle(pointer: pointer) }
            message = text(sf_strerror(nil))
            return nil
        }
        guard let handle = handle?.pointer else { throw .unreadable(file: path, found: message) }
        guard raw.samplerate >= 1, raw.channels >= 1, raw.channels <= 1024, raw.frames >= 0 else {
            sf_close(handle)
            throw .unreadable(
                file: path,
                found: "a header of \(raw.channels) channels, \(raw.samplerate) Hz and \(raw.frames) frames")
        }
        // Streams of unknown length claim the largest number there is.
        let frames = raw.frames < Int64.max / 4096 ? Int(raw.frames) : nil
        let info = Info(
            frames: frames, sampleRate: Int(raw.samplerate), channels: Int(raw.channels),
            format: formatName(raw.format))
        let container = raw.format & Int32(SF_FORMAT_TYPEMASK)
        let lossy = container == Int32(SF_FORMAT_MPEG) || container == Int32(SF_FORMAT_OGG)
        return Opened(handle: handle, info: info, preroll: lossy ? 16_384 : 0)
    }

    /// Only regular files are opened: a pipe or a device could block for ever.
    private static func checkRegularFile(_ path: String) throws(AudioError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw .unreadable(file: path, found: "a path that no file can have")
        }
        var status = stat()
        guard stat(path, &status) == 0 else { throw .unreadable(file: path, found: FilePath.lastError()) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw .unreadable(file: path, found: "a directory")
        default: throw .unreadable(file: path, found: "a pipe or device, no regular file")
        }
        guard access(path, R_OK) == 0 else { throw .unreadable(file: path, found: FilePath.lastError()) }
        guard status.st_size > 0 else { throw .unreadable(file: path, found: "an empty file") }
        // libsndfile has misleading words for these.
        guard status.st_size >= 4 else {
            throw .unreadable(file: path, found: "\(status.st_size) bytes, too few for any header")
        }
    }

    /// The name of a format code: that of its container and that of its encoding.
    private static func formatName(_ code: Int32) -> String {
        func name(_ part: Int32) -> String? {
            var info = SF_FORMAT_INFO()
            info.format = part
            let size = Int32(MemoryLayout<SF_FORMAT_INFO>.size)
            guard sf_command(nil, Int32(SFC_GET_FORMAT_INFO), &info, size) == 0, let name = info.name else {
                return nil
            }
            return text(name)
        }
        let parts = [name(code & Int32(SF_FORMAT_TYPEMASK)), name(code & Int32(SF_FORMAT_SUBMASK))].compactMap { $0 }
        return parts.isEmpty ? "unnamed format" : parts.joined(separator: ", ")
    }

    /// A C string of the library, without a full stop or line end at its end.
    static func text(_ pointer: UnsafePointer<CChar>?) -> String {
        guard let pointer else { return "" }
        var text = String(cString: pointer)
        while let last = text.last, last == "." || last.isWhitespace { text.removeLast() }
        return text
    }
}
