import FormantTensor

/// Where the zeros go that make a clip as long as the network wants it.
public enum ClipPadding: String, Codable, Hashable, Sendable, CaseIterable {
    /// Behind the sound.
    case end
    /// Half before and half behind it; an odd one behind.
    case center
}

/// What becomes of a recording longer than a clip.
public enum ClipExcess: String, Codable, Hashable, Sendable, CaseIterable {
    /// The middle of it is one clip.
    case cropCenter = "crop-center"
    /// The beginning of it is one clip.
    case cropStart = "crop-start"
    /// It is cut into clips, one every `hopSeconds`, to its last sample; the last clip may be padded.
    case windows
}

/// The clip that a network hears, and how recordings of any length become clips.
public struct ClipFit: Hashable, Sendable {
    /// Length of a clip in seconds, rounded to samples; above 0, at most 3600. Default 1.
    public var seconds: Double
    /// Where a shorter recording gets its zeros. Default `end`.
    public var padding: ClipPadding
    /// What becomes of a longer recording. Default `crop-center`.
    public var excess: ClipExcess
    /// Time from one clip to the next where a recording is cut into clips, in seconds, rounded to samples, at least
    /// one. Default nil: `seconds`.
    public var hopSeconds: Double?

    /// Creates a fit; each part has its default.
    public init(
        seconds: Double = 1, padding: ClipPadding = .end, excess: ClipExcess = .cropCenter, hopSeconds: Double? = nil
    ) {
        self.seconds = seconds
        self.padding = padding
        self.excess = excess
        self.hopSeconds = hopSeconds
    }

    /// Samples of a clip.
    func samples(sampleRate: Int) -> Int { Int((seconds * Double(sampleRate)).rounded()) }

    /// Samples from one clip to the next.
    func hop(sampleRate: Int) -> Int { Int(((hopSeconds ?? seconds) * Double(sampleRate)).rounded()) }

    /// Checks lengths.
    /// - Throws: `AudioError.optionInvalid`.
    func validate(sampleRate: Int) throws(AudioError) {
        let rate = Double(sampleRate)
        try require(
            seconds <= 3600 && (seconds * rate).rounded() >= 1, "clip.seconds", seconds,
            "at least one sample (\(1 / rate) s), at most 3600 s")
        if let hop = hopSeconds {
            try require(
                hop <= 86_400 && (hop * rate).rounded() >= 1, "clip.hopSeconds", hop,
                "at least one sample (\(1 / rate) s), at most 86400 s")
        }
    }

    /// One clip of exactly `count` samples: padded by zeros, or cropped. A recording that would be cut into clips
    /// gives its middle.
    func fit(_ samples: [Float], to count: Int) -> [Float] {
        if samples.count >= count {
            let start = excess == .cropStart ? 0 : (samples.count - count) / 2
            return Array(samples[start..<start + count])
        }
        let missing = count - samples.count
        let before = padding == .center ? missing / 2 : 0
        var clip = [Float](repeating: 0, count: count)
        clip.replaceSubrange(before..<before + samples.count, with: samples)
        return clip
    }
}

extension ClipFit: Codable {
    private enum CodingKeys: String, SettingsKey { case seconds, padding, excess, hopSeconds }

    /// Reads the keys named like the properties; an absent key has its default, an unknown one is an error.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "clip", keyedBy: CodingKeys.self)
        self.init(
            seconds: try settings.decode(.seconds, default: 1), padding: try settings.name(.padding, default: .end),
            excess: try settings.name(.excess, default: .cropCenter),
            hopSeconds: try settings.decodeIfPresent(Double.self, forKey: .hopSeconds))
    }
}

/// The clips of a recording, as stretches of seconds; computed when asked for.
public struct ClipWindows: RandomAccessCollection, Hashable, Sendable {
    /// Samples of the recording.
    public let samples: Int
    /// Samples of a clip.
    public let length: Int
    /// Samples from one clip to the next.
    public let hop: Int
    /// Samples a second.
    public let sampleRate: Int
    /// Sample at which the first clip begins.
    public let first: Int

    /// Index of the first clip.
    public let startIndex = 0
    /// Number of clips: 0 only for a recording without samples.
    public let endIndex: Int

    /// The clips of a recording.
    init(samples: Int, length: Int, hop: Int, sampleRate: Int, single: Int?) {
        self.samples = samples
        self.length = length
        self.hop = hop
        self.sampleRate = sampleRate
        first = single ?? 0
        if samples == 0 {
            endIndex = 0
        } else if single != nil || samples <= length {
            endIndex = 1
        } else {
            // As many as it takes to reach the end, but with gaps between clips none that begins past it.
            endIndex = 1 + Swift.min((samples - length + hop - 1) / hop, (samples - 1) / hop)
        }
    }

    /// The samples of clip `index`; the last clip may hold fewer than `length`.
    public func samples(at index: Int) -> Range<Int> {
        precondition(indices.contains(index), "clip \(index) of \(count)")
        let start = first + index * hop
        return start..<Swift.min(samples, start + length)
    }

    /// Start and end of clip `index` in seconds.
    public subscript(index: Int) -> ClosedRange<Double> {
        let range = samples(at: index)
        return Double(range.lowerBound) / Double(sampleRate)...Double(range.upperBound) / Double(sampleRate)
    }
}
