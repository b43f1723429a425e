import FormantPage

extension TrustSummary {
    /// Titles of the columns of `rows`.
    static let columns = [
        "method", "changes with the weights", "rank", "structure", "deletion", "insertion", "beats chance",
        "to be trusted",
    ]

    /// One line a method: the check by weights of chance, the areas, and how many inputs it is to be trusted on.
    var rows: [[String]] {
        lines.map { line in
            func mean(_ sum: Double, of count: Int) -> String {
                count == 0 ? "–" : NumberText.fixed(sum / Double(count), places: 2)
            }
            let verdict = line.changes.map { $0 ? "yes" : "no" } ?? "–"
            return [
                line.method.rawValue,
                line.judged > 1 ? "\(verdict), \(line.changed) of \(line.judged)" : verdict,
                mean(line.rank, of: line.judged), mean(line.structure, of: line.judged),
                mean(line.deletion, of: line.checked), mean(line.insertion, of: line.checked),
                line.orders == 0 ? "–" : "\(line.beaten) of \(line.orders)",
                line.checked == 0
                    ? "–"
                    : line.checked == 1 ? (line.trusted == 1 ? "yes" : "no") : "\(line.trusted) of \(line.checked)",
            ]
        }
    }

    /// What orders of chance give, in the columns of `rows`; nil where nothing was checked.
    var chanceRow: [String]? {
        guard let areas = chanceAreas else { return nil }
        return [
            "orders of chance", "", "", "", NumberText.fixed(areas.deletion, places: 2),
            NumberText.fixed(areas.insertion, places: 2), "", "",
        ]
    }

    /// What the columns mean.
    static let legend = """
        Changes with the weights: whether a map becomes another one when the weights are chance, as they were before the \
        training (Adebayo et al. 2018); its ranks, where the input is not the baseline, then correlate by \
        \(Trust.rankLimit) at most with those of the map (mean of \(RandomNetwork.draws) draws; structure: structural \
        similarity). One that stays shows the input, not what was learned. \
        Deletion and insertion: mean score while the parts that the map says count most are taken away first (small is right), \
        and while they are put in first (large is right; Petsiuk et al. 2018), beside \(Examiner.orderDraws) orders of chance. To \
        be trusted is what changes with the weights and beats all of them.
        """
}
