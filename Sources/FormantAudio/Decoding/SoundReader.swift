import CSndfile

/// Reads a sound file block by block: one channel, at the rate asked for, from a part of the file or all of it.
///
/// Memory is bounded by the block, whatever the header claims and however long the file is. Use a reader from one
/// thread at a time.
public final class SoundReader {
    /// The file.
    public let path: String
    /// What the header says.
    public let info: SoundFile.Info
    /// Rate of the samples handed out, in hertz.
    public let sampleRate: Int
    /// First second of the part that is read.
    public let start: Double
    /// Frames of the file read so far.
    public private(set) var framesRead = 0
    /// What is missing where the file ends before its header says; known at the end.
    public private(set) var problem: String?

    private var handle: OpaquePointer
    private let channel: ChannelChoice
    private let resampler: Resampler?
    private var interleaved: [Float]
    private var mono: [Float] = []
    private let blockFrames: Int
    private let firstFrame: Int
    private let preroll: Int
    /// Frames to read; the largest number there is for all.
    private let wanted: Int
    private var finished = false

    /// Opens a file at the start of the part to be read.
    /// - Parameters:
    ///   - path: a regular file in a format that libsndfile reads.
    ///   - sampleRate: rate of the samples handed out, in hertz; nil: that of the file.
    ///   - channel: the mean of all channels, or one.
    ///   - range: seconds from the start of the file, the first at least 0; rounded to frames. A range that ends past
    ///     the end of the file ends there. nil: all.
    /// - Throws: `AudioError`: not a sound file; a range that begins past the end; a channel that is not there; rates
    ///   too far apart.
    public init(
        path: String, sampleRate: Int? = nil, channel: ChannelChoice = .mix, range: ClosedRange<Double>? = nil
    ) throws(AudioError) {
        let opened = try SoundFile.open(path)
        let info = opened.info
        self.path = path
        handle = opened.handle
        preroll = opened.preroll
        self.info = info
        self.channel = channel
        self.sampleRate = sampleRate ?? info.sampleRate
        blockFrames = max(1, 65_536 / info.channels)
        interleaved = [Float](repeating: 0, count: blockFrames * info.channels)
        let setting: (resampler: Resampler?, first: Int, count: Int)
        do {
            setting = try Self.resolve(path, info, sampleRate, channel, range)
        } catch {
            sf_close(opened.handle)
            throw error
        }
        resampler = setting.resampler
        firstFrame = setting.first
        wanted = setting.count
        start = Double(setting.first) / Double(info.sampleRate)
        if firstFrame > 0 { try seek() }
    }

    deinit { sf_close(handle) }

    /// Replaces `block` by the next samples, about 65,536 frames' worth.
    /// - Returns: false at the end; `block` is empty then, and only then.
    /// - Throws: `AudioError.badSample` for a sample that is not finite or beyond `SampleCheck.limit`.
    public func read(into block: inout [Float]) throws(AudioError) -> Bool {
        block.removeAll(keepingCapacity: true)
        while block.isEmpty, !finished {
            let frames = readFrames(min(blockFrames, wanted - framesRead))
            if frames == 0 {
                finished = true
                noteEnd()
                try resampler?.finish(into: &block)
                break
            }
            try checkSamples(frames)
            framesRead += frames
            if let resampler {
                mono.removeAll(keepingCapacity: true)
                channel.take(frames, of: interleaved, channels: info.channels, into: &mono)
                try mono.withUnsafeBufferPointer { (input) throws(AudioError) in
                    try resampler.process(input, into: &block)
                }
            } else {
                channel.take(frames, of: interleaved, channels: info.channels, into: &block)
            }
        }
        return !block.isEmpty
    }

    private static func resolve(
        _ path: String, _ info: SoundFile.Info, _ rate: Int?, _ channel: ChannelChoice, _ range: ClosedRange<Double>?
    ) throws(AudioError) -> (resampler: Resampler?, first: Int, count: Int) {
        if case .only(let wanted) = channel, wanted < 0 || wanted >= info.channels {
            throw .channelMissing(file: path, wanted: wanted, channels: info.channels)
        }
        let resampler =
            if let rate, rate != info.sampleRate { try Resampler(from: info.sampleRate, to: rate) } else {
                nil as Resampler?
            }
        guard let range else { return (resampler, 0, Int.max) }
        let first = (range.lowerBound * Double(info.sampleRate)).rounded()
        let last = (range.upperBound * Double(info.sampleRate)).rounded()
        let end = Double(info.frames ?? Int.max)
        guard range.lowerBound >= 0, first < min(end, 0x1p62), last >= first else {
            throw .rangeOutside(
                file: path, start: range.lowerBound, end: range.upperBound, seconds: info.seconds)
        }
        return (resampler, Int(first), last < 0x1p62 ? Int(last) - Int(first) : Int.max)
    }

    /// Goes to the first frame: by the format's own seeking, or else by decoding what lies before it.
    private func seek() throws(AudioError) {
        var skipped = max(0, firstFrame - preroll)
        if skipped > 0, sf_seek(handle, Int64(skipped), Int32(SEEK_SET)) != Int64(skipped) {
            // A failed seek can leave a decoder anywhere: start again with a new one.
            let again = try SoundFile.open(path)
            sf_close(handle)
            handle = again.handle
            skipped = 0
            guard again.info == info else {
                throw .unreadable(file: path, found: "a file that changed while it was read")
            }
        }
        while skipped < firstFrame {
            let frames = readFrames(min(blockFrames, firstFrame - skipped))
            if frames == 0 { throw .noSamples(file: path, seconds: start) }
            skipped += frames
        }
    }

    private func readFrames(_ count: Int) -> Int {
        guard count > 0 else { return 0 }
        return min(count, max(0, Int(sf_readf_float(handle, &interleaved, Int64(count)))))
    }

    /// Says what is missing where the file held less than its header claims.
    private func noteEnd() {
        guard let claimed = info.frames else { return }
        let expected = min(claimed - firstFrame, wanted)
        guard framesRead < expected else { return }
        let reason = sf_error(handle) == 0 ? "end of file" : SoundFile.text(sf_strerror(handle))
        problem = "expected \(expected) frames, decoded \(framesRead) (\(reason))"
    }

    private func checkSamples(_ frames: Int) throws(AudioError) {
        let bad = interleaved.withUnsafeBufferPointer {
            SampleCheck.firstBad(UnsafeBufferPointer(rebasing: $0[0..<frames * info.channels]))
        }
        guard let bad else { return }
        let frame = firstFrame + framesRead + bad / info.channels
        throw .badSample(file: path, seconds: Double(frame) / Double(info.sampleRate), value: interleaved[bad])
    }
}
