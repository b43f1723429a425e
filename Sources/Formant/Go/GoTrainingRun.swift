import FormantFiles
import FormantGo
import FormantNetwork
import FormantTensor
import FormantTraining
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a training on games of Go is to do.
public struct GoTrainingRequest: Sendable {
    /// A folder of SGF files.
    public var games: String
    /// The folder of the run.
    public var output: String
    /// The recipe, with its settings.
    public var recipe: Recipe
    /// Seed of all chance.
    public var seed: UInt64 = 1
    /// The command line that does the same again.
    public var commandLine = ""

    /// Creates a request.
    public init(games: String, output: String, recipe: Recipe) {
        self.games = games
        self.output = output
        self.recipe = recipe
    }
}

/// What a training on games gave: what `go train --json` prints.
public struct GoTrainingSummary: Encodable, Sendable {
    /// The model file.
    public var model: String
    /// Epochs trained.
    public var epochs: Int
    /// Games that were learned from.
    public var games: Int
    /// Positions that were learned from, counted each time that they were seen.
    public var positions: Int
    /// Of these, how many a second.
    public var positionsPerSecond: Double
    /// Wall-clock seconds.
    public var seconds: Double
    /// Figures of the test part, the last tenth of the files by name; nil where it has no positions.
    public var test: GoEvaluation.Figures?
    /// Whether training was asked to stop before its end; not part of the object.
    public var interrupted: Bool
    /// Whether it gave values that are no numbers, so that an earlier epoch was kept; not part of the object.
    public var diverged: Bool

    private enum CodingKeys: String, CodingKey {
        case model, epochs, games, positions, positionsPerSecond, seconds, test
    }
}

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
        try FolderMaker.make(request.output)
        let folder = RunFolder(request.output)
        // Begun and dropped, so that a folder that cannot be written shows before the training, not after it.
        _ = try AtomicFile(path: folder.model)
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
        let seen = Mutex(0)
        let tell = observer.step
        let (outcome, failure) = try loop.attempt(
            parameters, training: training, validation: validation.count > 0 ? validation : nil,
            observer: TrainingObserver(
                progress: { progress in
                    let ofEpoch = min(progress.step * recipe.training.batch, training.count)
                    seen.withLock { $0 = (progress.epoch - 1) * training.count + ofEpoch }
                    tell(progress)
                }, epoch: observer.epoch, shouldStop: observer.shouldStop))
        guard outcome.bestEpoch > 0 else { throw failure ?? RunError.interrupted as any Error }
        if let failure { observer.warning("\(failure)") }
        let fingerprint = games.fingerprint
        let model = Model(
            frontEnd: .go(frontEnd), network: loop.network, parameters: parameters, labels: frontEnd.labels,
            scoring: .softmax,
            provenance: Model.Provenance(
                version: Version.current, recipe: recipe.name, corpus: FilePath.name(of: request.games),
                fingerprint: fingerprint, seed: request.seed, epoch: outcome.bestEpoch))
        try model.write(to: folder.model)
        try games.writeSplits(to: folder.splits)
        try write(outcome, games, fingerprint, recipe, labels: frontEnd.labels.count, folder)
        let seconds = outcome.history.reduce(0) { $0 + $1.seconds }
        let positions = seen.withLock { $0 }
        return GoTrainingSummary(
            model: folder.model, epochs: outcome.history.count, games: games.training.count,
            positions: positions, positionsPerSecond: Double(positions) / max(seconds, 1e-9),
            seconds: (ContinuousClock.now - start) / .seconds(1), test: try judge(model, frontEnd, games),
            interrupted: outcome.stop == .interrupted, diverged: outcome.stop.name == "diverged")
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
