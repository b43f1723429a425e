/// What stands in several parts of a corpus and should not: exact copies, and groups (speakers, recordings, sites).
public struct PartLeaks: Sendable, Equatable {
    /// Copies in several parts: the examples of each set, ascending.
    public var copies: [[Int]]
    /// Groups with examples in several parts, by name, with how many examples they have in each.
    public var groups: [StraddlingGroup]

    /// Looks for leaks.
    public init(_ corpus: Corpus, _ parts: CorpusParts, _ copies: ExactCopies) {
        self.copies = copies.sets.filter { parts.areCrossed(by: $0) }
        groups = StraddlingGroup.all(corpus, parts)
    }

    /// Whether there is none.
    public var isEmpty: Bool { copies.isEmpty && groups.isEmpty }

    /// What a person should know, in sentences that name up to so many of each kind.
    public func descriptions(_ corpus: Corpus, _ parts: CorpusParts, naming limit: Int = 20) -> [String] {
        func list(_ names: [String]) -> String {
            names.prefix(limit).joined(separator: "; ")
                + (names.count > limit ? "; and \(names.count - limit) more" : "")
        }
        var descriptions: [String] = []
        if !copies.isEmpty {
            let names = copies.map { set in
                var seen: Set<Int> = []
                // One of each part, from the part that matters most.
                return set.filter { seen.insert(parts.numbers[$0]).inserted }
                    .sorted { parts.numbers[$0] > parts.numbers[$1] }
                    .map { "\(corpus.examples[$0].id) (\(parts.names[parts.numbers[$0]]))" }
                    .joined(separator: " = ")
            }
            let verb = copies.count == 1 ? "stands" : "stand"
            let what =
                "\(corpus.modality.thing(copies.count)) \(verb)"
                + (corpus.modality == .text ? "" : ", with the same bytes,")
            descriptions.append("\(copies.count) \(what) in several parts: \(list(names))")
        }
        if !groups.isEmpty {
            descriptions.append(
                "\(groups.count) group\(groups.count == 1 ? " is" : "s are") in several parts: "
                    + list(groups.map(\.description)))
        }
        return descriptions
    }
}

/// A group that is in several parts.
public struct StraddlingGroup: Sendable, Equatable, Codable, CustomStringConvertible {
    /// A part, and how many examples of the group it has.
    public struct Share: Sendable, Equatable, Codable {
        /// Name of the part.
        public var part: String
        /// Examples, at least one.
        public var examples: Int
    }

    /// Its name.
    public var group: String
    /// Where it is, in the order of the parts.
    public var shares: [Share]

    /// `NAME (12 train, 3 test)`.
    public var description: String {
        "\(group) (" + shares.map { "\($0.examples) \($0.part)" }.joined(separator: ", ") + ")"
    }

    /// All of a corpus, by name.
    static func all(_ corpus: Corpus, _ parts: CorpusParts) -> [StraddlingGroup] {
        guard parts.names.count > 1 else { return [] }
        var counts: [String: [Int: Int]] = [:]
        for (example, part) in zip(corpus.examples, parts.numbers) {
            if let group = example.group { counts[group, default: [:]][part, default: 0] += 1 }
        }
        return counts.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { group, shares in
            StraddlingGroup(
                group: group,
                shares: shares.sorted { $0.key < $1.key }.map { Share(part: parts.names[$0.key], examples: $0.value) })
        }
    }
}
