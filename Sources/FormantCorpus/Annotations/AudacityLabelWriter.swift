/// Writes label tracks that Audacity imports.
///
///     let text = AudacityLabelWriter(showsConfidence: true).text(of: annotations)
public struct AudacityLabelWriter: Sendable {
    /// Whether the confidence stands behind the label: `wren 0.97`.
    public var showsConfidence: Bool
    /// What stands between several labels of one annotation.
    public var separator: String

    /// Creates a writer: labels alone, several of them with `|` between them.
    public init(showsConfidence: Bool = false, separator: String = "|") {
        self.showsConfidence = showsConfidence
        self.separator = separator
    }

    /// The file: a line for each annotation, and a second one with the band where an edge of it is given.
    ///
    /// Times have six decimals, or as many as they need to be read as the same numbers. Tabs and line ends in a label
    /// become spaces. Which recording and which channel is not kept: a label track has no place for it.
    public func text(of annotations: some Sequence<Annotation>) -> String {
        annotations.map(lines).joined()
    }

    /// The one or two lines of an annotation, line ends included.
    public func lines(of annotation: Annotation) -> String {
        var label = annotation.labels.map(DecimalText.label).joined(separator: separator)
        if showsConfidence, let confidence = annotation.confidence {
            label += (label.isEmpty ? "" : " ") + DecimalText.text((confidence * 1e4).rounded() / 1e4, places: 2)
        }
        var lines =
            DecimalText.text(annotation.start, places: 6) + "\t" + DecimalText.text(annotation.end, places: 6) + "\t"
            + label + "\n"
        if annotation.lowFrequency != nil || annotation.highFrequency != nil {
            // Audacity's mark for an edge that is not given.
            let (low, high) = (annotation.lowFrequency ?? -1, annotation.highFrequency ?? -1)
            lines += "\\\t" + DecimalText.text(low, places: 6) + "\t" + DecimalText.text(high, places: 6) + "\n"
        }
        return lines
    }
}
