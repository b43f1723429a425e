import FormantPage

/// What came out: headline figures, labels, confusions and errors of the main part, and how the other parts compare.
struct EvaluationSections {
    let part: Report.Part
    let others: [Report.Part]
    let media: MediaMarkup

    /// The most labels whose figures are open at first.
    private let openLabels = 30
    /// The most pairs of mixed-up labels that are shown.
    private let shownConfusions = 12

    private var metrics: Metrics { part.evaluation.metrics }

    var all: [Page.Section] {
        var sections = [headline, labels]
        if let confusion = metrics.confusion { sections.append(confusionSection(confusion)) }
        if !part.evaluation.confidentErrors.isEmpty { sections.append(errors) }
        return sections
    }

    // MARK: Headline

    private struct Tile {
        var name: String
        var value: String
        var aside = ""
    }

    private var headline: Page.Section {
        var tiles: [Tile] = []
        let isSingle = metrics.task == .singleLabel
        let right = metrics.confusion.map {
            "\(NumberText.grouped($0.correct)) of \(NumberText.grouped(metrics.n)) right"
        }
        tiles.append(
            Tile(
                name: isSingle ? "Accuracy" : "Subset accuracy", value: NumberText.percent(metrics.accuracy),
                aside: within(metrics.intervals?.accuracy)
                    ?? right ?? "all labels right, of \(NumberText.grouped(metrics.n)) examples"))
        tiles.append(
            Tile(
                name: "Macro F1", value: NumberText.percent(metrics.macro.f1),
                aside: within(metrics.intervals?.macroF1) ?? "mean over labels"))
        if let balanced = metrics.balancedAccuracy {
            tiles.append(
                Tile(
                    name: "Balanced accuracy", value: NumberText.percent(balanced),
                    aside: within(metrics.intervals?.balancedAccuracy) ?? "mean recall"))
        }
        if !isSingle {
            tiles.append(
                Tile(name: "Micro F1", value: NumberText.percent(metrics.micro.f1), aside: "all decisions pooled"))
        }
        if !isSingle, let precision = metrics.ranking?.meanAveragePrecision {
            tiles.append(
                Tile(
                    name: "Mean average precision", value: NumberText.percent(precision),
                    aside: within(metrics.intervals?.meanAveragePrecision) ?? "mean over labels"))
        }
        if let kappa = metrics.kappa, let matthews = metrics.matthews {
            tiles.append(
                Tile(
                    name: "Cohen's κ", value: NumberText.fixed(kappa, places: 3),
                    aside: "Matthews \(NumberText.fixed(matthews, places: 3))"))
        }
        if let loss = metrics.hammingLoss {
            tiles.append(Tile(name: "Hamming loss", value: NumberText.percent(loss), aside: "wrong decisions"))
        }
        for top in metrics.topK {
            tiles.append(
                Tile(
                    name: "Top-\(top.k) accuracy", value: NumberText.percent(top.accuracy),
                    aside: "among the best \(top.k)"))
        }
        if let rejection = metrics.rejection {
            tiles.append(
                Tile(
                    name: "In-scope accuracy", value: NumberText.percent(rejection.inScopeAccuracy),
                    aside: "unknown counts as wrong"))
            if let recall = rejection.outOfScopeRecall, let precision = rejection.outOfScopePrecision {
                tiles.append(
                    Tile(name: "Out-of-scope recall", value: NumberText.percent(recall), aside: "called unknown"))
                tiles.append(
                    Tile(
                        name: "Out-of-scope precision", value: NumberText.percent(precision),
                        aside: "of \(NumberText.grouped(rejection.rejected)) called unknown"))
            }
        }
        tiles.append(
            Tile(name: "Log loss", value: NumberText.significant(metrics.logLoss), aside: "nats, less is better"))
        let items = tiles.map { tile -> Markup in
            "<div><dt>\(tile.name)</dt><dd>\(tile.value)</dd><dd class=\"aside\">\(tile.aside)</dd></div>\n"
        }
        let note: Markup =
            metrics.intervals.map {
                """
                <p class="note">\(NumberText.grouped(metrics.n)) examples. Ranges hold the true value in 95 of 100 such \
                tests: bootstrap over \(NumberText.grouped($0.clusters)) groups (an example without a group is one).</p>

                """
            } ?? ""
        return Page.Section(
            anchor: "result", title: "Result on \(part.split)",
            content: "<dl class=\"tiles\">\n\(items)</dl>\n\(note)\(others.isEmpty ? "" : comparison)")
    }

    private func within(_ interval: Interval?) -> String? { interval.map { NumberText.interval($0) } }

    private var comparison: Markup {
        let table = Table(
            caption: "Figures of each split",
            columns: [
                .text("Split"), .number("Examples"), .number("Accuracy"), .number("Macro F1"), .number("Weighted F1"),
                .number("Log loss"),
            ],
            rows: ([part] + others).map { part in
                let metrics = part.evaluation.metrics
                return [
                    .name(part.split), .count(metrics.n), .number(NumberText.percent(metrics.accuracy)),
                    .number(NumberText.percent(metrics.macro.f1)), .number(NumberText.percent(metrics.weighted.f1)),
                    .number(NumberText.significant(metrics.logLoss)),
                ]
            })
        return "<h3>All splits</h3>\n\(table.markup)"
    }

    // MARK: Labels

    private var labels: Page.Section {
        guard metrics.classes.count > openLabels else {
            return Page.Section(
                anchor: "labels", title: "Labels",
                content: table(metrics.classes, caption: "Precision, recall and F1 of each label", averages: true))
        }
        let worst = metrics.classes.enumerated()
            .sorted { $0.element.f1 != $1.element.f1 ? $0.element.f1 < $1.element.f1 : $0.offset < $1.offset }
            .prefix(openLabels).map(\.element)
        return Page.Section(
            anchor: "labels", title: "Labels",
            content: """
                <p class="note">The \(openLabels) labels of the lowest F1, worst first.</p>
                \(table(worst, caption: "The labels of the lowest F1", averages: false))\
                <details><summary>All \(metrics.classes.count) labels</summary>
                \(table(metrics.classes, caption: "Precision, recall and F1 of each label", averages: true))</details>

                """)
    }

    private func table(_ classes: [ClassMetrics], caption: String, averages: Bool) -> Markup {
        let hasThresholds = classes.contains { $0.threshold != nil }
        var columns: [Table.Column] = [
            .text("Label"), .number("Precision"), .number("Recall"), .number("F1"), .number("Examples"),
        ]
        if hasThresholds { columns.append(.number("Threshold")) }
        var rows = classes.map { label -> [Table.Cell] in
            var row = cells(
                label.label, PrecisionRecallF1(precision: label.precision, recall: label.recall, f1: label.f1),
                support: label.support)
            if hasThresholds {
                row.append(.optional(label.threshold.map(Double.init)) { NumberText.fixed($0, places: 2) })
            }
            return row
        }
        if averages {
            let n = classes.reduce(0) { $0 + $1.support }
            for (name, average) in [("Macro mean", metrics.macro), ("Weighted mean", metrics.weighted)] {
                rows.append(cells(name, average, support: n) + (hasThresholds ? [.number("")] : []))
            }
        }
        let footer = averages ? Array(rows.suffix(2)) : []
        return Table(caption: caption, columns: columns, rows: averages ? rows.dropLast(2) : rows, footers: footer)
            .markup
    }

    private func cells(_ name: String, _ scores: PrecisionRecallF1, support: Int) -> [Table.Cell] {
        [
            .name(name), .number(NumberText.percent(scores.precision)), .number(NumberText.percent(scores.recall)),
            .bar(NumberText.percent(scores.f1), share: scores.f1), .count(support),
        ]
    }

    // MARK: Confusions and errors

    private func confusionSection(_ confusion: ConfusionMatrix) -> Page.Section {
        let picture = ConfusionPicture(matrix: confusion, pairs: part.evaluation.pairs).markup
        let table = Heatmap(matrix: confusion).markup
        // A picture without names has to be read beside the table.
        let open: Markup = confusion.labels.count > Heatmap.labelLimit ? " open=\"open\"" : ""
        var content: Markup =
            picture.html.isEmpty
            ? table
            : """
            <p class="note">Rows are the truth, columns the prediction. Blue is right, orange is wrong; the stronger, the \
            larger the share of the row. A cell leads to its examples.</p>
            \(picture)<details\(open)><summary>As a table</summary>
            \(table)</details>

            """
        if !part.evaluation.confusions.isEmpty {
            let supports = Dictionary(
                metrics.classes.map { ($0.label, $0.support) }, uniquingKeysWith: { first, _ in first })
            let table = Table(
                caption: "The pairs of labels that were mixed up most often",
                columns: [.text("Truth"), .text("Prediction"), .number("Times"), .number("Share of truth")],
                rows: part.evaluation.confusions.prefix(shownConfusions).map { pair in
                    [
                        .name(pair.truth), .name(pair.prediction), .count(pair.count),
                        .number(NumberText.percent(ratio(pair.count, supports[pair.truth] ?? 0))),
                    ]
                })
            content += "<h3>Most frequent confusions</h3>\n\(table.markup)"
        }
        return Page.Section(anchor: "confusion", title: "Confusion matrix", content: content)
    }

    private var errors: Page.Section {
        let listed = part.evaluation.confidentErrors
        let hasGroups = listed.contains { $0.group != nil }
        let hasFigures = media.hasFigure(listed.map(\.identity))
        let table = Table(
            caption: "The wrong predictions of which the model was most sure",
            columns: [.text("Example")] + (hasFigures ? [.text(media.figures)] : [])
                + [.text("Truth"), .text("Prediction"), .number("Confidence")] + (hasGroups ? [.text("Group")] : []),
            rows: listed.map { error in
                [.markup(media.sentence(error.identity, error.explained))]
                    + (hasFigures ? [.markup(media.figure(error.identity))] : [])
                    + [
                        .name(names(error.truth)), .name(names(error.prediction)),
                        .number(NumberText.percent(Double(error.confidence))),
                    ] + (hasGroups ? [.name(error.group ?? "–")] : [])
            })
        return Page.Section(
            anchor: "errors", title: "Most confident errors",
            content: """
                <p class="note">Where the model was wrong and most sure of it. Such examples are worth a look: some \
                are wrongly labelled.</p>
                \(media.notes())\(table.markup)
                """)
    }

    private func names(_ labels: [String]) -> String { labels.isEmpty ? "(none)" : labels.joined(separator: ", ") }
}
