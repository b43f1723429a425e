import FormantTensor

/// The words a network knows, each with its row in the embedding matrix.
///
/// Row 0 is padding, row 1 stands for every unknown word, and the words follow from row 2 on. Words are equal if their
/// UTF-8 is: normalise first.
public struct Vocabulary: Hashable, Sendable {
    /// The id of padding.
    public static let padding: Int32 = 0
    /// The id of every word that is not in the vocabulary.
    public static let unknown: Int32 = 1
    /// The id of the first word.
    public static let firstWord: Int32 = 2

    private let table: TokenTable

    /// Creates a vocabulary from words in the order of their rows.
    /// - Throws: `TextError.invalidVocabulary` if a word is empty, holds a line feed (which separates words in files) or
    ///   stands twice; words are counted from 1.
    public init(words: some Sequence<String>) throws(TextError) {
        var table = TokenTable()
        for word in words { try Vocabulary.add(word, to: &table) }
        self.table = table
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
        self.table = kept
    }

    /// Number of words, padding and unknown not counted.
    public var count: Int { table.count }

    /// Number of rows of an embedding matrix: the words, padding and unknown.
    public var rowCount: Int { table.count + Int(Vocabulary.firstWord) }

    /// The words in the order of their rows.
    public var words: [String] { (0..<table.count).map { table[$0] } }

    /// The id of a word, `unknown` if it is not in the vocabulary. Constant time.
    public func id(of word: String) -> Int32 { id(ofNumber: table.find(word)) }

    /// The word of an id, or nil for padding, unknown, and any number that is no id.
    public func word(of id: Int32) -> String? {
        guard id >= Vocabulary.firstWord, Int(id) < rowCount else { return nil }
        return table[Int(id - Vocabulary.firstWord)]
    }

    func id(of token: UnsafeBufferPointer<UInt8>) -> Int32 { id(ofNumber: table.find(token)) }

    private func id(ofNumber number: Int?) -> Int32 {
        number.map { Int32($0) + Vocabulary.firstWord } ?? Vocabulary.unknown
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
    private enum CodingKeys: String, SettingsKey { case words }

    /// Decodes `words`: one string, the words in the order of their rows with a line feed between two of them.
    /// - Throws: `DecodingError` around `TextError.invalidVocabulary` if they are no vocabulary.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "vocabulary", keyedBy: CodingKeys.self)
        let text = try settings.decode(String.self, forKey: .words)
        do {
            try self.init(words: text.isEmpty ? [] : splitAtLineFeeds(text))
        } catch {
            throw DecodingError.refused(error, at: decoder.codingPath)
        }
    }

    /// Encodes the words as one string, which is small and fast to read for hundreds of thousands of them.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(words.joined(separator: "\n"), forKey: .words)
    }
}

// By bytes: as a Character, a line feed after a carriage return would be no line feed.
private func splitAtLineFeeds(_ text: String) -> [String] {
    text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false).map { String(Substring($0)) }
}
