import FormantPage

/// Curves, reliability, slices, likely label errors and examples of the main part.
struct FurtherSections {
    let part: Report.Part
    let calibration: CalibrationReport?
    let labelErrors: [LabelError]
    let media: MediaMarkup

    var all: [Page.Section] {
        var sections: [Page.Section] = []
        if !part.evaluation.curves.isEmpty { sections.append(curves) }
        if let reliability = part.evaluation.reliability { sections.append(calibrationSection(reliability)) }
        sections += part.evaluation.metrics.slices.enumerated().map { slice($0.element, number: $0.offset + 1) }
        if !labelErrors.isEmpty { sections.append(errors) }
        if !part.evaluation.pairs.isEmpty, let labels = part.evaluation.metrics.confusion?.labels {
            sections.append(PairSection(pairs: part.evaluation.pairs, labels: labels, media: media).section)
        }
        return sections
    }

    // MARK: Curves

    private var curves: Page.Section {
        let listed = part.evaluation.curves
        let pooled = listed.first { $0.label == nil } ?? listed[0]
        let ranking = part.evaluation.metrics.ranking
        let figures = Table(
            caption: "Areas under the curves",
            columns: [.text("Over"), .number("Average precision"), .number("ROC area")],
            rows: [
                [
                    .name("All decisions pooled"), percent(ranking?.microAveragePrecision),
                    percent(ranking?.microROCArea),
                ],
                [.name("Mean over labels"), percent(ranking?.meanAveragePrecision), percent(ranking?.macroROCArea)],
            ])
        let classes = part.evaluation.metrics.classes
        let labels = Table(
            caption: "Areas under the curves of each label",
            columns: [.text("Label"), .number("Average precision"), .number("ROC area")],
            rows: classes.map { [.name($0.label), percent($0.averagePrecision), percent($0.rocArea)] })
        return Page.Section(
            anchor: "curves", title: "Curves",
            content: """
                <div class="charts">
                \(chart("Precision by recall", "recall, %", "precision", pooled.precisionRecall).markup)\
                \(chart("ROC curve", "false positive rate, %", "true positive rate", pooled.roc).markup)</div>
                \(figures.markup)<details><summary>Each label</summary>
                \(labels.markup)</details>

                """)
    }

    private func percent(_ share: Double?) -> Table.Cell { .optional(share, NumberText.percent) }

    private func chart(_ title: String, _ xTitle: String, _ name: String, _ points: [CurvePoint]) -> LineChart {
        LineChart(
            title: title, xTitle: xTitle,
            series: [
                LineChart.Series(name: name + ", all decisions pooled", points: points.map { ($0.x * 100, $0.y * 100) })
            ], included: [0, 100], unit: " %")
    }

    // MARK: Calibration

    private func calibrationSection(_ reliability: Calibration) -> Page.Section {
        let filled = reliability.bins.filter { $0.count > 0 }
        let diagram = LineChart(
            title: "Reliability", xTitle: "confidence, %",
            series: [
                LineChart.Series(
                    name: "share that is right", points: filled.map { ($0.confidence * 100, $0.accuracy * 100) }),
                LineChart.Series(name: "as it should be", points: [(0, 0), (100, 100)]),
            ], included: [0, 100], unit: " %")
        let table = Table(
            caption: "Confidence and accuracy by bins of equal width",
            columns: [.text("Scores"), .number("Number"), .number("Mean confidence"), .number("Right")],
            rows: filled.map { bin in
                [
                    .name("\(NumberText.fixed(bin.lower, places: 2))–\(NumberText.fixed(bin.upper, places: 2))"),
                    .count(bin.count), .number(NumberText.percent(bin.confidence)),
                    .bar(NumberText.percent(bin.accuracy), share: bin.accuracy),
                ]
            })
        let note: Markup = calibration.map { "<p>\($0.text)</p>\n" } ?? ""
        return Page.Section(
            anchor: "calibration", title: "Calibration",
            content: """
                \(note)<p class="note">Expected calibration error \(NumberText.percent(reliability.expectedError)) \
                (bins of equal number: \(NumberText.percent(reliability.adaptiveError))), Brier score \
                \(NumberText.significant(reliability.brier)).</p>
                <div class="charts">
                \(diagram.markup)</div>
                <details><summary>All bins</summary>
                \(table.markup)</details>

                """)
    }

    // MARK: Slices and label errors

    private func slice(_ slice: Slice, number: Int) -> Page.Section {
        let table = Table(
            caption: "Accuracy by \(slice.column)",
            columns: [.text(slice.column), .number("Examples"), .number("Accuracy"), .number("95 %")],
            rows: slice.rows.map { row in
                [
                    .name(row.value.isEmpty ? "(none)" : row.value), .count(row.n),
                    .bar(NumberText.percent(row.accuracy), share: row.accuracy),
                    .number(NumberText.interval(row.interval)),
                ]
            })
        let note: Markup =
            slice.values > slice.rows.count
            ? "<p class=\"note\">The \(slice.rows.count) worst of \(slice.values) values.</p>\n" : ""
        return Page.Section(
            anchor: "slice-\(number)", title: "By \(slice.column)", content: "\(note)\(table.markup)")
    }

    private var errors: Page.Section {
        func names(_ labels: [String]) -> String { labels.isEmpty ? "(none)" : labels.joined(separator: ", ") }
        let hasFigures = media.hasFigure(labelErrors.map(\.identity))
        let table = Table(
            caption: "Examples whose labels are likely wrong",
            columns: [.text("Example")] + (hasFigures ? [.text(media.figures)] : [])
                + [.text("Label"), .text("Suggested"), .number("Margin")],
            rows: labelErrors.map { error in
                [.markup(media.sentence(error.identity, error.suggested))]
                    + (hasFigures ? [.markup(media.figure(error.identity))] : [])
                    + [.name(names(error.given)), .name(error.suggested), .number(NumberText.percent(error.margin))]
            })
        return Page.Section(
            anchor: "label-errors", title: "Likely label errors",
            content: """
                <p class="note">Examples that were not trained on, whose scores speak for another label (confident \
                learning). Not every one is wrong: they are the first to look at.</p>
                \(media.notes())\(table.markup)
                """)
    }
}
