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

    /// SHA-256 over the splits in their order, in hexadecimal.
    public var digest: String {
        var hash = SHA256()
        for split in splits { hash.update(split.rawValue + "\n") }
        return hash.finalHex()
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

    /// Reads a plan that was written for this corpus. Throws as `SplitTable` does.
    public init(path: String, corpus: Corpus) throws(CorpusError) {
        self.init(splits: try SplitTable(path: path, corpus: corpus).splits)
    }

    static func label(of example: Example) -> String { example.labels.joined(separator: "|") }
}
