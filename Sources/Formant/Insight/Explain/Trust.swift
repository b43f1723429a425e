import FormantInsight
import FormantNetwork
import FormantTensor

/// A network some of whose weights are chance.
struct RandomNetwork: Hashable {
    /// The nodes whose weights are.
    var nodes: Set<String>
    /// The one nearest to the input among them, which names the stage.
    var lowest: String
    /// Whether all weights behind what comes in are.
    var isWhole: Bool
    var seed: UInt64

    /// The network itself.
    func subject(_ trained: Subject) throws(NetworkError) -> Subject { try trained.randomised(nodes, seed: seed) }

    /// Draws of weights for the whole network.
    static let draws = 3
    /// The most stages on the way to the whole, from the output to the input.
    private static let stageLimit = 5

    /// The networks that maps are compared with: from the output down more and more layers, and the whole several times.
    static func all(of subject: Subject, seed: UInt64) -> [RandomNetwork] {
        let stages = subject.stages
        guard !stages.isEmpty else { return [] }
        // Evenly spaced where there are many, the first and the last among them.
        let count = min(stages.count, stageLimit)
        let ends = (0..<count).map { count == 1 ? stages.count : 1 + $0 * (stages.count - 1) / (count - 1) }
        var networks = ends.map { end in
            RandomNetwork(
                nodes: Set(stages[..<end].joined()), lowest: stages[end - 1].last!, isWhole: end == stages.count,
                seed: drawn(seed, 0))
        }
        for draw in 1..<draws {
            var whole = networks[count - 1]
            whole.seed = drawn(seed, draw)
            networks.append(whole)
        }
        return networks
    }

    private static func drawn(_ seed: UInt64, _ draw: Int) -> UInt64 {
        var chance = SeededGenerator.derived(seed: seed, purpose: "weights of chance \(draw)")
        return chance.next()
    }
}

/// What speaks for believing a map, and against.
struct Trust {
    /// A map beside that of a network with weights of chance.
    struct Comparison {
        var network: RandomNetwork
        var similarity: MapSimilarity
    }

    /// The score while parts are taken away, and put in, in the map's order.
    var curves: ErasureCurves
    /// The areas that orders of chance give.
    var chance: [(deletion: Double, insertion: Double)]
    /// Empty where a map has too few places.
    var comparisons: [Comparison] = []

    /// Places of a map that can be compared.
    static let leastPlaces = 5
    /// A map whose ranks agree with those of chance's by more shows the input rather than what was learned.
    static let rankLimit = 0.5

    /// Comparisons with networks that have nothing of the training left.
    var whole: [Comparison] { comparisons.filter(\.network.isWhole) }

    /// Mean rank correlation with the maps of networks of chance; nil where there are none.
    var rank: Double? { mean(whole.map(\.similarity.rank)) }

    /// Mean structural similarity with them.
    var structure: Double? { mean(whole.map(\.similarity.structure)) }

    /// Whether the map changes with the weights, as it has to.
    var changes: Bool? { rank.map { $0 <= Trust.rankLimit } }

    /// Insertion less deletion: above 0 where the order is of use.
    var gain: Double { curves.insertionArea - curves.deletionArea }

    /// Of the orders of chance those that do no better.
    var beaten: Int { chance.count { $0.insertion - $0.deletion < gain } }

    /// Whether it changes with the weights and beats all orders of chance.
    var isTrusted: Bool { changes != false && beaten == chance.count }

    private func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}

/// What checks of several inputs say of each method.
struct TrustSummary {
    /// One method.
    struct Line {
        var method: ExplanationMethod
        var inputs = 0
        var seconds = 0.0
        var judged = 0
        var changed = 0
        var rank = 0.0
        var structure = 0.0
        var trusted = 0
        var checked = 0
        var deletion = 0.0
        var insertion = 0.0
        var beaten = 0
        var orders = 0
        /// Of integrated gradients: the largest error.
        var error: Double?

        /// Whether maps as a rule change with the weights; nil where none could be judged.
        var changes: Bool? { judged == 0 ? nil : rank / Double(judged) <= Trust.rankLimit }
    }

    private(set) var lines: [Line] = []
    /// Means of what orders of chance give.
    private var chance = (deletion: 0.0, insertion: 0.0, count: 0)

    /// The areas that orders of chance give; nil where nothing was checked.
    var chanceAreas: (deletion: Double, insertion: Double)? {
        guard chance.count > 0 else { return nil }
        return (chance.deletion / Double(chance.count), chance.insertion / Double(chance.count))
    }

    mutating func add(_ explained: Explained) {
        for area in explained.chance {
            chance.deletion += area.deletion
            chance.insertion += area.insertion
            chance.count += 1
        }
        for finding in explained.findings {
            let place = lines.firstIndex { $0.method == finding.method } ?? lines.count
            if place == lines.count { lines.append(Line(method: finding.method)) }
            lines[place].inputs += 1
            lines[place].seconds += finding.seconds
            if let completeness = finding.completeness {
                lines[place].error = max(lines[place].error ?? 0, completeness.error)
            }
            guard let trust = finding.trust else { continue }
            lines[place].checked += 1
            lines[place].deletion += trust.curves.deletionArea
            lines[place].insertion += trust.curves.insertionArea
            lines[place].beaten += trust.beaten
            lines[place].orders += trust.chance.count
            if trust.isTrusted { lines[place].trusted += 1 }
            guard let rank = trust.rank, let structure = trust.structure else { continue }
            lines[place].judged += 1
            lines[place].rank += rank
            lines[place].structure += structure
            if trust.changes == true { lines[place].changed += 1 }
        }
    }
}
