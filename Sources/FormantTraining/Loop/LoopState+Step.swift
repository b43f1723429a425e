import FormantNetwork
import FormantTensor

extension LoopState {
    /// Takes one batch through the network and back.
    /// - Parameters:
    ///   - number: that of the batch in its epoch, from 0.
    ///   - moves: whether the weights move then: not before a step has all its batches.
    /// - Throws: `TrainingError.diverged`, and what the data set throws.
    func step(_ data: some Dataset, _ batch: Batch, epoch: Int, number: Int, moves: Bool) throws {
        let loss = try learn(data, batch, epoch: epoch, number: number)
        progress.step += 1
        progress.batches += 1
        progress.lossSum += loss.sum
        progress.lossWeight += loss.weight
        progress.examples += batch.indices.count
        if let accumulated {
            accumulated.add(gradients, weight: loss.weight, pool: loop.pool)
            if moves { accumulated.finish(pool: loop.pool) }
        }
        if moves { try move(by: accumulated?.gradients ?? gradients) }
        if moves { accumulated?.clear() }
        clock.update(&progress)
        guard progress.lossSum.isFinite else {
            throw TrainingError.diverged(epoch: epoch, step: progress.step, loss: progress.lossSum, rate: rate)
        }
    }

    private func move(by gradients: Parameters) throws(TrainingError) {
        if let clip = loop.options.clip {
            let norm = Optimiser.clip(gradients, to: clip, pool: loop.pool)
            if !norm.isFinite, progress.lossSum.isFinite, let name = gradients.firstNotFinite {
                throw .divergedGradient(epoch: progress.epoch, step: progress.step, parameter: name, rate: rate)
            }
        }
        optimiser.step(parameters, gradients, rate: rate, pool: loop.pool)
        progress.steps = optimiser.steps
        if let average, let decay = loop.options.averaging { blend(average, decay) }
    }

    /// The loss of a batch, whose gradient goes to `gradients`.
    private func learn(
        _ data: some Dataset, _ batch: Batch, epoch: Int, number: Int
    ) throws -> (sum: Double, weight: Double) {
        let options = loop.options
        var targets = batch.indices.map { data.target(of: $0) }
        var weights = batch.indices.map { data.weight(of: $0) }
        let stepSeed = loop.seed ^ UInt64(progress.batches + 1) &* 0xd134_2543_de82_ef95
        return try sessions.with(.training(batch: batch.indices.count), batch.shape) { session in
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
            progress.waited += (clock.now - start) / .seconds(1)
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
    }

    // average ← decay · average + (1 − decay) · weights, with a shorter memory at first: step t counts as if the
    // decay were at most (1 + t) / (10 + t)
    private func blend(_ average: Parameters, _ decay: Float) {
        optimiser.catchUp(parameters, pool: loop.pool)
        let steps = Float(optimiser.steps)
        average.blend(towards: parameters, by: 1 - min(decay, (1 + steps) / (10 + steps)), pool: loop.pool)
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
