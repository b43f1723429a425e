/// Something that begins and ends in a recording.
public struct TimedLabel: Sendable, Equatable {
    /// What it is.
    public var label: String
    /// Seconds from the start of the recording.
    public var onset: Double
    /// Seconds from the start of the recording.
    public var offset: Double

    /// Creates an event.
    public init(label: String, onset: Double, offset: Double) {
        (self.label, self.onset, self.offset) = (label, onset, offset)
    }
}

/// How well events that were found in long recordings agree with those that are there, added up recording by recording.
///
/// As in Mesaros, Heittola & Virtanen 2016, "Metrics for polyphonic sound event detection", and sed_eval (optimal
/// matching):
/// - Event-based: an event is found when one of the same label begins within `Rules.collar` of it and ends within the
///   larger of `Rules.collar` and `Rules.share` of its length; each counts for one, by a matching that finds the most.
/// - Segment-based: every `Rules.segment` seconds a label is there or not, in whole or in part.
public struct EventScores: Sendable, Equatable {
    /// When two events are the same.
    public struct Rules: Sendable, Equatable {
        /// Seconds by which onsets, and offsets, may differ.
        public var collar: Double
        /// Share of the event's length by which offsets may differ.
        public var share: Double
        /// Seconds of a segment.
        public var segment: Double

        /// 200 ms, 50 % and 1 s, as in the DCASE challenges.
        /// - Precondition: all finite, the first two 0 or more, `segment` at least 1 ms.
        public init(collar: Double = 0.2, share: Double = 0.5, segment: Double = 1) {
            precondition(collar >= 0 && share >= 0 && segment >= 0.001 && (collar + share + segment).isFinite)
            (self.collar, self.share, self.segment) = (collar, share, segment)
        }
    }

    /// The labels that count, in their order; others are as if they were not there.
    public let labels: [String]
    /// When two events are the same.
    public let rules: Rules
    /// Events of each label that were found, found wrongly, missed.
    public private(set) var events: [LabelCounts]
    /// The same of segments.
    public private(set) var segments: [LabelCounts]
    /// Hours of all recordings.
    public private(set) var hours = 0.0

    /// The most candidates that are looked at for one event, in the order of their onsets.
    private static let candidateLimit = 1000

    /// Creates scores of nothing.
    public init(labels: [String], rules: Rules = Rules()) {
        self.labels = labels
        self.rules = rules
        events = Array(repeating: LabelCounts(), count: labels.count)
        segments = events
    }

    /// Precision, recall and F1 of events of all labels pooled.
    public var eventBased: PrecisionRecallF1 { events.reduce(LabelCounts(), +).scores }
    /// Precision, recall and F1 of segments of all labels pooled.
    public var segmentBased: PrecisionRecallF1 { segments.reduce(LabelCounts(), +).scores }
    /// Events that were found and are not there, an hour; nil without any time.
    public var falseAlarmsPerHour: Double? {
        hours > 0 ? Double(events.reduce(0) { $0 + $1.falsePositives }) / hours : nil
    }

    /// The same of one label.
    public func falseAlarmsPerHour(of label: Int) -> Double? {
        hours > 0 ? Double(events[label].falsePositives) / hours : nil
    }

    /// Adds a recording. Events whose times are not 0 ≤ onset ≤ offset ≤ 10⁹ are as if they were not there.
    /// - Parameters:
    ///   - reference: what is there.
    ///   - found: what was found.
    ///   - seconds: length of the recording.
    public mutating func add(reference: [TimedLabel], found: [TimedLabel], seconds: Double) {
        if seconds > 0, seconds.isFinite { hours += seconds / 3600 }
        let known = Dictionary(grouping: reference.filter(EventScores.isSound), by: \.label)
        let given = Dictionary(grouping: found.filter(EventScores.isSound), by: \.label)
        for (i, label) in labels.enumerated() {
            let there = (known[label] ?? []).sorted { $0.onset < $1.onset }
            let said = (given[label] ?? []).sorted { $0.onset < $1.onset }
            let hits = matches(there, said)
            events[i] =
                events[i]
                + LabelCounts(
                    truePositives: hits, falsePositives: said.count - hits, falseNegatives: there.count - hits)
            let (a, b) = (spans(there), spans(said))
            let both = EventScores.overlap(a, b)
            let (all, other) = (a.reduce(0) { $0 + $1.count }, b.reduce(0) { $0 + $1.count })
            segments[i] =
                segments[i]
                + LabelCounts(truePositives: both, falsePositives: other - both, falseNegatives: all - both)
        }
    }

    private static func isSound(_ event: TimedLabel) -> Bool {
        event.onset >= 0 && event.offset >= event.onset && event.offset <= 1e9
    }

    private func agree(_ event: TimedLabel, _ found: TimedLabel) -> Bool {
        (event.onset - found.onset).magnitude <= rules.collar
            && (event.offset - found.offset).magnitude
                <= max(rules.collar, rules.share * (event.offset - event.onset))
    }

    /// The most events that can each have one of their own: augmenting paths, breadth first (Berge 1957).
    /// - Parameters: both sorted by onset.
    private func matches(_ events: [TimedLabel], _ found: [TimedLabel]) -> Int {
        var candidates: [[Int]] = []
        var first = 0
        for event in events {
            while first < found.count, event.onset - found[first].onset > rules.collar { first += 1 }
            var list: [Int] = []
            for i in first..<found.count {
                guard found[i].onset - event.onset <= rules.collar, list.count < EventScores.candidateLimit else {
                    break
                }
                if agree(event, found[i]) { list.append(i) }
            }
            candidates.append(list)
        }
        var owner = [Int?](repeating: nil, count: found.count)
        var placeOf = [Int?](repeating: nil, count: events.count)
        var seen = [Int](repeating: -1, count: found.count)
        var hits = 0
        for start in events.indices where !candidates[start].isEmpty {
            // From an event without one over those that would have to give theirs up.
            var queue = [start]
            var cameFrom: [Int: Int] = [:]
            var end: Int?
            var next = 0
            search: while next < queue.count {
                let event = queue[next]
                next += 1
                for place in candidates[event] where seen[place] != start {
                    seen[place] = start
                    cameFrom[place] = event
                    guard let other = owner[place] else {
                        end = place
                        break search
                    }
                    queue.append(other)
                }
            }
            guard var place = end else { continue }
            hits += 1
            // Each event on the way takes the place that leads on and leaves the one before.
            while let event = cameFrom[place] {
                let before = placeOf[event]
                owner[place] = event
                placeOf[event] = place
                guard let before else { break }
                place = before
            }
        }
        return hits
    }

    /// Ranges of segments that events touch, ascending and apart.
    private func spans(_ events: [TimedLabel]) -> [Range<Int>] {
        var spans: [Range<Int>] = []
        for event in events {
            let start = Int((event.onset * (1 / rules.segment)).rounded(.down))
            let end = Int((event.offset * (1 / rules.segment)).rounded(.up))
            guard end > start else { continue }
            if let last = spans.last, start <= last.upperBound {
                spans[spans.count - 1] = last.lowerBound..<max(last.upperBound, end)
            } else {
                spans.append(start..<end)
            }
        }
        return spans
    }

    /// Number of segments that are in both.
    private static func overlap(_ a: [Range<Int>], _ b: [Range<Int>]) -> Int {
        var (i, j, sum) = (0, 0, 0)
        while i < a.count, j < b.count {
            sum += a[i].clamped(to: b[j]).count
            if a[i].upperBound < b[j].upperBound { i += 1 } else { j += 1 }
        }
        return sum
    }
}
