import FormantTensor

/// Features of sound that is still coming in: chunks of any size go in, and the frames that come out are, bit for bit,
/// those that `AudioFrontEnd.features(of:sampleRate:)` gives of the whole.
///
/// ```swift
/// let stream = try FeatureStream(frontEnd, sampleRate: 44_100)
/// while let chunk = microphone.next() { use(try stream.append(chunk)) }
/// use(try stream.finish())
/// ```
///
/// A frame comes out as soon as all samples that it depends on are there: those of its window, of the resampling filter
/// and, for derivatives, of the frames behind it. Memory is bounded by the largest chunk, a few windows and a few
/// frames, however long the sound is. What needs the whole recording is refused. Use a stream from one thread at a
/// time.
public final class FeatureStream {
    /// What the features are.
    public let frontEnd: AudioFrontEnd
    /// Samples a second that go in, in hertz.
    public let sampleRate: Int
    /// Frames that have come out.
    public private(set) var frames = 0
    /// Rows of the features: the bands, then their derivatives.
    public var rows: Int { extractor.shape.channels * extractor.shape.height }

    /// Samples and frames that are kept for what is still to come.
    package var held: (samples: Int, frames: Int) { (history.held, deltas.held.extents[1]) }

    private let extractor: FeatureExtractor
    private let resampler: Resampler?
    /// Samples that have gone in.
    private var received = 0
    private var conditioning = RecordingState()
    private var state = FeatureState()
    private var history: SampleHistory
    private var deltas: DeltaStream
    private var ended = false

    /// Prepares a stream.
    /// - Parameters:
    ///   - frontEnd: what the features are. Its `clip` and `channel` change nothing.
    ///   - sampleRate: that of the samples to come, in hertz; resampled where it is not the front end's.
    /// - Throws: `AudioError.optionInvalid` for an option that does not fit, and for one that needs the whole
    ///   recording: the normalisations `clip` and `clip-mean`, a `log.range`, the `log.reference` `maximum`, the
    ///   `chroma.tuning` `estimated`, the features `constant-q` and `variable-q`. `AudioError.resampling`.
    public init(_ frontEnd: AudioFrontEnd, sampleRate: Int) throws(AudioError) {
        extractor = try FeatureExtractor.shared(for: frontEnd)
        try Self.checkLocal(frontEnd)
        self.frontEnd = frontEnd
        self.sampleRate = sampleRate
        resampler =
            sampleRate == frontEnd.sampleRate ? nil : try Resampler(from: sampleRate, to: frontEnd.sampleRate)
        history = SampleHistory(extractor.geometry)
        deltas = DeltaStream(frontEnd.deltas, rows: extractor.shape.height)
    }

    /// Takes the next samples.
    /// - Parameter samples: any number of them, also none; one channel; full scale is ± 1.
    /// - Returns: the frames that are complete: extents [rows, frames], of which there may be none.
    /// - Throws: `AudioError.badSample` for a sample that is not finite or too large; the chunk is refused whole, and
    ///   the stream may go on with another.
    /// - Precondition: `finish()` was not called.
    public func append(_ samples: [Float]) throws(AudioError) -> Tensor {
        precondition(!ended, "samples for a stream that is finished")
        guard let resampler else { return try take(samples, last: false) }
        if let bad = samples.withUnsafeBufferPointer({ SampleCheck.firstBad($0) }) {
            throw .badSample(
                file: "samples", seconds: Double(received + bad) / Double(sampleRate), value: samples[bad])
        }
        received += samples.count
        var converted: [Float] = []
        try samples.withUnsafeBufferPointer { (input) throws(AudioError) in
            try resampler.process(input, into: &converted)
        }
        return try take(converted, last: false)
    }

    /// Says that no more samples come.
    /// - Returns: the remaining frames: extents [rows, frames].
    /// - Throws: `AudioError.tooShort` where the whole has too few samples for a frame, or too few frames for
    ///   derivatives with the edge `interpolate`.
    /// - Precondition: `finish()` was not called before.
    public func finish() throws(AudioError) -> Tensor {
        precondition(!ended, "a stream finished twice")
        ended = true
        var rest: [Float] = []
        try resampler?.finish(into: &rest)
        return try take(rest, last: true)
    }

    private func take(_ samples: [Float], last: Bool) throws(AudioError) -> Tensor {
        var samples = samples
        try extractor.transform.conditioning.prepare(
            &samples, &conditioning, sampleRate: extractor.geometry.sampleRate, last: last)
        history.append(samples)
        if last, extractor.geometry.frameCount(samples: history.count) == 0 {
            throw .tooShort(
                samples: history.count, needed: extractor.geometry.minimumSamples, what: "samples of a recording")
        }
        let base = history.takeFrames(last: last) { stretch, frames in
            extractor.base(stretch, frames: frames, &state)
        }
        guard var features = try deltas.append(base, last: last) else { return Tensor(zeros: [rows, 0]) }
        try frontEnd.normalisation.apply(to: &features)
        frames += features.extents[1]
        return features
    }

    /// Refuses what depends on the whole recording.
    private static func checkLocal(_ frontEnd: AudioFrontEnd) throws(AudioError) {
        let whole = "in a stream, which does not know the whole recording"
        switch frontEnd.normalisation {
        case .none, .corpus: break
        case .clipMean:
            try require(false, "normalisation", "clip-mean", "\"none\" or the statistics of a corpus \(whole)")
        case .clip: try require(false, "normalisation", "clip", "\"none\" or the statistics of a corpus \(whole)")
        }
        if frontEnd.feature == .chroma, frontEnd.chroma.tuning == .estimated {
            try require(false, "chroma.tuning", "estimated", "a number \(whole)")
        }
        if frontEnd.feature == .constantQ || frontEnd.feature == .variableQ {
            try require(false, "feature", frontEnd.feature.rawValue, "another, as pseudo-constant-q, \(whole)")
        }
        guard frontEnd.feature.hasLogarithm, case .decibel(let reference, _, let range) = frontEnd.log else { return }
        if case .maximum = reference { try require(false, "log.reference", "maximum", "a number \(whole)") }
        if let range { try require(false, "log.range", range, "none \(whole)") }
    }
}

/// The samples that frames still to come depend on.
private struct SampleHistory {
    /// Samples that have come.
    private(set) var count = 0

    private let geometry: FrameGeometry
    private var samples: [Float] = []
    private var offset = 0
    private var done = 0

    /// Samples that are kept.
    var held: Int { samples.count }

    init(_ geometry: FrameGeometry) { self.geometry = geometry }

    mutating func append(_ more: [Float]) {
        samples += more
        count += more.count
    }

    /// Calls `body` with the frames that became complete, if there are any, and forgets what no frame needs any more.
    mutating func takeFrames(last: Bool, _ body: (SampleStretch, Range<Int>) -> Tensor) -> Tensor? {
        let ready = last ? geometry.frameCount(samples: count) : geometry.settledFrames(samples: count)
        guard ready > done else { return nil }
        let features = samples.withUnsafeBufferPointer { samples in
            body(SampleStretch(samples: samples, offset: offset, count: count), done..<ready)
        }
        done = ready
        // The last frames may be mirrored into what lies up to a transform's length before the end.
        let mirrored = count - geometry.fftSize - geometry.windowLength - 2
        let needed = max(0, min(geometry.start(ofFrame: done), mirrored))
        if needed > offset {
            samples.removeFirst(needed - offset)
            offset = needed
        }
        return features
    }
}

/// The frames that derivatives still to come depend on.
private struct DeltaStream {
    private let options: DeltaOptions
    private let rows: Int
    /// The last frames, extents [rows, frames], and which of all the first of them is.
    private(set) var held: Tensor
    private var first = 0
    private var done = 0

    init(_ options: DeltaOptions, rows: Int) {
        self.options = options
        self.rows = rows
        held = Tensor(zeros: [rows, 0])
    }

    /// The frames whose derivatives are known, with them; nil where there are none.
    mutating func append(_ more: Tensor?, last: Bool) throws(AudioError) -> Tensor? {
        guard options.order != .none else { return more }
        if let more {
            held =
                held.extents[1] == 0
                ? more : Self.columns(of: [(held, 0..<held.extents[1]), (more, 0..<more.extents[1])])
        }
        let total = first + held.extents[1]
        let least = options.edge == .interpolate ? options.width : 0
        let ready = last ? total : total >= least ? total - options.reach : 0
        guard ready > done else { return nil }
        // Near a cut the derivatives are wrong, and left out; the ends of the whole are no cuts.
        let all = try options.appending(to: held)
        let result = Self.columns(of: [(all, done - first..<ready - first)])
        done = ready
        let needed = max(0, done - options.reach - options.width)
        if needed > first {
            held = Self.columns(of: [(held, needed - first..<held.extents[1])])
            first = needed
        }
        return result
    }

    /// Some columns of some tensors, side by side.
    private static func columns(of parts: [(Tensor, Range<Int>)]) -> Tensor {
        let rows = parts[0].0.extents[0]
        var values: [Float] = []
        values.reserveCapacity(rows * parts.reduce(0) { $0 + $1.1.count })
        for row in 0..<rows {
            for (tensor, range) in parts {
                let start = row * tensor.extents[1]
                values += tensor.values[start + range.lowerBound..<start + range.upperBound]
            }
        }
        return Tensor(extents: [rows, values.count / rows], values: values)
    }
}
