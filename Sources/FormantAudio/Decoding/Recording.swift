/// One channel of sound in memory.
public struct Recording: Equatable, Sendable {
    /// The samples; full scale is ± 1.
    public var samples: [Float]
    /// Samples a second, in hertz.
    public var sampleRate: Int
    /// What is missing where the file ends before its header says; nil for a whole file.
    public var problem: String?

    /// Creates a recording from samples.
    public init(samples: [Float], sampleRate: Int, problem: String? = nil) {
        self.samples = samples
        self.sampleRate = sampleRate
        self.problem = problem
    }

    /// Length in seconds.
    public var seconds: Double { Double(samples.count) / Double(sampleRate) }

    /// Longest part that `load` takes into memory unless told otherwise, in seconds.
    public static let defaultLimit: Double = 3600

    /// Reads a sound file, or a part of it without decoding the rest where its format allows.
    ///
    /// The samples of a part that is resampled differ at its two edges from the same part of the whole, because the
    /// filter knows nothing of what lies outside.
    /// - Parameters:
    ///   - path: a regular file in a format that libsndfile reads.
    ///   - sampleRate: rate wanted in hertz; nil: that of the file.
    ///   - channel: the mean of all channels, or one.
    ///   - range: seconds from the start of the file, rounded to frames; nil: all. Its end may lie past the end of the
    ///     file.
    ///   - limit: longest part in seconds; a longer one is an error.
    /// - Throws: `AudioError`, naming the file: not a sound file, nothing in it or in the range, a sample that is not
    ///   finite, a channel that is not there, longer than the limit.
    public static func load(
        _ path: String, sampleRate: Int? = nil, channel: ChannelChoice = .mix, range: ClosedRange<Double>? = nil,
        limit: Double = Recording.defaultLimit
    ) throws(AudioError) -> Recording {
        let reader = try SoundReader(path: path, sampleRate: sampleRate, channel: channel, range: range)
        var samples: [Float] = []
        var block: [Float] = []
        while try reader.read(into: &block) {
            guard Double(reader.framesRead) <= limit * Double(reader.info.sampleRate) else {
                throw .tooLong(file: path, limit: limit)
            }
            if samples.isEmpty { swap(&samples, &block) } else { samples.append(contentsOf: block) }
        }
        guard !samples.isEmpty else { throw .noSamples(file: path, seconds: reader.start) }
        return Recording(samples: samples, sampleRate: reader.sampleRate, problem: reader.problem)
    }
}
