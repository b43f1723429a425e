import FormantPage

/// A confusion matrix as a table whose cells are tinted: blue on the diagonal, orange off it, by the share of the row.
///
/// Of many labels only those that are mixed up most are shown; what the others hold is summed in one column.
struct Heatmap {
    /// The most labels that are shown.
    static let labelLimit = 25

    let matrix: ConfusionMatrix

    /// The labels shown, in the order of the matrix.
    var shownLabels: [Int] {
        let count = matrix.labels.count
        guard count > Heatmap.labelLimit else { return Array(0..<count) }
        var chosen = Set<Int>()
        // The pairs by count in both directions, until no room is left.
        var pairs: [(count: Int, a: Int, b: Int)] = []
        for a in 0..<count {
            for b in 0..<a {
                let mixed = matrix[truth: a, prediction: b] + matrix[truth: b, prediction: a]
                if mixed > 0 { pairs.append((mixed, b, a)) }
            }
        }
        pairs.sort { $0.count != $1.count ? $0.count > $1.count : ($0.a, $0.b) < ($1.a, $1.b) }
        for pair in pairs where chosen.union([pair.a, pair.b]).count <= Heatmap.labelLimit {
            chosen.formUnion([pair.a, pair.b])
        }
        for label in 0..<count where chosen.count < Heatmap.labelLimit { chosen.insert(label) }
        return chosen.sorted()
    }

    var markup: Markup {
        let shown = shownLabels
        let isWhole = shown.count == matrix.labels.count
        let caption = "Confusion matrix: rows are the truth, columns the prediction"
        var head: Markup = "<tr><th scope=\"col\" class=\"corner\">truth ↓ prediction →</th>"
        for label in shown { head += heading(label, "<th scope=\"col\" class=\"up\"") }
        if !isWhole { head += "<th scope=\"col\" class=\"up soft\">others</th>" }
        head += "<th scope=\"col\" class=\"up soft\">examples</th></tr>\n"
        let note: Markup =
            isWhole
            ? ""
            : """
            <p class="note">Shown are \(shown.count) of \(matrix.labels.count) labels, those that are mixed up most; \
            predictions of the labels left out are added up \
            under “others”. The whole matrix is in <code>report.json</code>.</p>

            """
        return """
            <p class="note">Rows are the truth, columns the prediction. Blue is right, orange is wrong; the stronger, \
            the \
            larger the share of the row.</p>
            \(note)<div class="scroll" tabindex="0" role="region" aria-label="\(caption)"><table class="heat">
            <caption class="unseen">\(caption)</caption>
            <thead>\(head)</thead>
            <tbody>
            \(shown.map { row($0, shown, isWhole: isWhole) })</tbody></table></div>

            """
    }

    private func row(_ truth: Int, _ shown: [Int], isWhole: Bool) -> Markup {
        let total = matrix.labels.indices.reduce(0) { $0 + matrix[truth: truth, prediction: $1] }
        var row: Markup = "<tr>\(heading(truth, "<th scope=\"row\""))"
        var shownTotal = 0
        for prediction in shown {
            let count = matrix[truth: truth, prediction: prediction]
            shownTotal += count
            row += cell(count, of: total, isRight: truth == prediction)
        }
        if !isWhole { row += cell(total - shownTotal, of: total, isRight: false) }
        row += "<td class=\"sum\">\(total)</td></tr>\n"
        return row
    }

    /// A label as the heading of a row or column; the whole of a long one shows on pointing at it.
    private func heading(_ label: Int, _ start: Markup) -> Markup {
        let name = matrix.labels[label]
        let short = name.shortenedInside(to: 22)
        let title: Markup = short == name ? "" : " title=\"\(name)\""
        return "\(start)\(title)><bdi>\(short)</bdi></th>"
    }

    /// Nine steps of the square root of the share, so that a few errors of many examples are still seen.
    private func cell(_ count: Int, of total: Int, isRight: Bool) -> Markup {
        guard count > 0 else { return isRight ? "<td class=\"h0\">0</td>" : "<td></td>" }
        let step = max(1, Int((ratio(count, total).squareRoot() * 9).rounded()))
        return isRight ? "<td class=\"h\(step)\">\(count)</td>" : "<td class=\"e\(step)\">\(count)</td>"
    }
}
