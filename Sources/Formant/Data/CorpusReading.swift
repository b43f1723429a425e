import FormantCorpus

/// How a command reads a corpus: what its options say.
public struct CorpusReading: Sendable {
    /// How recordings with annotations become windows: settings `KEY=VALUE`, as in the section `annotations` of a card.
    public var annotations: [String]
    /// Names that a manifest has for its columns, where they are not the standard ones, by the standard names.
    public var columns: [String: String]
    /// What stands between the labels of an example of a manifest; nil: each has one label.
    public var labelSeparator: Character?
    /// In which coding a manifest or a fastText file is: `utf-8`, `iso-8859-1` or `windows-1252`.
    public var encoding: String
    /// The label of examples that are none of what the others name; nil: what a card says, or none.
    public var outOfScope: String?
    /// A table that says in which split, and fold, each example is, such as `RUN/splits.csv`; nil: what the corpus says.
    public var splits: String?

    /// Creates the usual way, or another one.
    public init(
        annotations: [String] = [], columns: [String: String] = [:], labelSeparator: Character? = nil,
        encoding: String = TextCoding.utf8.rawValue, outOfScope: String? = nil, splits: String? = nil
    ) {
        self.annotations = annotations
        self.columns = columns
        self.labelSeparator = labelSeparator
        self.encoding = encoding
        self.outOfScope = outOfScope
        self.splits = splits
    }

    /// - Throws: `RunError.option` for a column or a coding that does not exist.
    func options() throws(RunError) -> CorpusOptions {
        guard let coding = TextCoding(rawValue: encoding.lowercased()) else {
            let known = TextCoding.allCases.map(\.rawValue).joined(separator: ", ")
            throw .option(name: "--encoding", value: encoding, expected: "one of \(known)")
        }
        var names: [ManifestColumn: String] = [:]
        for (standard, name) in columns {
            guard let column = ManifestColumn(rawValue: standard) else {
                let known = ManifestColumn.allCases.map(\.rawValue).joined(separator: ", ")
                throw .option(name: "column", value: standard, expected: "one of \(known)")
            }
            names[column] = name
        }
        return CorpusOptions(
            columns: names, labelSeparator: labelSeparator, coding: coding, outOfScope: outOfScope,
            windowSettings: annotations)
    }
}
