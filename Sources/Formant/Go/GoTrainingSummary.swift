import FormantTraining

/// What a training on games gave: what `go train --json` prints.
public struct GoTrainingSummary: Codable, Sendable {
    /// The model file.
    public var model: String
    /// Epochs trained.
    public var epochs: Int
    /// Files and games that were passed over.
    public var failed: Int
    /// Games that were learned from.
    public var games: Int
    /// Positions that were learned from, counted each time that they were seen.
    public var positions: Int
    /// Of these, how many a second.
    public var positionsPerSecond: Double
    /// Wall-clock seconds.
    public var seconds: Double
    /// Why training ended, where it was its time or values that are no numbers.
    public var stop: StopReason?
    /// Figures of the test part, the last tenth of the files by name; nil where it has no positions.
    public var test: GoEvaluation.Figures?
    /// Whether training was asked to stop before its end; not part of the object.
    public var interrupted = false

    /// Whether training gave values that are no numbers, so that an earlier epoch was kept.
    public var diverged: Bool { stop?.isDivergence ?? false }

    private enum CodingKeys: String, CodingKey {
        case model, epochs, failed, games, positions, positionsPerSecond, seconds, stop, test
    }
}
