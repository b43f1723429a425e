import CKernels
import FormantNetwork
import FormantTensor

/// The one training loop: for every modality, network and loss.
///
/// The same seed gives the same weights, bit for bit, on any number of threads: batches, dropout and variation of the
/// inputs come from generators of the seed, and every sum runs in an order that the sizes alone decide.
public struct TrainingLoop {
    /// What is trained.
    public let network: Network
    /// How.
    public let options: TrainingOptions
    /// Seed of all chance.
    public let seed: UInt64
    /// How examples of a batch are mixed; nil: not at all.
    public let mixup: Mixup?
    private let pool: WorkerPool

    /// Creates a loop.
    public init(network: Network, options: TrainingOptions, seed: UInt64, mixup: Mixup? = nil, pool: WorkerPool) {
        self.network = network
        self.options = options
        self.seed = seed
        self.mixup = mixup
        self.pool = pool
    }

    /// What training gave.
    public struct Outcome: Sendable {
        /// The epoch whose weights are kept, from 1.
        public var bestEpoch: Int
        /// One record per epoch.
        public var history: [EpochRecord]
    }

    /// Trains `parameters` and leaves them at the best epoch by validation, or the last one without a validation part.
    /// - Parameters:
    ///   - parameters: the weights to start from.
    ///   - training: what is learned.
    ///   - validation: what the best epoch is chosen by.
    /// - Throws: `TrainingError`, `NetworkError`, and what a data set throws; `parameters` then hold the best epoch so
    ///   far, or what they held at the start.
    public func run(
        _ parameters: Parameters, training: some Dataset, validation: (some Dataset)?,
        observer: TrainingObserver = TrainingObserver()
    ) throws -> Outcome {
        try options.validate()
        try mixup?.validate()
        guard training.count > 0 else { throw TrainingError.noExamples }
        let state = try State(self, parameters, training)
        var outcome = Outcome(bestEpoch: 0, history: [])
        var best: Validation?
        let kept = Parameters(zeros: parameters.table)
        kept.copy(from: parameters)
        defer { parameters.copy(from: kept) }

        let clock = ContinuousClock()
        for epoch in 1...options.epochs {
            let start = clock.now
            let (loss, waiting, end) = try train(state, training, epoch: epoch, since: start, clock, observer)
            // An epoch that was cut short counts only where there is nothing else to keep.
            if end == .cutShort && outcome.bestEpoch > 0 { break }
            state.optimiser.catchUp(parameters, pool: pool)
            let candidate = state.candidate
            var result: Validation?
            if let validation, validation.count > 0 {
                let predictor = state.predictor(for: candidate)
                result = try Validation(of: validation, by: predictor, loss: options.loss)
            }
            let isBest = result.map { $0.isBetter(than: best, by: options.choose) } ?? true
            if isBest {
                best = result
                outcome.bestEpoch = epoch
                kept.copy(from: candidate)
            }
            let record = EpochRecord(
                epoch: epoch, trainLoss: loss, validationLoss: result?.loss, validationAccuracy: result?.accuracy,
                rate: state.rate, seconds: (clock.now - start) / .seconds(1), waiting: waiting, isBest: isBest)
            outcome.history.append(record)
            observer.epoch(record)
            if end != .complete { break }
            if let patience = options.patience, result != nil, epoch - outcome.bestEpoch >= patience { break }
        }
        return outcome
    }

    /// How an epoch ended.
    private enum End {
        /// All steps were done.
        case complete
        /// All steps were done, and the observer wants no more.
        case lastWanted
        /// The observer wanted no more before all steps were done.
        case cutShort
    }

    private func train(
        _ state: State, _ data: some Dataset, epoch: Int, since start: ContinuousClock.Instant,
        _ clock: ContinuousClock,
        _ observer: TrainingObserver
    ) throws -> (loss: Double, waiting: Double, end: End) {
        var order: SeededGenerator? = .derived(seed: seed, purpose: "order of epoch \(epoch)")
        let batches = data.batches(of: options.batch, shuffledBy: &order)
        var (sum, weight, examples, waiting) = (0.0, 0.0, 0, 0.0)
        state.waited = 0
        var end = End.complete
        for (i, batch) in batches.enumerated() where end == .complete {
            let progress = Float(epoch - 1) + Float(i) / Float(batches.count)
            state.rate = options.rate * options.schedule.factor(at: progress, of: options.epochs)
            let loss = try state.step(data, batch, epoch: epoch, number: i)
            sum += loss.sum
            weight += loss.weight
            examples += batch.indices.count
            guard sum.isFinite else {
                throw TrainingError.diverged(epoch: epoch, step: i + 1, loss: sum, rate: state.rate)
            }
            let seconds = (clock.now - start) / .seconds(1)
            waiting = min(1, state.waited / max(seconds, 1e-9))
            let epochsLeft = Double(options.epochs - epoch) + 1 - Double(i + 1) / Double(batches.count)
            observer.progress(
                TrainingProgress(
                    epoch: epoch, epochs: options.epochs, step: i + 1, steps: batches.count,
                    loss: sum / max(weight, 1e-30),
                    examplesPerSecond: Double(examples) / max(seconds, 1e-9), waiting: waiting,
                    remaining: seconds / Double(i + 1) * Double(batches.count) * epochsLeft))
            if observer.shouldStop() { end = i + 1 < batches.count ? .cutShort : .lastWanted }
        }
        // The last step's loss is of the weights before it; no loss is finite with weights that are not.
        guard state.candidate.areFinite else {
            throw TrainingError.diverged(epoch: epoch, step: batches.count, loss: .nan, rate: state.rate)
        }
        return (sum / max(weight, 1e-30), waiting, end)
    }
}

extension TrainingLoop {
    /// Everything that moves from step to step.
    private final class State {
        let loop: TrainingLoop
        let parameters: Parameters
        let gradients: Parameters
        let optimiser: Optimiser
        let average: Parameters?
        let sessions: SessionCache
        let classWeights: [Float]
        var rate: Float = 0
        /// Seconds of this epoch that went by until inputs were there.
        var waited = 0.0
        private var predictors: [ObjectIdentifier: Predictor] = [:]

        init(_ loop: TrainingLoop, _ parameters: Parameters, _ data: some Dataset) throws {
            self.loop = loop
            self.parameters = parameters
            if loop.options.balance {
                let output = try loop.network.bound(to: data.shape(of: 0)).output
                classWeights = try data.balancedWeights(classes: output.count, loss: loop.options.loss)
            } else {
                classWeights = []
            }
            gradients = Parameters(zeros: parameters.table)
            optimiser = Optimiser(
                loop.options.optimiser, weightDecay: loop.options.weightDecay, for: parameters.table)
            average = loop.options.averaging == nil ? nil : Parameters(zeros: parameters.table)
            average?.copy(from: parameters)
            sessions = SessionCache(
                network: loop.network, parameters: parameters, gradients: gradients, pool: loop.pool)
        }

        /// The weights that are validated and kept.
        var candidate: Parameters { average ?? parameters }

        func predictor(for candidate: Parameters) -> Predictor {
            let key = ObjectIdentifier(candidate)
            let predictor =
                predictors[key]
                ?? Predictor(
                    network: loop.network, parameters: candidate, pool: loop.pool, batch: max(64, loop.options.batch))
            predictors[key] = predictor
            predictor.parametersDidChange()
            return predictor
        }

        func step(
            _ data: some Dataset, _ batch: Batch, epoch: Int, number: Int
        ) throws -> (sum: Double, weight: Double) {
            let options = loop.options
            var targets = batch.indices.map { data.target(of: $0) }
            var weights = batch.indices.map { data.weight(of: $0) }
            let stepSeed = loop.seed ^ UInt64(optimiser.steps + 1) &* 0xd134_2543_de82_ef95
            let loss = try sessions.with(.training(batch: batch.indices.count), batch.shape) { session in
                guard session.plan.output.positions == 1 else {
                    throw TrainingError.output(found: session.plan.output.full)
                }
                let clock = ContinuousClock()
                let start = clock.now
                try session.load(batch.indices.count, pool: loop.pool) { i, input in
                    let index = batch.indices[i]
                    var generator: SeededGenerator? = .derived(
                        seed: loop.seed, purpose: "variation of example \(index) in epoch \(epoch)")
                    try data.load(index, into: input, varyingBy: &generator)
                }
                if let mixup = loop.mixup {
                    var generator = SeededGenerator.derived(
                        seed: loop.seed, purpose: "mixing of batch \(number) in epoch \(epoch)")
                    let pairs = mixup.pairs(of: batch.indices.count, using: &generator)
                    session.mix(pairs, pool: loop.pool)
                    for pair in pairs {
                        let (a, b) = (pair.first, pair.second)
                        let classes = session.plan.output.count
                        let (first, second) = (targets[a], targets[b])
                        targets[a] = try first.mixed(
                            with: second, share: pair.share, outputs: classes, loss: options.loss)
                        targets[b] = try second.mixed(
                            with: first, share: pair.share, outputs: classes, loss: options.loss)
                        let (one, other) = (weights[a], weights[b])
                        weights[a] = pair.share * one + (1 - pair.share) * other
                        weights[b] = pair.share * other + (1 - pair.share) * one
                    }
                }
                waited += (clock.now - start) / .seconds(1)
                session.listRows()
                optimiser.catchUp(parameters, for: gradients, pool: loop.pool)
                session.parametersDidChange()
                session.forward(seed: stepSeed)
                let loss = try options.loss.evaluate(
                    outputs: UnsafeBufferPointer(session.output), targets: targets, weights: weights,
                    classWeights: classWeights, gradient: session.outputGradient)
                session.backward(seed: stepSeed)
                return loss
            }
            if let clip = options.clip { Optimiser.clip(gradients, to: clip, pool: loop.pool) }
            optimiser.step(parameters, gradients, rate: rate, pool: loop.pool)
            if let average, let decay = options.averaging { blend(average, decay) }
            return loss
        }

        // average ← decay · average + (1 − decay) · weights, with a shorter memory at first: step t counts as if the
        // decay were at most (1 + t) / (10 + t)
        private func blend(_ average: Parameters, _ decay: Float) {
            optimiser.catchUp(parameters, pool: loop.pool)
            let steps = Float(optimiser.steps)
            average.blend(towards: parameters, by: 1 - min(decay, (1 + steps) / (10 + steps)), pool: loop.pool)
        }
    }
}

extension Session {
    /// Mixes the inputs of pairs of examples.
    borrowing func mix(_ pairs: [Mixup.Pair], pool: WorkerPool) {
        let (input, size) = (self.input, plan.input.count)
        nonisolated(unsafe) let rows = input  // no two pairs have an example in common
        pool.forEach(pairs.count) { i, _ in
            let pair = pairs[i]
            Mixup.mix(
                UnsafeMutableBufferPointer(rebasing: rows[pair.first * size..<(pair.first + 1) * size]),
                UnsafeMutableBufferPointer(rebasing: rows[pair.second * size..<(pair.second + 1) * size]),
                share: pair.share)
        }
    }
}

extension Parameters {
    /// Whether every value is a finite number.
    var areFinite: Bool { ck_active().pointee.sum_of_squares(buffer.pointer, table.count).isFinite }

    /// Moves every value towards that of another block by a share of the difference.
    func blend(towards other: Parameters, by share: Float, pool: WorkerPool) {
        pool.forRanges(of: table.count, grain: 1 << 15) { range, _ in
            let (a, b) = (buffer.pointer, other.buffer.pointer)
            for i in range { a[i] += share * (b[i] - a[i]) }
        }
    }
}
