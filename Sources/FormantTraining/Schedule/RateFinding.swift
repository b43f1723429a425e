import FormantNetwork
import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a range test of the learning rate gave: the loss while the rate rises from step to step.
///
/// Smith 2017, "Cyclical Learning Rates for Training Neural Networks", section 3.3.
public struct RateFinding: Codable, Hashable, Sendable {
    /// One step.
    public struct Step: Codable, Hashable, Sendable {
        /// The learning rate.
        public var rate: Float
        /// The batch's loss before the step.
        public var loss: Double
        /// A running mean of the losses so far.
        public var smoothed: Double
    }

    /// The steps, by ascending rate. They end where the loss is four times its least, or no number.
    public var steps: [Step]
    /// The rate at which the loss fell fastest; nil where it never fell.
    public var suggested: Float?

    init(_ losses: [(rate: Float, loss: Double)]) {
        var (mean, weight) = (0.0, 0.0)
        steps = losses.map { rate, loss in
            mean = 0.9 * mean + 0.1 * loss
            weight = 0.9 * weight + 0.1
            return Step(rate: rate, loss: loss, smoothed: mean / weight)
        }
        // The slope over five steps, so far as the loss falls at all; rates are a constant factor apart.
        let last = steps.indices.min { steps[$0].smoothed < steps[$1].smoothed } ?? 0
        func slope(_ i: Int) -> Double { steps[i + 2].smoothed - steps[i - 2].smoothed }
        let steepest = steps.indices.filter { $0 >= 2 && $0 + 2 <= last }.min { slope($0) < slope($1) }
        suggested = steepest.flatMap { slope($0) < 0 ? steps[$0].rate : nil }
    }
}

extension TrainingLoop {
    /// Trains for some steps while the rate rises by a constant factor from step to step.
    /// - Parameters:
    ///   - parameters: the weights to start from, which are of no use afterwards.
    ///   - lowest: the first rate, above 0.
    ///   - highest: the last one, above the first.
    ///   - steps: steps of the optimiser, at least 10.
    public func findRate(
        _ parameters: Parameters, training: some Dataset, from lowest: Float = 1e-6, to highest: Float = 10,
        steps: Int = 100, observer: TrainingObserver = TrainingObserver()
    ) throws -> RateFinding {
        try options.validate()
        guard training.count > 0 else { throw TrainingError.noExamples }
        guard lowest > 0, highest > lowest, highest.isFinite, steps >= 10 else {
            throw TrainingError.setting(
                name: "range of rates", value: "\(lowest) to \(highest) in \(steps) steps",
                expected: "two rates above 0, the lower one first, and 10 steps or more")
        }
        let state = try LoopState(self, parameters, training)
        var losses: [(rate: Float, loss: Double)] = []
        var least = Double.infinity
        while losses.count < steps {
            let epoch = state.progress.epoch
            var order: SeededGenerator? = .derived(seed: seed, purpose: "order of epoch \(epoch)")
            let batches = training.batches(of: options.batch, shuffledBy: &order)
            var before = (sum: 0.0, weight: 0.0)
            for (i, batch) in batches.enumerated() where losses.count < steps {
                let moves = (i + 1) % options.accumulate == 0 || i + 1 == batches.count
                let place = Float(losses.count) / Float(steps - 1)
                state.rate = lowest * powf(highest / lowest, place)
                do { try state.step(training, batch, epoch: epoch, number: i, moves: moves) } catch let error
                    as TrainingError where error.isDivergence
                { return RateFinding(losses) }
                guard moves else { continue }
                let sum = (state.progress.lossSum, state.progress.lossWeight)
                let loss = (sum.0 - before.sum) / max(sum.1 - before.weight, 1e-30)
                before = sum
                losses.append((state.rate, loss))
                least = min(least, loss)
                if loss > 4 * least && losses.count > 10 || observer.shouldStop() { return RateFinding(losses) }
            }
            state.progress.nextEpoch()
        }
        return RateFinding(losses)
    }
}
