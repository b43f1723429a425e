import FormantFiles

/// Writes selection tables that Raven opens.
///
///     let text = RavenTableWriter().text(of: annotations)
public struct RavenTableWriter: Sendable {
    /// The name of the column of labels.
    public var labelColumn: String
    /// Whether there is a column `Score` with the confidence.
    public var hasScore: Bool
    /// Whether there are columns that name the recording: `Begin Path`, `Begin File`, `File Offset (s)`.
    public var namesRecordings: Bool
    /// What stands for the edges of a band that an annotation does not give, in hertz; nil leaves the fields empty.
    public var band: ClosedRange<Double>?
    /// What stands between several labels of one annotation.
    public var separator: String

    /// Creates a writer: a column `Annotation`, a score, no names of recordings, no band where none is given.
    public init(
        labelColumn: String = "Annotation", hasScore: Bool = true, namesRecordings: Bool = false,
        band: ClosedRange<Double>? = nil, separator: String = "|"
    ) {
        self.labelColumn = labelColumn
        self.hasScore = hasScore
        self.namesRecordings = namesRecordings
        self.band = band
        self.separator = separator
    }

    /// The first line, its end included.
    public var header: String {
        var names = [
            "Selection", "View", "Channel", "Begin Time (s)", "End Time (s)", "Low Freq (Hz)", "High Freq (Hz)",
        ]
        if namesRecordings { names += ["Begin Path", "Begin File", "File Offset (s)"] }
        names.append(labelColumn)
        if hasScore { names.append("Score") }
        return names.joined(separator: "\t") + "\n"
    }

    /// The line of an annotation, its end included.
    ///
    /// Numbers are decimals, with as many digits as they need to be read as the same numbers. Times count from the start
    /// of the recording that is named. Tabs and line ends in a label become spaces.
    /// - Parameter number: the number of the selection, from 1.
    public func row(of annotation: Annotation, number: Int) -> String {
        func edge(_ value: Double?, _ other: Double?) -> String {
            (value ?? other).map { DecimalText.text($0, places: 1) } ?? ""
        }
        // Raven counts channels from 1, and has no word for all of them.
        var fields = [
            "\(number)", "Spectrogram 1", "\(max(0, min(annotation.channel ?? 0, 65_535)) + 1)",
            DecimalText.text(annotation.start, places: 6), DecimalText.text(annotation.end, places: 6),
            edge(annotation.lowFrequency, band?.lowerBound), edge(annotation.highFrequency, band?.upperBound),
        ]
        if namesRecordings {
            let path = annotation.recording ?? ""
            fields += [
                RavenTableWriter.field(path), RavenTableWriter.field(path.isEmpty ? "" : FilePath.name(of: path)),
                path.isEmpty ? "" : DecimalText.text(annotation.start, places: 6),
            ]
        }
        fields.append(RavenTableWriter.field(annotation.labels.joined(separator: separator)))
        if hasScore { fields.append(annotation.confidence.map { DecimalText.text($0, places: 4) } ?? "") }
        return fields.joined(separator: "\t") + "\n"
    }

    /// The whole file.
    public func text(of annotations: some Sequence<Annotation>) -> String {
        header + annotations.enumerated().map { row(of: $1, number: $0 + 1) }.joined()
    }

    /// A field that is read as the same text: one in quotes gets quotes around it, as those would be taken off.
    private static func field(_ text: String) -> String {
        let label = DecimalText.label(text)
        guard label.utf8.count >= 2, label.utf8.first == 0x22, label.utf8.last == 0x22 else { return label }
        return CSVField.quoted(label)
    }
}
