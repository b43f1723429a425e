import FormantFiles

/// What a rule of a card can look at for one example.
struct CardContext {
    /// Path of the file, relative to the root.
    var path: String
    /// The line of a text file; nil for other files.
    var line: String?
    /// A column of a table; nil for other files.
    var column: ((String) -> String?)?
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

    /// The value for an example, without outer spaces; nil when the rule does not apply.
    func value(in context: CardContext) -> String? {
        let found: String?
        switch self {
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

    private static let keys = ["path", "line", "before", "after", "column", "files"]

    /// Reads a rule: `folder`, or one key of `path`, `line`, `before`, `after`, `column`, `files`.
    /// - Parameter name: what the rule is for, which is also the name of the group that an expression captures.
    init(_ node: CardNode, for name: String) throws(CorpusError) {
        if case .scalar(let scalar) = node.node, scalar.string == "folder" {
            self = .folder
            return
        }
        let parts = try node.mapping(of: name, keys: CardRule.keys)
        guard parts.count == 1, let (kind, value) = parts.first else {
            throw node.fault("\(name): expected exactly one of \(CardRule.keys.joined(separator: ", "))")
        }
        switch kind {
        case "path": self = .path(try value.pattern("\(name), path", capturing: name), group: name)
        case "line": self = .line(try value.pattern("\(name), line", capturing: name), group: name)
        case "before": self = .before(try CardRule.separator(value, "\(name), before"))
        case "after": self = .after(try CardRule.separator(value, "\(name), after"))
        case "column": self = .column(try value.text("\(name), column"))
        default:
            var values: [(pattern: FilePattern, value: String)] = []
            for (key, value) in try value.pairs(of: "\(name), files") {
                values.append((try key.filePattern("\(name), files"), try value.text("\(name), files")))
            }
            self = .files(values)
        }
    }

    /// A separator may be a space, which no other text may be.
    private static func separator(_ node: CardNode, _ what: String) throws(CorpusError) -> String {
        guard case .scalar(let scalar) = node.node, !scalar.string.isEmpty else {
            throw node.fault("\(what): expected the text that separates")
        }
        return scalar.string
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
