/// The member of `names` that takes the fewest edits to become `name`, or nil where none is near.
///
/// Insertion, deletion, exchange of one character and of two neighbours count 1 each (optimal string alignment); near
/// is at most a third of the longer name, and at least 1. Case does not count.
public func nearestName(to name: String, among names: some Sequence<String>) -> String? {
    let wanted = Array(name.lowercased().unicodeScalars.prefix(200))
    var best: (name: String, distance: Int)?
    for candidate in names {
        let other = Array(candidate.lowercased().unicodeScalars.prefix(200))
        let distance = editDistance(wanted, other)
        guard distance <= max(1, max(wanted.count, other.count) / 3) else { continue }
        if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
    }
    return best?.name
}

/// The sentence for a name that is not known: `unknown key "strid" of convolution; did you mean "stride"?`
public func unknownName(_ kind: String, _ name: String, known: some Collection<String>, of what: String) -> String {
    let hint = nearestName(to: name, among: known).map { "did you mean \"\($0)\"?" }
    return "unknown \(kind) \"\(name)\" of \(what); \(hint ?? "expected one of \(known.joined(separator: ", "))")"
}

private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1] + [Int](repeating: 0, count: b.count)
        for j in b.indices {
            row[j + 1] = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1) }
        }
        (beforeLast, last) = (last, row)
    }
    return last[b.count]
}
