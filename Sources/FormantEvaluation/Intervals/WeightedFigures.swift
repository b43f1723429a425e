import FormantTensor

/// The main figures of predictions whose examples count several times or not at all.
///
/// Means over labels are over those that the sample has, so that a rare label which a draw misses does not pull the figure
/// down: macro F1 over the labels that are true or predicted somewhere in the sample, times the share of such labels among
/// all in the whole; with weights of one the figures are those of `Metrics`.
struct WeightedFigures {
    private let labelCount: Int
    private let isSingle: Bool
    private let isRight: [Bool]
    // What each example adds to the counts of labels: 3 · label + 0 (true positive), 1 (false positive), 2 (missed).
    private var entries: [Int32] = []
    private var starts: [Int] = [0]
    /// Of each label, examples by falling score: 4 · example + 2 (positive) + 1 (last of equal scores).
    private var rankings: [[Int64]] = []
    private let seenLabels: Double

    /// - Parameters:
    ///   - isPredicted: examples × labels, row-major.
    ///   - ranks: whether the mean average precision is one of the figures.
    init(_ predictions: Predictions, isPredicted: [Bool], ranks: Bool) {
        let width = predictions.labels.count
        labelCount = width
        isSingle = predictions.task == .singleLabel
        let isTrue = predictions.decisions
        var isRight = [Bool](repeating: true, count: predictions.count)
        var seen = Set<Int>()
        for i in 0..<predictions.count {
            for label in 0..<width {
                let kind: Int
                switch (isTrue[i * width + label], isPredicted[i * width + label]) {
                case (true, true): kind = 0
                case (false, true): kind = 1
                case (true, false): kind = 2
                case (false, false): continue
                }
                if kind > 0 { isRight[i] = false }
                seen.insert(label)
                entries.append(Int32(3 * label + kind))
            }
            starts.append(entries.count)
        }
        self.isRight = isRight
        seenLabels = Double(seen.count)
        guard ranks else { return }
        for label in 0..<width {
            let order = (0..<predictions.count)
                .map { UInt64(~(predictions.scores[$0 * width + label] + 0).bitPattern) << 32 | UInt64($0) }.sorted()
            rankings.append(
                order.indices.map { place in
                    let example = Int(order[place] & 0xffff_ffff)
                    let isLast = place + 1 == order.count || order[place + 1] >> 32 != order[place] >> 32
                    return Int64(example * 4 + (isTrue[example * width + label] ? 2 : 0) + (isLast ? 1 : 0))
                })
        }
    }

    /// Accuracy, macro F1, balanced accuracy (single-label), mean average precision (where wanted).
    func figures(_ weights: [Int32]) -> [Double?] {
        var counts = [Int](repeating: 0, count: 3 * labelCount)
        var (right, total) = (0, 0)
        for (i, weight) in weights.enumerated() where weight > 0 {
            total += Int(weight)
            if isRight[i] { right += Int(weight) }
            for entry in entries[starts[i]..<starts[i + 1]] { counts[Int(entry)] += Int(weight) }
        }
        return figures(counts, right: right, total: total)
            + [rankings.isEmpty ? nil : meanAveragePrecision(weights)]
    }

    /// Accuracy, macro F1 and balanced accuracy of counts.
    /// - Parameter counts: true positives, false positives and missed of each label.
    private func figures(_ counts: [Int], right: Int, total: Int) -> [Double?] {
        var (f1, labels, recall, present) = (0.0, 0, 0.0, 0)
        for label in 0..<labelCount {
            let (hits, extra, missed) = (counts[3 * label], counts[3 * label + 1], counts[3 * label + 2])
            if hits + extra + missed > 0 {
                labels += 1
                f1 += ratio(2 * hits, 2 * hits + extra + missed)
            }
            if hits + missed > 0 {
                present += 1
                recall += ratio(hits, hits + missed)
            }
        }
        return [
            total > 0 ? ratio(right, total) : nil,
            labels > 0 ? f1 / Double(labels) * seenLabels / Double(labelCount) : nil,
            isSingle && present > 0 ? recall / Double(present) : nil,
        ]
    }

    /// The first three figures of blocks of examples, of which each counts as often as its block: many examples are then
    /// drawn as fast as few.
    /// - Parameter blocks: the block of each example, 0 ..< `count`.
    func figures(ofBlocks blocks: [Int], count: Int) -> ([Int32]) -> [Double?] {
        let width = 3 * labelCount + 2
        var sums = [Int](repeating: 0, count: count * width)
        for (i, block) in blocks.enumerated() {
            let start = block * width
            for entry in entries[starts[i]..<starts[i + 1]] { sums[start + Int(entry)] += 1 }
            if isRight[i] { sums[start + width - 2] += 1 }
            sums[start + width - 1] += 1
        }
        return { weights in
            var counts = [Int](repeating: 0, count: width)
            for (block, weight) in weights.enumerated() where weight > 0 {
                for i in 0..<width { counts[i] += Int(weight) * sums[block * width + i] }
            }
            return figures(counts, right: counts[width - 2], total: counts[width - 1]) + [nil]
        }
    }

    private func meanAveragePrecision(_ weights: [Int32]) -> Double? {
        var precisions: [Double] = []
        for ranking in rankings {
            var (found, all, before, sum) = (0, 0, 0, 0.0)
            for entry in ranking {
                let weight = Int(weights[Int(entry >> 2)])
                all += weight
                if entry & 2 != 0 { found += weight }
                if entry & 1 != 0, found > before {
                    sum += Double(found - before) * Double(found) / Double(all)
                    before = found
                }
            }
            if found > 0 { precisions.append(sum / Double(found)) }
        }
        return mean(precisions)
    }
}

extension Predictions {
    /// Which labels each example is given, row-major like the scores: the first of the highest score, or those that reach
    /// their thresholds, own ones before those of the options.
    package func isPredicted(_ options: EvaluationOptions = .init()) throws(EvaluationError) -> [Bool] {
        if let given { return given }
        let thresholds = try task == .multiLabel ? options.thresholds.values(for: labels) : nil
        let width = labels.count
        var isPredicted = [Bool](repeating: false, count: scores.count)
        for i in 0..<count {
            if let thresholds {
                for label in 0..<width where scores[i * width + label] >= thresholds[label] {
                    isPredicted[i * width + label] = true
                }
            } else {
                var best = 0
                for label in 0..<width where scores[i * width + label] > scores[i * width + best] { best = label }
                isPredicted[i * width + best] = true
            }
        }
        return isPredicted
    }

    /// The intervals of the main figures; nil of fewer than two clusters.
    /// - Parameter isPredicted: examples × labels, row-major.
    func intervals(_ isPredicted: [Bool], options: EvaluationOptions) -> MetricIntervals? {
        let bootstrap = Bootstrap(groups: groups)
        guard bootstrap.clusterCount > 1, options.resamples > 0 else { return nil }
        let cells = scores.count
        let ranks = task == .multiLabel && cells <= RankingMetrics.decisionLimit
        let weighted = WeightedFigures(self, isPredicted: isPredicted, ranks: ranks)
        // So many passes over what a resample reads take a second or two.
        let work = max(1, ranks ? cells : min(count, 25 * Bootstrap.blockCount) + labels.count)
        let resamples = min(options.resamples, max(200, 200_000_000 / work))
        var chance = SeededGenerator.derived(seed: options.seed, purpose: "bootstrap")
        let all: [Interval?]
        let isMany = !ranks && bootstrap.clusterCount > Bootstrap.blockCount && count > 25 * Bootstrap.blockCount
        if isMany, labels.count * Bootstrap.blockCount < count {
            let blocks = bootstrap.clusters.map { $0 % Bootstrap.blockCount }
            all = Bootstrap(groups: Array(repeating: nil, count: Bootstrap.blockCount)).intervals(
                resamples: resamples, using: &chance,
                figures: weighted.figures(ofBlocks: blocks, count: Bootstrap.blockCount))
        } else {
            all = bootstrap.intervals(resamples: resamples, using: &chance, figures: weighted.figures)
        }
        let accuracy = weighted.figures(Array(repeating: 1, count: count))[0]
        return MetricIntervals(
            accuracy: all[0] ?? accuracy.flatMap { $0 == 0 || $0 == 1 ? bootstrap.interval(ofUniform: $0) : nil },
            macroF1: all[1], balancedAccuracy: all[2], meanAveragePrecision: all[3], clusters: bootstrap.clusterCount)
    }
}
