import FormantTensor

/// How alike two maps are, by their magnitudes, as Adebayo et al. 2018 compare those of a trained network with those of one
/// whose weights are chance.
public struct MapSimilarity: Sendable, Hashable {
    /// Spearman's rank correlation, −1 ... 1; 0 where one of them is the same everywhere.
    public var rank: Double
    /// The mean of the structural similarity (Wang et al. 2004) in windows of 7 by 7, of maps put to 0 ... 1; at most 1.
    public var structure: Double

    /// Compares maps.
    /// - Parameters:
    ///   - a: row by row.
    ///   - b: as many.
    ///   - width: values of a row.
    ///   - places: those whose ranks count; nil: all.
    public init(_ a: [Float], _ b: [Float], width: Int, places: [Int]? = nil) {
        precondition(a.count == b.count && width > 0 && a.count.isMultiple(of: width), "maps of two shapes")
        let (a, b) = (a.map { Double($0.magnitude) }, b.map { Double($0.magnitude) })
        let own = { (values: [Double]) in MapSimilarity.ranks(places.map { $0.map { values[$0] } } ?? values) }
        rank = MapSimilarity.correlation(own(a), own(b))
        structure = MapSimilarity.structure(MapSimilarity.scaled(a), MapSimilarity.scaled(b), width)
    }

    /// Places in ascending order; equal values share the mean of theirs.
    private static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var first = 0
        while first < order.count {
            var end = first + 1
            while end < order.count, values[order[end]] == values[order[first]] { end += 1 }
            for i in first..<end { ranks[order[i]] = Double(first + end - 1) / 2 }
            first = end
        }
        return ranks
    }

    private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
        let count = Double(max(1, a.count))
        let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
        var (both, ownA, ownB) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            both += (x - meanA) * (y - meanB)
            ownA += (x - meanA) * (x - meanA)
            ownB += (y - meanB) * (y - meanB)
        }
        return ownA > 0 && ownB > 0 ? both / (ownA * ownB).squareRoot() : 0
    }

    private static func scaled(_ values: [Double]) -> [Double] {
        guard let low = values.min(), let high = values.max(), high > low else { return values.map { _ in 0 } }
        return values.map { ($0 - low) / (high - low) }
    }

    private static func structure(_ a: [Double], _ b: [Double], _ width: Int) -> Double {
        let height = a.count / width
        let (tall, wide) = (min(7, height), min(7, width))
        let (first, second) = (0.01 * 0.01, 0.03 * 0.03)
        let count = Double(tall * wide)
        var (sum, windows) = (0.0, 0.0)
        for top in 0...height - tall {
            for left in 0...width - wide {
                var (sumA, sumB, squareA, squareB, both) = (0.0, 0.0, 0.0, 0.0, 0.0)
                for row in top..<top + tall {
                    for column in left..<left + wide {
                        let (x, y) = (a[row * width + column], b[row * width + column])
                        sumA += x
                        sumB += y
                        squareA += x * x
                        squareB += y * y
                        both += x * y
                    }
                }
                let (meanA, meanB) = (sumA / count, sumB / count)
                let varianceA = max(0, squareA / count - meanA * meanA)
                let varianceB = max(0, squareB / count - meanB * meanB)
                let covariance = both / count - meanA * meanB
                sum +=
                    (2 * meanA * meanB + first) * (2 * covariance + second)
                    / ((meanA * meanA + meanB * meanB + first) * (varianceA + varianceB + second))
                windows += 1
            }
        }
        return sum / windows
    }
}
