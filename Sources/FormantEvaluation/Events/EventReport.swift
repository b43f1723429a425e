import FormantPage

/// `EventScores` as a report holds them.
public struct EventReport: Codable, Sendable, Equatable {
    /// The figures of one label, or of all pooled.
    public struct Row: Codable, Sendable, Equatable {
        /// The label; nil for all pooled.
        public var label: String?
        /// Events that are there.
        public var events: Int
        /// Events that were found.
        public var found: Int
        /// Of events: an event counts as found where onset and offset agree.
        public var precision, recall, f1: Double
        /// The same of segments, which a label is in or not.
        public var segmentPrecision, segmentRecall, segmentF1: Double
        /// Events that were found and are not there, an hour.
        public var falseAlarmsPerHour: Double?

        private enum CodingKeys: String, CodingKey {
            case label, events, found, precision, recall, f1
            case segmentPrecision = "segment_precision"
            case segmentRecall = "segment_recall"
            case segmentF1 = "segment_f1"
            case falseAlarmsPerHour = "false_alarms_per_hour"
        }

        init(_ label: String?, _ events: LabelCounts, _ segments: LabelCounts, hours: Double) {
            self.label = label
            self.events = events.support
            found = events.truePositives + events.falsePositives
            (precision, recall, f1) = (events.scores.precision, events.scores.recall, events.scores.f1)
            (segmentPrecision, segmentRecall) = (segments.scores.precision, segments.scores.recall)
            segmentF1 = segments.scores.f1
            falseAlarmsPerHour = hours > 0 ? Double(events.falsePositives) / hours : nil
        }
    }

    /// Number of recordings.
    public var recordings: Int
    /// Hours of them.
    public var hours: Double
    /// Seconds by which onsets, and offsets, may differ.
    public var collar: Double
    /// Share of an event's length by which offsets may differ.
    public var share: Double
    /// Seconds of a segment.
    public var segment: Double
    /// Seconds from one window to the next, which events cannot be finer than; nil where it differs.
    public var hop: Double?
    /// All labels pooled.
    public var all: Row
    /// Each label that there are events of, or that was found.
    public var labels: [Row]

    /// Takes figures down.
    public init(_ scores: EventScores, recordings: Int, hop: Double?) {
        self.recordings = recordings
        self.hop = hop
        hours = scores.hours
        (collar, share, segment) = (scores.rules.collar, scores.rules.share, scores.rules.segment)
        all = Row(
            nil, scores.events.reduce(LabelCounts(), +), scores.segments.reduce(LabelCounts(), +), hours: scores.hours)
        labels = scores.labels.indices.map { i in
            Row(scores.labels[i], scores.events[i], scores.segments[i], hours: scores.hours)
        }.filter { $0.events > 0 || $0.found > 0 }
    }

    /// What counts as found, in a sentence.
    public var explanation: String {
        let number = { (value: Double) in NumberText.significant(value) }
        let grid = hop.map { " Windows follow each other every \(number($0)) s; what is found cannot be finer." } ?? ""
        return "Events of neighbouring windows are merged. One is found where another of the label begins within "
            + "\(number(collar)) s of it and ends within \(number(collar)) s or \(number(share * 100)) % of its length; "
            + "segments are \(number(segment)) s.\(grid)"
    }
}
