import FormantTensor
import Yams

extension WindowRules {
    private static let keys = [
        "window", "hop", "tail", "overlap", "mode", "background", "uncertain", "map", "ignore", "only", "doubtful",
        "confidence", "channels", "seed", "column", "separator", "format", "encoding", "table",
    ]
    private static let lists: Set<String> = ["ignore", "only", "doubtful"]

    /// Changes rules by settings `KEY=VALUE`, whose keys are those of the section `annotations` of a card, such as
    /// `hop=1.5`, `overlap.seconds=0.25`, `background.keep=none`, `map.SP=spinetail`, `ignore=noise,rain`.
    ///
    /// The first limit of `overlap` takes the place of those that were there; others add to it.
    /// - Throws: `badSetting`.
    public mutating func apply(settings: [String]) throws(CorpusError) {
        var hasOverlap = false
        for setting in settings {
            guard let equals = setting.firstIndex(of: "="), equals > setting.startIndex else {
                throw .badSetting(setting: setting, what: "expected KEY=VALUE, such as hop=1.5")
            }
            let value = String(setting[setting.index(after: equals)...])
            let path = setting[..<equals].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            let key = path[0].trimmed
            var node = Node.scalar(Node.Scalar(value))
            if WindowRules.lists.contains(key) {
                node = .sequence(Node.Sequence(value.split(separator: ",").map { Node($0.trimmed) }))
            }
            if path.count == 2 { node = .mapping(Node.Mapping([(Node(String(path[1])), node)])) }
            let kept = overlap
            do throws(CorpusError) {
                try apply(CardNode(file: "", node: .mapping(Node.Mapping([(Node(key), node)]))))
            } catch {
                guard case .badCard(_, _, let what) = error else { throw error }
                throw .badSetting(setting: setting, what: what)
            }
            if key == "overlap" {
                if hasOverlap {
                    overlap.seconds = overlap.seconds ?? kept.seconds
                    overlap.label = overlap.label ?? kept.label
                    overlap.window = overlap.window ?? kept.window
                }
                hasOverlap = true
            }
        }
    }

    /// Throws `badSetting` for a number that is out of its range.
    func check() throws(CorpusError) {
        let lengths = 0.001...86_400.0
        guard lengths.contains(window) else {
            throw .badSetting(setting: "window", what: "expected a number from 0.001 to 86400, found \(window)")
        }
        guard lengths.contains(hop ?? window) else {
            throw .badSetting(setting: "hop", what: "expected a number from 0.001 to 86400, found \(hop ?? window)")
        }
        guard background.limit ?? 0 >= 0 else {
            throw .badSetting(setting: "background.limit", what: "expected a whole number of 0 or more")
        }
        guard (0...1e6).contains(background.ratio ?? 0) else {
            throw .badSetting(setting: "background.ratio", what: "expected a number from 0 to 1000000")
        }
    }

    /// Changes rules by a section of a card. Throws `badCard` with the line.
    mutating func apply(_ section: CardNode) throws(CorpusError) {
        let values = try section.mapping(of: "annotations", keys: WindowRules.keys)
        if let node = values["window"] { window = try node.number("window", in: 0.001...86_400) }
        if let node = values["hop"] { hop = try node.number("hop", in: 0.001...86_400) }
        if let node = values["tail"] { tail = try node.choice("tail") }
        if let node = values["overlap"] { overlap = try Overlap(node) }
        if let node = values["mode"] { mode = try node.choice("mode") }
        if let node = values["background"] { try background.apply(node) }
        if let node = values["uncertain"] { uncertain = try node.choice("uncertain") }
        if let node = values["map"] {
            for (key, value) in try node.pairs(of: "map") {
                map[try key.text("map").trimmed] = try value.text("map").trimmed
            }
        }
        if let node = values["ignore"] { ignore = Set(try node.texts("ignore").map { $0.trimmed }) }
        if let node = values["only"] { only = Set(try node.texts("only").map { $0.trimmed }) }
        if let node = values["doubtful"] { doubtful = Set(try node.texts("doubtful").map { $0.trimmed }) }
        if let node = values["confidence"] { confidence = try node.number("confidence", in: -1e9...1e9) }
        if let node = values["channels"] { channels = try node.choice("channels") }
        if let node = values["seed"] {
            guard let number = UInt64(try node.text("seed").trimmed) else {
                throw node.fault("seed: expected a whole number of 0 or more")
            }
            seed = number
        }
        if let node = values["column"] { reading.column = try node.text("column").trimmed }
        if let node = values["separator"] {
            let text = try node.text("separator")
            guard text.count == 1, let character = text.first else {
                throw node.fault("separator: expected one character, found '\(text.prefix(20))'")
            }
            reading.separator = character
        }
        if let node = values["format"] { reading.format = try node.choice("format") as AnnotationFormat }
        if let node = values["encoding"] { reading.coding = try node.choice("encoding") }
        if let node = values["table"] {
            let pattern = try node.text("table").trimmed
            guard pattern.contains("{stem}") else {
                throw node.fault(
                    "table: expected {stem} in it, as in '{stem}.selections.txt'; found '\(pattern.prefix(80))'")
            }
            table = pattern
        }
    }
}

extension WindowRules.Overlap {
    fileprivate init(_ node: CardNode) throws(CorpusError) {
        let parts = try node.mapping(of: "overlap", keys: ["seconds", "label", "window"])
        if let node = parts["seconds"] { seconds = try node.number("overlap, seconds", in: 1e-6...86_400) }
        if let node = parts["label"] { label = try node.number("overlap, label", in: 1e-6...1) }
        if let node = parts["window"] { window = try node.number("overlap, window", in: 1e-6...1) }
        guard !parts.isEmpty else { throw node.fault("overlap: expected one of seconds, label, window") }
    }
}

extension WindowRules.Background {
    fileprivate mutating func apply(_ node: CardNode) throws(CorpusError) {
        let parts = try node.mapping(of: "background", keys: ["keep", "label", "limit", "ratio"])
        if let node = parts["keep"] { keep = try node.choice("background, keep") }
        if let node = parts["label"] { label = try node.text("background, label").trimmed }
        if let node = parts["limit"] { limit = Int(try node.number("background, limit", in: 0...1e9, whole: true)) }
        if let node = parts["ratio"] { ratio = try node.number("background, ratio", in: 0...1e6) }
    }
}

extension CardNode {
    /// A number in a range.
    func number(_ what: String, in range: ClosedRange<Double>, whole: Bool = false) throws(CorpusError) -> Double {
        let text = try text(what).trimmed
        guard let value = Double(text), range.contains(value), !whole || value == value.rounded() else {
            throw fault(
                "\(what): expected a \(whole ? "whole " : "")number from \(CardNode.shown(range.lowerBound)) to "
                    + "\(CardNode.shown(range.upperBound)), found '\(text.prefix(40))'")
        }
        return value
    }

    /// One of a few names.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ what: String
    ) throws(CorpusError) -> Choice where Choice.RawValue == String {
        let text = try text(what).trimmed
        if let choice = Choice(rawValue: text.lowercased()) { return choice }
        let names = Choice.allCases.map(\.rawValue)
        throw fault("\(what): expected \(names.joined(separator: " or ")), found '\(text.prefix(60))'")
    }

    private static func shown(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
    }
}
