import FormantTensor

/// Which parts of a word stand beside it as ids of their own.
///
/// The parts of a word that has more than `perWord` of them are its first and its last ones, one more of the first if the
/// number is odd: the end of a word tells as much as its beginning.
public struct SubwordRule: Hashable, Sendable {
    /// What a part is.
    public let unit: Unit
    /// Ids per word, 1 … 256; words with fewer parts are filled up with padding.
    public let perWord: Int

    /// What a part of a word is.
    public enum Unit: Hashable, Sendable {
        /// A scalar with its combining marks, numbered by an alphabet that is fitted on the training texts.
        case characters
        /// Character n-grams of the word between `<` and `>`, of `minimum` to `maximum` Unicode scalars, numbered by fastText's
        /// hash: 2 + hash mod `buckets`.
        case ngrams(minimum: Int, maximum: Int, buckets: Int)
    }

    /// Creates a rule.
    /// - Throws: `TextError.invalidOption` if a number is outside its range: `perWord` 1 … 256, 1 ≤ `minimum` ≤ `maximum` ≤ 16,
    ///   `buckets` 1 … 8,388,608.
    public init(unit: Unit, perWord: Int) throws(TextError) {
        guard (1...256).contains(perWord) else {
            throw .invalidOption(name: "subwords perWord", expected: "1 … 256", found: "\(perWord)")
        }
        if case .ngrams(let minimum, let maximum, let buckets) = unit {
            guard (1...16).contains(maximum), (1...maximum).contains(minimum) else {
                throw .invalidOption(
                    name: "subwords", expected: "1 ≤ minimum ≤ maximum ≤ 16",
                    found: "minimum \(minimum), maximum \(maximum)")
            }
            guard (1...Vocabulary.largestBuckets).contains(buckets) else {
                throw .invalidOption(
                    name: "subwords buckets", expected: "1 … \(Vocabulary.largestBuckets)", found: "\(buckets)")
            }
        }
        self.unit = unit
        self.perWord = perWord
    }
}

extension SubwordRule: Codable {
    private enum CodingKeys: String, SettingsKey { case unit, minimum, maximum, buckets, perWord }
    private enum UnitName: String, CaseIterable { case characters, ngrams }

    /// Decodes `unit` (`characters` or `ngrams`), `perWord` (16, or 20 for n-grams, if absent), and for n-grams `minimum` (3),
    /// `maximum` (5) and `buckets` (20,000).
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "subwords", keyedBy: CodingKeys.self)
        do {
            switch try settings.name(.unit, default: UnitName.characters) {
            case .characters:
                if let key = [CodingKeys.minimum, .maximum, .buckets].first(where: { settings.contains($0) }) {
                    throw TextError.invalidOption(
                        name: "subwords", expected: "\(key.rawValue) with unit: ngrams alone", found: "unit: characters"
                    )
                }
                try self.init(unit: .characters, perWord: try settings.decode(.perWord, default: 16))
            case .ngrams:
                try self.init(
                    unit: .ngrams(
                        minimum: try settings.decode(.minimum, default: 3),
                        maximum: try settings.decode(.maximum, default: 5),
                        buckets: try settings.decode(.buckets, default: 20_000)),
                    perWord: try settings.decode(.perWord, default: 20))
            }
        } catch let error as TextError {
            throw DecodingError.refused(error, at: decoder.codingPath)
        }
    }

    /// Encodes what `init(from:)` reads.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(perWord, forKey: .perWord)
        switch unit {
        case .characters: try container.encode(UnitName.characters.rawValue, forKey: .unit)
        case .ngrams(let minimum, let maximum, let buckets):
            try container.encode(UnitName.ngrams.rawValue, forKey: .unit)
            try container.encode(minimum, forKey: .minimum)
            try container.encode(maximum, forKey: .maximum)
            try container.encode(buckets, forKey: .buckets)
        }
    }
}
