import FormantNetwork
import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Gradient ascent on the input: what a filter, a neuron or a class would like to see most (Erhan, Bengio, Courville &
/// Vincent 2009; for classes Simonyan, Vedaldi & Zisserman 2014, section 2).
///
/// The same seed gives the same bytes, whatever the number of threads and whatever is maximised beside it.
public struct Ascent: Sendable {
    /// What is made large.
    public enum Goal: Hashable, Sendable {
        /// An activation.
        case activation(Aim)
        /// The logarithm of the probability of a class under softmax, until the probability is reached.
        case confidence(label: Int, until: Float)

        var node: String? {
            switch self {
            case .activation(let aim): aim.node
            case .confidence: nil
            }
        }
    }

    /// What came out.
    public struct Found: Sendable {
        /// The input of the network that was found, in the public order.
        public var input: [Float]
        /// What was made large (of `confidence` the probability), before each step and at the end.
        public var course: [Float]
    }

    /// The network.
    public var subject: Subject
    /// Where inputs may lie, and their shape.
    public var range: InputRange
    /// How it is done.
    public var options: AscentOptions
    /// Of where it begins, and of the moves.
    public var seed: UInt64
    /// How far from rest, in shares, the noise goes that the search begins with, 0 … 1.
    public var noise: Float = 0.1

    /// Goals that are pursued side by side.
    private static let together = 16

    /// Prepares a search.
    public init(_ subject: Subject, range: InputRange, options: AscentOptions, seed: UInt64) {
        self.subject = subject
        self.range = range
        self.options = options
        self.seed = seed
    }

    /// Looks for an input per goal.
    /// - Throws: `NetworkError` for a node that is not there, or an input that the network cannot take.
    public func run(_ goals: [Goal]) throws(NetworkError) -> [Found] {
        var found = [Found?](repeating: nil, count: goals.count)
        var members: [String?: [Int]] = [:]
        for (place, goal) in goals.enumerated() { members[goal.node, default: []].append(place) }
        for (node, places) in members {
            for first in stride(from: 0, to: places.count, by: Ascent.together) {
                let some = places[first..<min(places.count, first + Ascent.together)]
                let probe = try subject.probe(
                    Probe.Options(output: node, shape: range.shape, batch: some.count))
                var climbs = some.map { Climb(goals[$0], self) }
                climb(&climbs, probe)
                for (place, climb) in zip(some, climbs) { found[place] = climb.found }
            }
        }
        return found.map { $0! }
    }

    private func climb(_ climbs: inout [Climb], _ probe: Probe) {
        let shape = range.shape
        var moves = SeededGenerator.derived(seed: seed, purpose: "jitter")
        for step in 0...options.steps {
            let isLast = step == options.steps
            if climbs.allSatisfy(\.isDone) { break }
            let share = 1 - Float(step) / Float(options.steps)
            let blur =
                options.blur * share > 0.2 && !isLast
                ? SeparableMap.blur(shape, deviation: options.blur * share) : nil
            let jitter = isLast ? Pair(0) : draw(&moves)
            let seen = climbs.map { climb in
                let shares = blur.map { $0(climb.shares) } ?? climb.shares
                return range.input(
                    of: Smoothness.moved(shares, shape, rows: jitter.height, columns: jitter.width))
            }
            let outputs = probe.forward(seen)
            let seeds = climbs.indices.map { climbs[$0].note(outputs[$0], probe.output) }
            if isLast { break }
            probe.backward(from: seeds)
            let back = blur?.transposed
            for i in climbs.indices where !climbs[i].isDone {
                let byShares = Smoothness.moved(
                    range.gradient(byInput: probe.inputGradient(of: i)), shape, rows: -jitter.height,
                    columns: -jitter.width)
                climbs[i].move(back.map { $0(byShares) } ?? byShares)
            }
        }
    }

    private func draw(_ chance: inout SeededGenerator) -> Pair<Int> {
        func draw(_ most: Int, _ length: Int) -> Int {
            let reach = min(most, length / 4)
            return reach > 0 ? chance.index(below: 2 * reach + 1) - reach : 0
        }
        let rows = draw(options.jitter.height, range.shape.height)
        return Pair(rows, draw(options.jitter.width, range.shape.width))
    }
}

/// One search on its way.
private struct Climb {
    private(set) var shares: [Float]
    private(set) var isDone = false
    private let goal: Ascent.Goal
    private let range: InputRange
    private let options: AscentOptions
    private let rest: [Float]
    private var course: [Float] = []
    private var steps: AdamSteps
    /// Amplitudes of waves, and what makes logits of them; nil where the values themselves are moved.
    private var waves: (amplitudes: [Float], map: SeparableMap, scale: [Float], base: Float)?
    /// Root mean square of the first gradient.
    private var unit: Float?

    init(_ goal: Ascent.Goal, _ ascent: Ascent) {
        (self.goal, range, options) = (goal, ascent.range, ascent.options)
        let shape = range.shape
        rest = ascent.range.restShares
        steps = AdamSteps(count: shape.count, rate: options.rate)
        var chance = SeededGenerator.derived(seed: ascent.seed, purpose: "ascent \(goal)")
        switch options.parameterisation {
        case .values:
            let (rest, noise, width) = (rest, ascent.noise, shape.width)
            shares = (0..<shape.count).map { min(max(rest[$0 / width] + noise * chance.uniform(in: -1..<1), 0), 1) }
        case .waves:
            let mean = rest.reduce(0, +) / Float(rest.count)
            let base = min(max(mean, 0.1), 0.9)
            let noise = ascent.noise
            waves = (
                (0..<shape.count).map { _ in noise * chance.normal() }, SeparableMap.waves(shape),
                Climb.scale(of: shape), log(base / (1 - base))
            )
            shares = []
            shares = sharesOfWaves()
        }
    }

    var found: Ascent.Found { .init(input: range.input(of: shares), course: course) }

    /// Takes the outputs of the node that is looked at.
    /// - Returns: the gradient by them of what is to grow; nil when it is enough.
    mutating func note(_ output: [Float], _ shape: Shape) -> [Float]? {
        guard !isDone else { return nil }
        switch goal {
        case .activation(let aim):
            let weights = aim.weights(shape)
            course.append(Float(output.product(weights)))
            return weights
        case .confidence(let label, let until):
            let largest = output.max()!
            let exponentials = output.map { exp($0 - largest) }
            let sum = exponentials.reduce(0, +)
            let probability = exponentials[label] / sum
            course.append(probability)
            isDone = probability >= until
            var gradient = exponentials.map { -$0 / sum }
            gradient[label] += 1
            return gradient
        }
    }

    /// Takes a step.
    /// - Parameter ascending: the gradient by the shares of what is to grow.
    mutating func move(_ ascending: [Float]) {
        let shape = range.shape
        var gradient = ascending.scaled(-1)
        if unit == nil {
            let size = Float((ascending.sums().squares / Double(shape.count)).squareRoot())
            // Where nothing answers yet, nothing holds back either.
            if size > 0 { unit = size }
        }
        let unit = unit ?? 0
        if options.penalty > 0 {
            for i in gradient.indices {
                let distance = shares[i] - rest[i / shape.width]
                if distance != 0 { gradient[i] += options.penalty * unit * (distance > 0 ? 1 : -1) }
            }
        }
        if options.totalVariation > 0 {
            _ = Smoothness.totalVariation(
                shares, shape, weight: options.totalVariation * unit, addingTo: &gradient)
        }
        guard var waves else {
            steps.gradient = gradient
            steps.move(&shares)
            for i in shares.indices { shares[i] = min(max(shares[i], 0), 1) }
            return
        }
        for i in gradient.indices { gradient[i] *= shares[i] * (1 - shares[i]) }
        let byWaves = waves.map.transposed(gradient)
        steps.gradient = byWaves.indices.map { byWaves[$0] * waves.scale[$0] }
        steps.move(&waves.amplitudes)
        self.waves = waves
        shares = sharesOfWaves()
    }

    private func sharesOfWaves() -> [Float] {
        guard let waves else { return shares }
        let scaled = waves.amplitudes.indices.map { waves.amplitudes[$0] * waves.scale[$0] }
        return waves.map(scaled).map { 1 / (1 + exp(-waves.base - $0)) }
    }

    /// One over the frequency of each wave, of mean square 1.
    private static func scale(of shape: Shape) -> [Float] {
        let least = 1 / Float(max(shape.height, shape.width))
        let scale = (0..<shape.count).map { i -> Float in
            let down = Float(i / shape.width % shape.height) / Float(shape.height)
            let across = Float(i % shape.width) / Float(shape.width)
            return 1 / max((down * down + across * across).squareRoot(), least)
        }
        let size = Float((scale.sums().squares / Double(scale.count)).squareRoot())
        return scale.map { $0 / size }
    }
}
