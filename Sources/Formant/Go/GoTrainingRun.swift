import FormantFiles
import FormantGo
import FormantNetwork
import FormantTensor
import FormantTraining

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// From a folder of game records to a network that says where a stone is placed next.
public struct GoTrainingRun {
    let request: GoTrainingRequest
    let pool: WorkerPool
    let observer: RunObserver

    /// Most positions by which an epoch is judged.
    private static let validationLimit = 8_192

    /// Creates a run.
    public init(_ request: GoTrainingRequest, pool: WorkerPool, observer: RunObserver = RunObserver()) {
        self.request = request
        self.pool = pool
        self.observer = observer
    }

    /// Does the whole job and writes the folder.
    /// - Throws: `RecipeError`, `GoError`, `RunError`, `TrainingError`, `FileError`.
    public func run() throws -> GoTrainingSummary {
        let start = ContinuousClock.now
        let (recipe, frontEnd, bound) = try request.recipe.resolvedForGo()
        let games = try GoGames(path: request.games, observer: observer)
        let fingerprint = games.fingerprint
        let folder = RunFolder(request.output)
        var resumable = ResumableTraining(
            folder: folder, identity: try identity(games, fingerprint, recipe), resumes: request.resumes,
            checkpoints: request.checkpoints, observer: observer)
        if let summary = try resumable.begin(summary: GoTrainingSummary.self) { return summary }
        let training = GoPositions(games.training.map(\.record), frontEnd, seed: request.seed)
        let validation = GoPositions(
            games.validation.map(\.record), frontEnd, seed: nil, limit: Self.validationLimit)
        guard training.count > 0 else {
            throw RunError.tooFew(
                what: "moves on boards of \(frontEnd.size) to learn from", found: 0, expected: "1 or more")
        }
        observer.note(
            "training on \(training.total) positions of \(games.training.count) games, choosing by "
                + "\(validation.count), the last \(games.test.count) games kept for the test")
        let parameters = Parameters(bound.parameters, seed: request.seed)
        let loop = TrainingLoop(
            network: recipe.network(input: frontEnd.shape), options: recipe.training, seed: request.seed, pool: pool)
        let saved = try resumable.saved()
        let seen = SeenPositions(saved, batch: recipe.training.batch, epoch: training.count)
        resumable.observer = seen.counting(for: observer)
        let outcome = try resumable.train(
            loop, parameters, from: saved, on: training, choosingBy: validation.count > 0 ? validation : nil)
        let model = Model(
            frontEnd: .go(frontEnd), network: loop.network, parameters: parameters, labels: frontEnd.labels,
            scoring: .softmax,
            provenance: Model.Provenance(
                version: Version.current, recipe: recipe.name, corpus: FilePath.name(of: request.games),
                fingerprint: fingerprint, seed: request.seed, epoch: outcome.bestEpoch))
        // First of all, so that nothing that fails behind it loses the training.
        try model.write(to: folder.model)
        try games.writeSplits(to: folder.splits)
        try write(outcome, games, fingerprint, recipe, labels: frontEnd.labels.count, folder)
        let trained = outcome.history.reduce(0) { $0 + $1.seconds }
        var summary = GoTrainingSummary(
            model: folder.model, epochs: outcome.history.count, failed: games.folder.faults.count,
            games: games.training.count, positions: seen.count,
            positionsPerSecond: Double(seen.count) / max(trained, 1e-9), seconds: 0, stop: outcome.stop.toldInSummary,
            test: try judge(model, frontEnd, games), interrupted: outcome.stop == .interrupted)
        summary.seconds = (ContinuousClock.now - start) / .seconds(1)
        if !summary.interrupted { try resumable.finish(summary) }
        return summary
    }

    /// Everything that decides what a training gives, but for the program and the processor: settings by name.
    private func identity(
        _ games: GoGames, _ fingerprint: String, _ recipe: ResolvedRecipe
    ) throws -> [String: String] {
        // Also files that cannot be read have a say in which ones are the last tenth.
        let identity = ["games": fingerprint, "division": games.division, "seed": "\(request.seed)"]
        return identity.merging(try recipe.identity()) { _, setting in setting }
    }

    private func judge(_ model: Model, _ frontEnd: GoFrontEnd, _ games: GoGames) throws -> GoEvaluation.Figures? {
        let records = games.records(of: .test, size: frontEnd.size)
        guard records.contains(where: { !$0.moves.isEmpty }) else { return nil }
        return try GoEvaluation(NetworkPolicy(model, pool: pool), on: records, frontEnd, progress: observer.positions)
            .all
    }

    private func write(
        _ outcome: TrainingLoop.Outcome, _ games: GoGames, _ fingerprint: String, _ recipe: ResolvedRecipe,
        labels: Int, _ folder: RunFolder
    ) throws {
        try folder.write(history: outcome.history)
        try folder.write(
            RunAccount(
                version: Version.current, made: Date().formatted(.iso8601), seed: request.seed,
                commandLine: request.commandLine,
                corpus: .init(
                    name: FilePath.name(of: request.games), argument: request.games, fingerprint: fingerprint,
                    examples: games.folder.games.count, labels: labels, problems: games.folder.faults.count),
                threads: pool.threads, bestEpoch: outcome.bestEpoch, epochs: outcome.history.count,
                seconds: outcome.history.reduce(0) { $0 + $1.seconds }, recipe: try recipe.yaml(),
                unreadable: games.folder.faults.map(\.reason)))
    }
}
