import FormantAudio
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

/// A trained model judged on a corpus.
public struct EvaluationRun {
    /// Which part of the corpus counts.
    public enum Part: Sendable, Hashable {
        /// The test part where there is one, else all.
        case standard
        /// One part.
        case split(Split)
        /// Everything, whatever it was used for.
        case all
    }

    /// The outcome.
    public struct Outcome: Sendable {
        /// All figures.
        public var evaluation: Evaluation
        /// What was judged: `test`, `validation`, `train` or `all`.
        public var part: String
        /// Inputs that could not be read.
        public var failed: [InputProblem]
        /// What a person should know before believing the figures.
        public var warnings: [String]
        /// The report.
        public var report: Report
        /// What its page shows beside the examples; empty where no page was wanted.
        public var media = ReportMedia()
    }

    /// Judges a model.
    /// - Parameters:
    ///   - modelPath: a model file or a run's folder.
    ///   - corpusArgument: a folder, a manifest or a card.
    ///   - reading: how the corpus is read; without rules for windows, those of the model's training count.
    ///   - slices: columns by whose values the accuracy is told apart: further columns of a manifest, or `group`.
    ///   - caching: where the features of recordings are kept from run to run.
    ///   - commandLine: for the report.
    ///   - illustrated: whether the report is to be a page with sounds, pictures or explained words.
    public static func run(
        modelPath: String, corpusArgument: String, root: String?, reading: CorpusReading = .init(), part: Part,
        slices: [String] = [], caching: FeatureCaching = .off, pool: WorkerPool, commandLine: String = "",
        illustrated: Bool = false,
        observer: RunObserver = RunObserver()
    ) throws -> Outcome {
        let model = try Model(path: modelPath)
        let corpus = try corpus(corpusArgument, root: root, reading: reading, for: model)
        for problem in corpus.problems.prefix(20) { observer.warning("\(problem)") }
        for column in slices where column != "group" && !corpus.extraColumns.contains(column) {
            let known = ["group"] + corpus.extraColumns
            throw RunError.setting(
                name: "--slice", value: column,
                reason: UnknownName("column", column, of: corpus.name, known: known).description)
        }
        var warnings: [String] = []
        let division =
            corpus.fingerprint == model.provenance.fingerprint
            ? try division(of: corpus, model, modelPath: modelPath, reading: reading, pool: pool, &warnings) : nil
        let selection = try select(corpus, part, model, division, &warnings)
        let multiLabel = model.scoring == .sigmoid
        let labels = model.labels + (outOfScope(model, corpus).map { [$0] } ?? [])
        let (inputs, unread) = try inputs(
            of: selection.corpus, model, labels: labels, multiLabel: multiLabel, caching: caching, pool: pool,
            observer: observer)
        var failed = unread
        let events = try EventEvaluation(model: model, corpus: corpus, pool: pool).run(selection.corpus.examples)
        failed += events.failed.filter { problem in !failed.contains { $0.input == problem.input } }
        warnings += events.warnings
        var outcome = try finish(model, selection, inputs, failed, warnings, slices, pool, commandLine)
        outcome.report.events = events.report
        outcome.report.origin = Report.origin(
            of: corpus, seed: model.provenance.seed,
            version: "\(Version.current), trained with \(model.provenance.version)")
        if illustrated {
            outcome.media = Illustrator(corpus: selection.corpus, model: model, pool: pool)
                .media(for: outcome.report.listed)
        }
        return outcome
    }

    /// A corpus as a model's network gets it, and what of it could not be read.
    static func inputs(
        of corpus: Corpus, _ model: Model, labels: [String], multiLabel: Bool, caching: FeatureCaching,
        pool: WorkerPool, observer: RunObserver
    ) throws -> (CorpusInputs, failed: [InputProblem]) {
        switch model.frontEnd {
        case .audio(let frontEnd):
            let (inputs, failed) = try CorpusInputs.audio(
                corpus, frontEnd, labels: labels, multiLabel: multiLabel, folder: FilePath.temporaryFolder,
                caching: caching, pool: pool, progress: { observer.features($0, corpus.examples.count) },
                warning: { observer.warning($0) })
            guard case .corpus(let statistics?) = frontEnd.normalisation else { return (inputs, failed) }
            return (inputs.normalised(by: statistics), failed)
        case .image(let frontEnd):
            let (inputs, failed) = try CorpusInputs.images(
                corpus, frontEnd, labels: labels, multiLabel: multiLabel, folder: FilePath.temporaryFolder, pool: pool,
                progress: { observer.features($0, corpus.examples.count) })
            return (inputs, failed)
        case .text(let frontEnd):
            return (CorpusInputs.text(corpus, frontEnd, labels: labels, multiLabel: multiLabel, pool: pool), [])
        }
    }

    /// Reads a corpus for a model.
    /// - Throws: `ClassifierError.modality` for a corpus of another kind.
    static func corpus(_ argument: String, root: String?, reading: CorpusReading, for model: Model) throws -> Corpus {
        let corpus = try Corpus.load(argument: argument, root: root, reading: reading, usual: model.annotations)
        guard model.frontEnd.modality == corpus.modality else {
            throw ClassifierError.modality(takes: model.frontEnd.takes, given: corpus.modality.given)
        }
        return corpus
    }

    /// The corpus's label of what is out of scope, where a model that rejects has no output for it.
    private static func outOfScope(_ model: Model, _ corpus: Corpus) -> String? {
        guard let rejection = model.rejection, rejection.outOfScope == nil, let label = corpus.outOfScope else {
            return nil
        }
        return model.labels.contains(label) ? nil : label
    }

    private struct Selection {
        var corpus: Corpus
        var part: String
        /// Whether the model may have been trained on the examples.
        var wasTrainedOn: Bool
    }

    /// How the corpus that a model was trained on is cut: as it was then, or as the table of splits that is given says.
    static func division(
        of corpus: Corpus, _ model: Model, modelPath: String, reading: CorpusReading, pool: WorkerPool,
        _ warnings: inout [String]
    ) throws -> SplitPlan {
        guard let wanted = model.provenance.division else {
            if reading.splits == nil { return try plan(of: model.provenance, corpus, pool) }
            warnings.append("the model was trained on another split of these examples: the figures may be too good")
            return SplitPlan(splits: corpus.examples.map { $0.split ?? .train })
        }
        if reading.splits != nil {
            let plan = try plan(of: model.provenance, corpus, pool)
            if plan.digest != wanted {
                warnings.append("the model was trained on another split of these examples: the figures may be too good")
            }
            return plan
        }
        // Beside the model stands what the training wrote.
        let folder = FilePath.kind(of: modelPath) == .folder ? modelPath : FilePath.folder(of: modelPath)
        if let plan = try? SplitPlan(path: RunFolder(folder).splits, corpus: corpus), plan.digest == wanted {
            return plan
        }
        throw RunError.setting(
            name: "--splits", value: "",
            reason: "the model was trained on splits from a table, and \(RunFolder(folder).splits) does not have them: "
                + "give the table")
    }

    /// How Formant cut the corpus for the training of a model.
    static func plan(
        of provenance: Model.Provenance, _ corpus: Corpus, _ pool: WorkerPool
    ) throws -> SplitPlan {
        let options = SplitOptions(copies: ExactCopies(of: corpus, pool: pool))
        guard let fold = provenance.fold else {
            var chance = SeededGenerator.derived(seed: provenance.seed, purpose: "split")
            return try Splitter.plan(for: corpus, options: options, using: &chance)
        }
        guard let kind = TrainingRequest.Folds(named: fold.kind)?.kind else {
            throw RunError.fold(name: fold.name, kind: fold.kind)
        }
        var chance = SeededGenerator.derived(seed: provenance.seed, purpose: "folds")
        let folds = try Splitter.folds(for: corpus, kind: kind, options: options, using: &chance)
        guard let index = folds.names.firstIndex(of: fold.name) else {
            throw RunError.fold(name: fold.name, kind: fold.kind)
        }
        return folds.plans[index]
    }

    /// The examples that count, as a corpus of their own.
    private static func select(
        _ corpus: Corpus, _ part: Part, _ model: Model, _ division: SplitPlan?, _ warnings: inout [String]
    ) throws -> Selection {
        // Where it is the corpus of the training, nothing learned is taken for test.
        let splits = division?.splits ?? corpus.examples.map(\.split)
        let wanted: Split?
        switch part {
        case .standard: wanted = splits.contains(.test) ? .test : nil
        case .split(let split): wanted = split
        case .all: wanted = nil
        }
        if wanted == nil, corpus.fingerprint == model.provenance.fingerprint {
            warnings.append("the model was trained on most of these examples: the figures are too good")
        }
        let known = Set(model.labels).union(outOfScope(model, corpus).map { [$0] } ?? [])
        var unknown: [String: Int] = [:]
        let chosen = corpus.examples.indices.filter { i in
            guard wanted == nil || splits[i] == wanted else { return false }
            let foreign = corpus.examples[i].labels.filter { !known.contains($0) }
            for label in foreign { unknown[label, default: 0] += 1 }
            return foreign.isEmpty
        }
        let name = wanted?.rawValue ?? "all"
        if !unknown.isEmpty {
            let list = unknown.keys.sorted().prefix(8).joined(separator: ", ")
            warnings.append(
                "\(unknown.values.reduce(0, +)) examples have labels that the model does not know (\(list)); they are left out"
            )
        }
        guard !chosen.isEmpty else {
            if !unknown.isEmpty {
                throw RunError.labels(
                    reason:
                        "the model knows none of the corpus's labels (\(unknown.keys.sorted().prefix(8).joined(separator: ", "))); "
                        + "it knows \(model.labels.prefix(8).joined(separator: ", "))")
            }
            throw RunError.tooFew(what: "examples of the part \(name)", found: 0, expected: "1 or more")
        }
        let subset = Corpus(
            name: corpus.name, modality: corpus.modality, root: corpus.root,
            examples: chosen.map { corpus.examples[$0] }, extraColumns: corpus.extraColumns, folds: corpus.folds,
            rules: corpus.rules, problems: corpus.problems, problemCount: corpus.problemCount,
            isMultiLabel: corpus.isMultiLabel, outOfScope: corpus.outOfScope)
        return Selection(
            corpus: subset, part: name,
            wasTrainedOn: corpus.fingerprint == model.provenance.fingerprint && (wanted == nil || wanted == .train))
    }

    private static func finish(
        _ model: Model, _ selection: Selection, _ inputs: CorpusInputs, _ failed: [InputProblem], _ warnings: [String],
        _ slices: [String], _ pool: WorkerPool, _ commandLine: String
    ) throws -> Outcome {
        let usable = selection.corpus.examples.indices.filter { inputs.isUsable[$0] }
        guard !usable.isEmpty else {
            throw RunError.tooFew(what: "inputs that can be read and have a label", found: 0, expected: "1 or more")
        }
        let corpus = selection.corpus
        let predictions = try predictions(
            of: model, inputs, corpus, usable,
            outOfScope: model.rejection?.outOfScope ?? outOfScope(model, corpus), pool: pool)
        var evaluation = try Evaluation(of: predictions)
        evaluation.metrics.slices = try slices.map { column in
            try Slice(
                of: predictions, column: column,
                values: usable.map { i in
                    let example = corpus.examples[i]
                    return corpus.value(of: column, in: example) ?? example.group ?? ""
                })
        }
        var warnings = warnings
        if !failed.isEmpty {
            warnings.append("\(failed.count) \(corpus.modality.thing(failed.count)) could not be read")
        }
        let report = Report(
            title: "\(selection.corpus.name), \(selection.part): \(model.provenance.recipe)",
            made: Date().formatted(.iso8601), warnings: warnings,
            model: [
                Report.Fact(name: "Recipe", value: model.provenance.recipe),
                Report.Fact(name: "Trained on", value: model.provenance.corpus),
                Report.Fact(name: "Seed", value: "\(model.provenance.seed)"),
                Report.Fact(name: "Weights", value: "\(model.parameters.table.weightCount)"),
            ],
            layers: (try? model.network.bound().layerRows) ?? [],
            parts: [Report.Part(split: selection.part, evaluation: evaluation)], reproduce: commandLine,
            labelErrors: selection.wasTrainedOn ? [] : predictions.labelErrors())
        return Outcome(
            evaluation: evaluation, part: selection.part, failed: failed, warnings: warnings, report: report)
    }
}
