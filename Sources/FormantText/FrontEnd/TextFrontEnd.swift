import FormantTensor

/// Turns a sentence into the ids that a network looks up: normalise, cut into tokens, number, pad.
///
/// The ids are a matrix of `height` rows, row by row: row 0 the words, and with sub-words row 1 + k the k-th part of each word.
/// A model file stores it, so that training, evaluation and classification run the same code.
public struct TextFrontEnd: Hashable, Sendable {
    /// What is done to a text before it is cut into tokens.
    public let normalisation: TextNormalisation
    /// How it is cut.
    public let tokeniser: Tokeniser
    /// The number of each token.
    public let vocabulary: Vocabulary
    /// How long the id sequences are.
    public let padding: PaddingRule
    /// The parts of each word that stand beside it, if any.
    public let subwords: Subwords?
    /// Whether a token that is not in the vocabulary is looked for with case folded too.
    public let matching: WordMatching

    /// Creates a front end with a vocabulary that exists already.
    public init(
        normalisation: TextNormalisation = .init(), tokeniser: Tokeniser = .words(), vocabulary: Vocabulary,
        padding: PaddingRule = .standard, subwords: Subwords? = nil, matching: WordMatching = .exact
    ) {
        self.normalisation = normalisation
        self.tokeniser = tokeniser
        self.vocabulary = vocabulary
        self.padding = padding
        self.subwords = subwords
        self.matching = matching
    }

    /// Creates a front end whose vocabulary holds the tokens of the training texts, and whose alphabet of sub-words, if there
    /// are some, holds all characters of the tokens.
    ///
    /// The whole texts count, also what `maximumLength` would cut. The same texts in any order give the same value. Words
    /// beyond the texts (`vocabulary.extra`) come by `extended(by:)`.
    /// - Throws: `TextError.invalidOption` if options are outside their ranges or do not go together.
    public static func fit(
        texts: some Sequence<String>, options: TextFrontEndOptions = .init()
    ) throws(TextError) -> TextFrontEnd {
        try options.check()
        var words = TokenCounts()
        var characters = TokenCounts()
        let countsCharacters = options.subwords?.unit == .characters
        for text in texts {
            options.tokeniser.forEachToken(of: options.normalisation.apply(to: text)) { token in
                words.add(token)
                guard countsCharacters else { return true }
                var scanner = TokenScanner(token)
                while let character = scanner.nextCharacter() { characters.add(character) }
                return true
            }
        }
        let limits = options.vocabulary
        let vocabulary: Vocabulary
        if let hashed = limits.hashed {
            vocabulary = try hashed.vocabulary()
        } else if options.tokeniser == .bytes {
            vocabulary = .bytes
        } else {
            vocabulary = try words.vocabulary(minimumCount: limits.minimumCount, maximumSize: limits.maximumSize)
        }
        var subwords: Subwords?
        if let rule = options.subwords { subwords = try Subwords(rule: rule, alphabet: try characters.vocabulary()) }
        return TextFrontEnd(
            normalisation: options.normalisation, tokeniser: options.tokeniser, vocabulary: vocabulary,
            padding: options.padding, subwords: subwords)
    }

    /// The same front end with words added to its vocabulary, behind those it has. A token that is not among them is looked
    /// for with case folded too, as files of word vectors are often in lower case.
    public func extended(by words: some Sequence<String>) -> TextFrontEnd {
        TextFrontEnd(
            normalisation: normalisation, tokeniser: tokeniser, vocabulary: vocabulary.extended(by: words),
            padding: padding, subwords: subwords, matching: .foldingCase)
    }

    /// Number of rows of the embedding matrix that the ids of words index.
    public var rowCount: Int { vocabulary.rowCount }

    /// Number of rows of the embedding matrix that the ids of sub-words index; 0 without sub-words.
    public var subwordRowCount: Int { subwords?.rowCount ?? 0 }

    /// Rows of the ids: 1, and with sub-words one more for each of a word.
    public var height: Int { 1 + (subwords?.rule.perWord ?? 0) }

    /// The shape of ids that `ids(of:)` gave: 1 × `height` × words.
    public func shape(ofIDs ids: [Int32]) -> Shape { Shape(channels: 1, height: height, width: ids.count / height) }

    /// The tokens of a text, normalised, all of them.
    public func tokens(of text: String) -> [String] { tokeniser.tokens(of: normalisation.apply(to: text)) }

    /// The padded ids of a text, `height` rows one after the other; those of row 0 are in 0 ..< `rowCount`, those of the others
    /// in 0 ..< `subwordRowCount`. The width is as `padding` says. Text without tokens gives padding alone.
    public func ids(of text: String) -> [Int32] {
        var collected = Collected()
        tokeniser.forEachToken(of: normalisation.apply(to: text)) { token in
            add(token, to: &collected)
            return collected.words.count < padding.maximumLength
        }
        return padded(collected)
    }

    /// The padded ids of tokens, which are looked up as they are.
    public func ids(ofTokens tokens: some Sequence<String>) -> [Int32] {
        var collected = Collected()
        for var token in tokens.prefix(padding.maximumLength) { token.withUTF8 { add($0, to: &collected) } }
        return padded(collected)
    }

    private struct Collected {
        var words: [Int32] = []
        // Word by word.
        var parts: [Int32] = []
        var scratch: [Int32] = []
    }

    private func add(_ token: UnsafeBufferPointer<UInt8>, to collected: inout Collected) {
        var id = vocabulary.id(of: token)
        if id == Vocabulary.unknown, matching == .foldingCase {
            id = vocabulary.id(of: caseFolded(String(decoding: token, as: UTF8.self)))
        }
        collected.words.append(id)
        subwords?.append(partsOf: token, to: &collected.parts, scratch: &collected.scratch)
    }

    // Margins around the words, and the parts of each word below it.
    private func padded(_ collected: Collected) -> [Int32] {
        let count = collected.words.count
        let width = padding.paddedLength(ofTokens: count)
        var ids = [Int32](repeating: Vocabulary.padding, count: height * width)
        ids.replaceSubrange(padding.margin..<(padding.margin + count), with: collected.words)
        let perWord = height - 1
        for part in 0..<perWord {
            let row = (1 + part) * width + padding.margin
            for word in 0..<count { ids[row + word] = collected.parts[word * perWord + part] }
        }
        return ids
    }
}

// Tokens with how often each came.
private struct TokenCounts {
    private var table = TokenTable()
    private var counts: [Int] = []

    mutating func add(_ token: UnsafeBufferPointer<UInt8>) {
        let number = table.insert(token)
        if number == counts.count { counts.append(1) } else { counts[number] += 1 }
    }

    func vocabulary(minimumCount: Int = 1, maximumSize: Int? = nil) throws(TextError) -> Vocabulary {
        try Vocabulary(table: table, counts: counts, minimumCount: minimumCount, maximumSize: maximumSize)
    }
}

extension TextFrontEnd: Codable {
    private enum CodingKeys: String, SettingsKey {
        case normalisation, tokeniser, vocabulary, padding, subwords, matching
    }

    /// Decodes the keys `normalisation`, `tokeniser`, `vocabulary`, `padding`, `subwords` and `matching`; all but the vocabulary
    /// may be absent and then have the defaults of `init`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "text front end", keyedBy: CodingKeys.self)
        self.init(
            normalisation: try settings.decode(.normalisation, default: .init()),
            tokeniser: try settings.decode(.tokeniser, default: .words()),
            vocabulary: try settings.decode(Vocabulary.self, forKey: .vocabulary),
            padding: try settings.decode(.padding, default: .standard),
            subwords: try settings.decodeIfPresent(Subwords.self, forKey: .subwords),
            matching: try settings.name(.matching, default: .exact))
    }
}
