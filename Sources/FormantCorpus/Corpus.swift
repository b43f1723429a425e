import FormantFiles

/// Which unit a split may not cut through.
public enum SplitUnit: String, Sendable, Codable, CaseIterable {
    /// Examples are dealt one by one.
    case example
    /// All examples of a group (speaker, recording, site) go to the same side.
    case group
}

/// How a corpus wants to be split where it gives no split itself; nil leaves it to whoever splits.
public struct SplitRules: Sendable, Equatable {
    /// The share of the training part that validation takes, 0 ..< 1.
    public var validationFraction: Double?
    /// What validation may not cut through.
    public var validationUnit: SplitUnit?
    /// The number of folds for cross-validation, ≥ 2.
    public var foldCount: Int?

    /// Creates rules; all nil by default.
    public init(validationFraction: Double? = nil, validationUnit: SplitUnit? = nil, foldCount: Int? = nil) {
        self.validationFraction = validationFraction
        self.validationUnit = validationUnit
        self.foldCount = foldCount
    }
}

/// Labelled sound, text or pictures, as they were found: examples in a fixed order, and what was wrong.
public struct Corpus: Sendable {
    /// A short name: of the card, or of the file or folder.
    public internal(set) var name: String
    /// What the examples are.
    public let modality: Modality
    /// The folder that relative paths start from.
    public let root: String
    /// Every label that occurs, sorted; a class's number is its index here.
    public let labels: [String]
    /// The examples: sorted by path when found in folders, else in the order of the lines.
    public let examples: [Example]
    /// Names of the columns that mean nothing to Formant and are kept for slicing results.
    public let extraColumns: [String]
    /// Names of the folds that the corpus itself gives, sorted; empty when it gives none.
    public let folds: [String]
    /// How the corpus wants to be split where it gives no split.
    public let rules: SplitRules
    /// Whether an example may have several labels, or none: each label is then a question of its own.
    public let isMultiLabel: Bool
    /// The label of examples that are none of what the others name, which a classifier should call unknown; nil where
    /// there is none.
    public let outOfScope: String?
    /// Whether the splits or folds that the corpus gives are official: kept with whatever leaks they have.
    public let splitIsOfficial: Bool
    /// Lines and files that were skipped, and doubtful columns; at most 1,000 of them.
    public let problems: [Problem]
    /// How many problems there were in all.
    public let problemCount: Int
    /// The recordings that the examples are windows of, in their order; empty for corpora of another kind.
    public internal(set) var recordings: [AnnotatedRecording] = []
    /// SHA-256, in hexadecimal, over identity, labels, group, split, fold and weight of every example in order, and over
    /// the text of texts, as the corpus was read. The contents of sound files and pictures are not read for it.
    public let fingerprint: String

    /// Puts a corpus together from examples.
    /// - Parameters:
    ///   - name: a short name.
    ///   - modality: what all examples are.
    ///   - root: the folder that relative paths start from.
    ///   - examples: in the order that is to be kept.
    ///   - extraColumns: names for `Example.extra`.
    ///   - folds: names for `Example.fold`; a fold outside of them is taken for none.
    ///   - rules: how the corpus wants to be split.
    ///   - problems: what was wrong.
    ///   - problemCount: how many problems there were, when more than are listed.
    ///   - isMultiLabel: whether an example may have any number of labels, none included; nil tells by whether one has
    ///     several.
    ///   - outOfScope: the label of what is none of the others.
    ///   - splitIsOfficial: whether splits or folds are kept with whatever leaks they have.
    ///   - fingerprint: that of the corpus before its splits were replaced; nil: that of the examples.
    public init(
        name: String, modality: Modality, root: String, examples: [Example], extraColumns: [String] = [],
        folds: [String] = [], rules: SplitRules = SplitRules(), problems: [Problem] = [], problemCount: Int? = nil,
        isMultiLabel: Bool? = nil, outOfScope: String? = nil, splitIsOfficial: Bool = false,
        fingerprint: String? = nil
    ) {
        self.name = name
        self.modality = modality
        self.root = root
        self.examples = examples
        self.extraColumns = extraColumns
        self.folds = folds
        self.rules = rules
        self.problems = problems
        self.outOfScope = outOfScope
        self.splitIsOfficial = splitIsOfficial
        self.problemCount = max(problemCount ?? 0, problems.count)
        var seen: Set<String> = []
        for example in examples { for label in example.labels { seen.insert(label) } }
        labels = seen.sorted()
        self.isMultiLabel = isMultiLabel ?? examples.contains { $0.labels.count > 1 }
        self.fingerprint = fingerprint ?? Corpus.fingerprint(of: examples)
    }

    /// The path under which an example's recording or picture can be opened; nil for text.
    public func path(of example: Example) -> String? {
        switch example.input {
        case .audio(let clip): FilePath.join(root, clip.path)
        case .image(let path): FilePath.join(root, path)
        case .text: nil
        }
    }

    /// The value of an extra column; empty where the line had none, nil when there is no such column.
    public func value(of column: String, in example: Example) -> String? {
        guard let index = extraColumns.firstIndex(of: column) else { return nil }
        return index < example.extra.count ? example.extra[index] : ""
    }

    /// Whether an example has a group.
    public var hasGroups: Bool { examples.contains { $0.group != nil } }

    private static func fingerprint(of examples: [Example]) -> String {
        var hash = SHA256()
        // Every field is preceded by its length, so that no two corpora spell the same bytes.
        func add(_ text: String) {
            hash.update(littleEndian: UInt64(text.utf8.count))
            hash.update(text)
        }
        for example in examples {
            add(example.id)
            if case .text(let text) = example.input { add(text) }
            hash.update(littleEndian: UInt64(example.labels.count))
            for label in example.labels { add(label) }
            add(example.group ?? "")
            add(example.split?.rawValue ?? "")
            hash.update(littleEndian: UInt64(bitPattern: Int64(example.fold ?? -1)))
            hash.update(littleEndian: UInt64(example.weight.bitPattern))
        }
        return hash.finalHex()
    }
}
