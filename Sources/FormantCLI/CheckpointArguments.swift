import ArgumentParser
import Formant

/// How a training is gone on with: the options of every command that trains one network.
struct CheckpointArguments: ParsableArguments {
    @Flag(help: "Go on from the checkpoint in RUN, to the bytes of a run without a break.")
    var resume = false

    @Option(
        help: ArgumentHelp(
            "How often the state is kept in RUN/checkpoint: seconds, or off. Default: each epoch and each minute, for at most 1 % of the time.",
            valueName: "SECONDS|off"))
    var checkpoint: String?

    @Option(
        help: ArgumentHelp(
            "Minutes after which training ends with what it has; short for --set training.minutes=N.", valueName: "N"))
    var minutes: Double?

    func validate() throws {
        if let minutes, !(minutes > 0 && minutes.isFinite) {
            throw ValidationError("--minutes \(minutes): expected a number above 0")
        }
        _ = try checkpoints()
    }

    /// How often the state is kept.
    func checkpoints() throws -> TrainingRequest.Checkpoints {
        guard let checkpoint else { return .standard }
        if checkpoint == "off" { return .off }
        guard let seconds = Double(checkpoint), seconds >= 0, seconds.isFinite else {
            throw ValidationError("--checkpoint \(checkpoint): expected seconds, 0 or more, or off")
        }
        return .every(seconds)
    }

    /// Settings of the recipe.
    var settings: [String] { minutes.map { ["training.minutes=\($0)"] } ?? [] }

    /// The command line of the same run from its start.
    static var commandLine: String { CommandLine.arguments.filter { $0 != "--resume" }.shellQuoted }
}

extension Console {
    /// Says by a warning and by the exit status how a training ended.
    func endTraining(interrupted: Bool, diverged: Bool, failed: Int) throws {
        if interrupted { warning("interrupted: the best epoch so far was kept") }
        if diverged { throw ExitCode.failure }
        if failed > 0 { throw someFailed }
    }
}
