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
    /// Characters: each Unicode scalar with the combining marks (general category M) after it, and each run of white space
    /// as one space.
    ///
    /// Not grapheme clusters, whose bounds differ between Unicode versions and thus between systems, and of which there are
    /// without number: a model would meet unknown ones for ever. An emoji of several scalars is as many characters.
    case characters
    /// Character n-grams of each run between white space, as `CharacterNGrams` says. Text without spaces is one run, over
    /// which they slide.
    case ngrams(CharacterNGrams)
    /// The bytes of the text's UTF-8, white space too. A token is the scalar of the byte's number, U+0000 … U+00FF.
    case bytes

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
            case .characters:
                while let token = scanner.nextCharacter(), body(token) {}
            case .ngrams(let ngrams):
                var grams = CharacterGrams(lengths: ngrams.minimum...ngrams.maximum)
                while let run = scanner.nextRun(), grams.forEach(of: run, characters: .withMarks, body) {}
            case .bytes:
                byteTokens.withUnsafeBufferPointer { tokens in
                    for byte in bytes {
                        let start = Int(byte) * 2
                        let token = tokens[start..<(start + (byte < 0x80 ? 1 : 2))]
                        guard body(UnsafeBufferPointer(rebasing: token)) else { return }
                    }
                }
            }
        }
    }
}

// The token of each byte: two places for its UTF-8, of which an ASCII byte takes the first.
private let byteTokens: [UInt8] = (0..<256).flatMap { byte -> [UInt8] in
    byte < 0x80 ? [UInt8(byte), 0] : [0xc0 | UInt8(byte >> 6), 0x80 | UInt8(byte & 0x3f)]
}

/// Which character n-grams are tokens.
///
/// The text is cut at white space; each run gets a mark before it (`<`) and after it (`>`), which count as characters; an
/// n-gram is so many characters in a row, each a scalar with its combining marks. A mark alone is none. They come in the
/// order of their first character, the shorter first: the 1- and 2-grams of `ab c` are `<a a ab b b> <c c c>`.
public struct CharacterNGrams: Hashable, Sendable {
    /// The least characters, 1 … `maximum`.
    public let minimum: Int
    /// The most characters, `minimum` … 16.
    public let maximum: Int

    /// Creates a rule.
    /// - Throws: `TextError.invalidOption` if a number is outside its range.
    public init(minimum: Int, maximum: Int) throws(TextError) {
        guard (1...16).contains(maximum), (1...maximum).contains(minimum) else {
            throw .invalidOption(
                name: "ngrams", expected: "1 ≤ minimum ≤ maximum ≤ 16",
                found: "minimum \(minimum), maximum \(maximum)")
        }
        self.minimum = minimum
        self.maximum = maximum
    }
}

extension CharacterNGrams: Codable {
    private enum CodingKeys: String, SettingsKey { case minimum, maximum }

    /// Decodes `minimum` (1 if absent) and `maximum` (3 if absent).
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "tokeniser ngrams", keyedBy: CodingKeys.self)
        do {
            try self.init(
                minimum: try settings.decode(.minimum, default: 1), maximum: try settings.decode(.maximum, default: 3))
        } catch let error as TextError {
            throw DecodingError.refused(error, at: decoder.codingPath)
        }
    }
}

extension Tokeniser: Codable {
    private enum Name: String, SettingsKey { case words, whitespace, characters, ngrams, bytes }
    private enum WordsKey: String, SettingsKey { case punctuation }

    /// Decodes a name alone, `words`, `whitespace`, `characters`, `ngrams` or `bytes`, or a mapping from the name to its
    /// options: `words: {punctuation: dropped}`, `ngrams: {minimum: 1, maximum: 3}`. Absent options have their defaults.
    public init(from decoder: any Decoder) throws {
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            do {
                switch try Name(named: name, kind: "tokeniser") {
                case .words: self = .words()
                case .whitespace: self = .whitespace
                case .characters: self = .characters
                case .ngrams: self = .ngrams(try CharacterNGrams(minimum: 1, maximum: 3))
                case .bytes: self = .bytes
                }
            } catch let error as UnknownName {
                throw DecodingError.refused(error, at: decoder.codingPath)
            }
            return
        }
        let settings = try decoder.settings(of: "tokeniser", keyedBy: Name.self)
        let key = settings.allKeys.count == 1 ? settings.allKeys.first : nil
        switch key {
        case .words:
            let options = try settings.superDecoder(forKey: .words).settings(
                of: "tokeniser words", keyedBy: WordsKey.self)
            self = .words(punctuation: try options.name(.punctuation, default: .separate))
        case .ngrams: self = .ngrams(try settings.decode(CharacterNGrams.self, forKey: .ngrams))
        default:
            let found = settings.allKeys.map(\.stringValue).sorted().joined(separator: ", ")
            throw DecodingError.refused(
                TextError.invalidOption(
                    name: "tokeniser",
                    expected: "words, whitespace, characters, ngrams or bytes, or words or ngrams with options",
                    found: found.isEmpty ? "an empty mapping" : found),
                at: decoder.codingPath)
        }
    }

    /// Encodes `words` and `ngrams` as a mapping with all their options, the others as a string.
    public func encode(to encoder: any Encoder) throws {
        let name: Name
        switch self {
        case .words(let punctuation):
            var container = encoder.container(keyedBy: Name.self)
            var options = container.nestedContainer(keyedBy: WordsKey.self, forKey: .words)
            try options.encode(punctuation, forKey: .punctuation)
            return
        case .ngrams(let ngrams):
            var container = encoder.container(keyedBy: Name.self)
            try container.encode(ngrams, forKey: .ngrams)
            return
        case .whitespace: name = .whitespace
        case .characters: name = .characters
        case .bytes: name = .bytes
        }
        var container = encoder.singleValueContainer()
        try container.encode(name.rawValue)
    }
}
