import FormantFiles

/// What a rule of a card can look at for one example.
struct CardContext {
    /// Path of the file, relative to the root.
    var path: String
    /// The line of a text file; nil for other files.
    var line: String?
    /// A column of a table; nil for other files.
    var column: ((String) -> String?)?
    /// A record of a JSON file, with the keys that led to it; nil for other files.
    var record: JSONPath.Found?
    /// The split that the record's place in the file says.
    var split: Split?
    /// The example's text, once it is known.
    var text: String?
}

/// Where a card finds a label, a group, a fold or a text.
enum CardRule: Sendable {
    /// The named group of an expression searched for in the path.
    case path(Pattern, group: String)
    /// The named group of an expression searched for in the line.
    case line(Pattern, group: String)
    /// The name of the folder that the file is in.
    case folder
    /// What stands before the first occurrence of a separator in the line.
    case before(String)
    /// What stands after the first occurrence of a separator in the line.
    case after(String)
    /// A column of a table.
    case column(String)
    /// A value per file pattern.
    case files([(pattern: FilePattern, value: String)])
    /// Values in a JSON record, with what joins several to one; nil where each is one of its own.
    case json(JSONPath, join: String?)
    /// The key that the last `*` on the way to a JSON record stood for.
    case key
    /// The example's text, in lower case and with one space where there is white space: equal texts are one group.
    case text

    /// The values for an example, without outer spaces and without empty ones: one, but for a JSON record that has
    /// several and nothing to join them.
    func values(in context: CardContext) -> [String] {
        guard case .json(let path, nil) = self else { return value(in: context).map { [$0] } ?? [] }
        return CardRule.texts(at: path, in: context).map(\.trimmed).filter { !$0.isEmpty }
    }

    private static func texts(at path: JSONPath, in context: CardContext) -> [String] {
        guard let record = context.record else { return [] }
        return path.find(in: record.value).compactMap { found in
            if case .text(let text) = found.value { return text }
            return nil
        }
    }

    /// The value for an example, without outer spaces; nil when the rule does not apply, or does so more than once.
    func value(in context: CardContext) -> String? {
        let found: String?
        switch self {
        case .json(let path, let join):
            let texts = CardRule.texts(at: path, in: context)
            found = join.map { texts.joined(separator: $0) } ?? (texts.count == 1 ? texts[0] : nil)
        case .key: found = context.record?.keys.last
        case .text: found = context.text?.asGroup
        case .path(let pattern, let group): found = pattern.firstMatch(in: context.path)?[group]
        case .line(let pattern, let group): found = context.line.flatMap { pattern.firstMatch(in: $0)?[group] }
        case .folder: found = context.path.contains("/") ? FilePath.name(of: FilePath.folder(of: context.path)) : nil
        case .before(let separator):
            found = context.line.flatMap { line in CardRule.split(line, at: separator)?.before }
        case .after(let separator):
            found = context.line.flatMap { line in CardRule.split(line, at: separator)?.after }
        case .column(let name): found = context.column?(name)
        case .files(let values): found = values.first { $0.pattern.matches(context.path) }?.value
        }
        guard let text = found?.trimmed, !text.isEmpty else { return nil }
        return text
    }

    private static func split(_ line: String, at separator: String) -> (before: String, after: String)? {
        let wanted = Array(separator.utf8)
        let bytes = Array(line.utf8)
        guard !wanted.isEmpty, bytes.count >= wanted.count else { return nil }
        for start in 0...(bytes.count - wanted.count) where bytes[start..<(start + wanted.count)].elementsEqual(wanted)
        {
            return (
                String(decoding: bytes[..<start], as: UTF8.self),
                String(decoding: bytes[(start + wanted.count)...], as: UTF8.self)
            )
        }
        return nil
    }

    private static let keys = ["path", "line", "before", "after", "column", "files", "json"]

    /// Reads a rule: `folder`, `key`, `text`, or one key of `path`, `line`, `before`, `after`, `column`, `files`, `json`
    /// (which `join` may stand beside).
    /// - Parameter name: what the rule is for, which is also the name of the group that an expression captures.
    init(_ node: CardNode, for name: String) throws(CorpusError) {
        if case .scalar(let scalar) = node.node,
            let named = ["folder": CardRule.folder, "key": .key, "text": .text][scalar.string]
        {
            self = named
            return
        }
        var parts = try node.mapping(of: name, keys: CardRule.keys + ["join"])
        let join = parts.removeValue(forKey: "join")
        if let join, parts["json"] == nil { throw join.fault("\(name), join: goes with 'json'") }
        guard parts.count == 1, let (kind, value) = parts.first else {
            throw node.fault("\(name): expected exactly one of \(CardRule.keys.joined(separator: ", "))")
        }
        switch kind {
        case "path": self = .path(try value.pattern("\(name), path", capturing: name), group: name)
        case "line": self = .line(try value.pattern("\(name), line", capturing: name), group: name)
        case "before": self = .before(try CardRule.separator(value, "\(name), before"))
        case "after": self = .after(try CardRule.separator(value, "\(name), after"))
        case "column": self = .column(try value.text("\(name), column"))
        case "json": self = .json(try value.jsonPath("\(name), json"), join: try join?.scalar("\(name), join"))
        default: self = .files(try value.valuesByFile("\(name), files"))
        }
    }

    /// A separator may be a space, which no other text may be.
    private static func separator(_ node: CardNode, _ what: String) throws(CorpusError) -> String {
        let text = try node.scalar(what)
        guard !text.isEmpty else { throw node.fault("\(what): expected the text that separates") }
        return text
    }
}

/// How a card tells the examples of one of its splits.
enum CardSplitRule: Sendable {
    /// An expression that the path matches.
    case path(Pattern)
    /// A file, relative to the root, that lists their paths, one a line.
    case list(String)
    /// A pattern of the files that they are in.
    case files([FilePattern])

    private static let keys = ["path", "list", "files"]

    init(_ node: CardNode, for name: String) throws(CorpusError) {
        let parts = try node.mapping(of: "split, \(name)", keys: CardSplitRule.keys)
        guard parts.count == 1, let (kind, value) = parts.first else {
            throw node.fault("split, \(name): expected exactly one of \(CardSplitRule.keys.joined(separator: ", "))")
        }
        switch kind {
        case "path": self = .path(try value.pattern("split, \(name), path", capturing: nil))
        case "list": self = .list(try value.text("split, \(name), list"))
        default:
            var patterns: [FilePattern] = []
            for text in try value.texts("split, \(name), files") {
                do {
                    patterns.append(try FilePattern(text))
                } catch {
                    throw value.fault("split, \(name), files: \(error)")
                }
            }
            self = .files(patterns)
        }
    }
}

/// A pattern for the relative paths of files, and where a search for them has to look.
struct FilePattern: Sendable {
    let source: String
    private let pattern: Pattern
    /// The folders before the first wildcard: the search begins there.
    let folder: String
    /// How many levels of folders below `folder` can hold a match; nil when any number can.
    let depth: Int?
    /// Whether there is no wildcard, so that it names one file.
    let isPlain: Bool

    init(_ source: String) throws(CorpusError) {
        guard !source.hasPrefix("/"), !source.split(separator: "/").contains("..") else {
            throw .badPattern(pattern: String(source.prefix(200)), what: "expected a path below the root")
        }
        let normal = FilePath.normalised(source)
        self.source = normal
        pattern = try Pattern(filePattern: normal)
        let isWild: (Substring) -> Bool = { part in part.contains { "*?[{".contains($0) } }
        let parts = normal.split(separator: "/")
        let fixed = parts.dropLast().prefix { !isWild($0) }
        folder = fixed.joined(separator: "/")
        isPlain = !parts.contains(where: isWild)
        // Braces may hold slashes, so their depth is not told by counting.
        depth = normal.contains("**") || normal.contains("{") ? nil : parts.count - 1 - fixed.count
    }

    func matches(_ path: String) -> Bool { isPlain ? path == source : pattern.matches(path) }
}
