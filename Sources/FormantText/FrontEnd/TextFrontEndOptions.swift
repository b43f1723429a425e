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

    /// Which tokens become words of the vocabulary.
    public struct VocabularyLimits: Hashable, Sendable {
        /// Words that occur less often in the training texts are left out; at least 1.
        public var minimumCount: Int
        /// At most so many words are kept, the most frequent ones, or all if nil; at least 1.
        public var maximumSize: Int?

        /// Creates limits; all words are kept if nothing is said.
        public init(minimumCount: Int = 1, maximumSize: Int? = nil) {
            self.minimumCount = minimumCount
            self.maximumSize = maximumSize
        }
    }

    /// Creates options: NFC, words with punctuation, all of them kept, the standard padding, if nothing is said.
    public init(
        normalisation: TextNormalisation = .init(), tokeniser: Tokeniser = .words(),
        vocabulary: VocabularyLimits = .init(), padding: PaddingRule = .standard
    ) {
        self.normalisation = normalisation
        self.tokeniser = tokeniser
        self.vocabulary = vocabulary
        self.padding = padding
    }

    /// The scheme of Kim 2014: his clean-up, tokens between spaces. Case is kept for TREC and folded for all other corpora.
    public static func kim(letterCase: LetterCase = .kept) -> TextFrontEndOptions {
        .init(normalisation: .init(cleanUp: .kim, letterCase: letterCase), tokeniser: .whitespace)
    }
}

extension TextFrontEndOptions: Codable {
    private enum CodingKeys: String, SettingsKey { case normalisation, tokeniser, vocabulary, padding }

    /// Decodes the keys `normalisation`, `tokeniser`, `vocabulary` and `padding`; absent keys have the defaults of `init`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "text front end", keyedBy: CodingKeys.self)
        normalisation = try settings.decode(.normalisation, default: .init())
        tokeniser = try settings.decode(.tokeniser, default: .words())
        vocabulary = try settings.decode(.vocabulary, default: .init())
        padding = try settings.decode(.padding, default: .standard)
    }
}

extension TextFrontEndOptions.VocabularyLimits: Codable {
    private enum CodingKeys: String, SettingsKey { case minimumCount, maximumSize }

    /// Decodes the keys `minimumCount` (1 if absent) and `maximumSize` (no limit if absent).
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "vocabulary limits", keyedBy: CodingKeys.self)
        minimumCount = try settings.decode(.minimumCount, default: 1)
        maximumSize = try settings.decodeIfPresent(Int.self, forKey: .maximumSize)
        do {
            try Vocabulary.check(minimumCount: minimumCount, maximumSize: maximumSize)
        } catch {
            throw DecodingError.refused(error, at: decoder.codingPath)
        }
    }
}
