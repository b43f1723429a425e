import FormantFiles

/// Which example of a corpus is in which split.
public struct SplitPlan: Sendable, Equatable {
    /// The split of each example, in the corpus's order.
    public let splits: [Split]
    /// What a person should know about it: classes without an example in a split, groups on both sides.
    public let warnings: [String]

    /// Creates a plan.
    public init(splits: [Split], warnings: [String] = []) {
        self.splits = splits
        self.warnings = warnings
    }

    /// The numbers of the examples in a split, ascending.
    public func indices(of split: Split) -> [Int] { splits.indices.filter { splits[$0] == split } }

    /// How many examples a split has.
    public func count(of split: Split) -> Int { splits.count { $0 == split } }
}

/// A corpus cut into folds: each example is tested in exactly one of them.
public struct FoldPlan: Sendable, Equatable {
    /// The names of the folds: those the corpus gives, the groups left out, or `1`, `2` …
    public let names: [String]
    /// The fold in which each example is tested, as an index into `names`.
    public let folds: [Int]
    /// For each fold, the split that has it as its test part.
    public let plans: [SplitPlan]

    /// Creates a plan.
    public init(names: [String], folds: [Int], plans: [SplitPlan]) {
        self.names = names
        self.folds = folds
        self.plans = plans
    }
}

/// How folds are come by.
public enum FoldKind: Sendable, Equatable {
    /// Those that the corpus itself gives.
    case given
    /// This many: the corpus's own when it gives exactly so many, else dealt, stratified by label.
    case count(Int)
    /// One for each group: leave one speaker, or one site, out.
    case leaveOneGroupOut
}

extension SplitPlan {
    private static let columns = ["id", "label", "group", "split"]

    /// Writes the plan as CSV with the columns `id,label,group,split`, whole or not at all.
    ///
    /// Several labels are joined by `|`. With `folds`, a fifth column `fold` names the fold in which each example is
    /// tested.
    public func write(to path: String, corpus: Corpus, folds: FoldPlan? = nil) throws(CorpusError) {
        guard splits.count == corpus.examples.count, folds?.folds.count ?? splits.count == splits.count else {
            throw .badSplitTable(
                path: path, line: 0, what: "the plan has \(splits.count) examples, the corpus \(corpus.examples.count)")
        }
        do {
            try AtomicFile.write(to: path) { file throws(FileError) in
                try file.write(SplitPlan.columns.joined(separator: ",") + (folds == nil ? "\n" : ",fold\n"))
                for (index, example) in corpus.examples.enumerated() {
                    var fields = [
                        example.id, SplitPlan.label(of: example), example.group ?? "", splits[index].rawValue,
                    ]
                    if let folds { fields.append(folds.names[folds.folds[index]]) }
                    try file.write(fields.map(CSVField.quoted).joined(separator: ",") + "\n")
                }
            }
        } catch {
            throw .file(error)
        }
    }

    /// Reads a plan that was written for this corpus. Throws `badSplitTable` when an example is missing, unknown, there
    /// twice, or has another label or group than in the corpus.
    public init(path: String, corpus: Corpus) throws(CorpusError) {
        var reader = try DelimitedReader(path: path, delimiter: 0x2c)
        guard case .fields(let header)? = try reader.next(), Array(header.prefix(4)) == SplitPlan.columns else {
            throw .badSplitTable(path: path, line: 1, what: "expected the columns id,label,group,split")
        }
        var places: [String: Int] = [:]
        for (index, example) in corpus.examples.enumerated() { places[example.id] = index }
        var found = [Split?](repeating: nil, count: corpus.examples.count)
        while let record = try reader.next() {
            let line = reader.line
            guard case .fields(let fields) = record, fields.count == header.count else {
                var what = "expected \(header.count) fields"
                if case .bad(let fault) = record { what = fault }
                throw .badSplitTable(path: path, line: line, what: what)
            }
            guard let place = places[fields[0]] else {
                throw .badSplitTable(path: path, line: line, what: "the corpus has no example '\(fields[0])'")
            }
            let example = corpus.examples[place]
            guard fields[1] == SplitPlan.label(of: example), fields[2] == example.group ?? "" else {
                throw .badSplitTable(
                    path: path, line: line,
                    what: "'\(fields[0])': expected label '\(SplitPlan.label(of: example))' and group "
                        + "'\(example.group ?? "")' as in the corpus, found '\(fields[1])' and '\(fields[2])'")
            }
            guard let split = Split(rawValue: fields[3]) else {
                throw .badSplitTable(
                    path: path, line: line, what: "expected train, validation or test, found '\(fields[3])'")
            }
            guard found[place] == nil else {
                throw .badSplitTable(path: path, line: line, what: "'\(fields[0])' stands there twice")
            }
            found[place] = split
        }
        var splits: [Split] = []
        splits.reserveCapacity(found.count)
        for (index, split) in found.enumerated() {
            guard let split else {
                throw .badSplitTable(
                    path: path, line: 0, what: "the corpus's example '\(corpus.examples[index].id)' is missing")
            }
            splits.append(split)
        }
        self.init(splits: splits)
    }

    private static func label(of example: Example) -> String { example.labels.joined(separator: "|") }
}
