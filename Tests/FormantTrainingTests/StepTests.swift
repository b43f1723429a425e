import FormantNetwork
import FormantTensor
import FormantTraining
import Synchronization
import Testing

/// Steps of several batches, averages over epochs, budgets, schedules that look at validation, and what chooses the epoch.
@Suite struct StepTests {
    private func train(
        _ network: Network, _ data: Examples, _ options: TrainingOptions, validation: Examples? = none,
        judge: TrainingLoop.Judge? = nil, observer: TrainingObserver = TrainingObserver()
    ) throws -> (parameters: Parameters, outcome: TrainingLoop.Outcome) {
        let parameters = try network.start(seed: 1)
        let outcome = try TrainingLoop(network: network, options: options, seed: 1, pool: WorkerPool(threads: 2))
            .run(parameters, training: data, validation: validation, judge: judge, observer: observer)
        return (parameters, outcome)
    }

    /// 24 examples: the batches of one epoch are the same, put together, as those of a third of the number.
    @Test(arguments: [false, true]) func accumulatedBatchesAreOneBatch(weighted: Bool) throws {
        var pictures = Examples.pictures(24, seed: 2)
        var sentences = Examples.sentences(24, seed: 2)
        for i in 0..<24 {
            // Of one length, so that batches are of the same examples.
            sentences.shapes[i] = Shape(channels: 1, width: 9)
            sentences.inputs[i] = (0..<9).map { $0 < sentences.inputs[i].count ? sentences.inputs[i][$0] : 2 }
            if weighted {
                pictures.weights[i] = Float(1 + i % 4)
                sentences.weights[i] = pictures.weights[i]
            }
        }
        for (network, data) in [(pictureNetwork(), pictures), (sentenceNetwork(), sentences)] {
            // Each example in one batch of 24, or in three of eight: whatever the order, the same examples.
            func settings(_ batch: Int, _ accumulate: Int) -> TrainingOptions {
                options(epochs: 4, batch: batch, rate: 0.1) {
                    $0.accumulate = accumulate
                    $0.clip = 0.5
                    $0.optimiser = .sgd(momentum: 0.9, nesterov: false)
                }
            }
            let large = try train(network, data, settings(24, 1))
            let small = try train(network, data, settings(8, 3))
            let (a, b) = (large.parameters.buffer.values, small.parameters.buffer.values)
            let start = try network.start(seed: 1).buffer.values
            #expect(zip(a, start).contains { abs($0 - $1) > 0.01 })
            #expect(zip(a, b).allSatisfy { abs($0 - $1) < 2e-4 })
            for (one, other) in zip(large.outcome.history, small.outcome.history) {
                #expect(abs(one.trainLoss - other.trainLoss) < 1e-5)
            }
            // Without putting them together the weights are others.
            let apart = try train(network, data, settings(8, 1))
            #expect(zip(a, apart.parameters.buffer.values).contains { abs($0 - $1) > 1e-3 })
        }
    }

    @Test func anIncompleteLastStepCounts() throws {
        let steps = Mutex(0)
        let states = Mutex<[TrainingState]>([])
        let network = pictureNetwork()
        let parameters = try network.start(seed: 1)
        let settings = options(epochs: 2, batch: 8) { $0.accumulate = 3 }
        // 40 examples: five batches, steps of three and two.
        _ = try TrainingLoop(network: network, options: settings, seed: 1, pool: WorkerPool(threads: 1)).run(
            parameters, training: Examples.pictures(40, seed: 2), validation: none,
            checkpointing: Checkpointing(seconds: 0, share: .infinity) { state in states.withLock { $0.append(state) }
            },
            observer: TrainingObserver(progress: { _ in steps.withLock { $0 += 1 } }))
        #expect(steps.withLock { $0 } == 10)
        #expect(states.withLock { $0.map(\.progress.steps) } == [1, 2, 3, 4])
    }

    @Test func averageOverEpochsWithItsOwnStatistics() throws {
        let network = Network(input: Shape(channels: 1, height: 8, width: 8)) {
            Convolution2D(filters: 4, kernel: 3)
            BatchNorm(momentum: 0.3)
            Activation(.relu)
            Flatten()
            Dense(units: 3)
        }
        let data = Examples.pictures(32, seed: 2)
        let settings = options(epochs: 4, batch: 32, rate: 0.02) { $0.swa = StochasticAveraging(start: 0.5) }
        let (parameters, outcome) = try train(network, data, settings)
        #expect(outcome.bestEpoch == 4)
        // The weights after 3 and after 4 epochs, of a training that does not average.
        let ends = try [3, 4].map { epochs in
            try train(network, data, options(epochs: epochs, batch: 32, rate: 0.02)).parameters
        }
        for entry in parameters.table.entries where entry.specification.role == .trained {
            for i in entry.range {
                let mean = (ends[0].buffer.values[i] + ends[1].buffer.values[i]) / 2
                #expect(abs(parameters.buffer.values[i] - mean) < 1e-5, "\(entry.name)")
            }
        }
        // One batch holds all examples: the running mean is that of the convolution's output over all of them.
        let convolution = Network(input: Shape(channels: 1, height: 8, width: 8)) {
            Convolution2D(filters: 4, kernel: 3)
        }
        let own = try convolution.start(seed: 1)
        for (mine, its) in zip(own.table.entries, parameters.table.entries.prefix(2)) {
            try own.set(mine.name, to: parameters.tensor(its.name))
        }
        let outputs = try Predictor(network: convolution, parameters: own, pool: WorkerPool(threads: 1)).outputs(
            count: 32, shape: data.shapes[0]
        ) { _ = $1.update(fromContentsOf: data.inputs[$0]) }
        let mean = try parameters.tensor(parameters.table.entries.first { $0.name.hasSuffix("running_mean") }!.name)
        let variance = try parameters.tensor(parameters.table.entries.first { $0.name.hasSuffix("running_var") }!.name)
        for channel in 0..<4 {
            let values = outputs.flatMap { $0[channel * 36..<(channel + 1) * 36] }.map(Double.init)
            let expected = values.reduce(0, +) / Double(values.count)
            let spread = values.reduce(0) { $0 + ($1 - expected) * ($1 - expected) } / Double(values.count - 1)
            #expect(abs(Double(mean.values[channel]) - expected) < 1e-4)
            #expect(abs(Double(variance.values[channel]) - spread) < 1e-3 * max(1, spread))
        }
    }

    @Test func theAverageLearns() throws {
        let network = pictureNetwork()
        let validation = Examples.pictures(30, seed: 3)
        let settings = options(epochs: 6) { $0.swa = StochasticAveraging(start: 0.5, rate: 0.5) }
        let (parameters, outcome) = try train(network, Examples.pictures(60, seed: 2), settings, validation: validation)
        #expect(try judge(network, parameters, on: validation).accuracy > 0.9)
        #expect(outcome.history.map(\.rate) == [0.01, 0.01, 0.01, 0.005, 0.005, 0.005])
    }

    @Test func timeEndsTraining() throws {
        let network = pictureNetwork()
        let settings = options(epochs: 1_000_000) { $0.minutes = 0.2 / 60 }
        let clock = ContinuousClock()
        let start = clock.now
        let (_, outcome) = try train(
            network, Examples.pictures(60, seed: 2), settings, validation: Examples.pictures(30, seed: 3))
        #expect(outcome.stop == .minutes(0.2 / 60))
        #expect(!outcome.history.isEmpty && outcome.bestEpoch > 0)
        #expect((0.2..<30).contains((clock.now - start) / .seconds(1)))
    }

    @Test func aPlateauLowersTheRate() {
        func record(_ epoch: Int, best: Bool) -> EpochRecord {
            EpochRecord(epoch: epoch, trainLoss: 1, rate: 1, seconds: 0, waiting: 0, isBest: best)
        }
        let schedule = Schedule.plateau(warmUp: 2, factor: 0.5, patience: 2, final: 0.2)
        #expect(schedule.factor(at: 0, of: 20) < 0.01 && abs(schedule.factor(at: 1, of: 20) - 0.5) < 0.01)
        var history: [EpochRecord] = []
        var factors: [Float] = []
        for best in [true, true, false, true, false, false, false, false, false, false, true, false] {
            history.append(record(history.count + 1, best: best))
            factors.append(schedule.factor(at: Float(max(2, history.count)), of: 20, history: history))
        }
        #expect(factors == [1, 1, 1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2])
        let rise = Schedule.warmUp(epochs: 4)
        #expect(rise.factor(at: 0, of: 9) < 0.01 && abs(rise.factor(at: 2, of: 9) - 0.5) < 0.01)
        #expect(rise.factor(at: 4, of: 9) == 1 && rise.factor(at: 8.5, of: 9) == 1)
    }

    @Test func anyFigureChoosesTheEpoch() throws {
        // The judge says that epoch 2 is best, and for a figure of which the smallest counts that epoch 3 is.
        for (choice, best) in [(TrainingOptions.Choice.macroF1, 2), (.brier, 3)] {
            let calls = Mutex(0)
            let (_, outcome) = try train(
                pictureNetwork(), Examples.pictures(30, seed: 2), options(epochs: 4) { $0.choose = choice },
                validation: Examples.pictures(12, seed: 3),
                judge: { outputs in
                    #expect(outputs.count == 12 && outputs.allSatisfy { $0.count == 3 })
                    return calls.withLock { calls in
                        calls += 1
                        return [0.5, 0.9, 0.1, 0.7][calls - 1]
                    }
                })
            #expect(outcome.bestEpoch == best)
            #expect(outcome.history.map(\.validationFigure) == [0.5, 0.9, 0.1, 0.7])
        }
        // Where it is never defined, the loss chooses.
        let (_, outcome) = try train(
            pictureNetwork(), Examples.pictures(30, seed: 2), options(epochs: 3) { $0.choose = .kappa },
            validation: Examples.pictures(12, seed: 3), judge: { _ in nil })
        let least = outcome.history.compactMap(\.validationLoss).min()
        #expect(outcome.history[outcome.bestEpoch - 1].validationLoss == least)
    }

    @Test func effectiveNumbersOfExamples() throws {
        var data = Examples()
        for label in [0, 0, 0, 0, 1] { data.append(Shape(channels: 1), [0], .label(label)) }
        let loss = Loss.softmaxCrossEntropy(labelSmoothing: 0)
        // (1 − β⁴) / (1 − β) = 1.875 and 1 for β = 0.5; weights 1/1.875 and 1, times 5 / (4/1.875 + 1)
        let weights = try data.balancedWeights(classes: 2, loss: loss, balancing: .effective(beta: 0.5))
        #expect(abs(weights[0] - 0.5333333 * 1.5957447) < 1e-5 && abs(weights[1] - 1.5957447) < 1e-5)
        // β = 0 counts all classes the same, and close to 1 it is the inverse.
        #expect(try data.balancedWeights(classes: 2, loss: loss, balancing: .effective(beta: 0)) == [1, 1])
        let near = try data.balancedWeights(classes: 2, loss: loss, balancing: .effective(beta: 0.999999))
        let inverse = try data.balancedWeights(classes: 2, loss: loss)
        #expect(zip(near, inverse).allSatisfy { abs($0 - $1) < 1e-3 })
    }

    @Test func labelsOfWhichThereAreSeveralAreCountedEach() throws {
        var data = Examples()
        for labels in [[0], [0], [0, 1], [0], []] { data.append(Shape(channels: 1), [0], .labels(labels)) }
        let weights = try data.balancedWeights(classes: 3, loss: .binaryCrossEntropy)
        #expect(weights == [0.625, 2.5, 0])
        // The term of a label that is there counts by its weight, that of one that is not counts 1.
        let outputs: [Float] = [0.3, -0.2, 0.5]
        var gradient = [Float](repeating: 0, count: 3)
        let sum = try outputs.withUnsafeBufferPointer { outputs in
            try gradient.withUnsafeMutableBufferPointer { gradient in
                try Loss.binaryCrossEntropy.evaluate(
                    outputs: outputs, targets: [.labels([0, 1])], weights: [1], classWeights: weights,
                    gradient: gradient
                ).sum
            }
        }
        // log(1 + e^−0.3) = 0.554355, log(1 + e^0.2) = 0.798139, log(1 + e^0.5) = 0.974077
        #expect(abs(sum - (0.625 * 0.554355 + 2.5 * 0.798139 + 0.974077) / 3) < 1e-5)
        // σ(0.3) − 1 = −0.425557, σ(−0.2) − 1 = −0.549834, σ(0.5) = 0.622459
        let expected: [Float] = [0.625 * -0.425557 / 3, 2.5 * -0.549834 / 3, 0.622459 / 3]
        #expect(zip(gradient, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test func divergenceSaysWhereAndWhatToDo() throws {
        let network = pictureNetwork()
        let parameters = try network.start(seed: 1)
        for entry in parameters.table.entries where entry.name.hasSuffix("weight") {
            var tensor = try parameters.tensor(entry.name)
            for i in tensor.values.indices { tensor.values[i] *= 1e30 }
            try parameters.set(entry.name, to: tensor)
        }
        let loop = TrainingLoop(
            network: network, options: options(epochs: 1) { $0.clip = 1 }, seed: 1, pool: WorkerPool(threads: 1))
        let error = #expect(throws: TrainingError.self) {
            try loop.run(parameters, training: Examples.pictures(12, seed: 2), validation: none)
        }
        let text = try #require(error?.description)
        #expect(text.contains("epoch 1, step 1") && text.contains("training.rate"), "\(text)")
    }

    @Test func aLaterDivergenceGivesWhatThereWas() throws {
        let network = pictureNetwork()
        let data = Turning(Examples.pictures(60, seed: 20), after: 2) { index, base in
            [Float](repeating: .nan, count: base.inputs[index].count)
        }
        let parameters = try network.start(seed: 1)
        let loop = TrainingLoop(network: network, options: options(epochs: 5), seed: 1, pool: WorkerPool(threads: 1))
        let (outcome, failure) = try loop.attempt(parameters, training: data, validation: none)
        #expect(outcome.bestEpoch == 2 && outcome.history.count == 2)
        guard case .diverged(let reason) = outcome.stop else {
            Issue.record("\(outcome.stop)")
            return
        }
        #expect(reason.contains("epoch 3, step 1") && failure?.description == reason)
    }

    @Test func frozenLayersStayAndOthersMoveAtTheirRates() throws {
        var network = Network(input: Shape(channels: 1, height: 8, width: 8)) {
            Convolution2D(filters: 4, kernel: 3)
            BatchNorm()
            Activation(.relu)
            Flatten()
            Dense(units: 8)
            Activation(.relu)
            Dense(units: 3)
        }
        let data = Examples.pictures(24, seed: 2)
        func moved(_ network: Network, _ options: TrainingOptions) throws -> [String: Float] {
            let start = try network.start(seed: 1)
            let (end, _) = try train(network, data, options)
            var moved: [String: Float] = [:]
            for entry in end.table.entries {
                moved[entry.name] = entry.range.map { abs(end.buffer.values[$0] - start.buffer.values[$0]) }.max()
            }
            return moved
        }
        let names = network.nodes.filter { $0.layer is Dense }.map(\.name)
        // Gradient descent without momentum: the first step is the rate times the gradient.
        let plain = options(epochs: 1, batch: 24) { $0.optimiser = .sgd(momentum: 0, nesterov: false) }
        let free = try moved(network, plain)
        #expect(free.allSatisfy { $0.value > 0 || !$0.key.hasSuffix("weight") })
        var slow = plain
        slow.rates = [names[0]: 0.5, "conv*": 0]
        let slowed = try moved(network, slow)
        #expect(slowed["\(network.nodes[0].name).weight"] == 0)
        #expect(abs(slowed["\(names[0]).weight"]! / free["\(names[0]).weight"]! - 0.5) < 1e-3)
        #expect(slowed["\(names[1]).weight"] == free["\(names[1]).weight"])

        #expect(try TrainingOptions.Freeze.allButLast.names(in: network).contains(names[0]))
        network.frozen = try TrainingOptions.Freeze.layers(["conv*", "batchNorm*", names[0]]).names(in: network)
        #expect(try TrainingOptions.Freeze.allButLast.names(in: network) == network.frozen)
        let kept = try moved(network, plain)
        for (name, distance) in kept { #expect((distance > 0) == name.hasPrefix(names[1] + "."), "\(name)") }

        let error = #expect(throws: TrainingError.self) {
            try TrainingOptions.Freeze.layers(["conolution"]).names(in: network)
        }
        #expect(error?.description.contains("did you mean") == true)
        slow.rates = ["nothing": 1]
        #expect(throws: TrainingError.self) { try moved(network, slow) }
    }

    @Test func theRangeTestFindsARateThatLearns() throws {
        let network = pictureNetwork()
        let parameters = try network.start(seed: 1)
        let loop = TrainingLoop(network: network, options: options(epochs: 1), seed: 1, pool: WorkerPool(threads: 1))
        let finding = try loop.findRate(parameters, training: Examples.pictures(60, seed: 2), steps: 80)
        let rates = finding.steps.map(\.rate)
        #expect(rates.first == 1e-6 && zip(rates, rates.dropFirst()).allSatisfy { $0 < $1 })
        let suggested = try #require(finding.suggested)
        #expect((1e-4...0.5).contains(suggested), "\(suggested)")
        let again = try network.start(seed: 1)
        let outcome = try TrainingLoop(
            network: network, options: options(epochs: 5, rate: suggested), seed: 1, pool: WorkerPool(threads: 1)
        ).run(again, training: Examples.pictures(60, seed: 2), validation: Examples.pictures(30, seed: 3))
        #expect(outcome.history.compactMap(\.validationAccuracy).max()! > 0.9)
        #expect(throws: TrainingError.self) {
            try loop.findRate(again, training: Examples.pictures(6, seed: 2), from: 1, to: 0.1)
        }
    }
}
