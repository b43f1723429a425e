import FormantCorpus
import FormantTensor
import FormantTestSupport
import Testing

/// A random corpus: classes of very different size, groups of very different size.
private func randomCorpus(
    using generator: inout SeededGenerator, classes: Int, groups: Int?, count: Int, labelsEach: Int = 1
) -> Corpus {
    var examples: [Example] = []
    for index in 0..<count {
        var labels: [String] = []
        for _ in 0..<labelsEach {
            // The smaller of two draws: the first classes are the large ones.
            let label = "c\(min(generator.index(below: classes), generator.index(below: classes)))"
            if !labels.contains(label) { labels.append(label) }
        }
        let group = groups.map { "g\(min(generator.index(below: $0), generator.index(below: $0)))" }
        examples.append(
            Example(input: .text("t\(index)"), labels: labels, group: group, source: "s", line: index + 1))
    }
    return Corpus(name: "random", modality: .text, root: ".", examples: examples)
}

private func counts(_ corpus: Corpus, _ indices: [Int]) -> [String: Int] {
    var counts: [String: Int] = [:]
    for index in indices { for label in corpus.examples[index].labels { counts[label, default: 0] += 1 } }
    return counts
}

private func groups(_ corpus: Corpus, _ indices: [Int]) -> Set<String> {
    Set(indices.compactMap { corpus.examples[$0].group })
}

@Suite struct SplitterTests {
    @Test(arguments: 0..<20)
    func carvingByExampleIsStratified(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let corpus = randomCorpus(using: &generator, classes: 6, groups: nil, count: 50 + generator.index(below: 400))
        let options = SplitOptions(validationFraction: 0.15, testFraction: 0.2)
        let plan = try Splitter.plan(for: corpus, options: options, using: &generator)
        #expect(plan.splits.count == corpus.examples.count)
        let all = counts(corpus, Array(corpus.examples.indices))
        let test = counts(corpus, plan.indices(of: .test))
        let validation = counts(corpus, plan.indices(of: .validation))
        for (label, total) in all {
            let inTest = test[label] ?? 0
            #expect(abs(Double(inTest) - 0.2 * Double(total)) <= 1, "seed \(seed), \(label): \(inTest) of \(total)")
            let rest = Double(total - inTest)
            #expect(abs(Double(validation[label] ?? 0) - 0.15 * rest) <= 1, "seed \(seed), \(label)")
            if total >= 5 { #expect(inTest > 0 && validation[label] ?? 0 > 0, "seed \(seed), \(label) of \(total)") }
        }
    }

    @Test(arguments: 0..<20)
    func carvingByGroupCutsNoGroup(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let corpus = randomCorpus(using: &generator, classes: 5, groups: 40, count: 600)
        let plan = try Splitter.plan(
            for: corpus, options: SplitOptions(validationFraction: 0.15, testFraction: 0.2), using: &generator)
        let parts = Split.allCases.map { groups(corpus, plan.indices(of: $0)) }
        #expect(parts[0].isDisjoint(with: parts[1]) && parts[0].isDisjoint(with: parts[2]), "seed \(seed)")
        #expect(parts[1].isDisjoint(with: parts[2]), "seed \(seed)")
        let test = Double(plan.count(of: .test)) / 600
        let validation = Double(plan.count(of: .validation)) / Double(600 - plan.count(of: .test))
        #expect(abs(test - 0.2) < 0.05 && abs(validation - 0.15) < 0.05, "seed \(seed): \(test), \(validation)")
    }

    @Test(arguments: 0..<10)
    func severalLabelsAreStratifiedToo(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let corpus = randomCorpus(using: &generator, classes: 6, groups: nil, count: 800, labelsEach: 3)
        let plan = try Splitter.plan(for: corpus, options: SplitOptions(testFraction: 0.25), using: &generator)
        let all = counts(corpus, Array(corpus.examples.indices))
        for (label, count) in counts(corpus, plan.indices(of: .test)) {
            let share = Double(count) / Double(all[label] ?? 1)
            #expect(abs(share - 0.25) < 0.08, "seed \(seed), \(label): \(share)")
        }
    }

    @Test func sameSeedSamePlan() throws {
        var generator = SeededGenerator(seed: 9)
        let corpus = randomCorpus(using: &generator, classes: 4, groups: 12, count: 300)
        func plans(_ seed: UInt64) throws -> (SplitPlan, FoldPlan) {
            var generator = SeededGenerator(seed: seed)
            return (
                try Splitter.plan(for: corpus, using: &generator),
                try Splitter.folds(for: corpus, kind: .count(4), using: &generator)
            )
        }
        #expect(try plans(1) == plans(1))
        #expect(try plans(1).0 != plans(2).0)
    }

    @Test func givenSplitsStay() throws {
        var generator = SeededGenerator(seed: 4)
        var examples = randomCorpus(using: &generator, classes: 3, groups: 8, count: 200).examples
        for index in examples.indices {
            examples[index].split = index % 4 == 0 ? .test : index % 4 == 1 ? .validation : nil
        }
        let corpus = Corpus(name: "given", modality: .text, root: ".", examples: examples)
        let plan = try Splitter.plan(for: corpus, using: &generator)
        #expect(plan.splits == examples.map { $0.split ?? .train })
        #expect(plan.warnings.contains { $0.contains("100 of 200 examples have no split") })
        #expect(plan.warnings.contains { $0.contains("50 of 50 test examples") })

        for index in examples.indices { examples[index].split = index % 4 == 0 ? .test : .train }
        let second = Corpus(name: "given", modality: .text, root: ".", examples: examples)
        let carved = try Splitter.plan(for: second, options: SplitOptions(unit: .example), using: &generator)
        #expect(carved.indices(of: .test) == examples.indices.filter { $0 % 4 == 0 })
        #expect(abs(carved.count(of: .validation) - 15) <= 2)
        let none = try Splitter.plan(for: second, options: SplitOptions(validationFraction: 0), using: &generator)
        #expect(none.count(of: .validation) == 0)
    }

    @Test(arguments: 0..<10)
    func foldsByExampleAreStratified(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let corpus = randomCorpus(using: &generator, classes: 5, groups: nil, count: 200 + generator.index(below: 100))
        let folds = try Splitter.folds(for: corpus, kind: .count(7), using: &generator)
        #expect(folds.names.count == 7 && folds.plans.count == 7)
        var tested = [Int](repeating: 0, count: corpus.examples.count)
        for (fold, plan) in folds.plans.enumerated() {
            for index in plan.indices(of: .test) {
                tested[index] += 1
                #expect(folds.folds[index] == fold)
            }
            #expect(plan.count(of: .validation) > 0)
        }
        #expect(tested.allSatisfy { $0 == 1 }, "seed \(seed)")
        let sizes = folds.plans.map { $0.count(of: .test) }
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1, "seed \(seed): \(sizes)")
        for label in corpus.labels {
            let each = folds.plans.map { counts(corpus, $0.indices(of: .test))[label] ?? 0 }
            #expect((each.max() ?? 0) - (each.min() ?? 0) <= 1, "seed \(seed), \(label): \(each)")
        }
    }

    @Test(arguments: 0..<10)
    func foldsByGroupCutNoGroup(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let corpus = randomCorpus(using: &generator, classes: 4, groups: 50, count: 900)
        let folds = try Splitter.folds(for: corpus, kind: .count(5), using: &generator)
        for plan in folds.plans {
            let parts = Split.allCases.map { groups(corpus, plan.indices(of: $0)) }
            #expect(parts[0].isDisjoint(with: parts[1]) && parts[2].isDisjoint(with: parts[0].union(parts[1])))
            #expect(abs(plan.count(of: .test) - 180) <= 45, "seed \(seed): \(plan.count(of: .test))")
            let share = Double(counts(corpus, plan.indices(of: .test))["c0"] ?? 0) / Double(plan.count(of: .test))
            let whole = Double(counts(corpus, Array(corpus.examples.indices))["c0"] ?? 0) / 900
            #expect(abs(share - whole) < 0.1, "seed \(seed): \(share), \(whole)")
        }
        #expect(Set(folds.folds) == Set(0..<5))
    }

    @Test func impossibleSplitsAreErrors() throws {
        var generator = SeededGenerator(seed: 2)
        let one = Corpus(
            name: "one", modality: .text, root: ".",
            examples: (1...6).map { Example(input: .text("t"), labels: ["a"], group: "g", source: "s", line: $0) })
        #expect(throws: CorpusError.self) { try Splitter.plan(for: one, using: &generator) }
        for count in [0, 1, 2, -4, Int.max] {
            #expect(throws: CorpusError.self) { try Splitter.folds(for: one, kind: .count(count), using: &generator) }
        }
        #expect(throws: CorpusError.self) { try Splitter.folds(for: one, kind: .given, using: &generator) }
        #expect(throws: CorpusError.self) { try Splitter.folds(for: one, kind: .leaveOneGroupOut, using: &generator) }
        for fraction in [-0.1, 1, .nan, .infinity] {
            #expect(throws: CorpusError.self) {
                try Splitter.plan(
                    for: one, options: SplitOptions(testFraction: fraction, unit: .example), using: &generator)
            }
        }
        let plan = try Splitter.plan(for: one, options: SplitOptions(unit: .example), using: &generator)
        #expect(Split.allCases.map(plan.count) == [4, 1, 1])
    }

    @Test func rareClassesAreNamed() throws {
        var examples = (1...40).map { Example(input: .text("t\($0)"), labels: ["a"], source: "s", line: $0) }
        examples.append(Example(input: .text("t"), labels: ["rare"], source: "s", line: 41))
        let corpus = Corpus(name: "rare", modality: .text, root: ".", examples: examples)
        var generator = SeededGenerator(seed: 2)
        let plan = try Splitter.plan(for: corpus, using: &generator)
        #expect(plan.splits[40] == .train)
        #expect(plan.warnings.count == 3)
        #expect(plan.warnings.allSatisfy { $0.contains("'rare'") })
    }

    @Test func tablesOfSplitsRoundTrip() throws {
        let folder = try TemporaryFolder()
        let odd = ["a,b", "say \"x\"", "two\nlines", "cr\r\nlf", " outer ", "ünï", "|", "plain"]
        let examples = odd.enumerated().map { index, name in
            Example(
                input: .audio(AudioClip(path: name + "/\(index),\"x\".wav", start: 0.25 * Double(index))),
                labels: index == 3 ? [name, "second"] : [name], group: index % 2 == 0 ? name : nil)
        }
        let corpus = Corpus(name: "odd", modality: .audio, root: ".", examples: examples)
        let plan = SplitPlan(splits: odd.indices.map { Split.allCases[$0 % 3] })
        let path = folder.path + "/splits.csv"
        try plan.write(to: path, corpus: corpus)
        #expect(try SplitPlan(path: path, corpus: corpus) == plan)
        let folds = FoldPlan(names: ["one, two", "\"3\""], folds: odd.indices.map { $0 % 2 }, plans: [plan, plan])
        try plan.write(to: path, corpus: corpus, folds: folds)
        #expect(try SplitPlan(path: path, corpus: corpus) == plan)

        let fewer = Corpus(name: "odd", modality: .audio, root: ".", examples: Array(examples.dropLast()))
        let other = Corpus(
            name: "odd", modality: .audio, root: ".",
            examples: examples.dropLast() + [Example(input: examples[7].input, labels: ["other"])])
        for wrong in [fewer, other] {
            #expect(throws: CorpusError.self) { try SplitPlan(path: path, corpus: wrong) }
        }
        try SplitPlan(splits: Array(plan.splits.dropLast())).write(to: path, corpus: fewer)
        #expect(throws: CorpusError.self) { try SplitPlan(path: path, corpus: corpus) }
        #expect(throws: CorpusError.self) { try plan.write(to: path, corpus: fewer) }
    }
}
