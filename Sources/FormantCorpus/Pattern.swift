/// A regular expression that is searched for in time proportional to text × pattern, whatever the two are: cards are
/// read from outside, and a backtracking matcher can be made to run for years.
///
/// Understood: literals, `.`, `[…]` with ranges and negation, `\d \w \s \D \W \S`, `\b \B`, `^ $`, `( )`, `(?: )`,
/// `(?<name> )`, `|`, and `* + ? {m} {m,} {m,n}`, greedy or with `?` lazy. Only named groups are captured. `.` is any
/// scalar; `\d \w \s` are ASCII; `^ $` are the text's ends. The leftmost match is found, in Perl's order of
/// preference.
package struct Pattern: Sendable {
    enum Instruction: Sendable {
        case scalar(UInt32)
        case any
        case set(Int)
        case split(preferred: Int, other: Int)
        case jump(Int)
        case save(Int)
        case atStart
        case atEnd
        case wordBoundary(Bool)
        case match
    }

    struct ScalarSet: Sendable {
        var ranges: [ClosedRange<UInt32>]
        var isNegated: Bool

        func contains(_ scalar: UInt32) -> Bool {
            ranges.contains { $0.contains(scalar) } != isNegated
        }
    }

    /// Most (instruction, position) pairs of one search; each costs a bit.
    static let searchLimit = 1 << 27

    let source: String
    let groupNames: [String]
    private let program: [Instruction]
    private let sets: [ScalarSet]

    /// Compiles an expression. Throws `badPattern` with the position of what is not understood.
    package init(_ source: String) throws(CorpusError) {
        var compiler = PatternCompiler(source)
        program = try compiler.compile()
        sets = compiler.sets
        groupNames = compiler.groupNames
        self.source = source
    }

    /// What the named groups hold at the leftmost match; nil when there is none, or the text is too long for it.
    package func firstMatch(in text: some StringProtocol) -> [String: String]? {
        let scalars = text.unicodeScalars.map(\.value)
        guard let saved = search(scalars) else { return nil }
        var groups: [String: String] = [:]
        for (index, name) in groupNames.enumerated() {
            let (start, end) = (saved[2 * index], saved[2 * index + 1])
            guard start >= 0, end >= start else { continue }
            var view = String.UnicodeScalarView()
            for value in scalars[start..<end] { if let scalar = Unicode.Scalar(value) { view.append(scalar) } }
            groups[name] = String(view)
        }
        return groups
    }

    /// Whether the expression matches anywhere in a text.
    package func matches(_ text: some StringProtocol) -> Bool { search(text.unicodeScalars.map(\.value)) != nil }

    private struct Frame {
        var instruction: Int  // −1: put `position` back into slot `slot`
        var position: Int
        var slot: Int
    }

    /// Backtracking in which each pair of instruction and position is tried once: where it failed before, it fails
    /// again, since captures decide nothing.
    private func search(_ text: [UInt32]) -> [Int]? {
        let width = text.count + 1
        guard width <= Pattern.searchLimit / program.count else { return nil }
        var visited = [UInt64](repeating: 0, count: (width * program.count + 63) / 64)
        var saved = [Int](repeating: -1, count: 2 * groupNames.count)
        var stack: [Frame] = []
        for start in 0...text.count {
            stack.append(Frame(instruction: 0, position: start, slot: 0))
            while let frame = stack.popLast() {
                if frame.instruction < 0 {
                    saved[frame.slot] = frame.position
                    continue
                }
                var place = frame.instruction
                var position = frame.position
                run: while true {
                    let bit = place * width + position
                    if visited[bit >> 6] & (1 << UInt64(bit & 63)) != 0 { break run }
                    visited[bit >> 6] |= 1 << UInt64(bit & 63)
                    switch program[place] {
                    case .scalar(let value):
                        guard position < text.count, text[position] == value else { break run }
                        position += 1
                        place += 1
                    case .any:
                        guard position < text.count else { break run }
                        position += 1
                        place += 1
                    case .set(let index):
                        guard position < text.count, sets[index].contains(text[position]) else { break run }
                        position += 1
                        place += 1
                    case .split(let preferred, let other):
                        stack.append(Frame(instruction: other, position: position, slot: 0))
                        place = preferred
                    case .jump(let target): place = target
                    case .save(let slot):
                        stack.append(Frame(instruction: -1, position: saved[slot], slot: slot))
                        saved[slot] = position
                        place += 1
                    case .atStart:
                        guard position == 0 else { break run }
                        place += 1
                    case .atEnd:
                        guard position == text.count else { break run }
                        place += 1
                    case .wordBoundary(let wanted):
                        let before = position > 0 && Pattern.isWord(text[position - 1])
                        let after = position < text.count && Pattern.isWord(text[position])
                        guard (before != after) == wanted else { break run }
                        place += 1
                    case .match: return saved
                    }
                }
            }
        }
        return nil
    }

    private static func isWord(_ value: UInt32) -> Bool {
        switch value {
        case 0x30...0x39, 0x41...0x5a, 0x5f, 0x61...0x7a: return true
        default: return false
        }
    }
}

extension Pattern {
    /// Compiles a file pattern, to be matched with a whole relative path: `*` and `?` stay within a folder, `**` crosses
    /// folders, `{a,b}` is either, `[…]` one of a set. Throws `badPattern`.
    package init(filePattern: String) throws(CorpusError) {
        let scalars = Array(filePattern.unicodeScalars)
        var expression = "^"
        var depth = 0
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            switch scalar {
            case "*":
                guard index < scalars.count, scalars[index] == "*" else {
                    expression += "[^/]*"
                    continue
                }
                index += 1
                if index < scalars.count, scalars[index] == "/" {
                    index += 1
                    expression += "(?:.*/)?"
                } else {
                    expression += ".*"
                }
            case "?": expression += "[^/]"
            case "{":
                depth += 1
                expression += "(?:"
            case "}" where depth > 0:
                depth -= 1
                expression += ")"
            case "," where depth > 0: expression += "|"
            case "[":
                guard let end = scalars[index...].firstIndex(of: "]"), end > index else {
                    throw .badPattern(pattern: filePattern, what: "'[' is never closed")
                }
                expression += "["
                for inner in scalars[index..<end] {
                    if inner == "\\" || inner == "[" || (inner == "^" && expression.last != "[") { expression += "\\" }
                    expression.unicodeScalars.append(inner == "!" && expression.last == "[" ? "^" : inner)
                }
                expression += "]"
                index = end + 1
            default:
                if scalar.isASCII, !Character(scalar).isLetter, !Character(scalar).isNumber { expression += "\\" }
                expression.unicodeScalars.append(scalar)
            }
        }
        if depth > 0 { throw .badPattern(pattern: filePattern, what: "'{' is never closed") }
        try self.init(expression + "$")
    }
}
