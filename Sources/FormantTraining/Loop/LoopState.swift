import CKernels
import FormantNetwork
import FormantTensor

/// Everything that moves while a network is trained.
final class LoopState {
    let loop: TrainingLoop
    let parameters: Parameters
    let gradients: Parameters
    /// The gradients of the batches of a step, where there are several.
    let accumulated: Accumulation?
    let optimiser: Optimiser
    /// The average of the weights, where one is wanted.
    let average: Parameters?
    /// The weights of the best epoch so far.
    let kept: Parameters
    let sessions: SessionCache
    let classWeights: [Float]

    var progress = TrainingState.Progress()
    var history: [EpochRecord] = []
    var bestEpoch = 0
    var best: Validation?
    var rate: Float = 0
    var clock = EpochClock()
    private var predictors: [ObjectIdentifier: Predictor] = [:]

    init(_ loop: TrainingLoop, _ parameters: Parameters, _ data: some Dataset) throws {
        self.loop = loop
        self.parameters = parameters
        if let balancing = loop.options.balancing {
            let output = try loop.network.bound(to: data.shape(of: 0)).output
            classWeights = try data.balancedWeights(
                classes: output.count, loss: loop.options.loss, balancing: balancing)
        } else {
            classWeights = []
        }
        gradients = Parameters(zeros: parameters.table)
        accumulated = loop.options.accumulate > 1 ? Accumulation(parameters.table) : nil
        optimiser = Optimiser(
            loop.options.optimiser, weightDecay: loop.options.weightDecay,
            factors: try parameters.table.rateFactors(loop.options.rates ?? [:]), for: parameters.table)
        average =
            loop.options.averaging == nil && loop.options.swa == nil ? nil : Parameters(zeros: parameters.table)
        average?.copy(from: parameters)
        kept = Parameters(zeros: parameters.table)
        kept.copy(from: parameters)
        sessions = SessionCache(network: loop.network, parameters: parameters, gradients: gradients, pool: loop.pool)
    }

    /// The weights that are validated and kept.
    var candidate: Parameters {
        guard let average, loop.options.swa == nil || progress.averaged > 0 else { return parameters }
        return average
    }

    func outcome(_ stop: StopReason) -> TrainingLoop.Outcome {
        TrainingLoop.Outcome(bestEpoch: bestEpoch, history: history, stop: stop)
    }

    /// Validates what an epoch gave, keeps it if it is the best so far, and goes on to the next one.
    func endEpoch(
        _ training: some Dataset, _ validation: (some Dataset)?, _ judge: TrainingLoop.Judge?
    ) throws -> EpochRecord {
        let waiting = waiting  // of the steps, without what follows
        optimiser.catchUp(parameters, pool: loop.pool)
        if let swa = loop.options.swa, progress.epoch > swa.epochsBefore(of: loop.options.epochs) {
            try averageEpoch(training)
        }
        let candidate = candidate
        var result: Validation?
        if let validation, validation.count > 0 {
            result = try Validation(
                of: validation, by: predictor(for: candidate), loss: loop.options.loss, judge: judge)
        }
        let isBest = result.map { $0.isBetter(than: best, by: loop.options.choose) } ?? true
        if isBest {
            best = result
            bestEpoch = progress.epoch
            kept.copy(from: candidate)
        }
        clock.update(&progress)
        let record = EpochRecord(
            epoch: progress.epoch, trainLoss: meanLoss, validationLoss: result?.loss,
            validationAccuracy: result?.accuracy, validationFigure: result?.figure, rate: rate,
            seconds: progress.seconds, waiting: waiting, isBest: isBest)
        history.append(record)
        progress.nextEpoch()
        return record
    }

    private func predictor(for candidate: Parameters) -> Predictor {
        let key = ObjectIdentifier(candidate)
        let predictor =
            predictors[key]
            ?? Predictor(
                network: loop.network, parameters: candidate, pool: loop.pool, batch: max(64, loop.options.batch))
        predictors[key] = predictor
        predictor.parametersDidChange()
        return predictor
    }

    private var meanLoss: Double { progress.lossSum / max(progress.lossWeight, 1e-30) }

    private var waiting: Double { min(1, progress.waited / max(progress.seconds, 1e-9)) }

    /// What an observer is told after a step.
    func told(of steps: Int, epochs: Int) -> TrainingProgress {
        let done = Double(progress.step) / Double(steps)
        return TrainingProgress(
            epoch: progress.epoch, epochs: epochs, step: progress.step, steps: steps, loss: meanLoss,
            examplesPerSecond: Double(progress.examples) / max(progress.seconds, 1e-9), waiting: waiting,
            remaining: progress.seconds / Double(progress.step) * Double(steps)
                * (Double(epochs - progress.epoch) + 1 - done))
    }

    /// Throws unless all weights are numbers. The last step's loss is of the weights before it, and no loss is finite with
    /// weights that are not.
    func expectFinite() throws(TrainingError) {
        guard !candidate.areFinite || !parameters.areFinite else { return }
        throw .diverged(epoch: progress.epoch, step: progress.step, loss: .nan, rate: rate)
    }
}

/// Measures how long an epoch takes, of which a part may have been done by an earlier process.
struct EpochClock {
    private var began = ContinuousClock.now
    private var before = (seconds: 0.0, total: 0.0)

    mutating func start(_ progress: TrainingState.Progress) {
        began = .now
        before = (progress.seconds, progress.total)
    }

    func update(_ progress: inout TrainingState.Progress) {
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        progress.seconds = before.seconds + seconds
        progress.total = before.total + seconds
    }
}

extension TrainingState.Progress {
    /// To the beginning of the next epoch.
    mutating func nextEpoch() {
        epoch += 1
        (step, examples) = (0, 0)
        (lossSum, lossWeight) = (0, 0)
        (seconds, waited) = (0, 0)
    }
}

extension Parameters {
    /// Whether every value is a finite number.
    var areFinite: Bool { ck_active().pointee.sum_of_squares(buffer.pointer, table.count).isFinite }

    /// The first parameter that has a value which is no finite number.
    var firstNotFinite: String? {
        let kernels = ck_active().pointee
        return table.entries.first {
            !kernels.sum_of_squares(buffer.pointer + $0.offset, $0.specification.count).isFinite
        }?.name
    }

    /// Moves every value towards that of another block by a share of the difference.
    func blend(towards other: Parameters, by share: Float, pool: WorkerPool) {
        pool.forRanges(of: table.count, grain: 1 << 15) { range, _ in
            let (a, b) = (buffer.pointer, other.buffer.pointer)
            for i in range { a[i] += share * (b[i] - a[i]) }
        }
    }
}
