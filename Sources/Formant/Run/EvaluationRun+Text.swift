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
        try AtomicFile.write(text: path.hasSuffix(".json") ? try report.json() : report.html(), to: path)
    }

    /// The figures for people.
    public var text: String {
        let metrics = evaluation.metrics
        var facts = [
            ["part", part], ["examples", "\(metrics.n)"], ["accuracy", metrics.accuracy.percent],
            ["macro F1", metrics.macro.f1.percent], ["log loss", metrics.logLoss.digits(4)],
        ]
        if let balanced = metrics.balancedAccuracy { facts.append(["balanced accuracy", balanced.percent]) }
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
        if !evaluation.confusions.isEmpty {
            text += "\nmost frequent confusions\n"
            for confusion in evaluation.confusions.prefix(10) {
                text += "  \(confusion.count) × \(confusion.truth) taken for \(confusion.prediction)".onOneLine + "\n"
            }
        }
        return text
    }
}
