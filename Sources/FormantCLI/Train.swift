import ArgumentParser
import Formant

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a network on a corpus, choose by validation, evaluate on test.",
        discussion: """
            Examples:
              formant train corpora/spoken-words --recipe kws-cnn --out run
              formant train corpora/fsdd.yaml --root ~/fsdd --recipe tc-resnet8 --seed 7 --out run --json
              formant train field-recordings --window 3 --hop 1.5 --set audio.clip.seconds=3 --out run
              formant train manifest.tsv --recipe kim-rand --set training.epochs=10 --out run

            CORPUS is a folder with a folder per class; a CSV, TSV or JSONL manifest with the columns path or text, and \
            label; a folder of recordings with tables of annotations beside them (Audacity, Raven, JAMS, CSV); a fastText \
            file of __label__ lines; or a card, corpora/NAME.yaml, with --root.
            RUN gets model.safetensors, report.html, report.json, history.jsonl, splits.csv and run.json.
            """)

    @Argument(help: "The corpus: a folder, a manifest or a card.")
    var corpus: String

    @Option(help: ArgumentHelp("The folder of the run.", valueName: "RUN"))
    var out: String?

    @Option(help: ArgumentHelp("Where the corpus's files are.", valueName: "DIR"))
    var root: String?

    @Option(
        help: ArgumentHelp(
            "Cross-validation: a number of folds, or groups to leave out one group at a time.", valueName: "K|groups"))
    var folds: String?

    @Option(
        help: ArgumentHelp(
            "Where the filters move, for recipes with a network for each axis (speech-lecture); short for --set axis=….",
            valueName: "frequency|time|both"))
    var axis: FilterAxis?

    @Option(
        help: ArgumentHelp(
            "The label of examples that are none of what the others name: classify calls such ones unknown.",
            valueName: "LABEL"))
    var outOfScope: String?

    @Option(
        help: ArgumentHelp(
            "Find a threshold below which an input is unknown: in the validation part it costs at most this accuracy; short for --set training.rejection.cost=COST. Default with a label out of scope 0.01, else none.",
            valueName: "COST"))
    var reject: Double?

    @Option(
        help: ArgumentHelp(
            "Where examples have several labels: find thresholds on the validation part for f1 (f2 …), precision=P, recall=R or false-alarms=N an hour; short for --set training.thresholds=….",
            valueName: "TARGET"))
    var thresholds: String?

    @Option(
        help: ArgumentHelp(
            "Begin with a trained model: its front end and network count instead of the recipe's.", valueName: "MODEL"))
    var from: String?

    @Option(
        help: ArgumentHelp(
            "With --from: keep the model's labels and add those of the corpus, or replace them.",
            valueName: "extend|replace"))
    var head: TrainingRequest.Head?

    @Flag(help: "A range test of the learning rate instead of a training: the loss at rising rates, and no model.")
    var findRate = false

    @OptionGroup var checkpointing: CheckpointArguments

    @Flag(help: "Train on a split of the corpus's own that has copies, or groups, on both sides.")
    var allowLeaks = false

    @OptionGroup var training: RecipeArguments

    @OptionGroup(title: "Reading the corpus") var reading: CorpusArguments

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        if let reject, !(0..<1).contains(reject) {
            throw ValidationError("--reject \(reject): expected 0 or more, below 1")
        }
        if head != nil, from == nil { throw ValidationError("--head: expected --from with a model, found none") }
        if out == nil, !findRate { throw ValidationError("expected --out RUN, the folder of the run") }
        _ = try parsedFolds()
    }

    private func parsedFolds() throws -> TrainingRequest.Folds? {
        guard let folds else { return nil }
        guard let parsed = TrainingRequest.Folds(named: folds) else {
            throw ValidationError("--folds \(folds): expected a number from 2 to 10000, or groups")
        }
        return parsed
    }

    func run() throws {
        let console = Console(quiet: shared.quiet)
        let reading = reading.reading(outOfScope: outOfScope)
        var recipe = try Recipe(
            try training.recipe ?? from.map { try Recipe.standard(forModel: $0) }
                ?? Recipe.standard(forCorpus: corpus, root: root, reading: reading)
        )
        if let axis { recipe = try recipe.along(axis) }
        recipe = try recipe.setting(
            training.settings.all + checkpointing.settings
                + (thresholds.map { ["training.thresholds=\($0)"] } ?? [])
                + (reject.map { ["training.rejection.cost=\($0)"] } ?? []))
        var request = training.request(
            corpus: corpus, root: root, output: out ?? TrainingRequest.noFolder, recipe: recipe, reading: reading)
        request.folds = try parsedFolds()
        request.allowsLeaks = allowLeaks
        request.from = from
        request.head = head ?? .extended
        request.resumes = checkpointing.resume
        request.checkpoints = try checkpointing.checkpoints()
        Interruption.listen()
        let run = TrainingRun(request, pool: shared.pool(), observer: .showing(on: console))
        if findRate {
            let finding = try run.findRate()
            console.clearBar()
            try shared.show(finding, as: finding.text)
            return
        }
        let summary = try run.run()
        console.clearBar()
        try shared.show(summary, as: text(summary))
        try console.endTraining(
            interrupted: summary.interrupted, diverged: summary.diverged, failed: summary.failed)
    }

    private func range(_ lower: Double?, _ upper: Double?) -> String {
        guard let lower, let upper else { return "" }
        return "\((lower * 100).digits(2)) to \(upper.percent)"
    }

    private func text(_ summary: TrainingSummary) -> String {
        var rows = [["part", "examples", "accuracy", "95 %", "macro F1"]]
        for (name, figures) in [("validation", summary.validation), ("test", summary.test)] {
            guard let figures else { continue }
            rows.append([
                name, "\(figures.n)", figures.accuracy.percent,
                range(figures.accuracyInterval?.lower, figures.accuracyInterval?.upper), figures.macroF1.percent,
            ])
        }
        for fold in summary.folds ?? [] {
            guard let test = fold.test else { continue }
            rows.append([
                "fold \(fold.fold)", "\(test.n)", test.accuracy.percent,
                range(test.accuracyInterval?.lower, test.accuracyInterval?.upper), test.macroF1.percent,
            ])
        }
        var scope = ""
        for (name, figures) in [("validation", summary.validation), ("test", summary.test)] {
            guard let figures, let accuracy = figures.inScopeAccuracy else { continue }
            scope += "\(name) in scope \(accuracy.percent)"
            if let recall = figures.outOfScopeRecall { scope += ", out of scope found \(recall.percent)" }
            scope += "\n"
        }
        if let forgetting = summary.forgetting, let before = forgetting.before, let after = forgetting.after {
            scope += "earlier labels: \(before.percent) before, \(after.percent) now, of \(forgetting.n) examples of "
            scope += "\(forgetting.split)\n"
        }
        let place = summary.model.map { "model  \($0)\n" } ?? ""
        return TextTable.text(rows, rightAligned: [1, 2, 3, 4]) + "\n" + scope + place
            + "report \(out ?? "")/report.html\n"
    }
}

extension FilterAxis: ExpressibleByArgument {}
extension TrainingRequest.Head: ExpressibleByArgument {}

extension RunObserver {
    /// Shows a run on the console.
    static func showing(on console: Console) -> RunObserver {
        RunObserver(
            note: { console.note($0) },
            warning: { console.warning($0) },
            features: { done, all in
                console.progress(Double(done) / Double(max(1, all)), "\(done) of \(all) files")
            },
            positions: { done, all in
                console.progress(Double(done) / Double(max(1, all)), "\(done) of \(all) positions judged")
            },
            step: { progress in
                let done =
                    (Double(progress.epoch - 1) + Double(progress.step) / Double(progress.steps))
                    / Double(progress.epochs)
                console.progress(
                    done,
                    "epoch \(progress.epoch)/\(progress.epochs), step \(progress.step)/\(progress.steps), loss "
                        + "\(progress.loss.digits(4)), \(Int(progress.examplesPerSecond)) examples/s, \(progress.waiting.percent) waiting for data, "
                        + "\(progress.remaining.duration) left"
                )
            },
            epoch: { record in
                var text = "epoch \(record.epoch): loss \(record.trainLoss.digits(4))"
                if let loss = record.validationLoss, let accuracy = record.validationAccuracy {
                    text += ", validation loss \(loss.digits(4)), accuracy \(accuracy.percent)"
                }
                console.note(
                    text + ", \(record.seconds.digits(1)) s, \(record.waiting.percent) waiting for data"
                        + (record.isBest ? ", best" : ""))
            },
            shouldStop: { Interruption.isRequested })
    }
}
