import FormantPage
import FormantCorpus
import FormantEvaluation
import FormantFiles
import FormantNetwork
import FormantTensor

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Runs held against each other by what they said of the same examples.
public enum ComparisonRun {
    /// Compares the runs of folders, each with the first.
    ///
    /// The test parts are compared, or the validation parts where no run has a test part.
    /// - Parameter folders: two or more folders of `formant train`.
    /// - Throws: `RunError`, `EvaluationError`.
    public static func run(folders: [String]) throws -> Comparison {
        guard folders.count > 1 else { throw EvaluationError.runCount(found: folders.count) }
        let runs = try folders.map { folder in (folder, parts: try parts(of: folder)) }
        let split: Split = runs.contains { $0.parts[.test] != nil } ? .test : .validation
        var compared: [ComparedRun] = []
        for (folder, parts) in runs {
            guard let part = parts[split] else {
                throw RunError.notComparable(run: folder, reason: "expected a \(split.rawValue) part, found none")
            }
            compared.append(
                ComparedRun(
                    name: folder, predictions: part.predictions, isPredicted: part.isPredicted, cost: cost(of: folder)))
        }
        return try Comparison(of: compared, split: split.rawValue)
    }

    private static func parts(of folder: String) throws -> [Split: PredictionTable.Part] {
        let files = RunFolder(folder)
        guard FilePath.kind(of: files.predictions) == .file else {
            throw RunError.notComparable(
                run: folder, reason: "expected the folder of a run with predictions.csv, found none; train it again")
        }
        return try PredictionTable.read(files.predictions, task: try task(of: folder))
    }

    /// What the report says, which stands beside the predictions.
    private static func task(of folder: String) throws -> Predictions.Task {
        let path = RunFolder(folder).report
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw RunError.notComparable(run: folder, reason: "expected report.json, found none")
        }
        let report = try Report(json: String(decoding: bytes, as: UTF8.self))
        return report.mainPart?.evaluation.metrics.task ?? .singleLabel
    }

    /// Size and speed of the model, where the folder has one (folds have one each).
    private static func cost(of folder: String) -> ComparedRun.Cost {
        let files = RunFolder(folder)
        var cost = ComparedRun.Cost()
        guard let model = try? Model(path: files.model) else { return cost }
        if let bytes = FileManager.default.contents(atPath: files.run),
            let account = try? JSONDecoder().decode(Times.self, from: bytes)
        {
            cost.trainingSeconds = account.seconds
        }
        cost.weights = model.parameters.table.weightCount
        cost.multiplyAdds = try? multiplyAdds(model)
        cost.bytes = FileManager.default.contents(atPath: files.model)?.count
        cost.milliseconds = try? milliseconds(model)
        return cost
    }

    private struct Times: Decodable { var seconds: Double }

    /// What runs are compared with: a clip, a picture, or a sentence of 20 words.
    private static func shape(of model: Model) throws -> Shape {
        switch model.frontEnd {
        case .audio(let frontEnd): try frontEnd.featureShape()
        case .image(let frontEnd): frontEnd.shape
        case .text(let frontEnd):
            Shape(channels: 1, height: frontEnd.height, width: frontEnd.padding.paddedLength(ofTokens: 20))
        case .go(let frontEnd): frontEnd.shape
        }
    }

    /// Multiplications with a weight, each with its addition, for one example.
    private static func multiplyAdds(_ model: Model) throws -> Int {
        NetworkTable(try model.network.bound(to: try shape(of: model))).multiplications
    }

    /// The least of several runs of one example through the network, by one thread.
    private static func milliseconds(_ model: Model) throws -> Double {
        let shape = try shape(of: model)
        let predictor = Predictor(network: model.network, parameters: model.parameters, pool: WorkerPool(threads: 1))
        let clock = ContinuousClock()
        var least = Double.infinity
        for _ in 0..<20 {
            let time = try clock.measure {
                _ = try predictor.outputs(count: 1, shape: shape) { _, input in
                    for i in 0..<shape.count { input[i] = 0 }
                }
            }
            least = min(least, time / .seconds(1) * 1000)
        }
        return least
    }
}

extension Comparison {
    /// The comparison as a page.
    public func page() -> String { html(made: Date().formatted(.iso8601)) }

    /// Writes the page, whole or not at all.
    public func writePage(to path: String) throws { try AtomicFile.write(text: page(), to: path) }

    /// The comparison for people.
    public var text: String {
        var rows = [
            ["run", "accuracy", "95 %", "macro F1", "size", "weights", "multiply-adds", "ms/example", "training"]
        ]
        for run in runs {
            rows.append([
                run.name, run.accuracy.percent, run.accuracyInterval?.percent ?? "–", run.macroF1.percent,
                run.cost.bytes.map { "\(($0 + 1023) / 1024) KiB" } ?? "–", run.cost.weights.map { "\($0)" } ?? "–",
                run.cost.multiplyAdds.map { "\($0)" } ?? "–",
                run.cost.milliseconds.map { $0.digits(3) } ?? "–", run.cost.trainingSeconds.map(\.duration) ?? "–",
            ])
        }
        var text = "\(n) examples of the \(split) part in \(clusters) groups\n\n"
        text += TextTable.text(rows, rightAligned: [1, 2, 3, 4, 5, 6, 7, 8])
        for pair in pairs {
            text += "\n" + pair.verdict.onOneLine + "\n"
            text += TextTable.text([
                ["accuracy", NumberText.points(pair.accuracyDifference) + " points", range(pair.accuracyInterval)],
                ["macro F1", NumberText.points(pair.macroF1Difference) + " points", range(pair.macroF1Interval)],
                ["fixed", "\(pair.mcNemar.onlySecond)", ""], ["broken", "\(pair.mcNemar.onlyFirst)", ""],
                [
                    "McNemar", "p \(NumberText.probability(pair.mcNemar.exact))",
                    "mid-p \(NumberText.probability(pair.mcNemar.midP))",
                ],
            ])
            let changed = pair.labels.filter { $0.difference != 0 }.prefix(10)
            if !changed.isEmpty {
                text += "\n"
                var rows = [["label", "F1 before", "after", "points", "examples"]]
                for label in changed {
                    rows.append([
                        label.label, label.first.percent, label.second.percent, NumberText.points(label.difference),
                        "\(label.support)",
                    ])
                }
                text += TextTable.text(rows, rightAligned: [1, 2, 3, 4])
            }
            for (name, list) in [("fixed", pair.fixed), ("broken", pair.broken)] where !list.isEmpty {
                text += "\n\(name)\n"
                for change in list.prefix(10) {
                    let (truth, first, second) = (names(change.truth), names(change.first), names(change.second))
                    text += "  \(change.identity): \(truth); was \(first), is \(second)".onOneLine + "\n"
                }
            }
        }
        return text
    }

    private func names(_ labels: [String]) -> String { labels.isEmpty ? "none" : labels.joined(separator: ", ") }

    private func range(_ interval: Interval?) -> String {
        interval.map { "95 %: \(NumberText.points($0.lower)) to \(NumberText.points($0.upper))" } ?? ""
    }
}

extension Interval {
    /// Such as `91.20 to 95.40 %`.
    var percent: String { "\((lower * 100).digits(2)) to \(upper.percent)" }
}
