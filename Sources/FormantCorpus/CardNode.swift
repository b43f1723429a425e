import FormantTensor
import Yams

/// A node of a card's YAML with the path of its file, for errors that name file and line.
struct CardNode {
    /// Largest card, in bytes.
    static let sizeLimit = 1 << 16

    let file: String
    let node: Node

    /// Parses a card's text. Anchors and aliases are refused: a few lines of them can stand for gigabytes.
    static func parse(_ text: String, file: String) throws(CorpusError) -> CardNode {
        guard text.utf8.count <= sizeLimit else {
            throw .badCard(path: file, line: 0, what: "larger than 64 KB; a card is a page of text")
        }
        try refuseAliases(text, file: file)
        let node: Node?
        do {
            node = try compose(yaml: text)
        } catch let error as YamlError {
            throw .badCard(path: file, line: line(of: error), what: "no valid YAML: \(summary(of: error))")
        } catch {
            throw .badCard(path: file, line: 0, what: "no valid YAML: \(error)")
        }
        guard let node else { throw .badCard(path: file, line: 0, what: "expected keys, found nothing") }
        return CardNode(file: file, node: node)
    }

    /// Throws for what looks like `&name` or `*name` where a value may begin, and for nesting that no card needs.
    private static func refuseAliases(_ text: String, file: String) throws(CorpusError) {
        var line = 1
        var depth = 0
        var mayBegin = true
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if previous == 0x26 || previous == 0x2a, mayBegin, byte > 0x20, byte != 0x2a, byte != 0x2f, byte != 0x2e {
                throw .badCard(
                    path: file, line: line,
                    what: "YAML anchors and aliases are not taken; write a value that begins with & or * in quotes")
            }
            switch byte {
            case 0x0a: line += 1
            case 0x5b, 0x7b: depth += 1
            case 0x5d, 0x7d: depth -= 1
            default: break
            }
            if depth > 32 { throw .badCard(path: file, line: line, what: "brackets nested more than 32 deep") }
            if byte == 0x26 || byte == 0x2a {
                mayBegin = previous <= 0x20 || previous == 0x5b || previous == 0x7b || previous == 0x2c
            }
            previous = byte
        }
    }

    private static func line(of error: YamlError) -> Int {
        switch error {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): return mark.line
        default: return 0
        }
    }

    private static func summary(of error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _):
            return problem
        case .reader(let problem, _, _, _): return problem
        case .duplicatedKeysInMapping(let duplicates, _):
            return "keys that stand there twice: " + duplicates.map { "\($0)" }.joined(separator: ", ")
        default: return String("\(error)".prefix(200))
        }
    }

    var line: Int { node.mark?.line ?? 0 }

    func fault(_ what: String) -> CorpusError { .badCard(path: file, line: line, what: what) }

    /// The values by their keys. Throws when this is no mapping, or has a key that is not among `keys`.
    func mapping(of what: String, keys: [String]) throws(CorpusError) -> [String: CardNode] {
        guard case .mapping(let mapping) = node else { throw fault("\(what): expected keys and values") }
        var values: [String: CardNode] = [:]
        for (key, value) in mapping {
            let name = try CardNode(file: file, node: key).text("a key of \(what)")
            guard keys.contains(name) else {
                throw CardNode(file: file, node: key).fault("\(UnknownName("key", name, of: what, known: keys))")
            }
            values[name] = CardNode(file: file, node: value)
        }
        return values
    }

    /// Keys and values where any key is right, in the order written.
    func pairs(of what: String) throws(CorpusError) -> [(key: CardNode, value: CardNode)] {
        guard case .mapping(let mapping) = node else { throw fault("\(what): expected keys and values") }
        return mapping.map { (CardNode(file: file, node: $0.key), CardNode(file: file, node: $0.value)) }
    }

    /// A scalar that is not empty.
    func text(_ what: String) throws(CorpusError) -> String {
        guard case .scalar(let scalar) = node, !scalar.string.trimmed.isEmpty else {
            throw fault("\(what): expected a text")
        }
        return scalar.string
    }

    /// `true` or `false`.
    func flag(_ what: String) throws(CorpusError) -> Bool {
        switch try text(what).trimmed {
        case "true": return true
        case "false": return false
        case let other: throw fault("\(what): expected true or false, found '\(other)'")
        }
    }

    /// A scalar, or a list of scalars.
    func texts(_ what: String) throws(CorpusError) -> [String] {
        guard case .sequence(let sequence) = node else { return [try text(what)] }
        var texts: [String] = []
        for item in sequence { texts.append(try CardNode(file: file, node: item).text(what)) }
        guard !texts.isEmpty else { throw fault("\(what): the list is empty") }
        return texts
    }

    /// A compiled regular expression that captures a group of the given name, if one is wanted.
    func pattern(_ what: String, capturing name: String?) throws(CorpusError) -> Pattern {
        let source = try text(what)
        let pattern: Pattern
        do {
            pattern = try Pattern(source)
        } catch {
            throw fault("\(what): \(error)")
        }
        if let name, !pattern.groupNames.contains(name) {
            throw fault("\(what): expected a group (?<\(name)>…) in the expression, found '\(source.prefix(200))'")
        }
        return pattern
    }

    /// A compiled file pattern.
    func filePattern(_ what: String) throws(CorpusError) -> FilePattern {
        let source = try text(what)
        do {
            return try FilePattern(source)
        } catch {
            throw fault("\(what): \(error)")
        }
    }

    /// A scalar as it stands, which may be empty.
    func scalar(_ what: String) throws(CorpusError) -> String {
        guard case .scalar(let scalar) = node else { throw fault("\(what): expected a text") }
        return scalar.string
    }

    /// A way through JSON.
    func jsonPath(_ what: String) throws(CorpusError) -> JSONPath {
        let source = try text(what)
        do {
            return try JSONPath(source)
        } catch {
            throw fault("\(what): \(error)")
        }
    }

    /// A value for each of some file patterns.
    func valuesByFile(_ what: String) throws(CorpusError) -> [(pattern: FilePattern, value: String)] {
        var values: [(pattern: FilePattern, value: String)] = []
        for (key, value) in try pairs(of: what) { values.append((try key.filePattern(what), try value.text(what))) }
        return values
    }
}
