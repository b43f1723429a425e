/// McNemar's test of whether two classifiers err equally often on the same examples (McNemar 1947).
public struct McNemar: Codable, Sendable, Equatable {
    /// Examples that only the first gets right.
    public var onlyFirst: Int
    /// Examples that only the second gets right.
    public var onlySecond: Int
    /// Two-sided p of the exact conditional test.
    public var exact: Double
    /// Two-sided mid-p, which is less conservative (Fagerland, Lydersen & Laake 2013).
    public var midP: Double

    private enum CodingKeys: String, CodingKey {
        case exact
        case onlyFirst = "only_first"
        case onlySecond = "only_second"
        case midP = "mid_p"
    }

    /// Tests counts of 0 or more.
    public init(onlyFirst: Int, onlySecond: Int) {
        precondition(onlyFirst >= 0 && onlySecond >= 0)
        (self.onlyFirst, self.onlySecond) = (onlyFirst, onlySecond)
        let n = onlyFirst + onlySecond
        guard n > 0 else {
            (exact, midP) = (1, 1)
            return
        }
        let (at, upTo) = Distributions.halfBinomial(min(onlyFirst, onlySecond), of: n)
        exact = min(1, 2 * upTo)
        midP = onlyFirst == onlySecond ? 1 - at / 2 : min(1, 2 * upTo - at)
    }
}
