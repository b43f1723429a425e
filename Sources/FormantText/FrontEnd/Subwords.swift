import FormantTensor

/// The parts of words as ids: 0 is padding, 1 an unknown character, and the others follow.
public struct Subwords: Hashable, Sendable {
    /// Which parts.
    public let rule: SubwordRule
    /// The characters that are known, in the order of their rows; empty for n-grams, which are hashed.
    public let alphabet: Vocabulary

    /// Creates the parts of a rule.
    /// - Parameter alphabet: the characters, where the parts are characters.
    /// - Throws: `TextError.invalidOption` if characters have an alphabet that holds no words.
    public init(rule: SubwordRule, alphabet: Vocabulary) throws(TextError) {
        self.rule = rule
        switch rule.unit {
        case .characters:
            guard alphabet.holdsWords else {
                throw .invalidOption(name: "subwords alphabet", expected: "characters", found: "hashes or bytes")
            }
            self.alphabet = alphabet
        case .ngrams(_, _, let buckets): self.alphabet = try .hashed(buckets: buckets)
        }
    }

    /// Number of rows of the embedding matrix that the ids index.
    public var rowCount: Int { alphabet.rowCount }

    /// Appends the ids of a word's parts, `perWord` of them.
    /// - Parameter all: scratch.
    func append(partsOf word: UnsafeBufferPointer<UInt8>, to ids: inout [Int32], scratch all: inout [Int32]) {
        all.removeAll(keepingCapacity: true)
        switch rule.unit {
        case .characters:
            var scanner = TokenScanner(word)
            while let character = scanner.nextCharacter() { all.append(alphabet.id(of: character)) }
        case .ngrams(let minimum, let maximum, let buckets):
            var grams = CharacterGrams(lengths: minimum...maximum)
            _ = grams.forEach(of: word, characters: .scalars) { gram in
                all.append(Int32(fastTextHash(gram) % UInt32(buckets)) + Vocabulary.firstWord)
                return true
            }
        }
        if all.count <= rule.perWord {
            ids.append(contentsOf: all)
            ids.append(contentsOf: repeatElement(Vocabulary.padding, count: rule.perWord - all.count))
        } else {
            ids.append(contentsOf: all.prefix((rule.perWord + 1) / 2))
            ids.append(contentsOf: all.suffix(rule.perWord / 2))
        }
    }
}

extension Subwords: Codable {
    private enum CodingKeys: String, SettingsKey { case rule, alphabet }

    /// Decodes `rule` and, for characters, `alphabet`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "subwords", keyedBy: CodingKeys.self)
        let rule = try settings.decode(SubwordRule.self, forKey: .rule)
        do {
            // N-grams have no alphabet: what stands in its place is not looked at.
            let none = try Vocabulary(words: [String]())
            try self.init(
                rule: rule,
                alphabet: rule.unit == .characters ? try settings.decode(Vocabulary.self, forKey: .alphabet) : none)
        } catch let error as TextError {
            throw DecodingError.refused(error, at: decoder.codingPath)
        }
    }

    /// Encodes what `init(from:)` reads.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(rule, forKey: .rule)
        if rule.unit == .characters { try container.encode(alphabet, forKey: .alphabet) }
    }
}
