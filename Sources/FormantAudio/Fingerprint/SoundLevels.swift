/// How loud a recording is and where it is cut off, gathered block by block.
public struct SoundLevels: Sendable, Equatable {
    /// Samples so far.
    public private(set) var count = 0
    /// Largest magnitude.
    public private(set) var peak: Float = 0
    /// Stretches of three samples or more that stay at full scale.
    public private(set) var clippedRuns = 0

    private var squares = 0.0
    private var run = 0
    private var last: Float = 0

    /// Least samples at full scale one behind the other that count as cut off.
    public static let leastRun = 3
    /// Root of the mean square below which a recording is silence: −60 dB of full scale.
    public static let silence: Float = 0.001

    /// Of nothing yet.
    public init() {}

    /// Root of the mean square.
    public var rootMeanSquare: Float { count > 0 ? Float((squares / Double(count)).squareRoot()) : 0 }

    /// Whether there is nothing to hear.
    public var isSilent: Bool { rootMeanSquare < Self.silence }

    /// Adds samples of one channel; full scale is ± 1.
    public mutating func add(_ samples: [Float]) {
        count += samples.count
        for sample in samples {
            squares += Double(sample) * Double(sample)
            peak = max(peak, sample.magnitude)
            // At the same value just below full scale, as whole numbers stay, or beyond it, as lossy formats go.
            let stays = sample == last || min(sample.magnitude, last.magnitude) >= 0.9999 && (sample < 0) == (last < 0)
            if sample.magnitude >= 0.98, run == 0 || stays {
                run += 1
                if run == Self.leastRun { clippedRuns += 1 }
            } else {
                run = sample.magnitude >= 0.98 ? 1 : 0
            }
            last = sample
        }
    }
}
