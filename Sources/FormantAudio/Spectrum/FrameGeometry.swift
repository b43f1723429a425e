/// The frames of a recording in samples: how many there are, and which samples each one sees.
public struct FrameGeometry: Hashable, Sendable {
    /// Samples a second, in hertz.
    public let sampleRate: Int
    /// Samples that a window weighs, at least 2.
    public let windowLength: Int
    /// Samples from one frame to the next, at least 1.
    public let hop: Int
    /// Points of the Fourier transform, at least `windowLength`.
    public let fftSize: Int
    /// Where the frames lie.
    public let framing: Framing

    /// Highest sample rate, in hertz.
    public static let highestRate = 1_000_000

    /// Turns seconds into samples.
    /// - Parameter sampleRate: 1 … 1,000,000 Hz.
    /// - Throws: `AudioError.optionInvalid`.
    public init(_ options: SpectrogramOptions, sampleRate: Int) throws(AudioError) {
        try require(
            (1...Self.highestRate).contains(sampleRate), "sampleRate", sampleRate, "1 … \(Self.highestRate) Hz")
        let rate = Double(sampleRate)
        let largest = Double(FourierTransform.largestSize)
        let window = (options.windowSeconds * rate).rounded()
        try require(
            window >= 2 && window <= largest, "windowSeconds", options.windowSeconds,
            "\(2 / rate) … \(largest / rate) s at \(sampleRate) Hz")
        let hop = (options.hopSeconds * rate).rounded()
        try require(
            hop >= 1 && hop <= Double(Int32.max), "hopSeconds", options.hopSeconds,
            "at least \(1 / rate) s at \(sampleRate) Hz")
        self.sampleRate = sampleRate
        windowLength = Int(window)
        self.hop = Int(hop)
        framing = options.framing
        if let size = options.fftSize {
            try require(
                size >= windowLength && size <= FourierTransform.largestSize, "fftSize", size,
                "\(windowLength) (the window at \(sampleRate) Hz) … \(FourierTransform.largestSize)")
            fftSize = size
        } else {
            var size = 2
            while size < windowLength { size *= 2 }
            fftSize = size
        }
    }

    /// Bins of a spectrum: `fftSize / 2 + 1`, bin k lying at k × `sampleRate` ÷ `fftSize` Hz.
    public var bins: Int { fftSize / 2 + 1 }

    /// Number of frames of a recording; 0 only if it is shorter than `minimumSamples`.
    public func frameCount(samples: Int) -> Int {
        guard samples >= minimumSamples else { return 0 }
        switch framing {
        case .centeredReflect, .centeredZeros: return 1 + (samples - fftSize % 2) / hop
        case .snipEdges: return 1 + (samples - windowLength) / hop
        case .centeredHops: return (samples + hop / 2) / hop
        }
    }

    /// Number of frames of a recording that has at least `samples` samples, whose samples are all known whatever
    /// follows.
    func settledFrames(samples: Int) -> Int {
        let first = start(ofFrame: 0)
        // The first frame reaches farthest over the start, where it is mirrored.
        let mirrored =
            switch framing {
            case .centeredReflect: 1 - first
            case .centeredHops: -first
            case .centeredZeros, .snipEdges: 0
            }
        let room = samples - first - windowLength
        guard room >= 0, samples >= mirrored else { return 0 }
        return min(room / hop + 1, frameCount(samples: samples))
    }

    /// Samples of the shortest recording that has a number of frames, at least one.
    func shortestRecording(frames: Int) -> Int {
        switch framing {
        case .centeredReflect, .centeredZeros: max(1, (frames - 1) * hop + fftSize % 2)
        case .snipEdges: (frames - 1) * hop + windowLength
        case .centeredHops: frames * hop - hop / 2
        }
    }

    /// Samples of the shortest recording that has a frame.
    public var minimumSamples: Int {
        switch framing {
        case .centeredReflect, .centeredZeros: 1
        case .snipEdges: windowLength
        case .centeredHops: hop - hop / 2
        }
    }

    /// The sample that the window of a frame begins at; before 0 where a centred frame reaches over the start.
    public func start(ofFrame frame: Int) -> Int {
        switch framing {
        case .centeredReflect, .centeredZeros: frame * hop - fftSize / 2 + (fftSize - windowLength) / 2
        case .snipEdges: frame * hop
        case .centeredHops: frame * hop + hop / 2 - windowLength / 2
        }
    }

    /// The sample that stands at position `i`, which may lie outside 0 ..< `count`; nil for a zero.
    func source(of i: Int, count: Int) -> Int? {
        if i >= 0 && i < count { return i }
        switch framing {
        case .centeredZeros, .snipEdges: return nil
        case .centeredReflect:
            guard count > 1 else { return 0 }
            let period = 2 * (count - 1)
            let phase = ((i % period) + period) % period
            return phase < count ? phase : period - phase
        case .centeredHops:
            let period = 2 * count
            let phase = ((i % period) + period) % period
            return phase < count ? phase : period - 1 - phase
        }
    }
}
