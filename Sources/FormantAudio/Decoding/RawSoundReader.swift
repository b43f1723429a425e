#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads samples without a header from a file descriptor, as they come: from a pipe with a microphone at its other end,
/// say. One channel, at the rate asked for.
///
/// Memory is bounded, however long the stream is, and what is read does not depend on how the bytes arrive. Use a reader
/// from one thread at a time.
public final class RawSoundReader {
    /// How the samples are written, and how many there are.
    public struct Format: Hashable, Sendable {
        /// How a sample is written.
        public var encoding: RawEncoding
        /// Frames a second, in hertz, 1 … 1,000,000.
        public var sampleRate: Int
        /// Samples of a frame, 1 … 1024, one channel after the other.
        public var channels: Int

        /// Creates a format.
        public init(encoding: RawEncoding, sampleRate: Int, channels: Int = 1) {
            self.encoding = encoding
            self.sampleRate = sampleRate
            self.channels = channels
        }
    }

    /// What messages call the stream.
    public let name: String
    /// Rate of the samples handed out, in hertz.
    public let sampleRate: Int
    /// Frames read so far.
    public private(set) var framesRead = 0
    /// What is left over at the end, where that is no whole frame; known at the end.
    public private(set) var problem: String?

    private let descriptor: Int32
    private let format: Format
    private let channel: ChannelChoice
    private let resampler: Resampler?
    private let isStopped: () -> Bool
    private var bytes: [UInt8] = []
    private var interleaved: [Float] = []
    private var mono: [Float] = []
    private var finished = false
    /// A sample that is none, behind those that were handed out.
    private var failure: AudioError?

    /// Bytes that are asked for at once.
    private static let blockSize = 1 << 16
    /// Milliseconds after which `isStopped` is asked again while nothing comes.
    private static let patience: Int32 = 200

    /// Prepares reading.
    /// - Parameters:
    ///   - descriptor: an open file or pipe, which stays the caller's.
    ///   - name: what messages call it.
    ///   - sampleRate: rate of the samples handed out, in hertz; nil: that of the stream.
    ///   - channel: the mean of all channels, or one.
    ///   - isStopped: asked before each wait; true ends the stream where it is.
    /// - Throws: `AudioError.optionInvalid`, `AudioError.channelMissing`, `AudioError.resampling`.
    public init(
        descriptor: Int32, name: String, format: Format, sampleRate: Int? = nil, channel: ChannelChoice = .mix,
        isStopped: @escaping () -> Bool = { false }
    ) throws(AudioError) {
        try require(
            (1...FrameGeometry.highestRate).contains(format.sampleRate), "rate", format.sampleRate,
            "1 … \(FrameGeometry.highestRate) Hz")
        try require((1...1024).contains(format.channels), "channels", format.channels, "1 … 1024")
        if case .only(let wanted) = channel, !(0..<format.channels).contains(wanted) {
            throw .channelMissing(file: name, wanted: wanted, channels: format.channels)
        }
        let rate = sampleRate ?? format.sampleRate
        resampler = rate == format.sampleRate ? nil : try Resampler(from: format.sampleRate, to: rate)
        self.descriptor = descriptor
        self.name = name
        self.format = format
        self.sampleRate = rate
        self.channel = channel
        self.isStopped = isStopped
    }

    /// Replaces `block` by the samples that have come, at least one; waits while there are none.
    /// - Returns: false at the end; `block` is empty then, and only then.
    /// - Throws: `AudioError.badSample` for a sample that is not finite or beyond `SampleCheck.limit`, and
    ///   `AudioError.cannotRead`.
    public func read(into block: inout [Float]) throws(AudioError) -> Bool {
        block.removeAll(keepingCapacity: true)
        while block.isEmpty, !finished {
            if let failure { throw failure }
            guard try receive() else {
                finished = true
                if !bytes.isEmpty {
                    problem = "expected whole frames of \(frameSize) bytes, found \(bytes.count) more at the end"
                }
                try resampler?.finish(into: &block)
                break
            }
            try takeFrames(into: &block)
        }
        return !block.isEmpty
    }

    private var frameSize: Int { format.encoding.bytesPerSample * format.channels }

    /// Appends what has come to `bytes`; false at the end.
    private func receive() throws(AudioError) -> Bool {
        while true {
            if isStopped() { return false }
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&wait, 1, Self.patience)
            if ready == 0 || (ready < 0 && errno == EINTR) { continue }
            let held = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: Self.blockSize))
            let count = bytes.withUnsafeMutableBytes {
                platformRead(descriptor, $0.baseAddress! + held, Self.blockSize)
            }
            let code = errno
            bytes.removeLast(Self.blockSize - max(0, count))
            if count < 0, code == EINTR || code == EAGAIN { continue }
            guard count >= 0 else { throw .cannotRead(input: name, reason: String(cString: strerror(code))) }
            return count > 0
        }
    }

    private func takeFrames(into block: inout [Float]) throws(AudioError) {
        var frames = bytes.count / frameSize
        guard frames > 0 else { return }
        interleaved.removeAll(keepingCapacity: true)
        bytes.withUnsafeBytes {
            format.encoding.decode(
                UnsafeRawBufferPointer(rebasing: $0[0..<frames * frameSize]), into: &interleaved)
        }
        bytes.removeFirst(frames * frameSize)
        if let bad = interleaved.withUnsafeBufferPointer({ SampleCheck.firstBad($0) }) {
            // What came before it is handed out first.
            frames = bad / format.channels
            let seconds = Double(framesRead + frames) / Double(format.sampleRate)
            failure = .badSample(file: name, seconds: seconds, value: interleaved[bad])
        }
        framesRead += frames
        guard let resampler else {
            channel.take(frames, of: interleaved, channels: format.channels, into: &block)
            return
        }
        mono.removeAll(keepingCapacity: true)
        channel.take(frames, of: interleaved, channels: format.channels, into: &mono)
        try mono.withUnsafeBufferPointer { (input) throws(AudioError) in
            try resampler.process(input, into: &block)
        }
    }
}

private func platformRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, bytes, count)
}
