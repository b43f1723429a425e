import FormantCorpus
import FormantEvaluation
import FormantFiles
import FormantTensor
import FormantTraining

extension TrainingRun {
    /// Trains and tests fold by fold.
    ///
    /// With sentences several folds are trained at once, each by one thread: their steps are too small for more. As many
    /// are under way as there are threads, and memory grows with them. A fold's results depend neither on that nor on the
    /// others; they are put together in the order of the folds.
    func runFolds(_ folds: TrainingRequest.Folds, _ prepared: Prepared) throws -> TrainingSummary {
        var chance = SeededGenerator.derived(seed: request.seed, purpose: "folds")
        let plan = try Splitter.folds(
            for: prepared.corpus, kind: folds.kind, options: SplitOptions(copies: prepared.copies), using: &chance)
        try plan.plans[0].write(to: RunFolder(request.output).splits, corpus: prepared.corpus, folds: plan)
        let board = FoldBoard(observer: observer)
        let folders = TrainingRun.folderNames(plan.names)
        if !request.resumes {
            for folder in folders { CheckpointFolder(of: RunFolder(request.output + "/" + folder)).remove() }
        }
        if request.checkpoints != .off {
            try CheckpointFolder(of: RunFolder(request.output)).write(.init(identity: prepared.identity))
        }
        func train(_ fold: Int, by run: TrainingRun) throws -> Trial {
            run.observer.note("fold \(plan.names[fold]), \(fold + 1) of \(plan.names.count)")
            let folder = RunFolder(request.output + "/" + folders[fold])
            try FolderMaker.make(folder.path)
            return try run.trial(
                prepared, plan.plans[fold], folder: folder, fold: .init(kind: folds.name, name: plan.names[fold]))
        }
        if prepared.files == nil, pool.threads > 1 {
            pool.forEach(plan.names.count) { fold, _ in
                board.work(on: fold) { observer in
                    try train(
                        fold, by: TrainingRun(request, pool: WorkerPool(threads: 1), observer: observer))
                }
            }
        } else {
            for fold in plan.names.indices where board.mayBegin(fold) {
                board.end(fold, Result { try train(fold, by: self) })
            }
        }
        let (outcomes, last) = try board.results()
        return try summary(outcomes, last, prepared, plan)
    }

    /// What comes out of the folds that were done.
    private func summary(
        _ outcomes: [Int: FoldOutcome], _ last: Trial?, _ prepared: Prepared, _ plan: FoldPlan
    ) throws -> TrainingSummary {
        var summary = TrainingSummary(epochs: 0, seconds: 0, waiting: 0, folds: [], failed: 0)
        var pooled: [Split: Predictions] = [:]
        var calibration = FoldCalibration()
        var history: [FormantTraining.EpochRecord] = []
        for (fold, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
            try FoldCalibration.pool(outcome.predictions, into: &pooled)
            try calibration.add(outcome)
            summary.epochs += outcome.history.count
            history += outcome.history
            summary.folds!.append(
                TrainingSummary.Fold(
                    fold: plan.names[fold], model: outcome.model, epochs: outcome.history.count,
                    validation: outcome.validation, test: outcome.test))
        }
        if outcomes.count < plan.names.count {
            summary.interrupted = true
            observer.warning("interrupted: \(outcomes.count) of \(plan.names.count) folds were done")
        }
        summary.interrupted = summary.interrupted || outcomes.values.contains { $0.stop == .interrupted }
        summary.stop = outcomes.sorted { $0.key < $1.key }.lazy.compactMap { $0.value.stop.toldInSummary }.first
        summary.waiting = meanWaiting(history)
        summary.validation = try pooled[.validation].map { try Evaluation(of: $0).metrics.summary }
        summary.test = try pooled[.test].map { try Evaluation(of: $0).metrics.summary }
        if let last {
            try write(
                last, prepared, folder: RunFolder(request.output), predictions: pooled,
                calibration: try calibration.report(after: pooled), isOutOfFold: true,
                title: "\(prepared.corpus.name), \(plan.names.count) folds", warnings: plan.plans.flatMap(\.warnings))
        }
        if !summary.interrupted {
            for folder in TrainingRun.folderNames(plan.names) {
                CheckpointFolder(of: RunFolder(request.output + "/" + folder)).remove()
            }
        }
        return summary
    }
}
