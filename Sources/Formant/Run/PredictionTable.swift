import FormantCorpus
import FormantEvaluation
import FormantFiles

/// `predictions.csv` of a run: what was said of each example of validation and test.
///
/// Columns `id,text,group,split,truth,prediction,rejected`, then one per label, headed by it, with the scores. Several
/// labels are joined by `|`; `text` is empty for recordings; `rejected` is `yes` or `no` for a model that rejects.
enum PredictionTable {
    static let columns = ["id", "text", "group", "split", "truth", "prediction", "rejected"]

    /// Writes the file, whole or not at all.
    static func write(_ parts: [Split: Predictions], to path: String) throws {
        guard let labels = parts.values.first?.labels else { return }
        try AtomicFile.write(to: path) { file throws(FileError) in
            try file.write((columns + labels).map(CSVField.quoted).joined(separator: ",") + "\n")
            for split in Split.allCases {
                guard let predictions = parts[split], let given = try? predictions.isPredicted() else { continue }
                let width = predictions.labels.count
                for i in 0..<predictions.count {
                    let example = predictions[i]
                    let named = labels.indices.filter { given[i * width + $0] }.map { labels[$0] }
                    let fields = [
                        example.id, example.identity == example.id ? "" : example.identity, example.group ?? "",
                        split.rawValue, example.truth.map { labels[$0] }.joined(separator: "|"),
                        named.joined(separator: "|"),
                        predictions.rejected.map { $0[i] ? "yes" : "no" } ?? "",
                    ]
                    let line = fields.map(CSVField.quoted) + example.scores.map { "\($0)" }
                    try file.write(line.joined(separator: ",") + "\n")
                }
            }
        }
    }

    /// One part of a run.
    struct Part {
        var predictions: Predictions
        /// Which labels were given, row-major like the scores.
        var isPredicted: [Bool]
    }

    /// Reads the file.
    /// - Parameter task: how many labels an example has.
    /// - Throws: `RunError.predictions` for what is none of the above, and what `Predictions` throws.
    static func read(_ path: String, task: Predictions.Task) throws -> [Split: Part] {
        var reader = try DelimitedReader(path: path, delimiter: 0x2c)
        func bad(_ line: Int, _ reason: String) -> RunError { .predictions(path: path, line: line, reason: reason) }
        guard case .fields(let header)? = try reader.next(), Array(header.prefix(columns.count)) == columns,
            header.count > columns.count
        else { throw bad(1, "expected the columns \(columns.joined(separator: ",")) and one per label") }
        let labels = Array(header.dropFirst(columns.count))
        var parts: [Split: Part] = [:]
        let indices = Dictionary(
            labels.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        while let record = try reader.next() {
            let line = reader.line
            guard case .fields(let fields) = record else { throw bad(line, "the record breaks the rules of CSV") }
            guard fields.count == header.count, let split = Split(rawValue: fields[3]) else {
                throw bad(line, "expected \(header.count) fields and train, validation or test")
            }
            func named(_ field: String) throws -> [Int] {
                if let index = indices[field] { return [index] }
                if task == .multiLabel, field.isEmpty { return [] }
                return try field.split(separator: "|", omittingEmptySubsequences: false).map { name in
                    guard let index = indices[String(name)] else {
                        throw bad(line, "'\(field)': expected labels that have a column")
                    }
                    return index
                }
            }
            let scores = try fields.dropFirst(columns.count).map { field in
                guard let score = Float(field) else { throw bad(line, "'\(field)': expected a score") }
                return score
            }
            if parts[split] == nil {
                parts[split] = Part(predictions: try Predictions(labels: labels, task: task), isPredicted: [])
            }
            let given = Set(try named(fields[5]))
            try parts[split]!.predictions.append(
                Predictions.Example(
                    identity: fields[1].isEmpty ? fields[0] : fields[1], id: fields[0],
                    group: fields[2].isEmpty ? nil : fields[2], truth: try named(fields[4]), scores: scores))
            parts[split]!.isPredicted += labels.indices.map(given.contains)
        }
        return parts
    }
}
