import ArgumentParser
import Formant

struct GoTrain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a network to say where strong players place their stones.",
        discussion: """
            Example:
              formant go train games --recipe go-policy --seed 1 --out run --json

            FOLDER holds game records, .sgf, in folders of their own or not. The last tenth of the files by name is the \
            test. RUN gets model.safetensors, history.jsonl, splits.csv, run.json and a file for TensorBoard. A training \
            that was interrupted goes on with --resume.
            """)

    @Argument(help: "A folder of SGF files.")
    var folder: String

    @Option(help: ArgumentHelp("The folder of the run.", valueName: "RUN"))
    var out: String

    @Option(help: ArgumentHelp("go-policy, go-lecture, go-pooling or a file.", valueName: "NAME|FILE"))
    var recipe = "go-policy"

    @OptionGroup var settings: SettingArguments

    @OptionGroup var checkpointing: CheckpointArguments

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let console = Console(quiet: shared.quiet)
        var request = GoTrainingRequest(
            games: folder, output: out,
            recipe: try Recipe(recipe).setting(
                settings.all + checkpointing.settings))
        request.seed = settings.seed
        request.resumes = checkpointing.resume
        request.checkpoints = try checkpointing.checkpoints()
        request.commandLine = CheckpointArguments.commandLine
        Interruption.listen()
        let summary = try GoTrainingRun(request, pool: shared.pool(), observer: .showing(on: console)).run()
        console.clearBar()
        try shared.show(summary, as: text(summary))
        try console.endTraining(
            interrupted: summary.interrupted, diverged: summary.diverged, failed: summary.failed)
    }

    private func text(_ summary: GoTrainingSummary) -> String {
        var rows = [["games", "\(summary.games)"], ["positions/s", summary.positionsPerSecond.digits(0)]]
        if let test = summary.test {
            rows += [
                ["test positions", "\(test.n)"], ["top 1", test.top1.percent], ["top 5", test.top5.percent],
                ["log-likelihood", test.logLikelihood.digits(3)],
            ]
        }
        return TextTable.text(rows + [["model", summary.model]])
    }
}
