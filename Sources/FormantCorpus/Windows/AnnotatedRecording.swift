/// A recording that became windows, with what its tables say is in it.
public struct AnnotatedRecording: Sendable {
    /// Something with a beginning and an end.
    public struct Event: Sendable, Equatable {
        /// What it is, under the name that the rules give it.
        public var label: String
        /// Seconds from the start of the recording.
        public var start: Double
        /// Seconds from the start of the recording, at most the end of the annotated stretch.
        public var end: Double
    }

    /// Path of the sound file, relative to the corpus's root where that is possible.
    public let path: String
    /// The channel, counted from 0; nil is all of them.
    public let channel: Int?
    /// The annotated stretch in seconds.
    public let stretch: ClosedRange<Double>
    /// What is in it, in the order of the tables; what has no label, or a doubtful one, is left out.
    public let events: [Event]
    /// Seconds from the start of one window to that of the next.
    public let hop: Double
    /// The labels that windows without any of these have.
    public let backgroundLabels: [String]

    init(
        path: String, channel: Int?, stretch: ClosedRange<Double>, annotations: [Annotation], rules: WindowRules
    ) {
        self.path = path
        self.channel = channel
        self.stretch = stretch
        hop = rules.hop ?? rules.window
        backgroundLabels = rules.backgroundLabels
        events = annotations.flatMap { annotation in
            let start = max(stretch.lowerBound, annotation.start)
            let end = min(stretch.upperBound, annotation.end)
            guard start <= end else { return [Event]() }
            return (rules.labels(of: annotation) ?? []).map { Event(label: $0, start: start, end: end) }
        }
    }
}
