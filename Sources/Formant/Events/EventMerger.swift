/// Something heard in a recording: windows of one label that belong together.
public struct Event: Sendable, Hashable {
    /// What was heard.
    public var label: String
    /// The stretch in samples, from the start of the recording: from the start of the first window to the end of the last.
    public var samples: Range<Int>
    /// Samples a second.
    public var sampleRate: Int
    /// The largest score of its windows.
    public var score: Float
    /// Windows that it consists of.
    public var windows: Int

    /// Seconds from the start of the recording.
    public var start: Double { Double(samples.lowerBound) / Double(sampleRate) }
    /// Seconds from the start of the recording.
    public var end: Double { Double(samples.upperBound) / Double(sampleRate) }
}

/// Merges windows into events, each label for itself, by two thresholds (hysteresis).
///
/// A window of at least `on` begins an event; those behind it go on with it while they have at least `off`. Events of a
/// label that overlap, or are at most `gap` apart, are then one; and those that are shorter than `minimum` are left out.
/// An event is handed out as soon as no later window can change it, so that memory is bounded by the number of labels.
public struct EventMerger {
    private struct Track {
        var isOn = false
        var event: Event?
    }

    private let rules: EventRules
    private let labels: [String]
    /// Scores that begin an event and go on with one, by label.
    private let limits: [(on: Float, off: Float)]
    private let index: [String: Int]
    private let gap: Int
    private let minimum: Int
    private var tracks: [Track]

    /// Creates a merger for one recording.
    /// - Parameters:
    ///   - labels: those of the model, in its order.
    ///   - sampleRate: of the windows' places, in hertz.
    ///   - thresholds: scores that begin an event, one per label, in place of `rules.on`; an event goes on down to the
    ///     share of them that `rules.off` is of `rules.on`.
    public init(_ rules: EventRules, labels: [String], sampleRate: Int, thresholds: [Float]? = nil) {
        let share = Float(rules.off / rules.on)
        limits = labels.indices.map { i in
            thresholds.map { ($0[i], $0[i] * share) } ?? (Float(rules.on), Float(rules.off))
        }
        self.rules = rules
        self.labels = labels
        var index: [String: Int] = [:]
        for (i, label) in labels.enumerated() where rules.labels?.contains(label) ?? true { index[label] = i }
        self.index = index
        gap = Int((rules.gap * Double(sampleRate)).rounded())
        minimum = Int((rules.minimum * Double(sampleRate)).rounded())
        tracks = Array(repeating: Track(), count: labels.count)
    }

    /// Takes the next window, which begins no earlier than the one before it.
    /// - Returns: the events that ended for good, in the order of their ends, then of their starts, then of their labels.
    public mutating func add(_ window: Classifier.Window) -> [Event] {
        let (place, gap) = (window.samples, gap)
        let ended = take { place.lowerBound - $0.samples.upperBound > gap }
        for (label, score) in window.result.ranking {
            guard let i = index[label] else { continue }
            tracks[i].isOn = score >= (tracks[i].isOn ? limits[i].off : limits[i].on)
            guard tracks[i].isOn else { continue }
            guard var event = tracks[i].event else {
                tracks[i].event = Event(
                    label: label, samples: place, sampleRate: window.sampleRate, score: score, windows: 1)
                continue
            }
            event.samples = event.samples.lowerBound..<max(event.samples.upperBound, place.upperBound)
            event.score = max(event.score, score)
            event.windows += 1
            tracks[i].event = event
        }
        return ended
    }

    /// The events that the end of the recording ended.
    public mutating func finish() -> [Event] { take { _ in true } }

    private mutating func take(_ hasEnded: (Event) -> Bool) -> [Event] {
        var ended: [(event: Event, label: Int)] = []
        for i in tracks.indices {
            guard let event = tracks[i].event, hasEnded(event) else { continue }
            tracks[i] = Track()
            if event.samples.count >= minimum { ended.append((event, i)) }
        }
        ended.sort {
            ($0.event.samples.upperBound, $0.event.samples.lowerBound, $0.label)
                < ($1.event.samples.upperBound, $1.event.samples.lowerBound, $1.label)
        }
        return ended.map(\.event)
    }
}
