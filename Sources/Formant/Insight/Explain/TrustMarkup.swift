import FormantInsight
import FormantPage

/// What a page says of how far to believe maps.
enum TrustMarkup {
    /// The table by method.
    static func table(_ summary: TrustSummary) -> Markup {
        func cells(_ row: [String]) -> [Table.Cell] { row.enumerated().map { $0 == 0 ? .text($1) : .number($1) } }
        let table = Table(
            caption: "Checks by method",
            columns: TrustSummary.columns.enumerated().map { $0 == 0 ? .text($1) : .number($1) },
            rows: summary.rows.map(cells), footers: summary.chanceRow.map { [cells($0)] } ?? [])
        return "\(table.markup)<p class=\"note\">\(TrustSummary.legend)</p>\n"
    }

    /// How maps of the first input change while more and more weights are chance, and its curves.
    static func stages(_ input: Explained) -> Markup {
        let compared = input.findings.filter { !($0.trust?.comparisons.isEmpty ?? true) }
        var markup: Markup = ""
        if let first = compared.first?.trust {
            let stages = first.comparisons.prefix { $0.network.seed == first.comparisons[0].network.seed }
            let table = Table(
                caption: "Rank correlation with the map of the trained network",
                columns: [.text("method")] + stages.map { .number("down to \($0.network.lowest)") },
                rows: compared.map { finding in
                    [.text(finding.method.rawValue)]
                        + (finding.trust?.comparisons.prefix(stages.count) ?? []).map {
                            .number(NumberText.fixed($0.similarity.rank, places: 2))
                        }
                })
            markup += "<h3>Weights of chance from the output down</h3>\n\(table.markup)"
        }
        let charts = input.findings.compactMap { finding in
            finding.trust.map { trust in
                LineChart(
                    title: finding.method.rawValue, xTitle: "share of the parts, in percent",
                    series: [
                        .init(name: "put in", points: points(trust.curves.shares, trust.curves.insertion)),
                        .init(name: "taken away", points: points(trust.curves.shares, trust.curves.deletion)),
                    ], included: [0, 1]
                ).markup
            }
        }
        guard !charts.isEmpty else { return markup }
        markup += "<h3>Score of \(input.label), \(input.specimen.name)</h3>\n<div class=\"charts\">\n\(charts)</div>\n"
        return markup
    }

    private static func points(_ shares: [Double], _ scores: [Double]) -> [(x: Double, y: Double?)] {
        zip(shares, scores).map { (x: $0 * 100, y: $1) }
    }
}
