import FormantTensor
import FormantText

/// The words of a sentence, and the sentence without some of them.
struct SentenceWords {
    /// One word.
    struct Word: Sendable {
        /// As it is shown.
        var text: String
        /// The columns of the ids that are made of it; empty where the front end cuts it off.
        var columns: Range<Int>
        /// Whether the vocabulary has what is made of it.
        var isKnown: Bool
    }

    /// How a word is taken away.
    enum Erasing: String, CaseIterable, Sendable {
        /// It is left out, and those behind it move up.
        case leaveOut = "leave-out"
        /// Padding comes in its place.
        case replace
    }

    let words: [Word]
    private let frontEnd: TextFrontEnd
    /// Whether the words are the front end's own tokens.
    private let areTokens: Bool
    private let whole: [Int32]

    /// What stands between spaces, whatever the front end makes of it.
    init(between texts: [String], _ frontEnd: TextFrontEnd) {
        self.frontEnd = frontEnd
        areTokens = false
        whole = frontEnd.ids(of: texts.joined(separator: " "))
        words = texts.map { Word(text: $0, columns: 0..<0, isKnown: true) }
    }

    /// The words of a text as the network sees them: tokens that are words, or what of characters, n-grams or bytes comes from
    /// between two spaces.
    init(_ text: String, _ frontEnd: TextFrontEnd) {
        self.frontEnd = frontEnd
        whole = frontEnd.ids(of: text)
        let margin = frontEnd.padding.margin
        let end = margin + frontEnd.padding.maximumLength
        let ids = whole
        func word(_ text: String, _ tokens: Range<Int>) -> Word {
            let columns = min(end, margin + tokens.lowerBound)..<min(end, margin + tokens.upperBound)
            return Word(
                text: text, columns: columns, isKnown: !columns.contains { ids[$0] == Vocabulary.unknown })
        }
        switch frontEnd.tokeniser {
        case .words, .whitespace:
            areTokens = true
            words = frontEnd.tokens(of: text).enumerated().map { word($1, $0..<$0 + 1) }
        case .characters, .ngrams, .bytes:
            areTokens = false
            // Up to the end of each word there are so many tokens.
            var (before, read) = (0, "")
            words = text.split(whereSeparator: \.isWhitespace).map { part in
                read += (read.isEmpty ? "" : " ") + part
                let count = max(before, frontEnd.tokens(of: read).count)
                defer { before = count }
                return word(String(part), before..<count)
            }
        }
    }

    /// The ids without some words.
    func ids(without erased: Set<Int>, _ erasing: Erasing = .leaveOut) -> [Int32] {
        if erased.isEmpty { return whole }
        if erasing == .replace {
            var ids = whole
            let width = ids.count / frontEnd.height
            for word in erased {
                for row in 0..<frontEnd.height {
                    for column in words[word].columns { ids[row * width + column] = Vocabulary.padding }
                }
            }
            return ids
        }
        let rest = words.indices.filter { !erased.contains($0) }.map { words[$0].text }
        return areTokens ? frontEnd.ids(ofTokens: rest) : frontEnd.ids(of: rest.joined(separator: " "))
    }
}

extension SentencePredictor {
    /// The outputs of sentences as a front end numbers them.
    func outputs(of ids: [[Int32]], _ frontEnd: TextFrontEnd) throws -> [[Float]] {
        try outputs(shapes: ids.map { frontEnd.shape(ofIDs: $0) }) { index, input in
            for (place, id) in ids[index].enumerated() { input[place] = Float(id) }
        }
    }
}
