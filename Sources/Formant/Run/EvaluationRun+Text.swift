import FormantCorpus
import FormantEvaluation
import FormantFiles

extension EvaluationRun.Part {
    /// `train`, `validation`, `test` or `all`.
    public init?(named name: String) {
        if name == "all" {
            self = .all
        } else if let split = Split(named: name) {
            self = .split(split)
        } else {
            return nil
        }
    }
}

extension EvaluationRun.Outcome {
    /// Writes the report: JSON where the name ends in `.json`, else a page.
    public func writeReport(to path: String) throws {
        try AtomicFile.write(text: path.hasSuffix(".json") ? try report.json() : report.html(media: media), to: path)
    }

    private func with(_ value: Double, _ interval: Interval?) -> String {
        value.percent + (interval.map { " (95 %: \($0.percent))" } ?? "")
    }

    private static func text(of events: EventReport) -> String {
        var rows = [["events of", "there", "found", "precision", "recall", "F1", "segment F1", "false alarms/h"]]
        for row in events.labels + [events.all] {
            rows.append([
                row.label ?? "all", "\(row.events)", "\(row.found)", row.precision.percent, row.recall.percent,
                row.f1.percent, row.segmentF1.percent, row.falseAlarmsPerHour.map { $0.digits(2) } ?? "",
            ])
        }
        return TextTable.text(rows, rightAligned: [1, 2, 3, 4, 5, 6, 7]) + events.explanation + "\n"
    }

    /// The figures for people.
    public var text: String {
        let metrics = evaluation.metrics
        var facts = [
            ["part", part], ["examples", "\(metrics.n)"],
            ["accuracy", with(metrics.accuracy, metrics.intervals?.accuracy)],
            ["macro F1", with(metrics.macro.f1, metrics.intervals?.macroF1)], ["log loss", metrics.logLoss.digits(4)],
        ]
        if let balanced = metrics.balancedAccuracy {
            facts.append(["balanced accuracy", with(balanced, metrics.intervals?.balancedAccuracy)])
        }
        if let precision = metrics.ranking?.meanAveragePrecision {
            facts.append(["mean average precision", with(precision, metrics.intervals?.meanAveragePrecision)])
        }
        if let area = metrics.ranking?.macroROCArea { facts.append(["mean ROC area", area.percent]) }
        if let kappa = metrics.kappa { facts.append(["Cohen's kappa", kappa.digits(4)]) }
        if let matthews = metrics.matthews { facts.append(["Matthews", matthews.digits(4)]) }
        if let errors = metrics.calibration { facts.append(["calibration error", errors.expected.percent]) }
        if let rejection = metrics.rejection {
            facts.append(["in-scope accuracy", rejection.inScopeAccuracy.percent])
            if let recall = rejection.outOfScopeRecall { facts.append(["out-of-scope recall", recall.percent]) }
            if let precision = rejection.outOfScopePrecision {
                facts.append(["out-of-scope precision", precision.percent])
            }
        }
        var rows = [["label", "precision", "recall", "F1", "examples"]]
        for row in metrics.classes {
            rows.append([row.label, row.precision.percent, row.recall.percent, row.f1.percent, "\(row.support)"])
        }
        var text = TextTable.text(facts) + "\n" + TextTable.text(rows, rightAligned: [1, 2, 3, 4])
        for slice in metrics.slices {
            var rows = [[slice.column, "examples", "accuracy", "95 %"]]
            for row in slice.rows {
                rows.append([
                    row.value.isEmpty ? "(none)" : row.value, "\(row.n)", row.accuracy.percent,
                    row.interval?.percent ?? "",
                ])
            }
            text += "\n" + TextTable.text(rows, rightAligned: [1, 2, 3])
        }
        if let events = report.events { text += "\n" + EvaluationRun.Outcome.text(of: events) }
        if !evaluation.confusions.isEmpty {
            text += "\nmost frequent confusions\n"
            for confusion in evaluation.confusions.prefix(10) {
                text += "  \(confusion.count) × \(confusion.truth) taken for \(confusion.prediction)".onOneLine + "\n"
            }
        }
        return text
    }
}
