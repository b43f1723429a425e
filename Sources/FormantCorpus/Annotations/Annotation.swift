/// A stretch of a recording that a person or a program put a label on.
public struct Annotation: Sendable, Hashable {
    /// Largest time that is taken from a table, in seconds: 31 years.
    public static let timeLimit = 1e9

    /// Where it begins, in seconds from the start of the recording: 0 … `timeLimit`.
    public var start: Double
    /// Where it ends, in seconds: not before `start`; the same for a point.
    public var end: Double
    /// Lower edge in hertz, ≥ 0; nil where none is given.
    public var lowFrequency: Double?
    /// Upper edge in hertz, not below `lowFrequency`; nil where none is given.
    public var highFrequency: Double?
    /// One label as a rule, several where the table says so, none where it was left empty.
    public var labels: [String]
    /// The channel, counted from 0; nil is all of them.
    public var channel: Int?
    /// How sure its maker was, 0 … 1 as a rule; nil where the table does not say.
    public var confidence: Double?
    /// The recording as the table names it; nil where the table is about the one recording beside it.
    public var recording: String?
    /// The table that it was read from; empty when it was not read.
    public var source: String
    /// Line in `source`, counted from 1; 0 when it was not read.
    public var line: Int

    /// Creates an annotation.
    public init(
        start: Double, end: Double, lowFrequency: Double? = nil, highFrequency: Double? = nil, labels: [String] = [],
        channel: Int? = nil, confidence: Double? = nil, recording: String? = nil, source: String = "", line: Int = 0
    ) {
        self.start = start
        self.end = end
        self.lowFrequency = lowFrequency
        self.highFrequency = highFrequency
        self.labels = labels
        self.channel = channel
        self.confidence = confidence
        self.recording = recording
        self.source = source
        self.line = line
    }

    /// Seconds from start to end.
    public var duration: Double { end - start }
}

/// How a table of annotations is to be read.
public struct AnnotationOptions: Sendable, Hashable {
    /// What the file is; nil finds it out by reading.
    public var format: AnnotationFormat?
    /// The column of a table that holds the label; nil finds one by its name.
    public var column: String?
    /// What stands between several labels of one annotation; nil takes the text as one label.
    public var separator: Character?
    /// How bytes mean characters.
    public var coding: TextCoding

    /// The usual way: the format is found out, one label, UTF-8.
    public init(
        format: AnnotationFormat? = nil, column: String? = nil, separator: Character? = nil, coding: TextCoding = .utf8
    ) {
        self.format = format
        self.column = column
        self.separator = separator
        self.coding = coding
    }
}
