import FormantPage

extension Comparison {
    /// A page with all of it, that needs no other file, no script and no network.
    /// - Parameter made: when it was made, as shown: the caller holds the clock.
    public func html(made: String) -> String {
        Page(
            title: "Comparison of \(runs.count) runs", subtitle: made,
            sections: [overview] + pairs.enumerated().map { section($0.element, number: $0.offset + 1) },
            footer: "Made by Formant. The same figures are in what formant compare --json prints."
        ).html
    }

    private var overview: Page.Section {
        let table = Table(
            caption: "Accuracy, macro F1, size and speed of each run",
            columns: [
                .text("Run"), .number("Accuracy"), .number("95 %"), .number("Macro F1"), .number("95 %"),
                .number("Size"), .number("Weights"), .number("Multiply-adds"), .number("ms an example"),
                .number("Training"),
            ],
            rows: runs.map { run in
                [
                    .name(run.name), .number(NumberText.percent(run.accuracy)),
                    .number(NumberText.interval(run.accuracyInterval)), .number(NumberText.percent(run.macroF1)),
                    .number(NumberText.interval(run.macroF1Interval)),
                    .number(run.cost.bytes.map { NumberText.grouped(($0 + 1023) / 1024) + " KiB" } ?? "–"),
                    .number(run.cost.weights.map(NumberText.grouped) ?? "–"),
                    .number(run.cost.multiplyAdds.map(NumberText.grouped) ?? "–"),
                    .optional(run.cost.milliseconds) { NumberText.significant($0) },
                    .optional(run.cost.trainingSeconds, NumberText.duration),
                ]
            })
        return Page.Section(
            anchor: "runs", title: "Runs",
            content: """
                <p class="note">\(NumberText.grouped(n)) examples of the \(split) part in \
                \(NumberText.grouped(clusters)) groups; an example without a group is one of its own.</p>
                \(table.markup)
                """)
    }

    private func section(_ pair: Pair, number: Int) -> Page.Section {
        let tests = Table(
            caption: "Differences with their intervals and tests",
            columns: [.text("Figure"), .number("Difference"), .number("95 %")],
            rows: [
                [
                    .name("Accuracy"), .number(NumberText.points(pair.accuracyDifference)),
                    .number(NumberText.pointInterval(pair.accuracyInterval)),
                ],
                [
                    .name("Macro F1"), .number(NumberText.points(pair.macroF1Difference)),
                    .number(NumberText.pointInterval(pair.macroF1Interval)),
                ],
            ])
        let labels = Table(
            caption: "F1 of each label in both runs",
            columns: [
                .text("Label"), .number("Examples"), .number(pair.first), .number(pair.second), .number("Difference"),
            ],
            rows: pair.labels.map { label in
                [
                    .name(label.label), .count(label.support), .number(NumberText.percent(label.first)),
                    .number(NumberText.percent(label.second)), .number(NumberText.points(label.difference)),
                ]
            })
        return Page.Section(
            anchor: "pair-\(number)", title: "\(pair.second) against \(pair.first)",
            content: """
                <p>\(pair.verdict)</p>
                \(tests.markup)<p class="note">McNemar: only \(pair.first) right \
                \(NumberText.grouped(pair.mcNemar.onlyFirst)), only \(pair.second) right \
                \(NumberText.grouped(pair.mcNemar.onlySecond)); exact p \
                \(NumberText.probability(pair.mcNemar.exact)), mid-p \(NumberText.probability(pair.mcNemar.midP)).</p>
                \(changes("Fixed", pair.fixed, of: pair.mcNemar.onlySecond, pair))\
                \(changes("Broken", pair.broken, of: pair.mcNemar.onlyFirst, pair))\
                <h3>Labels</h3>
                \(labels.markup)
                """)
    }

    private func changes(_ title: String, _ list: [Change], of count: Int, _ pair: Pair) -> Markup {
        guard !list.isEmpty else { return "" }
        func names(_ labels: [String]) -> String { labels.isEmpty ? "(none)" : labels.joined(separator: ", ") }
        let table = Table(
            caption: "\(title) examples",
            columns: [.text("Example"), .text("Truth"), .text(pair.first), .text(pair.second)],
            rows: list.map { change in
                [
                    .text(change.identity.shortened(to: 300)), .name(names(change.truth)), .name(names(change.first)),
                    .name(names(change.second)),
                ]
            })
        let shown = list.count < count ? ", the first \(list.count)" : ""
        return "<details><summary>\(title): \(NumberText.grouped(count))\(shown)</summary>\n\(table.markup)</details>\n"
    }
}

extension NumberText {
    /// A difference of shares in percentage points, with its sign.
    package static func points(_ difference: Double) -> String {
        (difference > 0 ? "+" : "") + fixed(difference * 100, places: 1)
    }

    /// An interval of shares: `81.2–90.4 %`.
    package static func interval(_ interval: Interval?) -> String {
        interval.map { "\(fixed($0.lower * 100, places: 1))–\(fixed($0.upper * 100, places: 1)) %" } ?? "–"
    }

    /// An interval of differences: `−1.2 to +3.4`.
    package static func pointInterval(_ interval: Interval?) -> String {
        interval.map { "\(points($0.lower)) to \(points($0.upper))" } ?? "–"
    }

    /// What a probability is, to three digits: `= 0.015`, or `< 0.001`.
    package static func probability(_ p: Double) -> String { p < 0.001 ? "< 0.001" : "= " + fixed(p, places: 3) }
}
