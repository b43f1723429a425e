import FormantAudio
import FormantCorpus
import FormantImage
import FormantTensor

/// A corpus: how much there is of what, what is wrong with it, and what it has twice.
public struct CorpusInspection: Encodable, Sendable {
    struct LabelRow: Encodable, Sendable {
        var label: String
        var train = 0
        var validation = 0
        var test = 0
        var unassigned = 0
        var total: Int { train + validation + test + unassigned }
    }

    struct Lengths: Encodable, Sendable {
        var unit: String
        var shortest: Double
        var median: Double
        var longest: Double
        var total: Double
    }

    let kind = "corpus"
    let name: String
    let modality: String
    let examples: Int
    let groups: Int
    let labels: [LabelRow]
    let multiLabel: Bool
    /// Examples without a label.
    let unlabelled: Int
    let lengths: Lengths?
    let sampleRates: [String: Int]
    /// Pictures of each size, `WIDTH×HEIGHT`.
    let pictureSizes: [String: Int]
    let problems: [String]
    let problemCount: Int
    let fingerprint: String
    /// Recordings or pictures that could not be read.
    public let unreadable: Int
    /// What is wrong, and what to do about it; nil where only headers were read.
    public let findings: [Finding]?
    /// Copies, and groups in several parts; nil where only headers were read.
    public let audit: LeakAudit?

    /// Looks at a corpus.
    /// - Parameters:
    ///   - depth: how much of it is read.
    ///   - progress: is told how many files were decoded, of how many, from any thread.
    init(
        path: String, root: String?, reading: CorpusReading = .init(), depth: InspectionDepth = .whole,
        pool: WorkerPool, progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) throws {
        let corpus = try Corpus.load(argument: path, root: root, reading: reading)
        name = corpus.name
        modality = corpus.modality.rawValue
        examples = corpus.examples.count
        groups = Set(corpus.examples.compactMap(\.group)).count
        fingerprint = corpus.fingerprint
        multiLabel = corpus.isMultiLabel
        unlabelled = corpus.examples.count { $0.labels.isEmpty }
        var rows: [String: LabelRow] = [:]
        for example in corpus.examples {
            for label in example.labels {
                var row = rows[label] ?? LabelRow(label: label)
                switch example.split {
                case .train?: row.train += 1
                case .validation?: row.validation += 1
                case .test?: row.test += 1
                case nil: row.unassigned += 1
                }
                rows[label] = row
            }
        }
        labels = rows.values.sorted { $0.label < $1.label }

        var found = corpus.problems.map(\.description)
        var unreadable = 0
        var rates: [String: Int] = [:]
        var values: [Double] = []
        let probes = CorpusInspection.probe(corpus, pool)
        var sizes: [String: Int] = [:]
        var named: Set<String> = []
        for example in corpus.examples {
            let path = corpus.path(of: example)
            switch path.flatMap({ probes[$0] }) {
            case .success(.picture(let info))?: sizes["\(info.width)×\(info.height)", default: 0] += 1
            case .success(.sound(let info))?:
                rates["\(info.sampleRate)", default: 0] += 1
                if let seconds = CorpusInspection.seconds(of: example, in: info) { values.append(seconds) }
            case .failure(let error)?:
                // Once, however many stretches of the recording there are.
                guard let path, named.insert(path).inserted else { break }
                unreadable += 1
                if found.count < 1000 { found.append("\(error)") }
            case nil:
                if case .text(let text) = example.input {
                    values.append(Double(text.split(whereSeparator: \.isWhitespace).count))
                }
            }
        }
        if depth == .whole {
            let audit = try CorpusAudit(corpus, pool: pool, progress: progress)
            // Those whose headers can be read, but not what is behind them.
            for (path, reason) in audit.unreadable where named.insert(path).inserted {
                unreadable += 1
                if found.count < 1000 { found.append(reason) }
            }
            findings = audit.findings
            self.audit = audit.leaks
        } else {
            findings = nil
            audit = nil
        }
        self.unreadable = unreadable
        sampleRates = rates
        pictureSizes = sizes
        problems = found
        problemCount = corpus.problemCount + unreadable
        values.sort()
        lengths =
            values.isEmpty
            ? nil
            : Lengths(
                unit: corpus.modality == .audio ? "s" : "words", shortest: values[0], median: values[values.count / 2],
                longest: values[values.count - 1], total: values.reduce(0, +))
    }

    /// What a header says.
    private enum Header {
        case sound(SoundFile.Info)
        case picture(Picture.Info)
    }

    /// What the headers of a corpus's files say, each read once.
    private static func probe(_ corpus: Corpus, _ pool: WorkerPool) -> [String: Result<Header, any Error>] {
        let paths = Set(corpus.examples.compactMap(corpus.path)).sorted()
        let isPicture = corpus.modality == .image
        let headers = pool.results(of: paths.count) { i -> Header in
            isPicture ? .picture(try Picture.probe(paths[i])) : .sound(try SoundFile.probe(paths[i]))
        }
        return Dictionary(uniqueKeysWithValues: zip(paths, headers))
    }

    /// How much of its recording an example is; nil where the header does not say.
    private static func seconds(of example: Example, in info: SoundFile.Info) -> Double? {
        guard case .audio(let clip) = example.input else { return nil }
        if let end = clip.end { return max(0, min(end, info.seconds ?? end) - (clip.start ?? 0)) }
        return info.seconds.map { max(0, $0 - (clip.start ?? 0)) }
    }

    var text: String {
        var facts = [
            ["corpus", name], ["modality", modality], ["examples", "\(examples)"], ["groups", "\(groups)"],
        ]
        if let lengths {
            facts.append([
                "lengths",
                "\(lengths.shortest) to \(lengths.longest) \(lengths.unit), median \(lengths.median), in all \(lengths.total)",
            ])
        }
        if multiLabel {
            facts.append(["labels", "several an example, none for \(unlabelled)"])
        } else if unlabelled > 0 {
            facts.append(["labels", "none for \(unlabelled)"])
        }
        if !pictureSizes.isEmpty {
            let sorted = pictureSizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            let more = sorted.count > 8 ? " and \(sorted.count - 8) more sizes" : ""
            facts.append(["sizes", sorted.prefix(8).map { "\($0.value) of \($0.key)" }.joined(separator: ", ") + more])
        }
        if !sampleRates.isEmpty {
            let list = sampleRates.sorted { $0.key < $1.key }.map { "\($0.value) at \($0.key) Hz" }
            facts.append(["rates", list.joined(separator: ", ")])
        }
        var rows = [["label", "train", "validation", "test", "no split", "all"]]
        for row in labels {
            rows.append(
                [row.label, "\(row.train)", "\(row.validation)", "\(row.test)", "\(row.unassigned)", "\(row.total)"])
        }
        var text = TextTable.text(facts) + "\n" + TextTable.text(rows, rightAligned: [1, 2, 3, 4, 5])
        if problemCount > 0 {
            text += "\n\(problemCount) problems\n" + problems.prefix(50).map { "  \($0.onOneLine)\n" }.joined()
        }
        if let findings { text += AuditText.text(findings) }
        if let audit { text += AuditText.text(audit) }
        return text
    }
}
