import FormantTensor

/// What a recipe says about a text front end, before there is a vocabulary.
public struct TextFrontEndOptions: Hashable, Sendable {
    /// What is done to a text before it is cut into tokens.
    public var normalisation: TextNormalisation
    /// How it is cut.
    public var tokeniser: Tokeniser
    /// Which tokens become words of the vocabulary.
    public var vocabulary: VocabularyLimits
    /// How long the id sequences are.
    public var padding: PaddingRule
    /// The parts of each word that stand beside it, if any.
    public var subwords: SubwordRule?

    /// Rows of the ids: the words, and one for each sub-word of a word.
    public var height: Int { 1 + (subwords?.perWord ?? 0) }

    /// The shape of the ids of so many tokens.
    public func shape(ofTokens count: Int) -> Shape {
        Shape(channels: 1, height: height, width: padding.paddedLength(ofTokens: count))
    }

    /// Which tokens become words of the vocabulary.
    public struct VocabularyLimits: Hashable, Sendable {
        /// Words that occur less often in the training texts are left out; at least 1.
        public var minimumCount: Int
        /// At most so many words are kept, the most frequent ones, or all if nil; at least 1.
        public var maximumSize: Int?
        /// So many words join the vocabulary from a file of word vectors, its first ones, which are the most frequent ones
        /// where the file is in the usual order; 0 … 8,388,608.
        public var extra: Int
        /// Takes the place of words, if not nil; then the other limits have nothing to limit.
        public var hashed: Hashing?

        /// Creates limits; all words are kept if nothing is said.
        public init(minimumCount: Int = 1, maximumSize: Int? = nil, extra: Int = 0, hashed: Hashing? = nil) {
            self.minimumCount = minimumCount
            self.maximumSize = maximumSize
            self.extra = extra
            self.hashed = hashed
        }

        func check() throws(TextError) {
            try Vocabulary.check(minimumCount: minimumCount, maximumSize: maximumSize)
            guard (0...Vocabulary.largestBuckets).contains(extra) else {
                throw .invalidOption(name: "extra", expected: "0 … \(Vocabulary.largestBuckets)", found: "\(extra)")
            }
            guard let hashed else { return }
            _ = try hashed.vocabulary()
            guard !limitsWords else {
                throw .invalidOption(
                    name: "vocabulary", expected: "hashed, or limits of words", found: "both")
            }
        }

        var limitsWords: Bool { minimumCount != 1 || maximumSize != nil || extra != 0 }
    }

    /// Creates options: NFC, words with punctuation, all of them kept, the standard padding, if nothing is said.
    public init(
        normalisation: TextNormalisation = .init(), tokeniser: Tokeniser = .words(),
        vocabulary: VocabularyLimits = .init(), padding: PaddingRule = .standard, subwords: SubwordRule? = nil
    ) {
        self.normalisation = normalisation
        self.tokeniser = tokeniser
        self.vocabulary = vocabulary
        self.padding = padding
        self.subwords = subwords
    }

    func check() throws(TextError) {
        try vocabulary.check()
        if tokeniser == .bytes, vocabulary.limitsWords {
            throw .invalidOption(
                name: "vocabulary", expected: "no limits of words, as the tokens are bytes", found: "some")
        }
        guard subwords != nil else { return }
        switch tokeniser {
        case .words, .whitespace: break
        case .characters, .ngrams, .bytes:
            throw .invalidOption(
                name: "subwords", expected: "tokens that are words", found: "characters, n-grams or bytes")
        }
    }

    /// The scheme of Kim 2014: his clean-up, tokens between spaces. Case is kept for TREC and folded for all other corpora.
    public static func kim(letterCase: LetterCase = .kept) -> TextFrontEndOptions {
        .init(normalisation: .init(cleanUp: .kim, letterCase: letterCase), tokeniser: .whitespace)
    }
}

extension TextFrontEndOptions: Codable {
    private enum CodingKeys: String, SettingsKey { case normalisation, tokeniser, vocabulary, padding, subwords }

    /// Decodes the keys `normalisation`, `tokeniser`, `vocabulary`, `padding` and `subwords`; absent keys have the defaults of
    /// `init`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "text front end", keyedBy: CodingKeys.self)
        normalisation = try settings.decode(.normalisation, default: .init())
        tokeniser = try settings.decode(.tokeniser, default: .words())
        vocabulary = try settings.decode(.vocabulary, default: .init())
        padding = try settings.decode(.padding, default: .standard)
        subwords = try settings.decodeIfPresent(SubwordRule.self, forKey: .subwords)
        do { try check() } catch { throw DecodingError.refused(error, at: decoder.codingPath) }
    }
}

extension TextFrontEndOptions.VocabularyLimits: Codable {
    private enum CodingKeys: String, SettingsKey { case minimumCount, maximumSize, extra, hashed }

    /// Decodes the keys `minimumCount` (1 if absent), `maximumSize` (no limit if absent), `extra` (0 if absent) and `hashed`
    /// (none if absent), which goes with none of the others.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "vocabulary limits", keyedBy: CodingKeys.self)
        minimumCount = try settings.decode(.minimumCount, default: 1)
        maximumSize = try settings.decodeIfPresent(Int.self, forKey: .maximumSize)
        do {
            extra = try settings.decode(.extra, default: 0)
            hashed = try settings.decodeIfPresent(Hashing.self, forKey: .hashed)
            try check()
        } catch let error as TextError {
            throw DecodingError.refused(error, at: decoder.codingPath)
        }
    }
}
