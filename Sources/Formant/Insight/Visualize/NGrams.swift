import FormantCorpus
import FormantInsight
import FormantText

/// The runs of words that make filters of a sentence network answer most strongly: of each sentence the words under the
/// maximum of the response map. Room does not depend on the number of sentences.
struct NGrams {
    /// Words with where they stood.
    struct Entry: Sendable, Codable, Hashable {
        /// The words; "·" is padding.
        var words: [String]
        /// The response.
        var response: Float
        /// In how many sentences this was the strongest place.
        var count: Int
        /// Some of these.
        var contexts: [Context]
    }

    /// A sentence around the words.
    struct Context: Sendable, Codable, Hashable {
        var before: String
        var after: String
        var label: String?
    }

    private let limit: Int
    private static let contextLimit = 3
    /// Words of a context on each side.
    private static let reach = 6

    /// The strongest runs of words, each once, the strongest first. An n-gram that is among them at the end has been since it
    /// first came, so that its count is complete.
    private(set) var entries: [Entry] = []

    init(limit: Int) { self.limit = limit }

    /// Takes the strongest place of a sentence.
    /// - Parameters:
    ///   - places: the numbers of the words under it; those outside the sentence are padding.
    ///   - tokens: all words of the sentence.
    mutating func offer(_ response: Float, places: Range<Int>, tokens: [String], label: String?) {
        guard !response.isNaN, entries.count < limit || response >= entries[entries.count - 1].response else { return }
        let words = places.map { tokens.indices.contains($0) ? tokens[$0] : "·" }
        if let known = entries.firstIndex(where: { $0.words == words }) {
            entries[known].count += 1
            if entries[known].contexts.count < NGrams.contextLimit {
                entries[known].contexts.append(context(places, tokens, label))
            }
            return
        }
        guard entries.count < limit || response > entries[entries.count - 1].response else { return }
        if entries.count == limit { entries.removeLast() }
        let entry = Entry(
            words: words, response: response, count: 1, contexts: [context(places, tokens, label)])
        entries.insert(entry, at: entries.firstIndex { $0.response < response } ?? entries.count)
    }

    private func context(_ places: Range<Int>, _ tokens: [String], _ label: String?) -> Context {
        let start = min(max(0, places.lowerBound), tokens.count)
        let end = min(max(start, places.upperBound), tokens.count)
        let before = tokens[max(0, start - NGrams.reach)..<start]
        let after = tokens[end..<min(tokens.count, end + NGrams.reach)]
        return Context(
            before: (start > NGrams.reach ? "… " : "") + before.joined(separator: " "),
            after: after.joined(separator: " ") + (end + NGrams.reach < tokens.count ? " …" : ""), label: label)
    }
}
