/// The name that somebody who wrote `name` most likely meant.
/// - Parameters:
///   - name: what was written.
///   - candidates: the names that are right; of equally near ones the first wins.
/// - Returns: the candidate of the smallest edit distance (insertion, deletion, substitution, swap of neighbours; case
///   ignored), or nil when even that one differs in more than a third of its letters (at least one may differ).
package func nearestName(to name: String, among candidates: [String]) -> String? {
    let wanted = Array(name.lowercased().unicodeScalars.prefix(64))
    var best: (name: String, distance: Int)?
    for candidate in candidates {
        let letters = Array(candidate.lowercased().unicodeScalars.prefix(64))
        let distance = editDistance(wanted, letters)
        if distance <= max(1, letters.count / 3), distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
}

/// Optimal string alignment distance, in memory of three rows.
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    var row = last
    for i in 1...a.count {
        row[0] = i
        for j in 1...b.count {
            row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], beforeLast[j - 2] + 1) }
        }
        (beforeLast, last, row) = (last, row, beforeLast)
    }
    return last[b.count]
}
