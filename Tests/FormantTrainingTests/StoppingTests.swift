import FormantNetwork
import FormantTensor
import FormantTraining
import Foundation
import Synchronization
import Testing

/// When training ends, and which weights it leaves.
@Suite struct StoppingTests {
    private let network = pictureNetwork()
    private let validation = Examples.pictures(30, seed: 21)
    private let pool = WorkerPool(threads: 2)

    private func run(
        _ parameters: Parameters, _ training: some Dataset, _ options: TrainingOptions, validation: Examples? = none,
        observer: TrainingObserver = TrainingObserver()
    ) throws -> TrainingLoop.Outcome {
        try TrainingLoop(network: network, options: options, seed: 20, pool: pool)
            .run(parameters, training: training, validation: validation, observer: observer)
    }

    /// The weights after some epochs of the unspoilt pictures, without a validation part.
    private func weights(after epochs: Int, of count: Int = 60) throws -> [UInt32] {
        let parameters = try network.start(seed: 20)
        let outcome = try run(parameters, Examples.pictures(count, seed: 20), options(epochs: epochs))
        #expect(outcome.bestEpoch == epochs)
        return parameters.bits
    }

    @Test(arguments: [TrainingOptions.Choice.accuracy, .loss]) func bestEpochIsKept(choice: TrainingOptions.Choice)
        throws
    {
        let parameters = try network.start(seed: 20)
        let training = Turning.harmful(Examples.pictures(60, seed: 20), after: 3)
        let outcome = try run(
            parameters, training, options(epochs: 8) { $0.choose = choice }, validation: validation)
        let history = outcome.history
        #expect(history.map(\.epoch) == Array(1...8))
        #expect(outcome.bestEpoch == 3 || choice == .accuracy && outcome.bestEpoch < 3, "\(outcome.bestEpoch)")
        let best = history[outcome.bestEpoch - 1]
        #expect(history.last(where: \.isBest) == best)
        #expect(history.last!.validationAccuracy! < 0.5 && best.validationAccuracy! > 0.9)
        for record in history {
            switch choice {
            case .loss: #expect(best.validationLoss! <= record.validationLoss!)
            case .accuracy:
                #expect(best.validationAccuracy! >= record.validationAccuracy!)
                if best.validationAccuracy == record.validationAccuracy {
                    #expect(best.validationLoss! <= record.validationLoss!)
                }
            default: Issue.record("\(choice) is not tested here")
            }
        }
        let found = try judge(network, parameters, on: validation)
        #expect(found.accuracy == best.validationAccuracy && abs(found.loss - best.validationLoss!) < 1e-6)
        #expect(try parameters.bits == weights(after: outcome.bestEpoch))
    }

    @Test func patienceEndsTraining() throws {
        let parameters = try network.start(seed: 20)
        let training = Turning.harmful(Examples.pictures(60, seed: 20), after: 3)
        let settings = options(epochs: 30) {
            $0.choose = .loss
            $0.patience = 2
        }
        let outcome = try run(parameters, training, settings, validation: validation)
        #expect(outcome.bestEpoch == 3 && outcome.history.count == 5)
        #expect(try parameters.bits == weights(after: 3))
    }

    @Test func patienceNeedsAValidationPart() throws {
        let settings = options(epochs: 6) { $0.patience = 1 }
        for validation in [none, Examples()] {
            let parameters = try network.start(seed: 20)
            let outcome = try run(parameters, Examples.pictures(60, seed: 20), settings, validation: validation)
            #expect(outcome.bestEpoch == 6 && outcome.history.count == 6)
            #expect(try parameters.bits == weights(after: 6))
        }
    }

    /// Stops when so many steps are done, and counts how often it was asked.
    private final class Stopper: Sendable {
        let steps: Int
        let asked = Mutex(0)
        init(after steps: Int) { self.steps = steps }
        var observer: TrainingObserver {
            TrainingObserver(shouldStop: {
                self.asked.withLock { asked in
                    asked += 1
                    return asked >= self.steps
                }
            })
        }
    }

    /// Eight steps are one epoch.
    @Test(arguments: [(19, 2, 2), (24, 3, 3), (8, 1, 1), (9, 1, 1)])
    func stopKeepsWholeEpochs(steps: Int, best: Int, records: Int) throws {
        for validation in [none, validation] {
            let parameters = try network.start(seed: 20)
            let stopper = Stopper(after: steps)
            let outcome = try run(
                parameters, Examples.pictures(60, seed: 20), options(epochs: 10) { $0.choose = .loss },
                validation: validation, observer: stopper.observer)
            #expect(outcome.bestEpoch == best && outcome.history.count == records)
            #expect(stopper.asked.withLock { $0 } == steps)
            #expect(try parameters.bits == weights(after: best))
        }
    }

    @Test func stopInTheFirstEpochKeepsWhatThereIs() throws {
        let parameters = try network.start(seed: 20)
        let start = parameters.bits
        let records = Mutex(0)
        let asked = Mutex(0)
        let observer = TrainingObserver(
            epoch: { _ in records.withLock { $0 += 1 } },
            shouldStop: {
                asked.withLock { asked in
                    asked += 1
                    return asked >= 3
                }
            })
        let outcome = try run(
            parameters, Examples.pictures(60, seed: 20), options(epochs: 10), validation: validation, observer: observer
        )
        #expect(outcome.bestEpoch == 1 && outcome.history.count == 1 && records.withLock { $0 } == 1)
        #expect(parameters.bits != start)
        let found = try judge(network, parameters, on: validation)
        #expect(found.accuracy == outcome.history[0].validationAccuracy)
    }

    @Test func progressCountsStepsAndEpochs() throws {
        let seen = Mutex<[TrainingProgress]>([])
        let parameters = try network.start(seed: 20)
        _ = try run(
            parameters, Examples.pictures(60, seed: 20), options(epochs: 2),
            observer: TrainingObserver(progress: { progress in seen.withLock { $0.append(progress) } }))
        let all = seen.withLock { $0 }
        #expect(all.map(\.step) == Array(1...8) + Array(1...8) && all.allSatisfy { $0.steps == 8 && $0.epochs == 2 })
        #expect(all.map(\.epoch) == Array(repeating: 1, count: 8) + Array(repeating: 2, count: 8))
        #expect(
            all.allSatisfy { $0.loss > 0 && $0.examplesPerSecond > 0 && $0.remaining >= 0 && $0.remaining.isFinite })
        #expect(all.last!.remaining < 1e-9)
    }

    private func expectDivergence(
        inEpoch epoch: Int, _ parameters: Parameters, _ training: some Dataset, _ options: TrainingOptions,
        validation: Examples? = none
    ) {
        let error = #expect(throws: TrainingError.self) {
            try run(parameters, training, options, validation: validation)
        }
        guard case .diverged(epoch, _, let loss, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!loss.isFinite)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity]) func brokenInputIsSeen(value: Float) throws {
        var data = Examples.pictures(60, seed: 20)
        data.inputs[17][40] = value
        let parameters = try network.start(seed: 20)
        let start = parameters.bits
        expectDivergence(inEpoch: 1, parameters, data, options(epochs: 3), validation: validation)
        #expect(parameters.bits == start)
    }

    @Test func brokenInputLaterLeavesTheBestEpoch() throws {
        for validation in [none, validation] {
            let parameters = try network.start(seed: 20)
            let data = Turning(Examples.pictures(60, seed: 20), after: 2) { index, base in
                index == 30 ? [Float](repeating: .nan, count: base.inputs[index].count) : base.inputs[index]
            }
            let settings = options(epochs: 5) { $0.choose = .loss }
            expectDivergence(inEpoch: 3, parameters, data, settings, validation: validation)
            #expect(try parameters.bits == weights(after: 2))
        }
    }

    @Test func rateBeyondMeasureDiverges() throws {
        // One step is the whole epoch: its loss is that of the weights before it, and still the end is seen.
        let parameters = try network.start(seed: 20)
        let start = parameters.bits
        let settings = options(epochs: 1, batch: 64, rate: 3e38) {
            $0.optimiser = .sgd(momentum: 0, nesterov: false)
            $0.weightDecay = 1e30
        }
        expectDivergence(inEpoch: 1, parameters, Examples.pictures(12, seed: 20), settings)
        #expect(parameters.bits == start)
    }

    @Test func brokenValidationIsNeverBest() throws {
        // Two epochs are judged by an input that gives no number, as a hopeless epoch would; then it heals.
        let parameters = try network.start(seed: 20)
        let broken = Turning(
            Examples(
                shapes: validation.shapes, inputs: validation.inputs.map { $0.map { _ in Float.nan } },
                targets: validation.targets, weights: validation.weights),
            after: 2
        ) { [validation] index, _ in validation.inputs[index] }
        let outcome = try TrainingLoop(
            network: network, options: options(epochs: 4) { $0.choose = .loss }, seed: 20, pool: pool
        ).run(parameters, training: Examples.pictures(60, seed: 20), validation: broken)
        #expect(outcome.history[0].validationLoss!.isNaN && outcome.history[1].validationLoss!.isNaN)
        #expect(outcome.history[0].validationAccuracy == 0)
        // JSON has no such number; the record can be written all the same, and read again.
        let written = try outcome.history.map { try JSONEncoder().encode($0) }
        let read = try written.map { try JSONDecoder().decode(EpochRecord.self, from: $0) }
        #expect(read[0].validationLoss == nil && read[0].trainLoss == outcome.history[0].trainLoss)
        #expect(read[3] == outcome.history[3])
        #expect(outcome.bestEpoch >= 3)
        #expect(try parameters.bits == weights(after: outcome.bestEpoch))
    }

    @Test func nothingToTrainOn() throws {
        let parameters = try network.start(seed: 20)
        let start = parameters.bits
        let error = #expect(throws: TrainingError.self) {
            try run(parameters, Examples(), options(epochs: 3), validation: validation)
        }
        guard case .noExamples = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(parameters.bits == start)
    }

    @Test func settingsAreChecked() throws {
        let error = #expect(throws: TrainingError.self) {
            try run(network.start(seed: 20), Examples.pictures(6, seed: 20), options(epochs: 0))
        }
        guard case .setting("epochs", "0", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func outputsOfManyPositionsAreRefused() throws {
        let network = Network(input: Shape(channels: 1, height: 8, width: 8)) { Convolution2D(filters: 3, kernel: 3) }
        let error = #expect(throws: TrainingError.self) {
            try TrainingLoop(network: network, options: options(epochs: 1), seed: 1, pool: pool)
                .run(network.start(seed: 1), training: Examples.pictures(6, seed: 20), validation: none)
        }
        guard case .output("3×6×6") = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func wrongTargetsStopTheRun() throws {
        var data = Examples.pictures(60, seed: 20)
        data.targets[11] = .label(3)
        for balance in [false, true] {
            let parameters = try network.start(seed: 20)
            let start = parameters.bits
            let error = #expect(throws: TrainingError.self) {
                try run(parameters, data, options(epochs: 3) { $0.balance = balance })
            }
            guard case .target(_, .label(3), 3) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(parameters.bits == start)
        }
    }
}
