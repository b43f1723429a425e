/// Turns the text of a regular expression into the program of a `Pattern`, by recursive descent.
struct PatternCompiler {
    /// Longest expression, in scalars.
    static let sourceLimit = 2_000
    /// Longest program; repeated groups are written out, so that a short expression can ask for a long one.
    static let programLimit = 20_000
    static let depthLimit = 50

    private(set) var sets: [Pattern.ScalarSet] = []
    private(set) var groupNames: [String] = []

    private let source: String
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var emitted = 0

    init(_ source: String) {
        self.source = source
        scalars = Array(source.unicodeScalars)
    }

    private indirect enum Node {
        case one(Pattern.Instruction)
        case sequence([Node])
        case either([Node])
        case group(Int, Node)
        case repeated(Node, minimum: Int, maximum: Int?, isLazy: Bool)
    }

    mutating func compile() throws(CorpusError) -> [Pattern.Instruction] {
        guard scalars.count <= PatternCompiler.sourceLimit else { throw fault("longer than 2,000 characters") }
        let node = try alternation()
        guard position == scalars.count else { throw fault("')' without '('") }
        var program: [Pattern.Instruction] = []
        try emit(node, into: &program)
        program.append(.match)
        return program
    }

    private func fault(_ what: String) -> CorpusError {
        .badPattern(pattern: String(source.prefix(200)), what: "at character \(position + 1): \(what)")
    }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    private mutating func alternation() throws(CorpusError) -> Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= PatternCompiler.depthLimit else { throw fault("groups nested too deep") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .either(branches)
    }

    private mutating func sequence() throws(CorpusError) -> Node {
        var parts: [Node] = []
        while let scalar = next, scalar != "|", scalar != ")" { parts.append(try quantified()) }
        return .sequence(parts)
    }

    private mutating func quantified() throws(CorpusError) -> Node {
        var node = try atom()
        while let (minimum, maximum) = try quantifier() {
            if case .repeated = node { throw fault("a repetition of a repetition; use a group") }
            node = .repeated(node, minimum: minimum, maximum: maximum, isLazy: take("?"))
        }
        return node
    }

    private mutating func quantifier() throws(CorpusError) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard take("{") else { return nil }
        let minimum = try count()
        var maximum: Int? = minimum
        if take(",") { maximum = next == "}" ? nil : try count() }
        guard take("}") else { throw fault("expected '}'") }
        if let maximum, maximum < minimum { throw fault("expected {m,n} with m ≤ n") }
        return (minimum, maximum)
    }

    private mutating func count() throws(CorpusError) -> Int {
        let start = position
        while let scalar = next, ("0"..."9").contains(scalar) { position += 1 }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars[start..<position])
        guard let number = Int(text), number <= 1_000 else { throw fault("expected a number up to 1,000") }
        return number
    }

    private mutating func atom() throws(CorpusError) -> Node {
        guard let scalar = next else { throw fault("expected something to match") }
        position += 1
        switch scalar {
        case "(": return try group()
        case "[": return .one(.set(try scalarSet()))
        case ".": return .one(.any)
        case "^": return .one(.atStart)
        case "$": return .one(.atEnd)
        case "\\": return .one(try escape())
        case "*", "+", "?", "{":
            position -= 1
            throw fault("'\(scalar)' has nothing before it to repeat")
        default: return .one(.scalar(scalar.value))
        }
    }

    private mutating func group() throws(CorpusError) -> Node {
        var number: Int?
        if take("?") {
            if take("<") {
                var name = ""
                while let scalar = next, scalar != ">" {
                    name.unicodeScalars.append(scalar)
                    position += 1
                }
                let isName = !name.isEmpty && name.utf8.allSatisfy(isWordByte)
                guard take(">"), isName else {
                    throw fault("expected (?<name>…), the name of letters, digits and '_'; looking behind is not known")
                }
                guard !groupNames.contains(name) else { throw fault("two groups are called '\(name)'") }
                number = groupNames.count
                groupNames.append(name)
            } else if !take(":") {
                throw fault("expected (?:…) or (?<name>…)")
            }
        }
        let inner = try alternation()
        guard take(")") else { throw fault("'(' is never closed") }
        return number.map { .group($0, inner) } ?? inner
    }

    private static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
    private static let words: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a]
    private static let spaces: [ClosedRange<UInt32>] = [0x09...0x0d, 0x20...0x20]

    private func isWordByte(_ byte: UInt8) -> Bool {
        PatternCompiler.words.contains { $0.contains(UInt32(byte)) }
    }

    private mutating func add(_ ranges: [ClosedRange<UInt32>], negated: Bool) -> Int {
        sets.append(Pattern.ScalarSet(ranges: ranges, isNegated: negated))
        return sets.count - 1
    }

    private mutating func escape() throws(CorpusError) -> Pattern.Instruction {
        guard let scalar = next else { throw fault("nothing after '\\'") }
        position += 1
        switch scalar {
        case "d": return .set(add(PatternCompiler.digits, negated: false))
        case "D": return .set(add(PatternCompiler.digits, negated: true))
        case "w": return .set(add(PatternCompiler.words, negated: false))
        case "W": return .set(add(PatternCompiler.words, negated: true))
        case "s": return .set(add(PatternCompiler.spaces, negated: false))
        case "S": return .set(add(PatternCompiler.spaces, negated: true))
        case "b": return .wordBoundary(true)
        case "B": return .wordBoundary(false)
        default: return .scalar(try literal(scalar).value)
        }
    }

    /// The scalar that `\` and this one stand for.
    private func literal(_ scalar: Unicode.Scalar) throws(CorpusError) -> Unicode.Scalar {
        switch scalar {
        case "t": return "\t"
        case "n": return "\n"
        case "r": return "\r"
        default:
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            guard !isPlain else { throw fault("'\\\(scalar)' is not known") }
            return scalar
        }
    }

    private mutating func scalarSet() throws(CorpusError) -> Int {
        let isNegated = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while let scalar = next, scalar != "]" || isFirst {
            isFirst = false
            position += 1
            var lower = scalar
            if scalar == "\\" {
                guard let escaped = next else { break }
                position += 1
                switch escaped {
                case "d":
                    ranges += PatternCompiler.digits
                    continue
                case "w":
                    ranges += PatternCompiler.words
                    continue
                case "s":
                    ranges += PatternCompiler.spaces
                    continue
                default: lower = try literal(escaped)
                }
            } else if scalar == "[" {
                throw fault("'[' inside of [ ] is written '\\['")
            }
            guard next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
                ranges.append(lower.value...lower.value)
                continue
            }
            position += 1
            var upper = scalars[position]
            position += 1
            if upper == "\\" {
                guard let escaped = next else { break }
                position += 1
                upper = try literal(escaped)
            }
            guard lower.value <= upper.value else { throw fault("a range runs backwards") }
            ranges.append(lower.value...upper.value)
        }
        guard take("]") else { throw fault("'[' is never closed") }
        return add(ranges, negated: isNegated)
    }

    // MARK: Code

    private mutating func emit(_ node: Node, into program: inout [Pattern.Instruction]) throws(CorpusError) {
        // Nodes are counted, not instructions: a repetition of nothing makes none.
        emitted += 1
        guard emitted < PatternCompiler.programLimit else { throw fault("the repetitions are too large") }
        switch node {
        case .one(let instruction): program.append(instruction)
        case .sequence(let parts): for part in parts { try emit(part, into: &program) }
        case .group(let number, let inner):
            program.append(.save(2 * number))
            try emit(inner, into: &program)
            program.append(.save(2 * number + 1))
        case .either(let branches):
            // split L1, L2; L1: a; jump end; L2: split … ; last; end:
            var jumps: [Int] = []
            for branch in branches.dropLast() {
                let split = program.count
                program.append(.match)
                try emit(branch, into: &program)
                jumps.append(program.count)
                program.append(.match)
                program[split] = .split(preferred: split + 1, other: program.count)
            }
            if let last = branches.last { try emit(last, into: &program) }
            for jump in jumps { program[jump] = .jump(program.count) }
        case .repeated(let inner, let minimum, let maximum, let isLazy):
            func branch(_ at: Int, to end: Int) -> Pattern.Instruction {
                isLazy ? .split(preferred: end, other: at + 1) : .split(preferred: at + 1, other: end)
            }
            for _ in 0..<minimum { try emit(inner, into: &program) }
            if let maximum {
                var splits: [Int] = []
                for _ in minimum..<maximum {
                    splits.append(program.count)
                    program.append(.match)
                    try emit(inner, into: &program)
                }
                for split in splits { program[split] = branch(split, to: program.count) }
            } else {
                let split = program.count
                program.append(.match)
                try emit(inner, into: &program)
                program.append(.jump(split))
                program[split] = branch(split, to: program.count)
            }
        }
    }
}
