/// In which codings a card's files are: the same for all, or some by the pattern of their names.
struct CardEncoding: Sendable {
    private var standard = [TextCoding.utf8]
    private var exceptions: [(pattern: FilePattern, codings: [TextCoding])] = []

    /// UTF-8 for all files.
    init() {}

    /// Reads `encoding`: a name, a list of names, or `files` with one of those for each pattern; what no pattern matches is
    /// UTF-8 then.
    init(_ node: CardNode) throws(CorpusError) {
        guard case .mapping = node.node else {
            standard = try CardEncoding.codings(node, "encoding")
            return
        }
        guard let files = try node.mapping(of: "encoding", keys: ["files"])["files"] else {
            throw node.fault("encoding: expected the name of one, or 'files' with a name for each pattern")
        }
        for (key, value) in try files.pairs(of: "encoding, files") {
            let codings = try CardEncoding.codings(value, "encoding, files")
            exceptions.append((try key.filePattern("encoding, files"), codings))
        }
    }

    private static func codings(_ node: CardNode, _ what: String) throws(CorpusError) -> [TextCoding] {
        guard case .sequence(let list) = node.node else { return [try node.choice(what)] }
        var codings: [TextCoding] = []
        for item in list { codings.append(try CardNode(file: node.file, node: item).choice(what)) }
        guard !codings.isEmpty else { throw node.fault("\(what): the list is empty") }
        return codings
    }

    /// Whether a file has one coding for all of its lines.
    var isOne: Bool { standard.count == 1 && exceptions.allSatisfy { $0.codings.count == 1 } }

    /// The codings of a file, by its path relative to the root: those of the first pattern that matches. Each of its lines
    /// is in the first of them in which it is valid.
    func codings(of path: String) -> [TextCoding] {
        exceptions.first { $0.pattern.matches(path) }?.codings ?? standard
    }
}

extension [TextCoding] {
    /// The text of a line; nil where it is valid in none of the codings.
    func decode(_ line: [UInt8]) -> String? { lazy.compactMap { $0.decode(line) }.first }

    /// What a line is not, for messages.
    var names: String { map { $0.rawValue.uppercased() }.joined(separator: " or ") }
}
