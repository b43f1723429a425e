import FormantTensor

/// The pieces that a split may not cut, with their label counts: groups, or single examples.
struct SplitUnits {
    /// One piece: the examples in it and how many of each label they have.
    struct Unit {
        var members: [Int]
        var labels: [(label: Int, count: Double)]
    }

    private(set) var units: [Unit]
    /// How many examples of each label there are in all units; the last entry counts the unlabelled ones.
    private(set) var totals: [Double]

    /// Gathers the units of some examples of a corpus, in a random order.
    /// - Parameters:
    ///   - corpus: the corpus.
    ///   - pool: the numbers of the examples, ascending.
    ///   - unit: what may not be cut. An example without a group is a unit of its own.
    ///   - copies: for each example of the corpus the number of a set that may not be cut either, −1 for none; nil: none.
    ///   - generator: gives the order.
    init(
        _ corpus: Corpus, pool: [Int], unit: SplitUnit, copies: [Int]? = nil, using generator: inout SeededGenerator
    ) {
        var numbers: [String: Int] = [:]
        for (index, label) in corpus.labels.enumerated() { numbers[label] = index }
        let unlabelled = corpus.labels.count
        var units: [Unit] = []
        for (index, place) in zip(pool, SplitUnits.places(corpus, pool: pool, unit: unit, copies: copies)) {
            if place == units.count { units.append(Unit(members: [], labels: [])) }
            units[place].members.append(index)
        }
        var totals = [Double](repeating: 0, count: corpus.labels.count + 1)
        for place in units.indices {
            if units[place].members.count == 1, corpus.examples[units[place].members[0]].labels.count == 1 {
                let label = numbers[corpus.examples[units[place].members[0]].labels[0]] ?? unlabelled
                units[place].labels = [(label: label, count: 1)]
                totals[label] += 1
                continue
            }
            var counts: [Int: Double] = [:]
            for index in units[place].members {
                let labels = corpus.examples[index].labels
                if labels.isEmpty { counts[unlabelled, default: 0] += 1 }
                for label in labels { counts[numbers[label] ?? unlabelled, default: 0] += 1 }
            }
            units[place].labels = counts.sorted { $0.key < $1.key }.map { (label: $0.key, count: $0.value) }
            for (label, count) in units[place].labels { totals[label] += count }
        }
        generator.shuffle(&units)
        self.units = units
        self.totals = totals
    }

    /// The unit of each example of a pool, numbered in the order of their first examples. Groups that share copies are one
    /// unit.
    static func places(_ corpus: Corpus, pool: [Int], unit: SplitUnit, copies: [Int]?) -> [Int] {
        var parents = Array(pool.indices)
        func root(_ place: Int) -> Int {
            var place = place
            while parents[place] != place {
                parents[place] = parents[parents[place]]
                place = parents[place]
            }
            return place
        }
        func join(_ a: Int, _ b: Int) {
            let (a, b) = (root(a), root(b))
            parents[max(a, b)] = min(a, b)
        }
        var ofGroup: [String: Int] = [:]
        var ofCopies: [Int: Int] = [:]
        for (place, index) in pool.enumerated() {
            if unit == .group, let group = corpus.examples[index].group {
                if let first = ofGroup[group] { join(first, place) } else { ofGroup[group] = place }
            }
            if let number = copies?[index], number >= 0 {
                if let first = ofCopies[number] { join(first, place) } else { ofCopies[number] = place }
            }
        }
        var numbers: [Int: Int] = [:]
        return pool.indices.map { place in
            let root = root(place)
            let number = numbers[root] ?? numbers.count
            numbers[root] = number
            return number
        }
    }

    /// The examples of a part that has about `fraction` of every label.
    ///
    /// Greedy on Σ over labels of (count − fraction · total)² / total: a unit is taken when that gets smaller. A label that
    /// comes out empty, but stands in three units or more, gets its smallest unit. At least one unit is taken and one left.
    func carve(fraction: Double) -> [Int] {
        var counts = [Double](repeating: 0, count: totals.count)
        var taken = [Bool](repeating: false, count: units.count)
        var takenCount = 0
        func change(_ unit: Unit) -> Double {
            var change = 0.0
            for (label, count) in unit.labels {
                let distance = counts[label] - fraction * totals[label]
                change += (2 * distance + count) * count / totals[label]
            }
            return change
        }
        func take(_ place: Int) {
            guard !taken[place], takenCount < units.count - 1 else { return }
            taken[place] = true
            takenCount += 1
            for (label, count) in units[place].labels { counts[label] += count }
        }
        for place in units.indices where change(units[place]) < 0 { take(place) }
        if takenCount == 0 {
            let changes = units.map(change)
            if let best = changes.indices.min(by: { changes[$0] < changes[$1] }) { take(best) }
        }
        var unitCounts = [Int](repeating: 0, count: totals.count)
        var smallest = [Int?](repeating: nil, count: totals.count)
        for place in units.indices {
            for (label, _) in units[place].labels {
                unitCounts[label] += 1
                if units[place].members.count < smallest[label].map({ units[$0].members.count }) ?? .max {
                    smallest[label] = place
                }
            }
        }
        for label in totals.indices where counts[label] == 0 && unitCounts[label] >= 3 {
            if let place = smallest[label] { take(place) }
        }
        return units.indices.filter { taken[$0] }.flatMap { units[$0].members }.sorted()
    }

    /// Deals the units into folds of about equal counts of every label; returns the fold of each example by its number.
    ///
    /// Greedy: the largest units first, each to the fold where Σ over its labels of fold's count · unit's count / total is
    /// smallest; of equals the one with the fewest examples. Single examples are dealt label by label, which makes both
    /// the folds' sizes and their counts of each label equal to within one (when each has one label).
    func deal(into count: Int, exampleCount: Int) -> [Int] {
        var counts = [Double](repeating: 0, count: totals.count * count)
        var sizes = [Int](repeating: 0, count: count)
        var folds = [Int](repeating: 0, count: exampleCount)
        let order = units.indices.sorted { a, b in
            let (sizeA, sizeB) = (units[a].members.count, units[b].members.count)
            if sizeA != sizeB { return sizeA > sizeB }
            let (labelA, labelB) = (units[a].labels.first?.label ?? 0, units[b].labels.first?.label ?? 0)
            return (sizeA == 1 && labelA != labelB) ? labelA < labelB : a < b
        }
        for place in order {
            var best = 0
            var bestCost = Double.infinity
            for fold in 0..<count {
                var cost = 0.0
                for (label, number) in units[place].labels {
                    cost += counts[fold * totals.count + label] * number / totals[label]
                }
                if cost < bestCost || (cost == bestCost && sizes[fold] < sizes[best]) {
                    best = fold
                    bestCost = cost
                }
            }
            for (label, number) in units[place].labels { counts[best * totals.count + label] += number }
            sizes[best] += units[place].members.count
            for index in units[place].members { folds[index] = best }
        }
        return folds
    }
}
