/// Collects examples and problems while a corpus is read, and shares equal strings between examples.
struct CorpusBuilder {
    let name: String
    var modality: Modality
    let root: String
    let options: CorpusOptions
    private(set) var examples: [Example] = []
    var problems = ProblemLog()
    var extraColumns: [String] = []
    var rules = SplitRules()
    /// Whether splits and folds are the corpus's own.
    var splitIsOfficial = false
    /// Whether groups are equal texts.
    var groupsAreTexts = false
    /// The label of what is none of the others.
    var outOfScope: String?
    /// Whether examples may have any number of labels; nil tells by the examples.
    var isMultiLabel: Bool?

    private var sharedStrings: [String: String] = [:]
    private var sharedLabels: [[String]: [String]] = [:]
    private var filePlaces: [ExampleInput: Int] = [:]
    private var foldNumbers: [String: Int] = [:]

    init(name: String, modality: Modality, root: String, options: CorpusOptions) {
        self.name = name
        self.modality = modality
        self.root = root
        self.options = options
        outOfScope = options.outOfScope
    }

    /// The one copy of a string, so that a million examples of 30 speakers hold 30 names.
    mutating func shared(_ text: String) -> String {
        if text.utf8.count <= 15 { return text }  // held inside the value itself
        if let known = sharedStrings[text] { return known }
        sharedStrings[text] = text
        return text
    }

    /// The one copy of a list of labels, each of which stands in it once.
    mutating func sharedList(_ labels: [String]) -> [String] {
        if let known = sharedLabels[labels] { return known }
        var seen: Set<String> = []
        let distinct = labels.filter { seen.insert($0).inserted }
        sharedLabels[labels] = distinct
        return distinct
    }

    /// The number of a fold by its name, until `finish` gives it its place in the sorted list.
    mutating func foldNumber(_ name: String) -> Int {
        if let known = foldNumbers[name] { return known }
        let number = foldNumbers.count
        foldNumbers[name] = number
        return number
    }

    /// Adds an example, or names it as a problem when its clip or picture is there already.
    mutating func add(_ example: Example, file: String) {
        if modality != .text {
            if let place = filePlaces[example.input] {
                let earlier = examples[place]
                problems.add(
                    file, example.line > 0 ? example.line : nil,
                    "\(example.id) stands in line \(earlier.line) already"
                        + (earlier.labels == example.labels ? "; skipped" : ", with another label; skipped"))
                return
            }
            filePlaces[example.input] = examples.count
        }
        examples.append(example)
    }

    /// The corpus of everything added. Throws `nothingLeft` when that is nothing.
    consuming func finish() throws(CorpusError) -> Corpus {
        guard !examples.isEmpty else { throw .nothingLeft(corpus: name, problems: problems.kept) }
        let folds = foldNumbers.keys.sorted(by: naturallyPrecedes)
        var place = [Int](repeating: 0, count: folds.count)
        for (index, fold) in folds.enumerated() { if let number = foldNumbers[fold] { place[number] = index } }
        if !folds.isEmpty {
            for index in examples.indices { examples[index].fold = examples[index].fold.map { place[$0] } }
        }
        dropLonelyGroups()
        if let outOfScope, !examples.contains(where: { $0.labels.contains(outOfScope) }) {
            problems.add(name, nil, "no example has the label '\(outOfScope)', which is to be the one out of scope")
        }
        return Corpus(
            name: name, modality: modality, root: root, examples: examples, extraColumns: extraColumns, folds: folds,
            rules: rules, problems: problems.kept, problemCount: problems.count, isMultiLabel: isMultiLabel,
            outOfScope: outOfScope, splitIsOfficial: splitIsOfficial)
    }

    /// A text that stands once is a group of its own, which needs no name.
    private mutating func dropLonelyGroups() {
        guard groupsAreTexts else { return }
        var counts: [String: Int] = [:]
        for example in examples { if let group = example.group { counts[group, default: 0] += 1 } }
        for index in examples.indices {
            if let group = examples[index].group, counts[group] == 1 { examples[index].group = nil }
        }
    }
}

/// Numbers by value, before other names, so that fold 10 comes after fold 9.
func naturallyPrecedes(_ a: String, _ b: String) -> Bool {
    switch (Int(a), Int(b)) {
    case (let x?, let y?): return x == y ? a < b : x < y
    case (_?, nil): return true
    case (nil, _?): return false
    default: return a < b
    }
}
