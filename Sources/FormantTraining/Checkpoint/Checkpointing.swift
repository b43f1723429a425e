/// When the state of a training is kept, and by whom.
public struct Checkpointing {
    /// Seconds after which the state is kept also within an epoch.
    public var seconds: Double
    /// Largest share of the training's time that keeping it may take: where it takes longer, it is done less often.
    public var share: Double
    /// Whether the end is kept whatever it takes.
    public var keepsEnd: Bool
    /// Keeps a state.
    public var write: (TrainingState) -> Void

    /// Creates settings: at the end of each epoch, and every minute, but for at most a hundredth of the time.
    public init(
        seconds: Double = 60, share: Double = 0.01, keepsEnd: Bool = false, write: @escaping (TrainingState) -> Void
    ) {
        self.seconds = seconds
        self.share = share
        self.keepsEnd = keepsEnd
        self.write = write
    }
}

/// Decides when a checkpoint is due, by what the last one cost.
struct Checkpoints {
    private let settings: Checkpointing?
    private let clock = ContinuousClock()
    private var last: ContinuousClock.Instant
    private var cost: Double

    /// - Parameter valuesPerState: numbers in a state, by which the first one's cost is estimated.
    init(_ settings: Checkpointing?, valuesPerState: Int) {
        self.settings = settings
        last = clock.now
        // A slow disk: 100 MB a second, and ten milliseconds until it says that all is there.
        cost = 0.01 + Double(4 * valuesPerState) / 1e8
    }

    private var since: Double { (clock.now - last) / .seconds(1) }

    private func mayWrite(_ settings: Checkpointing) -> Bool { since * settings.share >= cost }

    mutating func stepEnds(_ state: () -> TrainingState) {
        guard let settings, since >= settings.seconds, mayWrite(settings) else { return }
        write(state())
    }

    mutating func epochEnds(_ state: () -> TrainingState) {
        guard let settings, mayWrite(settings) else { return }
        write(state())
    }

    mutating func trainingEnds(_ state: () -> TrainingState) {
        guard let settings, settings.keepsEnd || mayWrite(settings) else { return }
        write(state())
    }

    /// Writes whatever it costs.
    mutating func write(_ state: @autoclosure () -> TrainingState) {
        guard let settings else { return }
        let start = clock.now
        settings.write(state())
        last = clock.now
        cost = (last - start) / .seconds(1)
    }
}
