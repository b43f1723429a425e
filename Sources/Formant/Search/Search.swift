import FormantFiles
import FormantTensor
import FormantTraining
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Tries settings of a recipe and ranks them by validation. The test part is not read.
///
/// Each trial is a run in a folder of its own. Several go on at once, each by one thread; what comes out does not depend on
/// that, nor on interruptions.
public struct Search {
    /// How the epochs are spent.
    public enum Method: String, CaseIterable, Sendable {
        /// Every trial gets all epochs.
        case random
        /// All trials get a few epochs, the best third of them three times as many, and so on: successive halving
        /// (Jamieson & Talwalkar 2016; Li et al. 2018, with η = 3). A trial goes on where it stood.
        case halving
    }

    private let request: TrainingRequest
    private let space: SearchSpace
    private let trials: Int
    private let method: Method
    private let pool: WorkerPool
    private let observer: RunObserver
    private let options: TrainingOptions

    /// Creates a search.
    /// - Parameters:
    ///   - request: the training whose recipe is varied; its output is the folder of the search.
    ///   - trials: how many draws, 1 to 10000.
    /// - Throws: `RunError`, `RecipeError`.
    public init(
        _ request: TrainingRequest, space: SearchSpace, trials: Int, method: Method, pool: WorkerPool,
        observer: RunObserver = RunObserver()
    ) throws {
        guard (1...10_000).contains(trials) else {
            throw RunError.option(name: "--trials", value: "\(trials)", expected: "1 to 10000")
        }
        self.request = request
        self.space = space
        self.trials = trials
        self.method = method
        self.pool = pool
        self.observer = observer
        options = try request.recipe.resolved(CorpusFacts(classes: 2)).training
        // Shows at once what no recipe takes.
        _ = try request.recipe.setting(settings(of: 1)).resolved(CorpusFacts(classes: 2))
    }

    /// Does the trials that are still to be done.
    public func run() throws -> SearchResult {
        try FolderMaker.make(request.output)
        let board = SearchBoard(
            path: request.output + "/search.json", identity: identity, resumes: request.resumes)
        let went = try board.begin()
        if !went {
            for trial in 1...trials { CheckpointFolder(of: RunFolder(folder(of: trial))).remove() }
        } else {
            observer.note("going on: \(board.results.count) results are there")
        }
        var candidates = Array(1...trials)
        let rungs = rungs
        for (number, rung) in rungs.enumerated() {
            candidates = Array(candidates.prefix(rung.trials))
            try work(candidates.filter { board.result($0, epochs: rung.epochs) == nil }, epochs: rung.epochs, board)
            if observer.shouldStop() { break }
            if number + 1 < rungs.count {
                observer.note("\(candidates.count) trials had \(rung.epochs) epochs")
                candidates = ranked(candidates.compactMap { board.result($0, epochs: rung.epochs) }).map(\.trial)
            }
        }
        let latest = (1...trials).compactMap { trial in
            board.results.filter { $0.trial == trial }.max { $0.epochs < $1.epochs }
        }
        let result = SearchResult(
            figure: options.choose.rawValue, keys: space.axes.map(\.key),
            // Those that were given more epochs had stood the test of fewer.
            trials: Dictionary(grouping: latest, by: \.epochs).sorted { $0.key > $1.key }.flatMap { ranked($0.value) },
            interrupted: observer.shouldStop())
        try result.write(to: request.output)
        return result
    }

    /// Trials and epochs of each round.
    var rungs: [(trials: Int, epochs: Int)] {
        guard method == .halving else { return [(trials, options.epochs)] }
        var (count, shares) = (trials, [trials])
        while count >= 3, shares.count < 8 {
            count /= 3
            shares.append(count)
        }
        var epochs = options.epochs
        var rungs: [(trials: Int, epochs: Int)] = []
        for share in shares.reversed() {
            rungs.append((share, epochs))
            guard epochs > 1 else { break }
            epochs = max(1, (epochs + 2) / 3)
        }
        // Where there are fewer epochs than rounds, all trials begin in the first round that there is.
        rungs[rungs.count - 1].trials = trials
        return rungs.reversed()
    }

    private func settings(of trial: Int) -> [String] {
        zip(space.axes, space.draw(trial: trial, seed: request.seed)).map { "\($0.key)=\($1)" }
    }

    private func folder(of trial: Int) -> String {
        let number = String(trial)
        return request.output + "/trial-" + String(repeating: "0", count: max(0, 4 - number.count)) + number
    }

    private func ranked(_ results: [SearchResult.Trial]) -> [SearchResult.Trial] {
        results.sorted { a, b in
            switch (a.value, b.value) {
            case (let x?, let y?) where x != y: return options.choose.isSmallestBest ? x < y : x > y
            case (nil, _?): return false
            case (_?, nil): return true
            default: return a.trial < b.trial
            }
        }
    }

    private func work(_ todo: [Int], epochs: Int, _ board: SearchBoard) throws {
        let failure = Mutex<(any Error)?>(nil)
        let isAlone = pool.threads == 1 || todo.count == 1
        func one(_ trial: Int, _ pool: WorkerPool) {
            guard !observer.shouldStop(), failure.withLock({ $0 == nil }) else { return }
            do {
                guard let result = try self.trial(trial, epochs: epochs, pool) else { return }
                try board.add(result)
                observer.note(
                    "trial \(trial): \(options.choose.rawValue) \(result.value.map { $0.digits(4) } ?? "none"), "
                        + settings(of: trial).joined(separator: " ") + (result.problem.map { "; \($0)" } ?? ""))
            } catch { failure.withLock { if $0 == nil { $0 = error } } }
        }
        if isAlone {
            for trial in todo { one(trial, pool) }
        } else {
            pool.forEach(todo.count) { i, _ in one(todo[i], WorkerPool(threads: 1)) }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// One trial up to an epoch; nil where it was asked to stop before.
    private func trial(_ trial: Int, epochs: Int, _ pool: WorkerPool) throws -> SearchResult.Trial? {
        var own = request
        own.output = folder(of: trial)
        own.resumes = true
        own.hidesTest = true
        own.checkpoints = .standard
        let pause = Pause(after: epochs < options.epochs ? epochs : nil)
        let observer = observer
        func result(_ value: Double?, _ done: Int, _ problem: String?) -> SearchResult.Trial {
            SearchResult.Trial(
                trial: trial, settings: space.draw(trial: trial, seed: request.seed), epochs: epochs, done: done,
                value: value, folder: own.output, problem: problem)
        }
        do {
            own.recipe = try request.recipe.setting(settings(of: trial))
            _ = try TrainingRun(
                own, pool: pool,
                observer: RunObserver(
                    warning: { observer.warning("trial \(trial): \($0)") },
                    step: { pause.see($0) }, shouldStop: { pause.isDue || observer.shouldStop() })
            ).run()
        } catch let error as TrainingError where !observer.shouldStop() {
            return result(nil, 0, "\(error)")
        } catch let error as RecipeError {
            return result(nil, 0, "\(error)")
        } catch RunError.interrupted { return nil }
        if observer.shouldStop() { return nil }
        // A trial that was killed between its pause and its result has done more than this.
        let history = try RunFolder(own.output).epochs().prefix(epochs)
        guard let best = history.last(where: \.isBest), best.validationLoss != nil || best.validationAccuracy != nil
        else {
            throw RunError.tooFew(what: "validation examples to search by", found: 0, expected: "1 or more")
        }
        return result(best.value(of: options.choose), history.count, nil)
    }

    /// Everything that decides the results, by name.
    private var identity: [String: String] {
        var identity = [
            "corpus": request.corpus, "recipe": request.recipe.yaml, "seed": "\(request.seed)",
            "method": method.rawValue,
        ]
        identity["from"] = request.from
        identity["vectors"] = request.vectors
        for axis in space.axes { identity["vary \(axis.key)"] = axis.text }
        // Halving depends on how many there are.
        if method == .halving { identity["trials"] = "\(trials)" }
        return identity
    }
}

/// Ends a training with an epoch.
private final class Pause: Sendable {
    private let epoch: Int?
    private let due = Mutex(false)

    init(after epoch: Int?) { self.epoch = epoch }

    var isDue: Bool { due.withLock { $0 } }

    func see(_ progress: TrainingProgress) {
        guard let epoch, progress.epoch >= epoch, progress.step == progress.steps else { return }
        due.withLock { $0 = true }
    }
}

extension RunFolder {
    /// The epochs of a run.
    func epochs() throws -> [FormantTraining.EpochRecord] {
        let text = try String(contentsOfFile: history, encoding: .utf8)
        return try text.split(separator: "\n").map {
            try JSONDecoder().decode(FormantTraining.EpochRecord.self, from: Data($0.utf8))
        }
    }
}

extension FormantTraining.EpochRecord {
    /// The figure that an epoch is chosen by.
    func value(of choice: TrainingOptions.Choice) -> Double? {
        switch choice {
        case .accuracy: validationAccuracy
        case .loss: validationLoss
        default: validationFigure
        }
    }
}
