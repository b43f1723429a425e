import FormantPage

/// The course of training: curves, and the same as a table.
struct HistorySection {
    let history: [EpochRecord]
    let bestEpoch: Int?

    /// The most rows of the table.
    private let rowLimit = 200

    var section: Page.Section {
        Page.Section(
            anchor: "training", title: "Training",
            content: "\(summary)\(charts)\(table)")
    }

    /// One epoch makes no curve.
    private var charts: Markup {
        history.count < 2
            ? "" : "<div class=\"charts\">\n\(loss.markup)\(accuracy.markup)\(rate.markup)</div>\n"
    }

    private var summary: Markup {
        let seconds = history.compactMap(\.seconds).reduce(0, +)
        let time = seconds > 0 ? " in \(NumberText.duration(seconds))" : ""
        let best = bestEpoch.map { "; the weights of epoch \($0) were kept" } ?? ""
        return "<p class=\"note\">\(history.count) \(history.count == 1 ? "epoch" : "epochs")\(time)\(best).</p>\n"
    }

    private var mark: (x: Double, name: String)? { bestEpoch.map { (Double($0), "epoch kept") } }

    private func points(_ value: (EpochRecord) -> Double?) -> [(x: Double, y: Double?)] {
        history.map { (Double($0.epoch), value($0)) }
    }

    private var loss: LineChart {
        LineChart(
            title: "Loss", xTitle: "epoch",
            series: [
                LineChart.Series(name: "training", points: points(\.trainLoss)),
                LineChart.Series(name: "validation", points: points(\.validationLoss)),
            ], included: [0], mark: mark)
    }

    private var accuracy: LineChart {
        LineChart(
            title: "Validation accuracy", xTitle: "epoch",
            series: [LineChart.Series(name: "validation", points: points { $0.validationAccuracy.map { $0 * 100 } })],
            included: [100], unit: " %", mark: mark)
    }

    private var rate: LineChart {
        LineChart(
            title: "Learning rate", xTitle: "epoch",
            series: [LineChart.Series(name: "learning rate", points: points(\.learningRate))], included: [0])
    }

    private var table: Markup {
        let stride = (history.count + rowLimit - 1) / rowLimit
        let shown = history.enumerated().filter { $0.offset % stride == 0 || $0.offset == history.count - 1 }
        let every = stride == 1 ? "" : ", every \(stride)th epoch"
        let table = Table(
            caption: "Figures of each epoch\(every)",
            columns: [
                .number("Epoch"), .number("Training loss"), .number("Validation loss"), .number("Validation accuracy"),
                .number("Learning rate"), .number("Seconds"),
            ],
            rows: shown.map { _, record in
                [
                    .number(record.epoch == bestEpoch ? "\(record.epoch) (kept)" : "\(record.epoch)"),
                    .optional(record.trainLoss, NumberText.significant),
                    .optional(record.validationLoss, NumberText.significant),
                    .optional(record.validationAccuracy, NumberText.percent),
                    .optional(record.learningRate, NumberText.significant),
                    .optional(record.seconds) { NumberText.fixed($0, places: 1) },
                ]
            })
        if history.count < 2 { return table.markup }
        return "<details><summary>All figures\(every)</summary>\n\(table.markup)</details>\n"
    }
}
