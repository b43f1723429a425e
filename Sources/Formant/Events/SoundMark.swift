import FormantCorpus

/// A labelled stretch of a recording, for the programs that show such.
public struct SoundMark: Sendable, Hashable {
    private let annotation: Annotation

    /// Creates a mark.
    /// - Parameters:
    ///   - start: seconds from the start of the recording.
    ///   - end: seconds from the start of the recording.
    ///   - score: 0 … 1.
    ///   - recording: its path.
    public init(start: Double, end: Double, label: String, score: Float, recording: String) {
        annotation = Annotation(
            start: start, end: end, labels: [label], confidence: (Double(score) * 1e6).rounded() / 1e6,
            recording: recording)
    }

    /// The line of a label track of Audacity, its end included: the score stands behind the label.
    public var audacityLines: String { AudacityLabelWriter(showsConfidence: true).lines(of: annotation) }

    /// The row of a selection table of Raven without its first field, the number of the selection, and without its end.
    func ravenRow(_ writer: RavenTableWriter) -> String {
        let row = writer.row(of: annotation, number: 0)
        return String(row.drop { $0 != "\t" }.dropFirst().dropLast())
    }
}

/// The lines of a selection table of Raven, which are numbered only where the table is put together.
public struct RavenLines: Sendable {
    private let writer: RavenTableWriter
    private let hasTimes: Bool

    /// The column of the times of day.
    public static let timeColumn = "Begin Date Time"

    /// Creates the lines of a table.
    /// - Parameters:
    ///   - namesRecordings: whether there are columns with the recording.
    ///   - hasTimes: whether there is a column with the time of day.
    ///   - highestFrequency: the upper edge of all selections, in hertz.
    public init(namesRecordings: Bool, hasTimes: Bool, highestFrequency: Double) {
        writer = RavenTableWriter(namesRecordings: namesRecordings, band: 0...max(0, highestFrequency))
        self.hasTimes = hasTimes
    }

    /// The first line, its end included.
    public var header: String {
        hasTimes ? String(writer.header.dropLast()) + "\t\(RavenLines.timeColumn)\n" : writer.header
    }

    /// The line of a mark, its end included, without the number and the tab behind it.
    public func line(_ mark: SoundMark, _ time: String?) -> String {
        mark.ravenRow(writer) + (hasTimes ? "\t\(time ?? "")\n" : "\n")
    }
}
