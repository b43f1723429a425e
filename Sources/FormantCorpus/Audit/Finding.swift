/// Something about a corpus that a person should look at, and what to do about it.
public struct Finding: Codable, Sendable, Equatable {
    /// What kind of thing.
    public enum Code: String, Codable, Sendable, CaseIterable {
        /// Sound files or pictures that cannot be decoded.
        case unreadable
        /// Sound files that end before their headers say.
        case truncated
        /// Recordings of nothing but zeros.
        case digitalSilence = "digital_silence"
        /// Recordings whose effective value is below −60 dB of full scale.
        case silence
        /// Recordings that are cut off at full scale.
        case clipping
        /// Recordings of different sample rates.
        case mixedRates = "mixed_rates"
        /// Recordings, or pictures, of different numbers of channels.
        case mixedChannels = "mixed_channels"
        /// Recordings, or pictures, of different containers or encodings.
        case mixedFormats = "mixed_formats"
        /// Recordings much shorter or longer than the others.
        case oddLengths = "odd_lengths"
        /// Pictures of a single colour.
        case blank
        /// Pictures of different sizes.
        case mixedSizes = "mixed_sizes"
        /// Texts without a letter or digit.
        case emptyText = "empty_text"
        /// Labels that are likely one and the same, misspelt.
        case labelTypo = "label_typo"
        /// Labels with too few examples for a part each.
        case smallClass = "small_class"
        /// Labels that a part which the corpus gives lacks.
        case missingInPart = "missing_in_part"
        /// A label with many times the examples of another.
        case imbalance
        /// Copies whose labels differ.
        case labelConflict = "label_conflict"
        /// Too few groups for splits that do not cut them.
        case fewGroups = "few_groups"
        /// A corpus of one label.
        case oneLabel = "one_label"
    }

    /// What kind of thing.
    public var code: Code
    /// How many files, examples or labels.
    public var count: Int
    /// What was found.
    public var what: String
    /// What to do.
    public var advice: String
    /// Names, the worst first, at most 20.
    public var names: [String]

    static let nameLimit = 20

    init(_ code: Code, _ count: Int, _ what: String, _ advice: String, names: [String] = []) {
        self.code = code
        self.count = count
        self.what = what
        self.advice = advice
        self.names = Array(names.prefix(Finding.nameLimit))
    }

    /// Everything that can be said of a corpus.
    /// - Parameter files: what was found in its recordings or pictures; nil for texts.
    static func all(_ corpus: Corpus, files: [Finding]?, leaks: LeakAudit) -> [Finding] {
        (files ?? ofTexts(corpus)) + ofLabels(corpus) + ofCopies(leaks) + ofGroups(corpus)
    }

    /// Files that cannot be read, by what is wrong with them.
    static func unreadable(_ reasons: [String], of count: Int) -> Finding {
        Finding(
            .unreadable, reasons.count, "\(reasons.count) of \(count) files cannot be read",
            "copy them again from their source, or remove them: training leaves them out", names: reasons)
    }

    /// Files that differ in something they should have in common; nil where they do not.
    static func mix<Info>(
        _ code: Code, _ infos: [Info], _ what: String, _ advice: String, _ key: (Info) -> String
    ) -> Finding? {
        var counts: [String: Int] = [:]
        for info in infos { counts[key(info), default: 0] += 1 }
        guard counts.count > 1 else { return nil }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return Finding(code, counts.count, what, advice, names: sorted.map { "\($0.value) of \($0.key)" })
    }

    private static func ofTexts(_ corpus: Corpus) -> [Finding] {
        let empty = corpus.examples.filter { example in
            if case .text(let text) = example.input { return TextKey.of(text).isEmpty }
            return false
        }
        guard !empty.isEmpty else { return [] }
        return [
            Finding(
                .emptyText, empty.count, "\(empty.count) texts have no letter and no digit",
                "remove them, or give them a label of their own if such inputs are to be expected",
                names: empty.map(\.id))
        ]
    }

    private static func ofCopies(_ leaks: LeakAudit) -> [Finding] {
        let conflicts = leaks.counts.filter { ![.nearText, .nearPicture].contains($0.kind) && $0.labelConflicts > 0 }
        let count = conflicts.reduce(0) { $0 + $1.labelConflicts }
        guard count > 0 else { return [] }
        func name(_ members: [LeakAudit.Member]) -> String {
            members.prefix(4).map { "\($0.id) (\($0.labels.joined(separator: "|")))" }.joined(separator: " = ")
        }
        let names =
            leaks.sets.filter(\.labelsDiffer).map { name($0.members) }
            + leaks.pairs.filter { $0.labelsDiffer && ![.nearText, .nearPicture].contains($0.kind) }.map {
                name([$0.first, $0.second])
            }
        return [
            Finding(
                .labelConflict, count,
                count == 1
                    ? "copies of one recording, picture or text have different labels"
                    : "\(count) sets of copies have different labels",
                "decide which label is right, and remove the other copies", names: names)
        ]
    }

    private static func ofGroups(_ corpus: Corpus) -> [Finding] {
        let groups = Set(corpus.examples.compactMap(\.group))
        guard (1...2).contains(groups.count), !corpus.examples.contains(where: { $0.split != nil }) else { return [] }
        return [
            Finding(
                .fewGroups, groups.count,
                "\(groups.count) group\(groups.count == 1 ? "" : "s"), of which training, validation and test need one each",
                "record more speakers or sites, or name finer groups (sessions)", names: groups.sorted())
        ]
    }
}
