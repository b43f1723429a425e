import FormantTensor

/// Mean and standard deviation of each row of features over a corpus.
public struct BandStatistics: Hashable, Codable, Sendable {
    /// Mean of each row.
    public var mean: [Float]
    /// Standard deviation of each row (of the population), at least `floor`.
    public var deviation: [Float]

    /// Smallest deviation that anything is divided by.
    public static let floor: Float = 1e-5

    private enum CodingKeys: String, SettingsKey { case mean, deviation }

    /// Creates statistics from their values.
    public init(mean: [Float], deviation: [Float]) {
        self.mean = mean
        self.deviation = deviation
    }

    /// Reads both keys; an unknown one is an error.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "the statistics", keyedBy: CodingKeys.self)
        self.init(
            mean: try settings.decode([Float].self, forKey: .mean),
            deviation: try settings.decode([Float].self, forKey: .deviation))
    }

    /// Checks the values.
    /// - Parameter rows: rows of the features they belong to.
    /// - Throws: `AudioError`.
    func validate(rows: Int) throws(AudioError) {
        guard mean.count == rows, deviation.count == rows else {
            throw .extentMismatch(
                what: "rows of the normalisation's statistics", expected: rows,
                found: mean.count == rows ? deviation.count : mean.count)
        }
        for (m, d) in zip(mean, deviation) {
            try require(m.isFinite, "normalisation.mean", m, "finite numbers")
            try require(d.isFinite && d > 0, "normalisation.deviation", d, "finite numbers above 0")
        }
    }
}

/// Gathers statistics clip by clip, in double precision; the result depends on the order of the clips alone.
public struct BandStatisticsAccumulator: Sendable {
    private var count = 0.0
    private var mean: [Double] = []
    private var scatter: [Double] = []

    /// Creates an accumulator that has seen nothing.
    public init() {}

    /// Adds features before normalisation: extents [rows, frames] or [channels, bands, frames].
    /// - Throws: `AudioError.extentMismatch` when the rows are not those of the features added before.
    public mutating func add(_ features: Tensor) throws(AudioError) {
        guard let frames = features.extents.last, frames > 0 else { return }
        let rows = features.values.count / frames
        if mean.isEmpty {
            mean = [Double](repeating: 0, count: rows)
            scatter = mean
        }
        guard rows == mean.count else {
            throw .extentMismatch(what: "rows of features for statistics", expected: mean.count, found: rows)
        }
        // Chan, Golub & LeVeque's update of mean and sum of squared deviations by a block.
        let total = count + Double(frames)
        for row in 0..<rows {
            let block = moments(features.values[row * frames..<(row + 1) * frames])
            let step = block.mean - mean[row]
            mean[row] += step * Double(frames) / total
            scatter[row] += block.scatter + step * step * count * Double(frames) / total
        }
        count = total
    }

    /// The statistics of all that was added; nil before the first frame.
    public var statistics: BandStatistics? {
        guard count > 0 else { return nil }
        return BandStatistics(
            mean: mean.map(Float.init),
            deviation: scatter.map { max(BandStatistics.floor, Float(($0 / count).squareRoot())) })
    }
}

/// Mean and sum of squared deviations, in double precision.
func moments(_ values: some Collection<Float>) -> (mean: Double, scatter: Double) {
    var sum = 0.0
    for value in values { sum += Double(value) }
    let mean = sum / Double(values.count)
    var scatter = 0.0
    for value in values { scatter += (Double(value) - mean) * (Double(value) - mean) }
    return (mean, scatter)
}
