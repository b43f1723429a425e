/// A table that says in which split each example of a corpus is, and in which fold: `RUN/splits.csv`, or one like it.
public struct SplitTable: Sendable, Equatable {
    /// The split of each example, in the corpus's order.
    public let splits: [Split]
    /// Names of the folds, sorted; empty where there is no column `fold`.
    public let foldNames: [String]
    /// The fold of each example, as an index into `foldNames`; empty without folds.
    public let folds: [Int]

    private static let columns = ["id", "label", "group", "split", "fold"]

    /// Reads a table with a row for each example: columns `id` and `split`, and if wanted `label` and `group`, which
    /// are held against the corpus, and `fold`; in any order.
    /// - Throws: `badSplitTable` with the line where an example is unknown, there twice, or has another label or group than
    ///   in the corpus, or a split is none; and with the first examples that have no row.
    public init(path: String, corpus: Corpus) throws(CorpusError) {
        var reader = try DelimitedReader(path: path, delimiter: nil)
        let places = try SplitTable.places(try reader.next(), path)
        var numbers: [String: Int] = [:]
        for (index, example) in corpus.examples.enumerated() { numbers[example.id] = index }
        var splits = [Split?](repeating: nil, count: corpus.examples.count)
        var folds = [Int](repeating: 0, count: places["fold"] == nil ? 0 : corpus.examples.count)
        var foldNumbers: [String: Int] = [:]
        var foldNames: [String] = []
        while let record = try reader.next() {
            let line = reader.line
            guard case .fields(let fields) = record, fields.count == places.count else {
                var what = "expected \(places.count) fields"
                if case .bad(let fault) = record { what = fault }
                throw .badSplitTable(path: path, line: line, what: what)
            }
            func field(_ column: String) -> String? { places[column].map { fields[$0] } }
            let id = field("id") ?? ""
            guard let number = numbers[id] else {
                throw .badSplitTable(path: path, line: line, what: "the corpus has no example '\(id)'")
            }
            let example = corpus.examples[number]
            let label = SplitPlan.label(of: example)
            let group = example.group ?? ""
            guard field("label") ?? label == label, field("group") ?? group == group else {
                throw .badSplitTable(
                    path: path, line: line,
                    what: "'\(id)': expected label '\(label)' and group '\(group)' as in the corpus, found "
                        + "'\(field("label") ?? label)' and '\(field("group") ?? group)'")
            }
            let name = field("split") ?? ""
            guard let split = Split(named: name) else {
                throw .badSplitTable(
                    path: path, line: line, what: "expected train, validation or test, found '\(name)'")
            }
            guard splits[number] == nil else {
                throw .badSplitTable(path: path, line: line, what: "'\(id)' stands there twice")
            }
            splits[number] = split
            if let fold = field("fold") {
                guard !fold.isEmpty else {
                    throw .badSplitTable(path: path, line: line, what: "'\(id)': expected the name of a fold")
                }
                if foldNumbers[fold] == nil {
                    foldNumbers[fold] = foldNames.count
                    foldNames.append(fold)
                }
                folds[number] = foldNumbers[fold] ?? 0
            }
        }
        let missing = splits.indices.filter { splits[$0] == nil }
        guard missing.isEmpty else {
            let names = missing.prefix(3).map { "'\(corpus.examples[$0].id)'" }.joined(separator: ", ")
            throw .badSplitTable(
                path: path, line: 0,
                what: "expected a row for each of the corpus's \(splits.count) examples; \(missing.count) have none: "
                    + names + (missing.count > 3 ? " …" : ""))
        }
        self.splits = splits.compactMap { $0 }
        let sorted = foldNames.sorted(by: naturallyPrecedes)
        var sortedPlaces = [Int](repeating: 0, count: sorted.count)
        for (place, name) in sorted.enumerated() { sortedPlaces[foldNumbers[name] ?? 0] = place }
        self.foldNames = sorted
        self.folds = folds.map { sortedPlaces[$0] }
    }

    /// The places of the columns that a header names.
    private static func places(_ header: DelimitedReader.Record?, _ path: String) throws(CorpusError) -> [String: Int] {
        guard case .fields(let names)? = header else {
            throw .badSplitTable(path: path, line: 1, what: "expected the columns id,label,group,split")
        }
        var places: [String: Int] = [:]
        for (place, name) in names.enumerated() { places[name.trimmed] = place }
        guard places.count == names.count, places["id"] != nil, places["split"] != nil,
            places.keys.allSatisfy(columns.contains)
        else {
            throw .badSplitTable(
                path: path, line: 1,
                what: "expected the columns id,label,group,split (label and group may be left out, fold added), found "
                    + names.prefix(8).joined(separator: ","))
        }
        return places
    }
}

extension Corpus {
    /// The corpus with the splits, and the folds if there are some, of a table that was read for it.
    ///
    /// A split that is official stays so as long as the table does no more than cut a validation part from its training
    /// part; so do folds that are the same. The fingerprint stays that of the corpus as it was read.
    public func divided(by table: SplitTable) -> Corpus {
        var examples = examples
        for index in examples.indices {
            examples[index].split = table.splits[index]
            examples[index].fold = table.folds.isEmpty ? nil : table.folds[index]
        }
        return Corpus(
            name: name, modality: modality, root: root, examples: examples, extraColumns: extraColumns,
            folds: table.foldNames, rules: rules, problems: problems, problemCount: problemCount,
            isMultiLabel: isMultiLabel, outOfScope: outOfScope, splitIsOfficial: splitIsOfficial && keeps(table),
            fingerprint: fingerprint)
    }

    /// Whether a table divides the corpus as the corpus itself does.
    private func keeps(_ table: SplitTable) -> Bool {
        guard examples.contains(where: { $0.split != nil }) else {
            return !table.folds.isEmpty
                && zip(examples, table.folds).allSatisfy { $0.fold.map { folds[$0] } == table.foldNames[$1] }
        }
        let givesValidation = examples.contains { $0.split == .validation }
        return zip(examples, table.splits).allSatisfy { example, split in
            let given = example.split ?? .train
            return given == split || (given == .train && split == .validation && !givesValidation)
        }
    }
}
