import FormantCorpus

/// What was found in a corpus, for people.
enum AuditText {
    private static let shown = 20

    /// What is wrong, and what to do.
    static func text(_ findings: [Finding]) -> String {
        guard !findings.isEmpty else { return "\nnothing wrong was found\n" }
        return findings.map { finding in
            var text = "\n\(finding.what)\n  what to do: \(finding.advice)\n"
            for name in finding.names.prefix(10) { text += "  \(name.onOneLine)\n" }
            let more = finding.count - 10
            if finding.names.count > 10 { text += "  and \(more) more\n" }
            return text
        }.joined()
    }

    /// What is there twice.
    static func text(_ audit: LeakAudit) -> String {
        var text = "\n" + table(audit)
        text += list(audit.sets.filter(\.crosses).map(line), "exact copies in several parts")
        text += pairs(audit, crossing: true)
        text += list(
            audit.groups.map { $0.description.onOneLine }, "groups in several parts", of: audit.groupCount)
        text += list(audit.sets.filter { !$0.crosses }.map(line), "exact copies in one part")
        text += pairs(audit, crossing: false)
        if let advice = advice(audit) { text += "\nwhat to do: \(advice)\n" }
        return text
    }

    /// The near copies in several parts, or in one, by what they are of.
    private static func pairs(_ audit: LeakAudit, crossing: Bool) -> String {
        let kinds: [(name: String, kinds: [LeakAudit.Kind])] = [
            ("recordings", [.sameSound, .nearSound]), ("texts", [.nearText]), ("pictures", [.nearPicture]),
        ]
        return kinds.map { name, kinds in
            list(
                audit.pairs.filter { $0.crosses == crossing && kinds.contains($0.kind) }.map(line),
                "\(name) alike in \(crossing ? "several parts" : "one part")")
        }.joined()
    }

    private static func table(_ audit: LeakAudit) -> String {
        guard !audit.counts.isEmpty else { return "no copies were found\n" }
        var rows = [["copies", "examples", "in several parts", "label conflicts"]]
        for count in audit.counts {
            rows.append([name(count.kind), "\(count.examples)", "\(count.crossing)", "\(count.labelConflicts)"])
        }
        return TextTable.text(rows, rightAligned: [1, 2, 3])
    }

    private static func name(_ kind: LeakAudit.Kind) -> String {
        switch kind {
        case .sameBytes: "same bytes"
        case .sameText: "same text"
        case .sameSound: "same sound"
        case .nearSound: "nearly the same sound"
        case .nearText: "nearly the same text"
        case .samePicture: "same picture"
        case .nearPicture: "nearly the same picture"
        }
    }

    private static func list(_ lines: [String], _ title: String, of count: Int? = nil) -> String {
        guard !lines.isEmpty else { return "" }
        let more = (count ?? lines.count) - min(shown, lines.count)
        return "\n\(title)\n" + lines.prefix(shown).map { "  \($0)\n" }.joined()
            + (more > 0 ? "  and \(more) more (--json lists up to \(LeakAudit.limit))\n" : "")
    }

    private static func line(_ set: LeakAudit.CopySet) -> String {
        let more = set.count - set.members.count
        let text = set.members.first?.text.map { "  \"\($0)\"" } ?? ""
        return
            (set.members.map(describe).joined(separator: " = ") + (more > 0 ? " and \(more) more" : "") + text
            + remarks(set.labelsDiffer, set.groupsDiffer)).onOneLine
    }

    private static func line(_ pair: LeakAudit.Pair) -> String {
        var line = "\(pair.similarity.digits(3))  \(describe(pair.first)) ~ \(describe(pair.second))"
        if let first = pair.first.text, let second = pair.second.text { line += "  \"\(first)\" ~ \"\(second)\"" }
        if let seconds = pair.seconds, let first = pair.firstStart, let second = pair.secondStart {
            line += "  \(seconds.digits(2)) s, from \(first.digits(2)) s and \(second.digits(2)) s"
        }
        return (line + remarks(pair.labelsDiffer, pair.groupsDiffer)).onOneLine
    }

    private static func describe(_ member: LeakAudit.Member) -> String {
        let part = member.part == CorpusParts.undivided ? [] : [member.part]
        return "\(member.id) (\((part + member.labels).joined(separator: ", ")))"
    }

    private static func remarks(_ labels: Bool, _ groups: Bool) -> String {
        (labels ? "; labels differ" : "") + (groups ? "; groups differ" : "")
    }

    private static func advice(_ audit: LeakAudit) -> String? {
        let crossing = audit.counts.contains { $0.crossing > 0 } || audit.groupCount > 0
        if crossing {
            return
                "remove copies from one side, or leave the split to Formant; train refuses exact copies and groups in several parts of a split that is not official, unless it is given --allow-leaks"
        }
        if audit.counts.contains(where: { ![.sameBytes, .sameText].contains($0.kind) }) {
            return
                "give near copies one group, so that no split divides them; exact ones (same bytes, same text) are kept on one side anyway"
        }
        return nil
    }
}
