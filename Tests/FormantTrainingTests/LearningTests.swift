import FormantNetwork
import FormantTensor
import FormantTestSupport
import FormantTraining
import Synchronization
import Testing

/// What the loop makes of weights.
@Suite struct LearningTests {
    @Test func learnsPictures() throws {
        let network = pictureNetwork()
        let parameters = try network.start(seed: 1)
        let (training, test) = (Examples.pictures(90, seed: 1), Examples.pictures(60, seed: 2))
        #expect(try judge(network, parameters, on: test).accuracy < 0.9)
        let outcome = try TrainingLoop(
            network: network, options: options(epochs: 8), seed: 1, pool: WorkerPool(threads: 2)
        ).run(parameters, training: training, validation: none)
        #expect(try judge(network, parameters, on: training).accuracy == 1)
        #expect(try judge(network, parameters, on: test).accuracy == 1)
        let losses = outcome.history.map(\.trainLoss)
        #expect(losses.count == 8 && losses.last! < 0.1 * losses[0], "\(losses)")
        #expect(outcome.bestEpoch == 8 && outcome.history.allSatisfy { $0.isBest && $0.validationLoss == nil })
    }

    @Test func learnsSentencesOfAnyLength() throws {
        let network = sentenceNetwork()
        let parameters = try network.start(seed: 2)
        let (training, test) = (Examples.sentences(300, seed: 3), Examples.sentences(90, seed: 4))
        _ = try TrainingLoop(
            network: network, options: options(epochs: 20), seed: 2, pool: WorkerPool(threads: 2)
        ).run(parameters, training: training, validation: none)
        #expect(try judge(network, parameters, on: training).accuracy == 1)
        #expect(try judge(network, parameters, on: test).accuracy == 1)
    }

    @Test func learnsSeveralLabels() throws {
        // Of the words 2, 3, 4 every one that stands in the sentence.
        var generator = SeededGenerator(seed: 5)
        var training = Examples()
        for _ in 0..<200 {
            let words = (0..<5).map { _ in 2 + generator.index(below: 6) }
            let labels = (0..<3).filter { words.contains($0 + 2) }
            training.append(Shape(channels: 1, width: 5), words.map(Float.init), .labels(labels))
        }
        let network = sentenceNetwork()
        let parameters = try network.start(seed: 3)
        let settings = options(epochs: 30) { $0.loss = .binaryCrossEntropy }
        let outcome = try TrainingLoop(network: network, options: settings, seed: 3, pool: WorkerPool(threads: 2))
            .run(parameters, training: training, validation: training)
        #expect(outcome.history.last?.validationAccuracy == 1, "\(outcome.history.map(\.validationAccuracy))")
    }

    /// A network with chance and running statistics in it, large enough that all threads get work.
    private let mixed = Network(input: Shape(channels: 1, height: 16, width: 16)) {
        Convolution2D(filters: 16, kernel: 3, padding: Pair(.same))
        BatchNorm()
        Activation(.relu)
        Dropout(rate: 0.2)
        Flatten()
        Dense(units: 9, maximumNorm: 3)
        Activation(.relu)
        Dense(units: 3)
    }

    private func trained(threads: Int, seed: UInt64) throws -> (bits: [UInt32], losses: [Double]) {
        let parameters = try mixed.start(seed: 4)
        let settings = options(epochs: 2, batch: 16) {
            $0.optimiser = .adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
            $0.weightDecay = 0.01
            $0.clip = 1
            $0.averaging = 0.9
            $0.balance = true
        }
        let data = Examples.pictures(50, size: 16, seed: 6)
        let outcome = try TrainingLoop(
            network: mixed, options: settings, seed: seed, pool: WorkerPool(threads: threads)
        ).run(parameters, training: data, validation: Examples.pictures(12, size: 16, seed: 7))
        return (parameters.bits, outcome.history.flatMap { [$0.trainLoss, $0.validationLoss ?? .nan] })
    }

    @Test func sameSeedSameBytesForAnyThreads() throws {
        let first = try trained(threads: 1, seed: 11)
        for threads in [1, 2, 3] {
            let again = try trained(threads: threads, seed: 11)
            #expect(again.bits == first.bits, "\(threads) threads")
            #expect(again.losses == first.losses, "\(threads) threads")
        }
        #expect(try trained(threads: 2, seed: 12).bits != first.bits)
    }

    @Test func sentencesGiveTheSameBytesToo() throws {
        let network = sentenceNetwork()
        let results = try [1, 2, 3].map { threads in
            let parameters = try network.start(seed: 5)
            _ = try TrainingLoop(
                network: network, options: options(epochs: 2), seed: 5, pool: WorkerPool(threads: threads)
            ).run(parameters, training: Examples.sentences(100, seed: 8), validation: none)
            return parameters.bits
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }

    @Test func averageOfTheWeights() throws {
        let network = pictureNetwork()
        let parameters = try network.start(seed: 6)
        let decay = 0.95
        // The loop moves `parameters` themselves; what is left at the end is the average.
        let average = Mutex(parameters.buffer.values.map(Double.init))
        let steps = Mutex(0.0)
        let observer = TrainingObserver(progress: { _ in
            let step = steps.withLock { steps in
                steps += 1
                return steps
            }
            let own = min(decay, (1 + step) / (10 + step))
            let weights = parameters.buffer.values
            average.withLock { average in
                for i in average.indices { average[i] = own * average[i] + (1 - own) * Double(weights[i]) }
            }
        })
        let last = Mutex<[Float]>([])
        let settings = options(epochs: 3) { $0.averaging = Float(decay) }
        let loop = TrainingLoop(network: network, options: settings, seed: 6, pool: WorkerPool(threads: 2))
        _ = try loop.run(
            parameters, training: Examples.pictures(90, seed: 9), validation: none,
            observer: TrainingObserver(
                progress: observer.progress, epoch: { _ in last.withLock { $0 = parameters.buffer.values } }))
        let expected = average.withLock { $0 }
        #expect(relativeError(parameters.buffer.values, expected, floor: 0.1) < 1e-5)
        // It is not the same as the last weights.
        #expect(relativeError(last.withLock { $0 }, expected, floor: 0.1) > 1e-2)
    }

    @Test func lastBatchOfOneExample() throws {
        let flatNorm = Network(input: Shape(channels: 1, height: 16, width: 16)) {
            Flatten()
            Dense(units: 8)
            BatchNorm()
            Activation(.relu)
            Dense(units: 3)
        }
        for network in [mixed, flatNorm] {
            let parameters = try network.start(seed: 7)
            let data = Examples.pictures(33, size: 16, seed: 10)
            let outcome = try TrainingLoop(
                network: network, options: options(epochs: 3, batch: 16), seed: 7, pool: WorkerPool(threads: 2)
            ).run(parameters, training: data, validation: data)
            #expect(parameters.buffer.values.allSatisfy { $0.isFinite })
            #expect(outcome.history.count == 3 && outcome.history.allSatisfy { $0.trainLoss.isFinite })
        }
    }

    @Test func oneExampleAlone() throws {
        let network = pictureNetwork()
        let parameters = try network.start(seed: 8)
        let data = Examples.pictures(1, seed: 11)
        let outcome = try TrainingLoop(
            network: network, options: options(epochs: 20, batch: 64), seed: 8, pool: WorkerPool(threads: 2)
        ).run(parameters, training: data, validation: none)
        #expect(outcome.history.last!.trainLoss < 0.1 * outcome.history[0].trainLoss)
    }

    @Test func balancedWeights() throws {
        var data = Examples()
        for label in [0, 0, 0, 0, 0, 0, 2, 2, 3] { data.append(Shape(channels: 1), [0], .label(label)) }
        let loss = Loss.softmaxCrossEntropy(labelSmoothing: 0)
        // Three classes are there: each counts a third of the nine examples.
        #expect(try data.balancedWeights(classes: 5, loss: loss) == [0.5, 0, 1.5, 3, 0])
        data.append(Shape(channels: 1), [0], .labels([1]))
        #expect(try data.balancedWeights(classes: 4, loss: loss) == [0.5, 0, 1.5, 3])
        for label in [-1, 4, .max] {
            data.targets[0] = .label(label)
            let error = #expect(throws: TrainingError.self) { try data.balancedWeights(classes: 4, loss: loss) }
            guard case .target(_, .label(label), 4) = error else {
                Issue.record("label \(label): \(String(describing: error))")
                continue
            }
        }
    }

    @Test func balancingCountsClassesInTheLoss() throws {
        let network = pictureNetwork()
        // Example i has label i modulo 3: twelve of class 0, four of class 1, two of class 2.
        let base = Examples.pictures(36, seed: 12)
        let indices = base.targets.indices.filter { [12, 4, 2][$0 % 3] > $0 / 3 }
        let start = try network.start(seed: 9)
        let single = { (balance: Bool) throws -> Double in
            let parameters = try network.start(seed: 9)
            let settings = options(epochs: 1, batch: 64) { $0.balance = balance }
            return try TrainingLoop(network: network, options: settings, seed: 9, pool: WorkerPool(threads: 1))
                .run(parameters, training: Subset(base, indices: indices), validation: none).history[0].trainLoss
        }
        var (plain, balanced) = (0.0, 0.0)
        for i in indices {
            var one = Examples()
            one.append(base.shapes[i], base.inputs[i], base.targets[i])
            let loss = try judge(network, start, on: one).loss
            plain += loss / 18
            balanced += loss / 3 / [12.0, 4, 2][i % 3]
        }
        #expect(abs(try single(false) - plain) < 1e-5)
        #expect(abs(try single(true) - balanced) < 1e-5)
        #expect(abs(plain - balanced) > 1e-3)
    }

    @Test func weightsOfExamplesCount() throws {
        let network = pictureNetwork()
        var (weighted, alone) = (Examples.pictures(30, seed: 13), Examples())
        for i in 0..<30 {
            weighted.weights[i] = i < 15 ? 2 : 0
            if i < 15 { alone.append(weighted.shapes[i], weighted.inputs[i], weighted.targets[i]) }
        }
        let results = try [weighted, alone].map { data in
            let parameters = try network.start(seed: 10)
            let settings = options(epochs: 1, batch: 64) { $0.optimiser = .sgd(momentum: 0, nesterov: false) }
            let outcome = try TrainingLoop(network: network, options: settings, seed: 10, pool: WorkerPool(threads: 1))
                .run(parameters, training: data, validation: none)
            return (parameters.buffer.values, outcome.history[0].trainLoss)
        }
        #expect(relativeError(results[0].0, results[1].0, floor: 0.1) < 1e-5)
        #expect(abs(results[0].1 - results[1].1) < 1e-6)
    }
}
