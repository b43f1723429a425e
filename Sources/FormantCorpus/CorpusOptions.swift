/// The columns of a manifest that mean something.
public enum ManifestColumn: String, Sendable, CaseIterable {
    /// Path of a sound file or picture, relative to the manifest or the root.
    case path
    /// A text.
    case text
    /// The label.
    case label
    /// Where the stretch begins, in seconds.
    case start
    /// Where the stretch ends, in seconds.
    case end
    /// The channel, counted from 0.
    case channel
    /// Speaker, recording or site.
    case group
    /// `train`, `validation` or `test`.
    case split
    /// The fold that the corpus gives.
    case fold
    /// How much the example counts.
    case weight
}

/// How a corpus is to be read.
public struct CorpusOptions: Sendable {
    /// Names that a manifest has for its columns, where they are not the standard ones.
    public var columns: [ManifestColumn: String]
    /// What stands between labels in the label column of a manifest; nil takes the column as one label. With one an
    /// example may have several labels, whether one has or not.
    public var labelSeparator: Character?
    /// In which coding a manifest or a fastText file is.
    public var coding: TextCoding
    /// The label of what is none of the others; nil is what a card says, or none.
    public var outOfScope: String?
    /// Whether sound files and pictures that a manifest names must be there; those that are not are problems.
    public var checksFiles: Bool
    /// How recordings with annotations become windows; nil is what a card says, or the usual rules. Given, a folder is
    /// one of recordings with tables beside them, and a table one of annotations.
    public var windows: WindowRules?
    /// Changes to those rules, each `KEY=VALUE` as in `WindowRules.apply(settings:)`. They ask for windows too.
    public var windowSettings: [String]
    /// Such changes for a corpus that is made of windows without being asked to, such as those that a model was trained
    /// with. With them a folder is one of recordings with tables beside them if any of its sub-folders has one too.
    public var usualWindowSettings: [String]

    /// The usual way: standard column names, one label, UTF-8, files are checked.
    public init(
        columns: [ManifestColumn: String] = [:], labelSeparator: Character? = nil, coding: TextCoding = .utf8,
        outOfScope: String? = nil, checksFiles: Bool = true,
        windows: WindowRules? = nil, windowSettings: [String] = [], usualWindowSettings: [String] = []
    ) {
        self.columns = columns
        self.labelSeparator = labelSeparator
        self.coding = coding
        self.outOfScope = outOfScope
        self.checksFiles = checksFiles
        self.windows = windows
        self.windowSettings = windowSettings
        self.usualWindowSettings = usualWindowSettings
    }

    /// The first option that says how a manifest is read, as the commands call it; nil without one.
    var firstForTables: String? {
        if let column = ManifestColumn.allCases.first(where: { columns[$0] != nil }) {
            return "\(column.rawValue)-column"
        }
        if labelSeparator != nil { return "label-separator" }
        return coding == .utf8 ? nil : "encoding"
    }

    /// Whether windows are asked for.
    var asksForWindows: Bool { windows != nil || !windowSettings.isEmpty }

    /// The rules for windows, where a card has some for want of others.
    func windowRules(card: WindowRules? = nil) throws(CorpusError) -> WindowRules {
        var rules = windows ?? card ?? WindowRules()
        try rules.apply(settings: asksForWindows ? windowSettings : usualWindowSettings)
        try rules.check()
        return rules
    }
}
