/// What rejecting does: figures at the threshold that a classifier has, where it calls an input unknown.
public struct RejectionMetrics: Sendable, Equatable {
    /// Share of the examples in scope that are not rejected and given the right label; 0 without any.
    public var inScopeAccuracy: Double
    /// Share of the examples out of scope that are rejected; nil without any.
    public var outOfScopeRecall: Double?
    /// Share of the rejected examples that are out of scope; nil without examples out of scope.
    public var outOfScopePrecision: Double?
    /// Number of examples that are rejected.
    public var rejected: Int

    /// Counts; nil for predictions of which nothing was said about rejecting.
    init?(_ predictions: Predictions) {
        guard predictions.task == .singleLabel, let rejected = predictions.rejected else { return nil }
        var (inScope, right, foreign, found) = (0, 0, 0, 0)
        for i in 0..<predictions.count {
            let truth = predictions.truthIndices[i]
            if truth == predictions.outOfScope {
                foreign += 1
                if rejected[i] { found += 1 }
            } else {
                inScope += 1
                if !rejected[i], predictions.best(i).label == truth { right += 1 }
            }
        }
        self.rejected = rejected.count { $0 }
        inScopeAccuracy = ratio(right, inScope)
        if foreign > 0 {
            outOfScopeRecall = ratio(found, foreign)
            outOfScopePrecision = ratio(found, self.rejected)
        }
    }

    /// Takes figures as they are.
    init(inScopeAccuracy: Double, outOfScopeRecall: Double?, outOfScopePrecision: Double?, rejected: Int) {
        self.inScopeAccuracy = inScopeAccuracy
        self.outOfScopeRecall = outOfScopeRecall
        self.outOfScopePrecision = outOfScopePrecision
        self.rejected = rejected
    }
}
