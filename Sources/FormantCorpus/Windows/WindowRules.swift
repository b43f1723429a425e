/// How a recording with annotations becomes windows with labels: the section `annotations` of a card.
///
/// A window starts every `hop` seconds. What stands in it is told by the overlaps with the annotations:
///
/// - A label counts when one of its annotations meets one of the limits of `overlap`.
/// - A window under which a label counts has it, and whatever else counts.
/// - A window that no annotation touches is background.
/// - A window that annotations touch, none of them enough, is uncertain.
public struct WindowRules: Sendable, Equatable {
    /// What becomes of the end of a recording that the last whole window leaves over.
    public enum Tail: String, Sendable, CaseIterable {
        /// A last window is moved back, so that it ends where the recording ends.
        case shift
        /// A last window is shorter than the others; the front end pads it.
        case pad
        /// It is left out.
        case drop
    }

    /// When the label of an annotation counts in a window: when one of the limits that are given is met.
    public struct Overlap: Sendable, Equatable {
        /// Least overlap in seconds, > 0 (OpenSoundscape's `min_label_overlap`).
        public var seconds: Double?
        /// Least share of the annotation that is in the window, > 0 … 1 (OpenSoundscape's `min_label_fraction`). A point
        /// is wholly in the window that it stands in, and counts by this limit alone.
        public var label: Double?
        /// Least share of the window that is under the annotation, > 0 … 1.
        public var window: Double?

        /// Creates limits; at least one should be given.
        public init(seconds: Double? = nil, label: Double? = nil, window: Double? = nil) {
            self.seconds = seconds
            self.label = label
            self.window = window
        }
    }

    /// How many labels a window can have.
    public enum Mode: String, Sendable, CaseIterable {
        /// All that count.
        case several
        /// The one under which most of the window is. Of equals, the one that begins first; then by name.
        case one
    }

    /// What becomes of windows that no annotation touches.
    public struct Background: Sendable, Equatable {
        /// Whether there are any.
        public enum Keep: String, Sendable, CaseIterable {
            /// As many as `limit` and `ratio` leave.
            case all
            /// They are left out.
            case none
        }

        /// Whether they are kept.
        public var keep = Keep.all
        /// Their label; nil is `background` with one label a window, and no label at all with several.
        public var label: String?
        /// Most of them from one recording, chosen by chance.
        public var limit: Int?
        /// Most of them for each labelled window of the corpus, chosen by chance.
        public var ratio: Double?

        /// Creates rules: all are kept.
        public init(keep: Keep = .all, label: String? = nil, limit: Int? = nil, ratio: Double? = nil) {
            self.keep = keep
            self.label = label
            self.limit = limit
            self.ratio = ratio
        }
    }

    /// What becomes of uncertain windows.
    public enum Uncertain: String, Sendable, CaseIterable {
        /// They are left out.
        case drop
        /// They are background.
        case background
    }

    /// Whether the channels of a recording are one thing or several.
    public enum Channels: String, Sendable, CaseIterable {
        /// One: what channel an annotation is in does not matter.
        case together
        /// Each channel has windows of its own, with the annotations that are in it or in none.
        case apart
    }

    /// Length of a window in seconds, 0.001 … 86,400.
    public var window = 3.0
    /// Seconds from the start of one window to that of the next, 0.001 … 86,400; nil is the window's length.
    public var hop: Double?
    /// What becomes of the end.
    public var tail = Tail.shift
    /// When a label counts.
    public var overlap = Overlap(label: 0.5, window: 0.5)
    /// How many labels a window can have.
    public var mode = Mode.several
    /// What becomes of windows without annotations.
    public var background = Background()
    /// What becomes of windows with too little of annotations.
    public var uncertain = Uncertain.drop
    /// Names that labels get.
    public var map: [String: String] = [:]
    /// Labels, under their new names, that are as if they were not there.
    public var ignore: Set<String> = []
    /// The only labels that are there, under their new names; empty is all of them.
    public var only: Set<String> = []
    /// Labels, under their new names, that nobody should learn: windows that they touch are uncertain unless another label
    /// counts. So it is with annotations that have no label.
    public var doubtful: Set<String> = []
    /// Annotations of a lower confidence are as if they were not there; those without one stay.
    public var confidence: Double?
    /// Whether channels are kept apart.
    public var channels = Channels.together
    /// Seed of the choice among background windows.
    public var seed: UInt64 = 1
    /// How tables are read.
    public var reading = AnnotationOptions()
    /// The table of a recording, from the recording's folder, with `{stem}` for the recording's name without its
    /// extension; from the root where it begins with `/`. Nil finds tables beside the recordings.
    public var table: String?

    /// The usual rules: windows of 3 s side by side with all labels of which half is in them or that half of them is under.
    public init() {}

    /// The label of background windows.
    var backgroundLabels: [String] {
        if let label = background.label { return [label] }
        return mode == .one ? ["background"] : []
    }

    /// Labels and touch of an annotation by the rules on names and confidence: nil where it is as if not there.
    func labels(of annotation: Annotation) -> [String]? {
        if let confidence, let given = annotation.confidence, given < confidence { return nil }
        guard !annotation.labels.isEmpty else { return [] }
        let named = annotation.labels.map { map[$0] ?? $0 }
        let there = named.filter { !ignore.contains($0) && (only.isEmpty || only.contains($0)) }
        if there.isEmpty { return nil }
        return there.filter { !doubtful.contains($0) }
    }
}
