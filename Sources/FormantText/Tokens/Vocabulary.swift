import FormantTensor

/// The words a network knows, each with its row in the embedding matrix.
///
/// Row 0 is padding, row 1 stands for every unknown word, and the words follow from row 2 on. Words are equal if their
/// UTF-8 is: normalise first. Two kinds hold no words and know every one: `hashed(buckets:)` and `bytes`.
public struct Vocabulary: Hashable, Sendable {
    /// The id of padding.
    public static let padding: Int32 = 0
    /// The id of every word that is not in the vocabulary.
    public static let unknown: Int32 = 1
    /// The id of the first word.
    public static let firstWord: Int32 = 2

    private enum Kind: Hashable, Sendable {
        case words
        case hashed(buckets: Int)
        case bytes
    }

    private let kind: Kind
    // The words it holds; none of those that hold no words.
    private let table: TokenTable

    /// The 256 bytes, each as the scalar of its number (U+0000 … U+00FF), for `Tokeniser.bytes`. Nothing is unknown to it.
    public static let bytes = Vocabulary(kind: .bytes)

    /// The largest number of buckets: ids are exact in single precision.
    static let largestBuckets = 1 << 23

    /// A vocabulary that stores nothing: the id of a word is 2 + hash mod `buckets`, where the hash is FNV-1a of 64 bits over
    /// the word's UTF-8. No word is unknown; words of one bucket are one to the network.
    /// - Parameter buckets: 1 … 8,388,608.
    /// - Throws: `TextError.invalidOption` if it is not.
    public static func hashed(buckets: Int) throws(TextError) -> Vocabulary {
        guard (1...largestBuckets).contains(buckets) else {
            throw .invalidOption(name: "buckets", expected: "1 … \(largestBuckets)", found: "\(buckets)")
        }
        return Vocabulary(kind: .hashed(buckets: buckets))
    }

    private init(kind: Kind, table: TokenTable = TokenTable()) {
        self.kind = kind
        self.table = table
    }

    /// Whether it holds words; otherwise it is one of the kinds that know every word.
    public var holdsWords: Bool { kind == .words }

    /// Creates a vocabulary from words in the order of their rows.
    /// - Throws: `TextError.invalidVocabulary` if a word is empty, holds a line feed (which separates words in files) or
    ///   stands twice; words are counted from 1.
    public init(words: some Sequence<String>) throws(TextError) {
        var table = TokenTable()
        for word in words { try Vocabulary.add(word, to: &table) }
        self.init(kind: .words, table: table)
    }

    /// Creates a vocabulary from the counts of words: the most frequent first, and those of equal count in the order of
    /// their UTF-8, so that the same counts give the same rows.
    /// - Parameters:
    ///   - counts: how often each word occurs.
    ///   - minimumCount: words that occur less often are left out; at least 1.
    ///   - maximumSize: at most so many words are kept (padding and unknown not counted), or all if nil; at least 1.
    /// - Throws: `TextError.invalidOption`, or `TextError.invalidVocabulary` if a word cannot be one.
    public init(counts: [String: Int], minimumCount: Int = 1, maximumSize: Int? = nil) throws(TextError) {
        var table = TokenTable()
        var numbers: [Int] = []
        for (word, count) in counts {
            try Vocabulary.add(word, to: &table)
            numbers.append(count)
        }
        try self.init(table: table, counts: numbers, minimumCount: minimumCount, maximumSize: maximumSize)
    }

    // The words of a table, each with its count.
    init(table: TokenTable, counts: [Int], minimumCount: Int, maximumSize: Int?) throws(TextError) {
        try Vocabulary.check(minimumCount: minimumCount, maximumSize: maximumSize)
        let order = (0..<table.count).filter { counts[$0] >= minimumCount }.sorted { a, b in
            counts[a] != counts[b]
                ? counts[a] > counts[b] : table.utf8(of: a).lexicographicallyPrecedes(table.utf8(of: b))
        }
        var kept = TokenTable()
        for number in order.prefix(maximumSize ?? Int(Int32.max)) { _ = kept.insert(table[number]) }
        self.init(kind: .words, table: kept)
    }

    /// Number of words, padding and unknown not counted; of a vocabulary that holds none, of its buckets or bytes.
    public var count: Int {
        switch kind {
        case .words: table.count
        case .hashed(let buckets): buckets
        case .bytes: 256
        }
    }

    /// Number of rows of an embedding matrix: the words, padding and unknown.
    public var rowCount: Int { count + Int(Vocabulary.firstWord) }

    /// The words in the order of their rows; none where it holds none.
    public var words: [String] { (0..<table.count).map { table[$0] } }

    /// The id of a word, `unknown` if it is not in the vocabulary. Constant time.
    public func id(of word: String) -> Int32 {
        var word = word
        return word.withUTF8 { id(of: $0) }
    }

    /// The word of an id, or nil for padding, unknown, a bucket, and any number that is no id.
    public func word(of id: Int32) -> String? {
        guard id >= Vocabulary.firstWord, Int(id) < rowCount else { return nil }
        let number = Int(id - Vocabulary.firstWord)
        switch kind {
        case .words: return table[number]
        case .hashed: return nil
        case .bytes: return String(Unicode.Scalar(UInt8(number)))
        }
    }

    /// The same vocabulary with words added behind its own, in their order; those it has are passed over, and so are empty
    /// ones and those with a line feed. A vocabulary that holds no words stays as it is.
    public func extended(by words: some Sequence<String>) -> Vocabulary {
        guard holdsWords else { return self }
        var table = table
        for word in words where !word.isEmpty && !word.utf8.contains(0x0a) && table.count < Vocabulary.largestBuckets {
            _ = table.insert(word)
        }
        return Vocabulary(kind: .words, table: table)
    }

    func id(of token: UnsafeBufferPointer<UInt8>) -> Int32 {
        switch kind {
        case .words:
            return table.find(token).map { Int32($0) + Vocabulary.firstWord } ?? Vocabulary.unknown
        case .hashed(let buckets):
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in token { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            return Int32(hash % UInt64(buckets)) + Vocabulary.firstWord
        case .bytes:
            // The UTF-8 of a scalar up to U+00FF; nothing else comes from the tokeniser.
            if token.count == 1, token[0] < 0x80 { return Int32(token[0]) + Vocabulary.firstWord }
            guard token.count == 2, token[0] & 0xfe == 0xc2 else { return Vocabulary.unknown }
            return Int32(token[0] & 0x03) << 6 + Int32(token[1] & 0x3f) + Vocabulary.firstWord
        }
    }

    static func check(minimumCount: Int, maximumSize: Int?) throws(TextError) {
        guard minimumCount >= 1 else {
            throw .invalidOption(name: "minimumCount", expected: "at least 1", found: "\(minimumCount)")
        }
        if let maximumSize, maximumSize < 1 {
            throw .invalidOption(name: "maximumSize", expected: "at least 1", found: "\(maximumSize)")
        }
    }

    private static func add(_ word: String, to table: inout TokenTable) throws(TextError) {
        let place = table.count + 1
        guard !word.isEmpty else { throw .invalidVocabulary(word: place, problem: "it is empty") }
        guard !word.utf8.contains(0x0a) else {
            throw .invalidVocabulary(word: place, problem: "it holds a line feed, which separates words")
        }
        guard place <= Int(Int32.max) - Int(firstWord) else {
            throw .invalidVocabulary(word: place, problem: "there are more words than ids")
        }
        let number = table.insert(word)
        guard number == place - 1 else {
            throw .invalidVocabulary(word: place, problem: "'\(word)' stands at \(number + 1) too")
        }
    }
}

extension Vocabulary: Codable {
    private enum CodingKeys: String, SettingsKey { case words, hashed, bytes }

    /// Decodes one of `words`: one string, the words in the order of their rows with a line feed between two of them;
    /// `hashed`: a mapping with `buckets`; `bytes`: 256.
    /// - Throws: `DecodingError` around `TextError.invalidVocabulary` if they are no vocabulary.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "vocabulary", keyedBy: CodingKeys.self)
        do {
            if settings.contains(.hashed) {
                self = try settings.decode(Hashing.self, forKey: .hashed).vocabulary()
            } else if settings.contains(.bytes) {
                let count = try settings.decode(Int.self, forKey: .bytes)
                guard count == 256 else {
                    throw TextError.invalidOption(name: "vocabulary bytes", expected: "256", found: "\(count)")
                }
                self = .bytes
            } else {
                let text = try settings.decode(String.self, forKey: .words)
                try self.init(words: text.isEmpty ? [] : splitAtLineFeeds(text))
            }
        } catch let error as TextError {
            throw DecodingError.refused(error, at: decoder.codingPath)
        }
    }

    /// Encodes the words as one string, which is small and fast to read for hundreds of thousands of them; or what takes their
    /// place.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch kind {
        case .words: try container.encode(words.joined(separator: "\n"), forKey: .words)
        case .hashed(let buckets): try container.encode(Hashing(buckets: buckets), forKey: .hashed)
        case .bytes: try container.encode(256, forKey: .bytes)
        }
    }
}

/// A vocabulary without words: `buckets` rows that words are hashed to (see `Vocabulary.hashed(buckets:)`).
public struct Hashing: Hashable, Sendable, Codable {
    /// Number of rows, 1 … 8,388,608.
    public var buckets: Int

    private enum CodingKeys: String, SettingsKey { case buckets }

    /// Creates a hashing; 65,536 buckets if nothing is said.
    public init(buckets: Int = 65536) { self.buckets = buckets }

    /// Decodes `buckets` (65,536 if absent).
    public init(from decoder: any Decoder) throws {
        buckets = try decoder.settings(of: "hashed", keyedBy: CodingKeys.self).decode(.buckets, default: 65536)
    }

    func vocabulary() throws(TextError) -> Vocabulary { try .hashed(buckets: buckets) }
}

// By bytes: as a Character, a line feed after a carriage return would be no line feed.
private func splitAtLineFeeds(_ text: String) -> [String] {
    text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false).map { String(Substring($0)) }
}
