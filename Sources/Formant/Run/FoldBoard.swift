import FormantCorpus
import FormantEvaluation
import FormantTraining
import Synchronization

/// What stays of a fold when it is done.
struct FoldOutcome: Sendable {
    var model: String
    var history: [FormantTraining.EpochRecord]
    var stop: StopReason
    var predictions: [Split: Predictions]
    /// See `Trial`.
    var scaling: TemperatureScaling?
    /// See `Trial`.
    var unscaled: [Split: Predictions]
    var validation: MetricsSummary?
    var test: MetricsSummary?
}

/// Where the folds of a cross-validation, several of which may be under way, report to.
///
/// What a fold tells is passed on when it ends, so that what belongs together stands together; of its steps, those of the
/// first fold under way are shown as they come.
final class FoldBoard: Sendable {
    private struct State {
        var running: Set<Int> = []
        var outcomes: [Int: FoldOutcome] = [:]
        /// The trial of the last fold, in their order, that is done.
        var last: (fold: Int, trial: Trial)?
        /// What went wrong in the first fold, in their order, in which something did.
        var failure: (fold: Int, error: any Error)?
    }

    private enum Line {
        case note(String)
        case warning(String)
        case epoch(FormantTraining.EpochRecord)
    }

    private let observer: RunObserver
    private let state = Mutex(State())

    init(observer: RunObserver) { self.observer = observer }

    /// Whether a fold is to be begun: not after one that failed, nor after the user asked to stop, except for the first.
    func mayBegin(_ fold: Int) -> Bool {
        state.withLock { $0.failure == nil && (fold == 0 || !observer.shouldStop()) }
    }

    /// Takes what came of a fold.
    func end(_ fold: Int, _ result: Result<Trial, any Error>) {
        state.withLock { state in
            state.running.remove(fold)
            switch result {
            case .success(let trial):
                state.outcomes[fold] = FoldOutcome(
                    model: trial.folder.model, history: trial.outcome.history, stop: trial.outcome.stop,
                    predictions: trial.predictions, scaling: trial.scaling, unscaled: trial.unscaled,
                    validation: trial.summary(.validation), test: trial.summary(.test))
                if fold >= state.last?.fold ?? fold { state.last = (fold, trial) }
            case .failure(let error):
                if fold <= state.failure?.fold ?? fold { state.failure = (fold, error) }
            }
        }
    }

    /// Does a fold, if it is still wanted, on a thread of several.
    /// - Parameter train: gets the observer that it is to tell.
    func work(on fold: Int, _ train: (RunObserver) throws -> Trial) {
        guard mayBegin(fold) else { return }
        let lines = Lines()
        state.withLock { _ = $0.running.insert(fold) }
        let result = Result { try train(recorder(fold, lines)) }
        // Told by one fold at a time.
        state.withLock { _ in
            for line in lines.all {
                switch line {
                case .note(let text): observer.note(text)
                case .warning(let text): observer.warning(text)
                case .epoch(let record): observer.epoch(record)
                }
            }
        }
        end(fold, result)
    }

    /// What the folds gave, and the trial of the last one.
    /// - Throws: what the first fold threw that failed.
    func results() throws -> (outcomes: [Int: FoldOutcome], last: Trial?) {
        let (failure, outcomes, last) = state.withLock { ($0.failure?.error, $0.outcomes, $0.last?.trial) }
        if let failure { throw failure }
        return (outcomes, last)
    }

    private final class Lines: Sendable {
        private let kept = Mutex<[Line]>([])
        var all: [Line] { kept.withLock { $0 } }
        func add(_ line: Line) { kept.withLock { $0.append(line) } }
    }

    private func recorder(_ fold: Int, _ lines: Lines) -> RunObserver {
        RunObserver(
            note: { lines.add(.note($0)) },
            warning: { lines.add(.warning($0)) },
            step: { progress in
                self.state.withLock { state in
                    if fold == state.running.min() { self.observer.step(progress) }
                }
            },
            epoch: { lines.add(.epoch($0)) },
            shouldStop: observer.shouldStop)
    }
}
