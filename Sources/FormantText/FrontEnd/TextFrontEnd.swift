import FormantTensor

/// Turns a sentence into the ids that a network looks up: normalise, cut into tokens, number, pad.
///
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

    /// Creates a front end with a vocabulary that exists already.
    public init(
        normalisation: TextNormalisation = .init(), tokeniser: Tokeniser = .words(), vocabulary: Vocabulary,
        padding: PaddingRule = .standard
    ) {
        self.normalisation = normalisation
        self.tokeniser = tokeniser
        self.vocabulary = vocabulary
        self.padding = padding
    }

    /// Creates a front end whose vocabulary holds the tokens of the training texts.
    ///
    /// The whole texts count, also what `maximumLength` would cut. The same texts in any order give the same value.
    /// - Throws: `TextError.invalidOption` if the vocabulary limits are outside their ranges.
    public static func fit(
        texts: some Sequence<String>, options: TextFrontEndOptions = .init()
    ) throws(TextError) -> TextFrontEnd {
        var table = TokenTable()
        var counts: [Int] = []
        for text in texts {
            options.tokeniser.forEachToken(of: options.normalisation.apply(to: text)) { token in
                let number = table.insert(token)
                if number == counts.count { counts.append(1) } else { counts[number] += 1 }
                return true
            }
        }
        let vocabulary = try Vocabulary(
            table: table, counts: counts, minimumCount: options.vocabulary.minimumCount,
            maximumSize: options.vocabulary.maximumSize)
        return TextFrontEnd(
            normalisation: options.normalisation, tokeniser: options.tokeniser, vocabulary: vocabulary,
            padding: options.padding)
    }

    /// Number of rows of the embedding matrix that the ids index.
    public var rowCount: Int { vocabulary.rowCount }

    /// The tokens of a text, normalised, all of them.
    public func tokens(of text: String) -> [String] { tokeniser.tokens(of: normalisation.apply(to: text)) }

    /// The padded ids of a text, each in 0 ..< `rowCount`; the length is as `padding` says. Text without tokens gives padding
    /// alone.
    public func ids(of text: String) -> [Int32] {
        var ids = [Int32](repeating: Vocabulary.padding, count: padding.margin)
        let limit = padding.margin + padding.maximumLength
        tokeniser.forEachToken(of: normalisation.apply(to: text)) { token in
            ids.append(vocabulary.id(of: token))
            return ids.count < limit
        }
        return padded(ids)
    }

    /// The padded ids of tokens, which are looked up as they are.
    public func ids(ofTokens tokens: some Sequence<String>) -> [Int32] {
        var ids = [Int32](repeating: Vocabulary.padding, count: padding.margin)
        for token in tokens.prefix(padding.maximumLength) { ids.append(vocabulary.id(of: token)) }
        return padded(ids)
    }

    // Fills up after the margin and the tokens.
    private func padded(_ ids: [Int32]) -> [Int32] {
        let missing = padding.paddedLength(ofTokens: ids.count - padding.margin) - ids.count
        return ids + repeatElement(Vocabulary.padding, count: missing)
    }
}

extension TextFrontEnd: Codable {
    private enum CodingKeys: String, SettingsKey { case normalisation, tokeniser, vocabulary, padding }

    /// Decodes the keys `normalisation`, `tokeniser`, `vocabulary` and `padding`; all but the vocabulary may be absent and
    /// then have the defaults of `init`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "text front end", keyedBy: CodingKeys.self)
        self.init(
            normalisation: try settings.decode(.normalisation, default: .init()),
            tokeniser: try settings.decode(.tokeniser, default: .words()),
            vocabulary: try settings.decode(Vocabulary.self, forKey: .vocabulary),
            padding: try settings.decode(.padding, default: .standard))
    }
}
