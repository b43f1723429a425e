import FormantTensor

/// How far to believe an order of parts: the score while parts are taken away in it, and while they are put in (Petsiuk, Das &
/// Saenko 2018, "RISE", section 3.3).
public struct ErasureCurves: Sendable {
    /// The share of parts taken away, or put in, at each step, from 0 to 1.
    public var shares: [Double]
    /// The score while the parts that count most are taken away first.
    public var deletion: [Double]
    /// The score while they are put in first.
    public var insertion: [Double]

    /// Mean of the deletion curve: small where the order is right.
    public var deletionArea: Double { area(deletion) }
    /// Mean of the insertion curve: large where the order is right.
    public var insertionArea: Double { area(insertion) }

    /// Takes parts away, and puts them in.
    /// - Parameters:
    ///   - erasure: the input.
    ///   - order: all parts, those that count most first.
    ///   - steps: points of a curve less one, at most as many as there are parts.
    ///   - score: what an output of the network is worth.
    /// - Throws: what the erasure throws.
    public init(_ erasure: Erasure, order: [Int], steps: Int = 24, score: ([Float]) -> Double) throws {
        let steps = max(1, min(steps, order.count))
        let counts = (0...steps).map { ($0 * order.count + steps / 2) / steps }
        shares = counts.map { Double($0) / Double(max(1, order.count)) }
        let scores = try erasure.outputs(
            counts.map { Array(order.prefix($0)) } + counts.map { Array(order.dropFirst($0)) }
        ).map(score)
        deletion = Array(scores.prefix(steps + 1))
        insertion = Array(scores.suffix(steps + 1))
    }

    /// The parts from the largest value to the smallest, equal ones as they come.
    public static func order(by values: [Float]) -> [Int] {
        values.indices.sorted { (values[$0], -$0) > (values[$1], -$1) }
    }

    /// Parts in orders of chance.
    public static func randomOrders(of count: Int, draws: Int, seed: UInt64) -> [[Int]] {
        (0..<draws).map { draw in
            var chance = SeededGenerator.derived(seed: seed, purpose: "order \(draw)")
            var order = Array(0..<count)
            chance.shuffle(&order)
            return order
        }
    }

    /// Trapezoids.
    private func area(_ scores: [Double]) -> Double {
        zip(shares.indices.dropFirst(), scores.indices.dropFirst()).reduce(0) { sum, i in
            sum + (shares[i.0] - shares[i.0 - 1]) * (scores[i.1] + scores[i.1 - 1]) / 2
        }
    }
}
