/// Reads the games of a file, of each the main line: SGF FF[1] to FF[4] (Hollosi, red-bean.com/sgf).
///
/// The main line is the first variation everywhere, which is what stands before the first `)`. What follows to the end
/// of the game is passed over without being kept, so that nothing recurses, however deep variations lie within each
/// other. Small letters in names, which FF[1] to FF[3] allow, are dropped: `AddBlack` is `AB`; digits behind a letter are
/// theirs, too. Text before a game and between games is passed over.
public struct SGFParser {
    private let bytes: [UInt8]
    private let source: String
    private var place = 0
    private var line = 1
    /// Values of the game that is being read, so far.
    private var values = 0

    /// Most nodes of a main line.
    public static let nodeLimit = 20_000
    /// Most values of a main line's properties, all together.
    public static let valueLimit = 1 << 20
    /// Most letters of a name.
    public static let nameLimit = 64

    /// Creates a reader.
    /// - Parameters:
    ///   - bytes: of the file, in any encoding that `CA` names.
    ///   - source: what errors call it.
    public init(_ bytes: [UInt8], source: String) {
        self.bytes = Charset.utf8(bytes)
        self.source = source
    }

    /// The nodes of the next game's main line, at least one; nil after the last game.
    ///
    /// After an error there is no next game: where it would begin is unknown.
    /// - Throws: `GoError.record`.
    public mutating func nextGame() throws(GoError) -> [SGFNode]? {
        guard skipToGame() else { return nil }
        var nodes: [SGFNode] = []
        var depth = 1
        values = 0
        while true {
            skipSpace()
            guard let byte = current else { throw failure("the file ends within a game; expected ')'") }
            advance()
            switch byte {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"):
                try skipVariations(depth - 1)
                return nodes
            case UInt8(ascii: ";"):
                guard nodes.count < Self.nodeLimit else { throw failure("a game of more than \(Self.nodeLimit) nodes") }
                nodes.append(SGFNode())
            default:
                place -= 1
                guard !nodes.isEmpty else { throw failure("expected ';' after '(', found \(shown(byte))") }
                if let property = try property() { nodes[nodes.count - 1].properties.append(property) }
            }
        }
    }

    // MARK: Parts

    /// To what follows the `(` of the next game: that before which stands no text and after which a node begins.
    private mutating func skipToGame() -> Bool {
        while let byte = current {
            advance()
            guard byte == UInt8(ascii: "(") else { continue }
            let (start, startLine) = (place, line)
            skipSpace()
            if current == UInt8(ascii: ";") { return true }
            (place, line) = (start, startLine)
        }
        return false
    }

    /// Passes everything over up to the end of a game of which so many `(` are still open.
    private mutating func skipVariations(_ open: Int) throws(GoError) {
        var depth = open
        while depth > 0 {
            guard let byte = current else { throw failure("the file ends within a variation; expected ')'") }
            advance()
            switch byte {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: "["): try skipValue()
            default: break
            }
        }
    }

    /// A name and its values; nil where the name is in small letters alone.
    private mutating func property() throws(GoError) -> SGFNode.Property? {
        var name: [UInt8] = []
        var letters = 0
        while let byte = current, isLetter(byte) || letters > 0 && isDigit(byte) {
            letters += 1
            guard letters <= Self.nameLimit else { throw failure("a name of more than \(Self.nameLimit) letters") }
            if isDigit(byte) ? !name.isEmpty : byte < 0x60 { name.append(byte) }
            advance()
        }
        guard letters > 0 else { throw failure("expected a property, found \(current.map(shown) ?? "the end")") }
        skipSpace()
        guard current == UInt8(ascii: "[") else {
            throw failure("expected '[' after a property's name, found \(current.map(shown) ?? "the end")")
        }
        var found: [String] = []
        while current == UInt8(ascii: "[") {
            advance()
            found.append(try value())
            values += 1
            guard values <= Self.valueLimit else { throw failure("a game of more than \(Self.valueLimit) values") }
            skipSpace()
        }
        return name.isEmpty ? nil : SGFNode.Property(String(decoding: name, as: UTF8.self), found)
    }

    /// What stands before the next `]` that is not escaped. Of line ends, whatever they are, `\n` is left, and nothing
    /// where they are escaped; other white space becomes a space.
    private mutating func value() throws(GoError) -> String {
        let start = line
        var text: [UInt8] = []
        while let byte = current {
            advance()
            switch byte {
            case UInt8(ascii: "]"): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = current else { break }
                advance()
                if escaped == 0x0a || escaped == 0x0d {
                    skipPairedLineEnd(escaped)
                } else {
                    text.append(isSpace(escaped) ? 0x20 : escaped)
                }
            case 0x0a, 0x0d:
                skipPairedLineEnd(byte)
                text.append(0x0a)
            default: text.append(isSpace(byte) ? 0x20 : byte)
            }
        }
        throw GoError.record(source: source, line: start, reason: "a value that begins here has no ']'")
    }

    private mutating func skipValue() throws(GoError) {
        let start = line
        while let byte = current {
            advance()
            if byte == UInt8(ascii: "]") { return }
            if byte == UInt8(ascii: "\\"), current != nil { advance() }
        }
        throw GoError.record(source: source, line: start, reason: "a value that begins here has no ']'")
    }

    // MARK: Bytes

    private var current: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func advance() {
        // `\r\n` is one line end: the `\n` counts.
        let isEnd =
            bytes[place] == 0x0a || bytes[place] == 0x0d && (place + 1 == bytes.count || bytes[place + 1] != 0x0a)
        if isEnd { line += 1 }
        place += 1
    }

    /// The second byte of `\r\n` or `\n\r`.
    private mutating func skipPairedLineEnd(_ first: UInt8) {
        if let byte = current, byte == 0x0a || byte == 0x0d, byte != first { advance() }
    }

    private mutating func skipSpace() { while let byte = current, isSpace(byte) || byte == 0 { advance() } }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    private func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte & 0xdf) }

    private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private func failure(_ reason: String) -> GoError { .record(source: source, line: line, reason: reason) }

    private func shown(_ byte: UInt8) -> String {
        (0x21...0x7e).contains(byte) ? "'\(Unicode.Scalar(byte))'" : "byte \(byte)"
    }
}
