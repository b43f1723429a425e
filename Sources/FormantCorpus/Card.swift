/// A description of a public corpus: where people get it, and how labels, groups and splits are read from its files.
///
/// With a root (the folder that the data lie in) it gives a `Corpus`. `corpora/README.md` describes the keys.
public struct Card: Sendable {
    /// A short name, such as `fsdd`.
    public let name: String
    /// The full name.
    public let title: String
    /// What the examples are.
    public let modality: Modality
    /// The licence of the data.
    public let licence: String
    /// Where people get the data.
    public let source: String
    /// How the corpus wants to be split where it gives no split.
    public let rules: SplitRules
    /// Whether the splits or folds that the card gives are the corpus's own, known to all who use it: they are kept with
    /// whatever leaks they have.
    public let splitIsOfficial: Bool

    enum Layout: String, CaseIterable {
        /// Each file is an example.
        case files
        /// Each line of a file is an example.
        case lines
        /// Each record of a CSV or TSV file is an example.
        case table
        /// Values in a JSON file are examples.
        case json
    }

    let path: String
    let layout: Layout
    let encoding: CardEncoding
    /// Where the examples are in a JSON file; nil for another layout.
    let records: CardRecords?
    let files: [FilePattern]
    let excluded: [FilePattern]
    /// Nil where the labels are in tables of annotations.
    let label: CardRule?
    /// Other names for labels.
    let labelNames: [String: String]
    /// The label of what is none of the others; nil where there is none.
    let outOfScope: String?
    let text: CardRule?
    let clip: CardRule?
    let group: CardRule?
    let fold: CardRule?
    let splitColumn: CardRule?
    let splits: [(split: Split, rule: CardSplitRule)]
    /// How recordings with tables of annotations become windows; nil where each file, line or record is an example.
    let windows: WindowRules?

    private static let keys = [
        "name", "title", "modality", "licence", "source", "files", "exclude", "layout", "records", "encoding", "label",
        "map", "outOfScope", "text", "path", "group", "split", "officialSplit", "validation", "folds", "annotations",
    ]

    /// Reads a card. Throws `badCard` with the line, and the nearest right name for a key that is unknown.
    public init(path: String) throws(CorpusError) {
        var reader = try ByteReader(path: path)
        var bytes: [UInt8] = []
        while bytes.count <= CardNode.sizeLimit, let byte = try reader.next() { bytes.append(byte) }
        guard let text = TextCoding.utf8.decode(bytes) else {
            throw .badCard(path: path, line: 0, what: "expected UTF-8, up to 64 KB")
        }
        try self.init(yaml: text, path: path)
    }

    /// Reads a card from its text; `path` stands in errors.
    public init(yaml: String, path: String) throws(CorpusError) {
        let root = try CardNode.parse(yaml, file: path)
        let values = try root.mapping(of: "card", keys: Card.keys)
        func required(_ key: String) throws(CorpusError) -> CardNode {
            guard let value = values[key] else { throw root.fault("a card needs the key '\(key)'") }
            return value
        }
        func filePatterns(_ key: String) throws(CorpusError) -> [FilePattern] {
            guard let value = values[key] else { return [] }
            var patterns: [FilePattern] = []
            for text in try value.texts(key) {
                do {
                    patterns.append(try FilePattern(text))
                } catch {
                    throw value.fault("\(key): \(error)")
                }
            }
            return patterns
        }
        func rule(_ key: String, as name: String? = nil) throws(CorpusError) -> CardRule? {
            guard let value = values[key] else { return nil }
            return try CardRule(value, for: name ?? key)
        }

        self.path = path
        name = try required("name").text("name").trimmed
        title = try required("title").text("title").trimmed
        licence = try required("licence").text("licence").trimmed
        source = try required("source").text("source").trimmed
        let modality: Modality = try required("modality").choice("modality")
        self.modality = modality
        layout = try Card.choice(values["layout"], "layout", default: modality == .text ? .lines : .files)
        encoding = try values["encoding"].map { node throws(CorpusError) in try CardEncoding(node) } ?? CardEncoding()
        records = try values["records"].map { node throws(CorpusError) in try CardRecords(node) }
        _ = try required("files")
        files = try filePatterns("files")
        excluded = try filePatterns("exclude")
        label = try rule("label")
        var names: [String: String] = [:]
        for (key, value) in try values["map"]?.pairs(of: "map") ?? [] {
            names[try key.text("map").trimmed] = try value.text("map").trimmed
        }
        labelNames = names
        outOfScope = try values["outOfScope"]?.text("outOfScope").trimmed
        if let section = values["annotations"] {
            var rules = WindowRules()
            try rules.apply(section)
            windows = rules
        } else {
            windows = nil
        }
        if windows == nil, label == nil { throw root.fault("a card needs the key 'label' or 'annotations'") }
        text = try rule("text")
        clip = try rule("path")
        group = try rule("group")

        if let folds = values["folds"] {
            if case .mapping(let mapping) = folds.node, mapping.count == 1, mapping.first?.key.string == "count" {
                fold = nil
            } else {
                fold = try CardRule(folds, for: "fold")
            }
        } else {
            fold = nil
        }
        rules = try Card.rules(validation: values["validation"], folds: fold == nil ? values["folds"] : nil)

        var splits: [(split: Split, rule: CardSplitRule)] = []
        var splitColumn: CardRule?
        if let node = values["split"] {
            let parts = try node.mapping(of: "split", keys: ["validation", "test", "column"])
            if let column = parts["column"] {
                guard parts.count == 1 else { throw node.fault("split: 'column' stands alone") }
                splitColumn = .column(try column.text("split, column"))
            }
            if let test = parts["test"] { splits.append((.test, try CardSplitRule(test, for: "test"))) }
            if let validation = parts["validation"] {
                splits.append((.validation, try CardSplitRule(validation, for: "validation")))
            }
        }
        self.splits = splits
        self.splitColumn = splitColumn
        splitIsOfficial =
            try values["officialSplit"].map { node throws(CorpusError) in try node.flag("officialSplit") } ?? false
        try check(root)
        if values["map"] != nil, windows != nil { throw root.fault("with 'annotations' their 'map' names the labels") }
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ node: CardNode?, _ what: String, default choice: Choice
    ) throws(CorpusError) -> Choice where Choice.RawValue == String {
        guard let node else { return choice }
        return try node.choice(what)
    }

    private static func rules(validation: CardNode?, folds: CardNode?) throws(CorpusError) -> SplitRules {
        var rules = SplitRules()
        if let validation {
            let parts = try validation.mapping(of: "validation", keys: ["fraction", "by"])
            if let node = parts["fraction"] {
                guard let fraction = Double(try node.text("fraction")), fraction > 0, fraction < 1 else {
                    throw node.fault("validation, fraction: expected a number between 0 and 1")
                }
                rules.validationFraction = fraction
            }
            if let node = parts["by"] { rules.validationUnit = try node.choice("validation, by") as SplitUnit }
        }
        if let folds, let node = try folds.mapping(of: "folds", keys: ["count"])["count"] {
            guard let count = Int(try node.text("folds, count")), 2...10_000 ~= count else {
                throw node.fault("folds, count: expected a whole number of 2 or more")
            }
            rules.foldCount = count
        }
        return rules
    }
}
