extension Predictions {
    /// The label in scope with the highest score (of equal ones the first), and that score.
    /// - Precondition: 0 ≤ `index` < `count`, and there is a label in scope.
    package func best(_ index: Int) -> (label: Int, score: Float) {
        let width = labels.count
        var best: (label: Int, score: Float)?
        for label in 0..<width where label != outOfScope {
            let score = scores[index * width + label]
            if score > best?.score ?? -1 { best = (label, score) }
        }
        return best!
    }

    /// By how much the best label in scope is ahead of the one out of scope, −1 … 1; its score, where there is no such label
    /// or the model gives it nothing.
    func lead(_ index: Int) -> Float { lead(index, of: best(index).score) }

    private func lead(_ index: Int, of score: Float) -> Float {
        score - (outOfScope.map { scores[index * labels.count + $0] } ?? 0)
    }

    /// The threshold for rejecting that is as high as a loss of accuracy lets it be.
    ///
    /// An example is rejected when the lead of the best label in scope over the one out of scope is below the threshold. That
    /// costs the examples in scope that are right and lead by less; of those at most `cost` times the number of examples in scope may go. The
    /// threshold lies midway between the last score that goes and the first that stays. Where examples out of scope are
    /// all rejected well below it, it comes down to midway above them.
    /// - Parameter cost: accuracy in scope that may be lost, 0 ..< 1.
    /// - Returns: the threshold, −1 … 1; nil without an example in scope that is right, or with several labels an example.
    public func rejectionThreshold(cost: Double) -> Float? {
        guard task == .singleLabel else { return nil }
        var right: [Float] = []
        var foreign: [Float] = []
        for i in 0..<count {
            let best = best(i)
            if truthIndices[i] == outOfScope {
                foreign.append(lead(i, of: best.score))
            } else if truthIndices[i] == best.label {
                right.append(lead(i, of: best.score))
            }
        }
        guard !right.isEmpty else { return nil }
        right.sort()
        let inScope = count - foreign.count
        // A hundredth of 300 is 3, which the product in binary may miss by a rounding.
        let lost = min(max(0, Int((cost * Double(inScope) + 1e-9).rounded(.down))), right.count - 1)
        let stays = right[lost]
        var goes = lost > 0 ? right[lost - 1] : min(0, stays)
        var ceiling = stays
        if let highest = foreign.max(), highest < goes, let above = right.first(where: { $0 > highest }) {
            (goes, ceiling) = (highest, above)
        }
        return min(1, goes + (ceiling - goes) / 2)
    }

    /// Rejects the examples in which the lead of the best label in scope is below a threshold, and no others.
    public mutating func reject(below threshold: Float) {
        rejected = (0..<count).map { lead($0) < threshold }
    }
}
