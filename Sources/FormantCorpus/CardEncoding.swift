/// In which coding a card's files are: one for all, or some by the pattern of their names.
struct CardEncoding: Sendable {
    private var standard = TextCoding.utf8
    private var exceptions: [(pattern: FilePattern, coding: TextCoding)] = []

    /// UTF-8 for all files.
    init() {}

    /// Reads `encoding`: a name, or `files` with a name for each pattern; what no pattern matches is UTF-8 then.
    init(_ node: CardNode) throws(CorpusError) {
        guard case .mapping = node.node else {
            standard = try node.choice("encoding")
            return
        }
        guard let files = try node.mapping(of: "encoding", keys: ["files"])["files"] else {
            throw node.fault("encoding: expected the name of one, or 'files' with a name for each pattern")
        }
        for (key, value) in try files.pairs(of: "encoding, files") {
            exceptions.append((try key.filePattern("encoding, files"), try value.choice("encoding, files")))
        }
    }

    /// The coding of a file, by its path relative to the root: that of the first pattern that matches.
    func coding(of path: String) -> TextCoding {
        exceptions.first { $0.pattern.matches(path) }?.coding ?? standard
    }
}
