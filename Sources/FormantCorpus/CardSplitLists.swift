import FormantFiles

/// The splits that a card's rules give, with the list files read.
struct SplitLists {
    private enum Member {
        case pattern(Pattern)
        case files([FilePattern])
        case paths([String: Int], file: String)
    }

    private var members: [(split: Split, member: Member)] = []
    private var used: Set<String> = []

    init(_ card: Card, root: String) throws(CorpusError) {
        for (split, rule) in card.splits {
            switch rule {
            case .path(let pattern): members.append((split, .pattern(pattern)))
            case .files(let patterns): members.append((split, .files(patterns)))
            case .list(let list):
                let place = FilePath.join(root, list)
                guard FilePath.kind(of: place) == .file else {
                    throw .dataMissing(card: card.name, looked: root, what: "no file \(list)", source: card.source)
                }
                var reader = try LineReader(path: place, skippingMark: true)
                var paths: [String: Int] = [:]
                while let line = try reader.next() {
                    guard case .bytes(let bytes) = line, let text = TextCoding.utf8.decode(bytes) else {
                        throw .badManifest(path: place, line: reader.number, what: "expected a path in UTF-8")
                    }
                    let path = FilePath.normalised(text.trimmed)
                    if !path.isEmpty { paths[path] = reader.number }
                }
                members.append((split, .paths(paths, file: place)))
            }
        }
    }

    /// The splits whose rules match, test first.
    mutating func splits(of path: String, in file: String) -> [Split] {
        var matching: [Split] = []
        for (split, member) in members {
            switch member {
            case .pattern(let pattern): if pattern.matches(path) { matching.append(split) }
            case .files(let patterns): if patterns.contains(where: { $0.matches(file) }) { matching.append(split) }
            case .paths(let paths, _):
                if paths[path] != nil {
                    matching.append(split)
                    used.insert(path)
                }
            }
        }
        return matching
    }

    /// Names the listed paths for which there was no file.
    func nameUnused(in problems: inout ProblemLog) {
        for case (_, .paths(let paths, let file)) in members {
            for (path, line) in paths.sorted(by: { $0.value < $1.value }) where !used.contains(path) {
                problems.add(file, line, "there is no such file among the card's files: \(path)")
            }
        }
    }
}
