import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Confidence intervals by drawing clusters again and again, with replacement.
///
/// Examples of one group (a speaker, a site) are not independent, so groups are drawn whole (Field & Welsh 2007). The
/// ends are those of the bias-corrected and accelerated bootstrap (BCa; Efron 1987), with the acceleration by a jackknife
/// over at most 200 blocks of clusters (a tenth of the resamples where that is less), and with Student's t and √(k / (k − 1)) in place of the normal quantile, since
/// percentiles of few clusters are too narrow (the expanded percentile interval; Hesterberg 2015, § 5.3). Everything comes
/// from one seed and one thread.
package struct Bootstrap {
    /// Cluster of each example: 0 ..< `clusterCount`.
    package let clusters: [Int]
    /// Number of clusters.
    package let clusterCount: Int

    /// Of very many clusters so many blocks are drawn instead, which a cluster belongs to by its number: sums of
    /// independent clusters are independent too.
    package static let blockCount = 2000
    /// The share of intervals that should hold the true value.
    package static let level = 0.95

    /// Makes clusters of groups; an example without one is a cluster of its own.
    package init(groups: [String?]) {
        var numbers: [String: Int] = [:]
        var next = 0
        clusters = groups.map { group in
            if let group, let number = numbers[group] { return number }
            defer { next += 1 }
            if let group { numbers[group] = next }
            return next
        }
        clusterCount = next
    }

    /// The interval of each figure that a sample of weighted examples has.
    /// - Parameters:
    ///   - resamples: how often to draw, 1 or more.
    ///   - figures: from how often each example counts, to figures; the same number of them each time, and nil for one
    ///     that such a sample does not have.
    /// - Returns: nil for a figure that the whole sample lacks, that does not vary, or of fewer than two clusters.
    package func intervals(
        resamples: Int, using chance: inout SeededGenerator, figures: ([Int32]) -> [Double?]
    ) -> [Interval?] {
        var weights = [Int32](repeating: 1, count: clusters.count)
        let estimates = figures(weights)
        guard clusterCount > 1 else { return estimates.map { _ in nil } }
        var drawn: [[Double]] = estimates.map { _ in [] }
        var counts = [Int32](repeating: 0, count: clusterCount)
        for _ in 0..<resamples {
            for i in counts.indices { counts[i] = 0 }
            for _ in 0..<clusterCount { counts[chance.index(below: clusterCount)] += 1 }
            for i in weights.indices { weights[i] = counts[clusters[i]] }
            for (i, value) in figures(weights).enumerated() { if let value { drawn[i].append(value) } }
        }
        let blocks = min(clusterCount, 200, max(20, resamples / 10))
        var left: [[Double]] = estimates.map { _ in [] }
        for block in 0..<blocks {
            for i in weights.indices { weights[i] = clusters[i] % blocks == block ? 0 : 1 }
            for (i, value) in figures(weights).enumerated() { if let value { left[i].append(value) } }
        }
        return estimates.indices.map { i in
            estimates[i].flatMap { interval($0, drawn: drawn[i].sorted(), leftOut: left[i]) }
        }
    }

    private func interval(_ estimate: Double, drawn: [Double], leftOut: [Double]) -> Interval? {
        guard let first = drawn.first, let last = drawn.last, last - first > 1e-12 else { return nil }
        let n = Double(drawn.count)
        // Values that are the same but for the order of their sum are the same.
        let below = drawn.partitionPoint { $0 < estimate - 1e-12 }
        let notAbove = drawn.partitionPoint { $0 <= estimate + 1e-12 }
        let share = min(max((Double(below) + Double(notAbove)) / 2 / n, 1 / (n + 1)), n / (n + 1))
        let bias = Distributions.normalQuantile(share)
        let middle = mean(leftOut) ?? estimate
        var (squares, cubes) = (0.0, 0.0)
        for value in leftOut {
            let difference = middle - value
            squares += difference * difference
            cubes += difference * difference * difference
        }
        let acceleration = squares > 0 ? cubes / (6 * pow(squares, 1.5)) : 0
        let k = Double(clusterCount)
        let reach = (k / (k - 1)).squareRoot() * Distributions.studentQuantile975(freedom: clusterCount - 1)
        func end(_ z: Double) -> Double {
            let shifted = bias + z
            let divisor = 1 - acceleration * shifted
            let place = divisor > 0.05 ? Distributions.normal(bias + shifted / divisor) : z < 0 ? 0 : 1
            let rank = min(max(place * (n + 1) - 1, 0), n - 1)
            let low = Int(rank)
            let high = min(low + 1, drawn.count - 1)
            return drawn[low] + (drawn[high] - drawn[low]) * (rank - Double(low))
        }
        return Interval(min(end(-reach), estimate), max(end(reach), estimate))
    }

    /// The interval of a share all of whose clusters are right, or all wrong, where drawing again tells nothing: that of
    /// Clopper & Pearson (1934), each cluster being one trial.
    package func interval(ofUniform share: Double) -> Interval {
        let far = pow((1 - Bootstrap.level) / 2, 1 / Double(max(1, clusterCount)))
        return share > 0.5 ? Interval(far, 1) : Interval(0, 1 - far)
    }
}

extension [Double] {
    /// The number of elements at the front for which `isBefore` holds, which it must for none behind them.
    fileprivate func partitionPoint(_ isBefore: (Double) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
