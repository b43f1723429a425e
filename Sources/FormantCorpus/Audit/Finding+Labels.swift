extension Finding {
    /// Labels that are too many, too few, or one and the same.
    static func ofLabels(_ corpus: Corpus) -> [Finding] {
        var counts: [String: Int] = [:]
        for example in corpus.examples { for label in example.labels { counts[label, default: 0] += 1 } }
        return typos(corpus.labels, counts) + small(corpus, counts) + missing(corpus)
    }

    private static let rareShare = 10
    private static let mostLabels = 5_000

    /// Labels that differ by case or space, and rare ones that are one letter away from another.
    private static func typos(_ labels: [String], _ counts: [String: Int]) -> [Finding] {
        guard labels.count <= mostLabels else { return [] }
        var names: [String] = []
        func name(_ rare: String, _ usual: String) {
            names.append("'\(rare)' (\(counts[rare] ?? 0)) and '\(usual)' (\(counts[usual] ?? 0))")
        }
        var byKey: [String: [String]] = [:]
        for label in labels { byKey[key(label), default: []].append(label) }
        for alike in byKey.values.sorted(by: { $0[0] < $1[0] }) where alike.count > 1 {
            let sorted = alike.sorted { (counts[$1] ?? 0, $0) < (counts[$0] ?? 0, $1) }
            for label in sorted.dropFirst() { name(label, sorted[0]) }
        }
        let letters = labels.map { Array(key($0)) }
        for (place, label) in labels.enumerated() where letters[place].count >= 3 {
            let count = counts[label] ?? 0
            let usual = labels.indices.filter { other in
                count * rareShare <= counts[labels[other]] ?? 0 && isOneEdit(letters[place], letters[other])
            }.max { counts[labels[$0]] ?? 0 < counts[labels[$1]] ?? 0 }
            if let usual { name(label, labels[usual]) }
        }
        guard !names.isEmpty else { return [] }
        return [
            Finding(
                .labelTypo, names.count,
                "\(names.count) label\(names.count == 1 ? " is" : "s are") likely another, misspelt",
                "give both the same name (in a card, by 'map')", names: names)
        ]
    }

    /// A label in lower case, with single spaces for whatever parts its words.
    private static func key(_ label: String) -> String {
        label.lowercased().split { $0.isWhitespace || $0 == "_" || $0 == "-" }.joined(separator: " ")
    }

    /// Whether one letter was put in, left out, replaced, or swapped with its neighbour; digits tell names apart.
    static func isOneEdit(_ a: [Character], _ b: [Character]) -> Bool {
        guard a != b, abs(a.count - b.count) <= 1 else { return false }
        let (long, short) = a.count >= b.count ? (a, b) : (b, a)
        let same = zip(long, short).prefix { $0 == $1 }.count
        let rest = zip(long.dropFirst(same).reversed(), short.dropFirst(same).reversed()).prefix { $0 == $1 }.count
        let (changed, into) = (long[same..<long.count - rest], short[same..<short.count - rest])
        if (changed + into).contains(where: \.isNumber) { return false }
        if changed.count <= 1 { return true }
        return changed.count == 2 && into.count == 2 && changed.first == into.last && changed.last == into.first
    }

    private static func small(_ corpus: Corpus, _ counts: [String: Int]) -> [Finding] {
        func list(_ labels: [String]) -> [String] { labels.map { "'\($0)' (\(counts[$0] ?? 0))" } }
        var findings: [Finding] = []
        let small = corpus.labels.filter { counts[$0] ?? 0 < 5 }.sorted {
            (counts[$0] ?? 0, $0) < (counts[$1] ?? 0, $1)
        }
        if !small.isEmpty {
            findings.append(
                Finding(
                    .smallClass, small.count,
                    "\(small.count) label\(small.count == 1 ? " has" : "s have") fewer than 5 examples, too few for training, validation and test",
                    "find more examples, join the label with another, or leave it out", names: list(small)))
        }
        if corpus.labels.count == 1, !corpus.isMultiLabel {
            findings.append(
                Finding(
                    .oneLabel, 1, "there is one label alone: nothing to tell apart",
                    "add examples of something else, such as background", names: list(corpus.labels)))
        }
        let sorted = corpus.labels.sorted { (counts[$1] ?? 0, $0) < (counts[$0] ?? 0, $1) }
        if let most = sorted.first, let least = sorted.last, let fewest = counts[least], fewest >= 5,
            counts[most] ?? 0 > 20 * fewest
        {
            findings.append(
                Finding(
                    .imbalance, corpus.labels.count,
                    "the largest label has \((counts[most] ?? 0) / fewest) times the examples of the smallest",
                    "judge by macro F1 or balanced accuracy rather than accuracy; find more examples of the small ones",
                    names: list([most, least])))
        }
        return findings
    }

    private static func missing(_ corpus: Corpus) -> [Finding] {
        var labels: [Split: Set<String>] = [:]
        for example in corpus.examples {
            if let split = example.split { labels[split, default: []].formUnion(example.labels) }
        }
        return Split.allCases.compactMap { split in
            guard let found = labels[split] else { return nil }
            let missing = corpus.labels.filter { !found.contains($0) }
            guard !missing.isEmpty else { return nil }
            return Finding(
                .missingInPart, missing.count, "the \(split.rawValue) part lacks \(missing.count) of the labels",
                split == .train
                    ? "move some of their examples there: a network cannot learn what it never sees"
                    : "move some of their examples there, or do not judge by them", names: missing)
        }
    }
}
