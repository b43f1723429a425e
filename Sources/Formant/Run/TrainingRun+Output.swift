import FormantCorpus
import FormantEvaluation
import FormantFiles
import FormantNetwork
import FormantTensor
import FormantTraining

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension TrainingRun {
    /// Writes report, history and the account of a run.
    func write(
        _ trial: Trial, _ prepared: Prepared, folder: RunFolder, predictions: [Split: Predictions],
        calibration: CalibrationReport?, isOutOfFold: Bool = false, title: String, warnings: [String]
    ) throws {
        let corpus = prepared.corpus
        let parts = try [Split.test, .validation].compactMap { split in
            try predictions[split].map { Report.Part(split: split.rawValue, evaluation: try Evaluation(of: $0)) }
        }
        try PredictionTable.write(predictions, to: folder.predictions)
        let recipe = try trial.recipe.shownYAML()
        let made = Date().formatted(.iso8601)
        if !parts.isEmpty {
            let unread = prepared.problems.isEmpty ? [] : ["\(prepared.problems.count) recordings could not be read"]
            let report = Report(
                title: title, made: made, warnings: warnings + unread, model: facts(trial),
                layers: trial.bound.layerRows,
                corpus: try table(corpus, trial.plan), recipe: recipe, history: trial.outcome.history.map(\.reported),
                bestEpoch: trial.outcome.bestEpoch, parts: parts, reproduce: request.commandLine,
                origin: Report.origin(of: corpus, seed: request.seed, version: Version.current),
                calibration: calibration, labelErrors: try labelErrors(predictions, isOutOfFold: isOutOfFold),
                stop: TrainingEnd(reason: trial.outcome.stop.name, detail: trial.outcome.stop.description),
                forgetting: isOutOfFold ? nil : trial.forgetting)
            try AtomicFile.write(text: try report.json(), to: folder.report)
            let illustrator = Illustrator(corpus: corpus, model: isOutOfFold ? nil : trial.model, pool: pool)
            try AtomicFile.write(
                text: report.html(media: illustrator.media(for: report.listed)), to: folder.reportPage)
        }
        try folder.write(history: trial.outcome.history)
        let account = RunAccount(
            version: Version.current, made: made, seed: request.seed, commandLine: request.commandLine,
            corpus: .init(
                name: corpus.name, argument: request.corpus, fingerprint: corpus.fingerprint,
                examples: corpus.examples.count, labels: corpus.labels.count, problems: corpus.problemCount),
            threads: pool.threads, bestEpoch: trial.outcome.bestEpoch, epochs: trial.outcome.history.count,
            seconds: trial.outcome.history.reduce(0) { $0 + $1.seconds }, recipe: recipe,
            unreadable: prepared.problems.map { "\($0.input): \($0.reason)" })
        try folder.write(account)
    }

    /// Likely wrong labels: among the examples that folds tested, which are all of the corpus, else in validation and test.
    private func labelErrors(_ predictions: [Split: Predictions], isOutOfFold: Bool) throws -> [LabelError] {
        let test = predictions[.test]
        guard !isOutOfFold || test == nil, var all = predictions[.validation] else { return test?.labelErrors() ?? [] }
        if let test { try all.append(contentsOf: test) }
        return all.labelErrors()
    }

    private func facts(_ trial: Trial) -> [Report.Fact] {
        [
            Report.Fact(name: "Recipe", value: trial.recipe.name),
            Report.Fact(name: "Labels", value: "\(trial.model.labels.count)"),
            Report.Fact(name: "Weights", value: "\(trial.bound.parameters.weightCount)"),
            Report.Fact(name: "Input", value: trial.bound.input.full),
            Report.Fact(name: "Seed", value: "\(request.seed)"),
            Report.Fact(name: "Best epoch", value: "\(trial.outcome.bestEpoch) of \(trial.outcome.history.count)"),
            Report.Fact(name: "Formant", value: Version.current),
        ]
    }

    private func table(_ corpus: Corpus, _ plan: SplitPlan) throws -> CorpusTable {
        var counts: [String: [Int]] = [:]
        for label in corpus.labels { counts[label] = [0, 0, 0] }
        for (i, example) in corpus.examples.enumerated() {
            let column = Split.allCases.firstIndex(of: plan.splits[i])!
            for label in example.labels { counts[label]![column] += 1 }
        }
        return try CorpusTable(
            splits: Split.allCases.map(\.rawValue),
            rows: corpus.labels.map { CorpusTable.Row(label: $0, counts: counts[$0]!) })
    }
}

extension Report {
    /// What one needs besides the command to make a run again.
    static func origin(of corpus: Corpus, seed: UInt64, version: String) -> [Fact] {
        [
            Fact(name: "Seed", value: "\(seed)"), Fact(name: "Formant", value: version),
            Fact(name: "Corpus", value: corpus.name), Fact(name: "Its fingerprint", value: corpus.fingerprint),
        ]
    }
}

extension RunFolder {
    /// Writes a line for each epoch.
    func write(history: [FormantTraining.EpochRecord]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var lines = ""
        for record in history { lines += String(decoding: try encoder.encode(record), as: UTF8.self) + "\n" }
        try AtomicFile.write(text: lines, to: self.history)
    }

    /// Writes the account of a run.
    func write(_ account: RunAccount) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        try AtomicFile.write(text: String(decoding: try encoder.encode(account), as: UTF8.self) + "\n", to: run)
    }
}

/// What `run.json` holds.
struct RunAccount: Encodable {
    struct CorpusAccount: Encodable {
        var name: String
        var argument: String
        var fingerprint: String
        var examples: Int
        var labels: Int
        var problems: Int
    }

    var version: String
    var made: String
    var seed: UInt64
    var commandLine: String
    var corpus: CorpusAccount
    var threads: Int
    var bestEpoch: Int
    var epochs: Int
    var seconds: Double
    /// The resolved recipe, a YAML document.
    var recipe: String
    var unreadable: [String]

    enum CodingKeys: String, CodingKey {
        case version, made, seed, corpus, threads, epochs, seconds, recipe, unreadable
        case commandLine = "command_line"
        case bestEpoch = "best_epoch"
    }
}

extension FormantTraining.EpochRecord {
    /// The record as a report shows it.
    var reported: FormantEvaluation.EpochRecord {
        FormantEvaluation.EpochRecord(
            epoch: epoch, trainLoss: trainLoss, validationLoss: validationLoss, validationAccuracy: validationAccuracy,
            learningRate: Double(rate), seconds: seconds)
    }
}

extension BoundNetwork {
    /// The layer table of a report.
    public var layerRows: [LayerRow] {
        nodes.map { node in
            LayerRow(
                name: node.name, operation: node.kind, output: "\(node.binding.output)",
                parameters: node.binding.parameters.filter { $0.role != .running }.reduce(0) { $0 + $1.count })
        }
    }
}

extension ResolvedRecipe {
    /// The recipe as people read it, without the statistics that training put into it.
    func shownYAML() throws -> String {
        var copy = self
        if case .audio(var frontEnd) = input, case .corpus = frontEnd.normalisation {
            frontEnd.normalisation = .corpus(nil)
            copy.input = .audio(frontEnd)
        }
        return try copy.yaml()
    }
}
