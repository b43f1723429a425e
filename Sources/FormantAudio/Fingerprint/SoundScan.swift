/// What one pass over a sound file tells: header, levels, a digest of the samples, landmarks.
///
/// The file is read block by block, and landmarks are worked out 30 s at a time.
public struct SoundScan: Sendable {
    /// What the header says.
    public let info: SoundFile.Info
    /// Levels of the mean of all channels, at the file's own rate.
    public let levels: SoundLevels
    /// The same for files with the same samples at the same rate, whatever their container, with or without zeros before and
    /// behind; nil where there is nothing but zeros.
    public let digest: UInt64?
    /// The landmarks of each stretch of 30 s, in order; empty where they were not asked for.
    public let landmarks: [[UInt64]]
    /// What is missing where the file ends before its header says.
    public let problem: String?

    /// Reads a file from its beginning to its end.
    /// - Parameters:
    ///   - path: the file.
    ///   - extractor: gives landmarks; nil: none.
    ///   - thinning: how many, as `LandmarkExtractor.landmarks(of:thinning:)` has it.
    /// - Throws: `AudioError`, as `SoundReader` does; `noSamples` for a file without any.
    public init(path: String, extractor: LandmarkExtractor?, thinning: Int = 0) throws(AudioError) {
        let reader = try SoundReader(path: path)
        let rate = LandmarkExtractor.sampleRate
        let resampler: Resampler?
        if extractor != nil, reader.sampleRate != rate {
            resampler = try Resampler(from: reader.sampleRate, to: rate)
        } else {
            resampler = nil
        }
        var levels = SoundLevels()
        var digest = SampleDigest(sampleRate: reader.sampleRate)
        var landmarks: [[UInt64]] = []
        var pending: [Float] = []
        var block: [Float] = []
        func take(last: Bool) {
            guard let extractor else { return }
            var start = 0
            while pending.count - start >= LandmarkExtractor.segmentSamples || (last && start < pending.count) {
                let end = min(pending.count, start + LandmarkExtractor.segmentSamples)
                landmarks.append(extractor.landmarks(of: pending[start..<end], thinning: thinning))
                start = end
            }
            pending.removeFirst(start)
        }
        while try reader.read(into: &block) {
            levels.add(block)
            digest.add(block)
            guard extractor != nil else { continue }
            if let resampler {
                try block.withUnsafeBufferPointer { (input) throws(AudioError) in
                    try resampler.process(input, into: &pending)
                }
            } else {
                pending += block
            }
            take(last: false)
        }
        try resampler?.finish(into: &pending)
        take(last: true)
        guard levels.count > 0 else { throw .noSamples(file: path, seconds: 0) }
        info = reader.info
        problem = reader.problem
        self.levels = levels
        self.digest = digest.value
        self.landmarks = landmarks
    }

    /// Length in seconds, as decoded.
    public var seconds: Double { Double(levels.count) / Double(info.sampleRate) }
}

/// A hash of samples, without the zeros before the first and behind the last other one.
private struct SampleDigest {
    private var state: UInt64
    private var zeros: UInt64 = 0
    private var begun = false

    init(sampleRate: Int) { state = 0xcbf2_9ce4_8422_2325 ^ UInt64(sampleRate) }

    var value: UInt64? { begun ? state ^ state >> 32 : nil }

    mutating func add(_ samples: [Float]) {
        for sample in samples {
            if sample == 0 {
                zeros += 1
                continue
            }
            if begun, zeros > 0 { mix(zeros | 1 << 63) }
            zeros = 0
            begun = true
            mix(UInt64(sample.bitPattern))
        }
    }

    private mutating func mix(_ value: UInt64) {
        state = (state ^ value) &* 0x9fb2_1c65_1e98_df25
        state ^= state >> 29
    }
}
