import FormantAudio
import FormantCorpus
import FormantTensor

/// A corpus: how much there is of what, and what is wrong with it.
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
    let lengths: Lengths?
    let sampleRates: [String: Int]
    let problems: [String]
    let problemCount: Int
    let fingerprint: String

    init(path: String, root: String?, pool: WorkerPool) throws {
        let corpus = try Corpus.load(argument: path, root: root)
        name = corpus.name
        modality = corpus.modality.rawValue
        examples = corpus.examples.count
        groups = Set(corpus.examples.compactMap(\.group)).count
        fingerprint = corpus.fingerprint
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
        for (example, probe) in zip(corpus.examples, CorpusInspection.probe(corpus, pool)) {
            switch probe {
            case .success(let info)?:
                rates["\(info.sampleRate)", default: 0] += 1
                if let seconds = info.seconds { values.append(seconds) }
            case .failure(let error)?:
                unreadable += 1
                if found.count < 1000 { found.append("\(error)") }
            case nil:
                if case .text(let text) = example.input {
                    values.append(Double(text.split(whereSeparator: \.isWhitespace).count))
                }
            }
        }
        sampleRates = rates
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

    private static func probe(_ corpus: Corpus, _ pool: WorkerPool) -> [Result<SoundFile.Info, AudioError>?] {
        var results = [Result<SoundFile.Info, AudioError>?](repeating: nil, count: corpus.examples.count)
        results.withUnsafeMutableBufferPointer { results in
            nonisolated(unsafe) let results = results  // each written by one worker
            pool.forRanges(of: corpus.examples.count, grain: 64) { range, _ in
                for i in range {
                    guard let path = corpus.path(of: corpus.examples[i]) else { continue }
                    do throws(AudioError) { results[i] = .success(try SoundFile.probe(path)) } catch {
                        results[i] = .failure(error)
                    }
                }
            }
        }
        return results
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
        return text
    }
}
