import FormantTensor

/// How far `found` is from `expected`: the largest difference over the largest value that is expected, or over
/// `floor` where that is larger. Infinite where anything is not finite or the counts differ.
public func relativeError(_ found: [Float], _ expected: [Double], floor: Double = 1) -> Double {
    guard found.count == expected.count else { return .infinity }
    var (largest, scale) = (0.0, floor)
    for (f, e) in zip(found, expected) {
        guard f.isFinite, e.isFinite else { return .infinity }
        largest = max(largest, abs(Double(f) - e))
        scale = max(scale, abs(e))
    }
    return scale > 0 ? largest / scale : largest
}

/// The same for two lists of floats.
public func relativeError(_ found: [Float], _ expected: [Float], floor: Double = 1) -> Double {
    relativeError(found, expected.map(Double.init), floor: floor)
}

/// A line for the message of a failed comparison.
public func summary(_ values: [Float]) -> String { "\(values.prefix(8))\(values.count > 8 ? " …" : "")" }
