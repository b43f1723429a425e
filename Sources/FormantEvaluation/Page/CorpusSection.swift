import FormantPage

/// Examples per label and split.
struct CorpusSection {
    let corpus: CorpusTable

    /// The most rows that are open at first.
    private let openRows = 30

    var section: Page.Section {
        let table = Table(
            caption: "Examples of each label in each split",
            columns: [.text("Label")] + corpus.splits.map { .number($0) } + [.number("all")],
            rows: corpus.rows.map { cells($0.label, $0.counts) }, footers: [cells("all", corpus.totals)])
        let content: Markup =
            corpus.rows.count <= openRows
            ? table.markup
            : """
            <p class="note">\(summary)</p>
            <details><summary>Examples of all \(corpus.rows.count) labels</summary>
            \(table.markup)</details>

            """
        return Page.Section(anchor: "corpus", title: "Corpus", content: content)
    }

    private func cells(_ label: String, _ counts: [Int]) -> [Table.Cell] {
        [.name(label)] + counts.map { .count($0) } + [.count(counts.reduce(0, +))]
    }

    private var summary: String {
        let totals = zip(corpus.splits, corpus.totals).map { "\(NumberText.grouped($1)) in \($0)" }
        return "\(corpus.rows.count) labels: " + totals.joined(separator: ", ") + "."
    }
}
