import FormantTensor

/// How a normalised text is cut into tokens.
public enum Tokeniser: Hashable, Sendable {
    /// Words by a rule for any script:
    ///
    /// - a word is a run of letters, digits and combining marks; an apostrophe (`'`, `’`), hyphen (`-`, U+2010, U+2011) or
    ///   underscore between two of them is part of it (`don't`, `well-known`), and so is a full stop or comma between two
    ///   digits (`3.14`, `1,000`);
    /// - in scripts written without spaces (ideographs, hiragana, Thai, Lao, Myanmar, Khmer) each letter with its marks is a
    ///   word; a run of katakana is one word;
    /// - each symbol is a token with its marks, and so is each emoji with its skin tone or glued to others, and a flag;
    /// - each punctuation mark is a token or is dropped, as `punctuation` says;
    /// - white space, control and format characters only separate.
    case words(punctuation: Punctuation = .separate)
    /// Text that is cut into tokens already: they stand between white space (Unicode property White_Space) and nothing
    /// else separates.
    case whitespace

    /// What becomes of punctuation marks (Unicode general category P) outside words.
    public enum Punctuation: String, Codable, Hashable, Sendable, CaseIterable {
        /// Each is a token.
        case separate
        /// They are left out. Symbols (`+`, `€`, emoji) stay.
        case dropped
    }

    /// The tokens of `text`, in order. Linear in the length of the text.
    public func tokens(of text: String) -> [String] {
        var tokens: [String] = []
        forEachToken(of: text) { token in
            tokens.append(String(decoding: token, as: UTF8.self))
            return true
        }
        return tokens
    }

    /// Hands the UTF-8 of each token to `body`, in order, until it returns false. The bytes are valid during the call only.
    func forEachToken(of text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Bool) {
        var text = text
        text.withUTF8 { bytes in
            var scanner = TokenScanner(bytes)
            switch self {
            case .words(let punctuation):
                while let token = scanner.nextWord(punctuation: punctuation), body(token) {}
            case .whitespace:
                while let token = scanner.nextRun(), body(token) {}
            }
        }
    }
}

extension Tokeniser: Codable {
    private enum Name: String, SettingsKey { case words, whitespace }
    private enum WordsKey: String, SettingsKey { case punctuation }

    /// Decodes a name alone, `words` or `whitespace`, or a mapping from the name to its options: `words: {punctuation:
    /// dropped}`. Absent options have their defaults.
    public init(from decoder: any Decoder) throws {
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            do {
                self = try Name(named: name, kind: "tokeniser") == .words ? .words() : .whitespace
            } catch {
                throw DecodingError.refused(error, at: decoder.codingPath)
            }
            return
        }
        let settings = try decoder.settings(of: "tokeniser", keyedBy: Name.self)
        guard settings.allKeys.count == 1, let key = settings.allKeys.first, key == .words else {
            let found = settings.allKeys.map(\.stringValue).sorted().joined(separator: ", ")
            throw DecodingError.refused(
                TextError.invalidOption(
                    name: "tokeniser", expected: "words, whitespace or words with its options",
                    found: found.isEmpty ? "an empty mapping" : found),
                at: decoder.codingPath)
        }
        let options = try settings.superDecoder(forKey: .words).settings(
            of: "tokeniser words", keyedBy: WordsKey.self)
        self = .words(punctuation: try options.name(.punctuation, default: .separate))
    }

    /// Encodes `whitespace` as a string and `words` as a mapping with all its options.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .words(let punctuation):
            var container = encoder.container(keyedBy: Name.self)
            var options = container.nestedContainer(keyedBy: WordsKey.self, forKey: .words)
            try options.encode(punctuation, forKey: .punctuation)
        case .whitespace:
            var container = encoder.singleValueContainer()
            try container.encode(Name.whitespace.rawValue)
        }
    }
}
