/// The name among `candidates` that `name` was most likely meant to be, for messages such as "unknown key `hop_secs`;
/// did you mean `hop_seconds`?".
///
/// It is the one that `name` may be a misspelling of, or, failing that, the first of which one begins with the other,
/// three letters or more.
/// - Parameter name: what was found. Beyond 64 letters nothing is near.
/// - Returns: nil when no candidate is near.
public func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
    if let spelling = nearestSpelling(of: name, among: candidates) { return spelling }
    let wanted = folded(name)
    guard wanted.count <= 64 else { return nil }
    return candidates.first { candidate in
        let letters = folded(candidate)
        let shorter = min(letters.count, wanted.count)
        return shorter >= 3 && letters.prefix(shorter) == wanted.prefix(shorter)
    }
}

/// The name among `candidates` that `name` may be a misspelling of.
///
/// Letters are compared without regard to case, and `_` counts as `-`. A candidate is near when it takes at most one
/// edit per three of its letters (at least one) to reach it, where an edit inserts, removes or replaces a letter or
/// swaps two neighbours (optimal string alignment). Among equally near candidates the first wins.
/// - Parameter name: what was found. Beyond 64 letters nothing is near.
/// - Returns: nil when no candidate is near.
public func nearestSpelling(of name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = folded(name)
    guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in candidates {
        let letters = folded(candidate)
        guard letters.count <= 64 else { continue }
        let distance = alignmentDistance(wanted, letters)
        if distance <= max(1, letters.count / 3), distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    return best?.name
}

private func folded(_ name: String) -> [Unicode.Scalar] {
    name.lowercased().unicodeScalars.map { $0 == "_" ? "-" : $0 }
}

/// Number of edits between two words, a swap of neighbours counting as one.
private func alignmentDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 0..<a.count {
        var row = [i + 1] + [Int](repeating: 0, count: b.count)
        for j in 0..<b.count {
            row[j + 1] = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1) }
        }
        beforeLast = last
        last = row
    }
    return last[b.count]
}
