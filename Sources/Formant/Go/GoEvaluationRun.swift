import FormantGo
import FormantTensor

/// Judges a trained network on games.
public enum GoEvaluationRun {
    /// Judges a model.
    /// - Parameters:
    ///   - modelPath: a model file, or the folder of its run.
    ///   - folder: of SGF files.
    ///   - ensemble: whether each board is seen in all eight ways.
    /// - Throws: `ModelFileError`, `ClassifierError`, `GoError`, `RunError`.
    public static func run(
        modelPath: String, folder: String, part: GoPart, ensemble: Bool, pool: WorkerPool, observer: RunObserver
    ) throws -> GoEvaluation {
        let model = try Model(path: modelPath)
        let policy = try NetworkPolicy(model, ensemble: ensemble, pool: pool)
        guard case .go(let frontEnd) = model.frontEnd else {
            throw ClassifierError.modality(takes: model.frontEnd.takes, given: "games of Go")
        }
        let games = try GoGames(path: folder, observer: observer)
        let records = games.records(of: part, size: frontEnd.size)
        guard records.contains(where: { !$0.moves.isEmpty }) else {
            throw RunError.tooFew(
                what: "games with moves on a board of \(frontEnd.size)", found: 0, expected: "1 or more")
        }
        var evaluation = try GoEvaluation(policy, on: records, frontEnd) { done, all in
            observer.positions(done, all)
            if observer.shouldStop() { throw RunError.stopped }
        }
        evaluation.failed = games.failed(in: part)
        return evaluation
    }
}
