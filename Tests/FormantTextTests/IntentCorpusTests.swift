import FormantText
import Foundation
import Testing

/// The bundled corpus `corpora/intents`, held against what its README says.
@Suite struct IntentCorpusTests {
    private struct Row {
        let text: String
        let label: String
        let split: String
    }

    private func rows() throws -> [Row] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appendingPathComponent("corpora/intents/intents.tsv")
        let lines = try TextEncoding.utf8.decodeLines(try Array(Data(contentsOf: file)), source: file.path)
        #expect(lines.first == "text\tlabel\tsplit")
        return try lines.dropFirst().map { line in
            let fields = line.components(separatedBy: "\t")
            try #require(fields.count == 3, "\(line)")
            return Row(text: fields[0], label: fields[1], split: fields[2])
        }
    }

    private let plain = TextFrontEndOptions(
        normalisation: .init(form: .nfkc, letterCase: .folded), tokeniser: .words(punctuation: .dropped))

    private func words(_ row: Row) -> [String] {
        plain.tokeniser.tokens(of: plain.normalisation.apply(to: row.text))
    }

    @Test func counts() throws {
        let labels = Dictionary(grouping: try rows(), by: \.label)
        #expect(labels.count == 10)
        for (label, rows) in labels {
            #expect(rows.count { $0.split == "train" } == 58, "\(label)")
            #expect(rows.count { $0.split == "test" } == 14, "\(label)")
            #expect(rows.count == 72, "\(label)")
        }
    }

    @Test func textsAreCleanAndDiffer() throws {
        var seen: [[String]: String] = [:]
        for row in try rows() {
            #expect(
                row.text == row.text.trimmingCharacters(in: .whitespaces) && !row.text.contains("  "), "\(row.text)")
            let words = words(row)
            #expect((1...24).contains(words.count), "\(row.text)")
            if let other = seen.updateValue(row.text, forKey: words) {
                Issue.record("'\(row.text)' and '\(other)' differ in case and punctuation alone")
            }
        }
    }

    @Test func heldOutWordingsDiffer() throws {
        let rows = try rows()
        let train = rows.filter { $0.split == "train" }.map { Set(words($0)) }
        for row in rows where row.split == "test" {
            let words = Set(words(row))
            let nearest = train.map { Double($0.intersection(words).count) / Double($0.union(words).count) }.max() ?? 0
            #expect(nearest < 0.6, "'\(row.text)' shares \(nearest) of its words with a training sentence")
        }
    }
}
