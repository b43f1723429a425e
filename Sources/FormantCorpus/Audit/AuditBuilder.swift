/// Puts findings about examples together.
struct AuditBuilder {
    let corpus: Corpus
    let parts: CorpusParts
    private var found: [LeakAudit.Kind: (examples: Set<Int>, crossing: Set<Int>, conflicts: Int)] = [:]
    private var sets: [LeakAudit.CopySet] = []
    private var pairs: [LeakAudit.Pair] = []
    private var kept: [LeakAudit.Kind: Int] = [:]

    init(_ corpus: Corpus, _ parts: CorpusParts) {
        self.corpus = corpus
        self.parts = parts
    }

    /// Adds examples that are all the same, two or more, ascending.
    mutating func add(_ kind: LeakAudit.Kind, set: [Int]) {
        let crosses = parts.areCrossed(by: set)
        note(kind, set, crosses)
        guard keeps(kind, crosses) else { return }
        // Of a long list those that show that it crosses parts.
        var shown = Array(set.prefix(LeakAudit.memberLimit))
        if crosses, !parts.areCrossed(by: shown),
            let other = set.first(where: { parts.numbers[$0] != parts.numbers[set[0]] })
        {
            shown[shown.count - 1] = other
        }
        sets.append(
            LeakAudit.CopySet(
                kind: kind, members: shown.map(member), count: set.count, crosses: crosses,
                labelsDiffer: labelsDiffer(set), groupsDiffer: groupsDiffer(set)))
    }

    /// Adds two examples that are nearly the same.
    mutating func add(
        _ kind: LeakAudit.Kind, _ a: Int, _ b: Int, similarity: Double,
        sound: (starts: (Double, Double), seconds: Double)? = nil
    ) {
        let turned = (parts.numbers[a], a) < (parts.numbers[b], b)
        let (first, second) = turned ? (b, a) : (a, b)
        let crosses = parts.numbers[a] != parts.numbers[b]
        note(kind, [first, second], crosses)
        guard keeps(kind, crosses) else { return }
        let starts = sound.map { turned ? ($0.starts.1, $0.starts.0) : $0.starts }
        pairs.append(
            LeakAudit.Pair(
                kind: kind, first: member(first), second: member(second), similarity: similarity,
                firstStart: starts?.0, secondStart: starts?.1, seconds: sound?.seconds, crosses: crosses,
                labelsDiffer: labelsDiffer([first, second]), groupsDiffer: groupsDiffer([first, second])))
    }

    /// Everything that was added.
    consuming func finish(isComplete: Bool) -> LeakAudit {
        var audit = LeakAudit()
        audit.parts = parts.names
        audit.isComplete = isComplete
        for kind in LeakAudit.Kind.allCases {
            guard let found = found[kind] else { continue }
            audit.counts.append(
                .init(
                    kind: kind, examples: found.examples.count, crossing: found.crossing.count,
                    labelConflicts: found.conflicts))
        }
        func sorted<Entry>(_ entries: [Entry], _ key: (Entry) -> (crosses: Bool, similarity: Double)) -> [Entry] {
            entries.enumerated().sorted { a, b in
                let (x, y) = (key(a.element), key(b.element))
                if x.crosses != y.crosses { return x.crosses }
                return x.similarity != y.similarity ? x.similarity > y.similarity : a.offset < b.offset
            }.prefix(LeakAudit.limit).map(\.element)
        }
        audit.sets = sorted(sets) { ($0.crosses, 0) }
        audit.pairs = sorted(pairs) { ($0.crosses, $0.similarity) }
        let groups = StraddlingGroup.all(corpus, parts)
        audit.groupCount = groups.count
        audit.groups = Array(groups.prefix(LeakAudit.limit))
        return audit
    }

    private mutating func note(_ kind: LeakAudit.Kind, _ examples: [Int], _ crosses: Bool) {
        var all = found[kind] ?? ([], [], 0)
        found[kind] = nil  // so that the sets are not copied
        all.examples.formUnion(examples)
        if crosses { all.crossing.formUnion(examples) }
        if labelsDiffer(examples) { all.conflicts += 1 }
        found[kind] = all
    }

    /// Whether there is room for another entry of a kind: those that cross parts have twice as much.
    private mutating func keeps(_ kind: LeakAudit.Kind, _ crosses: Bool) -> Bool {
        let count = kept[kind] ?? 0
        guard count < (crosses ? 2 : 1) * LeakAudit.limit else { return false }
        kept[kind] = count + 1
        return true
    }

    private func labelsDiffer(_ examples: [Int]) -> Bool {
        examples.contains { corpus.examples[$0].labels != corpus.examples[examples[0]].labels }
    }

    private func groupsDiffer(_ examples: [Int]) -> Bool {
        examples.contains { corpus.examples[$0].group != corpus.examples[examples[0]].group }
    }

    private func member(_ index: Int) -> LeakAudit.Member {
        let example = corpus.examples[index]
        var text: String?
        if case .text(let whole) = example.input {
            text = whole.count > 120 ? whole.prefix(119) + "…" : whole
        }
        return LeakAudit.Member(
            id: example.id, labels: example.labels, group: example.group, part: parts.names[parts.numbers[index]],
            text: text)
    }
}
