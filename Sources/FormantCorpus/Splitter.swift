import FormantTensor

/// Wishes for a split; nil takes what the corpus wants, and where it wants nothing the default named.
public struct SplitOptions: Sendable, Equatable {
    /// The share of the training part that validation takes, 0 (no validation) ..< 1; 0.1 by default.
    public var validationFraction: Double?
    /// The share of everything that test takes when the corpus gives no test part, 0 ..< 1; 0.2 by default.
    public var testFraction: Double?
    /// What may not be cut; groups by default when the corpus has some.
    public var unit: SplitUnit?
    /// Exact copies, which go to one side, whatever their groups; nil: none. Where a label would be left with too few
    /// pieces to deal out, its copies are dealt one by one all the same.
    public var copies: ExactCopies?

    /// Creates options.
    public init(
        validationFraction: Double? = nil, testFraction: Double? = nil, unit: SplitUnit? = nil,
        copies: ExactCopies? = nil
    ) {
        self.validationFraction = validationFraction
        self.testFraction = testFraction
        self.unit = unit
        self.copies = copies
    }
}

/// Makes splits and folds. The same corpus, options and generator give the same plan on every machine.
public enum Splitter {
    /// Splits a corpus.
    ///
    /// Splits that the corpus gives are kept. Where it gives no test part, one is carved out of the rest; where it gives
    /// no validation part, one is carved out of what is left for training. Carved parts are stratified by label, and
    /// with `unit` `.group` no group that is in them is in the rest they were carved from.
    /// - Throws: `cannotSplit` when a fraction is out of range or there are fewer than two units to divide.
    public static func plan(
        for corpus: Corpus, options: SplitOptions = SplitOptions(), using generator: inout SeededGenerator
    ) throws(CorpusError) -> SplitPlan {
        var warnings: [String] = []
        let given = corpus.examples.count { $0.split != nil }
        var splits = corpus.examples.map { $0.split ?? .train }
        if given > 0, given < splits.count {
            warnings.append(
                "\(splits.count - given) of \(splits.count) examples have no split; they are taken for training")
        }
        if given > 0 { warnings += straddling(corpus, splits) }
        if !splits.contains(.test) {
            let unit = options.unit ?? (corpus.hasGroups ? .group : .example)
            try carve(
                .test, fraction: options.testFraction ?? 0.2, unit: unit, copies: options.copies, corpus: corpus,
                from: &splits, using: &generator)
        }
        if !splits.contains(.validation) {
            try carveValidation(corpus, options, from: &splits, using: &generator)
        }
        return SplitPlan(
            splits: splits,
            warnings: warnings + repeated(corpus, copyNumbers(corpus, options), splits) + classWarnings(corpus, splits))
    }

    /// Cuts a corpus into folds; splits that it gives play no part. In each fold's plan, validation is carved out of the
    /// examples that are not tested.
    /// - Throws: `cannotSplit` when there are not enough units, the corpus gives no folds (`.given`), or an example has
    ///   no group (`.leaveOneGroupOut`) or no fold.
    public static func folds(
        for corpus: Corpus, kind: FoldKind, options: SplitOptions = SplitOptions(),
        using generator: inout SeededGenerator
    ) throws(CorpusError) -> FoldPlan {
        let names: [String]
        let folds: [Int]
        switch kind {
        case .count(let count) where count != corpus.folds.count:
            let unit = options.unit ?? (corpus.hasGroups ? .group : .example)
            let units = SplitUnits(
                corpus, pool: Array(corpus.examples.indices), unit: unit,
                copies: options.copies?.dividable(corpus, unit: unit, parts: max(3, count)), using: &generator)
            guard count >= 2, count <= units.units.count else {
                throw .cannotSplit(
                    what: "expected 2 to \(units.units.count) folds, as there are \(units.units.count) "
                        + "\(unit == .group ? "groups" : "examples"), found \(count)")
            }
            names = (1...count).map(String.init)
            folds = units.deal(into: count, exampleCount: corpus.examples.count)
        case .given, .count:
            guard corpus.folds.count >= 2 else { throw .cannotSplit(what: "the corpus gives no folds") }
            let without = corpus.examples.count { $0.fold == nil }
            guard without == 0 else { throw .cannotSplit(what: "\(without) examples have no fold") }
            names = corpus.folds
            folds = corpus.examples.map { $0.fold ?? 0 }
        case .leaveOneGroupOut:
            let without = corpus.examples.count { $0.group == nil }
            guard without == 0 else { throw .cannotSplit(what: "\(without) examples have no group") }
            names = Set(corpus.examples.compactMap(\.group)).sorted()
            guard names.count >= 2 else {
                throw .cannotSplit(what: "expected two groups or more, found \(names.count)")
            }
            var places: [String: Int] = [:]
            for (index, name) in names.enumerated() { places[name] = index }
            folds = corpus.examples.map { $0.group.flatMap { places[$0] } ?? 0 }
        }
        let copies = copyNumbers(corpus, options)
        var plans: [SplitPlan] = []
        for fold in names.indices {
            // A generator of its own, so that a fold's plan does not depend on how much chance the others used.
            var own = SeededGenerator(seed: generator.next())
            var splits = folds.map { $0 == fold ? Split.test : .train }
            let warnings = kind == .leaveOneGroupOut ? [] : straddling(corpus, splits)
            try carveValidation(corpus, options, from: &splits, using: &own)
            plans.append(
                SplitPlan(
                    splits: splits,
                    warnings: warnings + repeated(corpus, copies, splits) + classWarnings(corpus, splits)))
        }
        return FoldPlan(names: names, folds: folds, plans: plans)
    }

    private static func carveValidation(
        _ corpus: Corpus, _ options: SplitOptions, from splits: inout [Split], using generator: inout SeededGenerator
    ) throws(CorpusError) {
        try carve(
            .validation, fraction: options.validationFraction ?? corpus.rules.validationFraction ?? 0.1,
            unit: options.unit ?? corpus.rules.validationUnit ?? (corpus.hasGroups ? .group : .example),
            copies: options.copies, corpus: corpus, from: &splits, using: &generator)
    }

    /// Moves about a fraction of the training examples to another split.
    private static func carve(
        _ split: Split, fraction: Double, unit: SplitUnit, copies: ExactCopies?, corpus: Corpus,
        from splits: inout [Split], using generator: inout SeededGenerator
    ) throws(CorpusError) {
        guard fraction >= 0, fraction < 1 else {
            throw .cannotSplit(what: "expected a \(split.rawValue) fraction of 0 up to below 1, found \(fraction)")
        }
        if fraction == 0 { return }
        let pool = splits.indices.filter { splits[$0] == .train }
        let units = SplitUnits(
            corpus, pool: pool, unit: unit, copies: copies?.dividable(corpus, unit: unit, parts: 3), using: &generator)
        guard units.units.count >= 2 else {
            throw .cannotSplit(
                what: "a \(split.rawValue) part needs two \(unit == .group ? "groups" : "examples") or more to choose "
                    + "from, found \(units.units.count)" + (unit == .group ? "; splitting by example is possible" : ""))
        }
        for index in units.carve(fraction: fraction) { splits[index] = split }
    }

    // MARK: Warnings

    /// Examples of validation and test whose group training has too, as happens in splits that corpora give.
    private static func straddling(_ corpus: Corpus, _ splits: [Split]) -> [String] {
        var learned: Set<String> = []
        for (index, example) in corpus.examples.enumerated() where splits[index] == .train {
            if let group = example.group { learned.insert(group) }
        }
        var warnings: [String] = []
        for split in [Split.validation, .test] {
            var groups: Set<String> = []
            var examples = 0
            var all = 0
            for (index, example) in corpus.examples.enumerated() where splits[index] == split {
                all += 1
                guard let group = example.group, learned.contains(group) else { continue }
                groups.insert(group)
                examples += 1
            }
            if examples > 0 {
                warnings.append(
                    "\(examples) of \(all) \(split.rawValue) examples are from \(groups.count) "
                        + "group\(groups.count == 1 ? "" : "s") that training has too")
            }
        }
        return warnings
    }

    /// A number for each example: the same for equal ones, −1 where nothing is known to be equal. Of files that takes the
    /// copies that the options name.
    private static func copyNumbers(_ corpus: Corpus, _ options: SplitOptions) -> [Int] {
        if let copies = options.copies { return copies.numbers }
        guard corpus.modality == .text else { return [] }
        var numbers: [String: Int] = [:]
        return corpus.examples.map { example in
            guard case .text(let text) = example.input else { return -1 }
            let key = text.asGroup
            if let known = numbers[key] { return known }
            numbers[key] = numbers.count
            return numbers.count - 1
        }
    }

    /// What of the test part training or validation has too, which flatters the figures.
    private static func repeated(_ corpus: Corpus, _ copies: [Int], _ splits: [Split]) -> [String] {
        var learned: Set<Int> = []
        for (index, number) in copies.enumerated() where splits[index] != .test && number >= 0 {
            learned.insert(number)
        }
        let known = copies.indices.count { splits[$0] == .test && learned.contains(copies[$0]) }
        guard known > 0 else { return [] }
        let what =
            corpus.modality == .text ? "texts stand in" : "\(corpus.modality.thing()) stand, with the same bytes, in"
        return ["\(known) of \(splits.count { $0 == .test }) test \(what) training or validation too"]
    }

    /// Classes that a split lacks, and classes that are too small to learn.
    private static func classWarnings(_ corpus: Corpus, _ splits: [Split]) -> [String] {
        var counts: [Split: [String: Int]] = [:]
        for (index, example) in corpus.examples.enumerated() {
            for label in example.labels { counts[splits[index], default: [:]][label, default: 0] += 1 }
        }
        func list(_ labels: [String]) -> String {
            let shown = labels.prefix(10).map { "'\($0)'" }.joined(separator: ", ")
            return labels.count > 10 ? shown + " and \(labels.count - 10) more" : shown
        }
        var warnings: [String] = []
        for split in Split.allCases {
            guard let found = counts[split] else { continue }
            let missing = corpus.labels.filter { found[$0] == nil }
            if !missing.isEmpty { warnings.append("no \(split.rawValue) example of \(list(missing))") }
        }
        let small = corpus.labels.filter { 1..<5 ~= counts[.train]?[$0] ?? 0 }
        if !small.isEmpty { warnings.append("fewer than 5 training examples of \(list(small))") }
        return warnings
    }
}
