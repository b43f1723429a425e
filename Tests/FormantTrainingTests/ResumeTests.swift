import FormantNetwork
import FormantTensor
import FormantTraining
import Foundation
import Synchronization
import Testing

/// A training that goes on from a checkpoint gives the bytes of one that was never interrupted.
@Suite struct ResumeTests {
    /// What a training leaves, without times.
    private struct Result: Equatable {
        var bits: [UInt32]
        var bestEpoch: Int
        var history: [EpochRecord]
        var stop: StopReason

        init(_ parameters: Parameters, _ outcome: TrainingLoop.Outcome) {
            bits = parameters.bits
            bestEpoch = outcome.bestEpoch
            stop = outcome.stop
            history = outcome.history.map { record in
                var record = record
                (record.seconds, record.waiting) = (0, 0)
                return record
            }
        }
    }

    struct Problem: Sendable, CustomTestStringConvertible {
        var name: String
        var network: Network
        var training: Examples
        var validation: Examples
        var options: TrainingOptions
        var mixup: Mixup?
        var testDescription: String { name }

        func loop(threads: Int) -> TrainingLoop {
            TrainingLoop(network: network, options: options, seed: 3, mixup: mixup, pool: WorkerPool(threads: threads))
        }
    }

    static let problems: [Problem] = {
        let pictures = Network(input: Shape(channels: 1, height: 8, width: 8)) {
            Convolution2D(filters: 6, kernel: 3)
            BatchNorm()
            Activation(.relu)
            MaxPool(window: 2)
            Flatten()
            Dropout(rate: 0.3)
            Dense(units: 3)
        }
        func make(
            _ name: String, _ network: Network = pictures, mixup: Mixup? = nil,
            _ change: @escaping (inout TrainingOptions) -> Void = { _ in }
        ) -> Problem {
            let isText = network.nodes.contains { $0.layer is Embedding }
            return Problem(
                name: name, network: network,
                training: isText ? Examples.sentences(40, seed: 4) : Examples.pictures(30, seed: 4),
                validation: isText ? Examples.sentences(20, seed: 5) : Examples.pictures(15, seed: 5),
                options: options(epochs: 3, change), mixup: mixup)
        }
        return [
            make("adam, batch norm, dropout, mixup", mixup: Mixup(alpha: 1)) {
                $0.schedule = .cosine(warmUp: 1, final: 0)
            },
            make("momentum, running average") {
                $0.optimiser = .sgd(momentum: 0.9, nesterov: true)
                $0.averaging = 0.9
            },
            make("average over epochs") { $0.swa = StochasticAveraging(start: 0.3, rate: 0.5) },
            make("plateau, by loss") {
                $0.schedule = .plateau(warmUp: 0, factor: 0.5, patience: 1, final: 0)
                $0.choose = .loss
            },
            make("two batches a step") { $0.accumulate = 2 },
            make("sentences, adam", sentenceNetwork()) { $0.clip = 1 },
            make("sentences, momentum", sentenceNetwork()) { $0.optimiser = .sgd(momentum: 0.9, nesterov: false) },
            make("sentences, two batches a step", sentenceNetwork()) { $0.accumulate = 2 },
            make("sentences, adadelta", sentenceNetwork()) { $0.optimiser = .adadelta(rho: 0.95, epsilon: 1e-6) },
        ]
    }()

    @Test(arguments: problems) func sameBytesFromEveryStep(problem: Problem) throws {
        let parameters = try problem.network.start(seed: 3)
        let whole = Result(
            parameters,
            try problem.loop(threads: 1).run(parameters, training: problem.training, validation: problem.validation))
        let states = Mutex<[TrainingState]>([])
        let kept = try problem.network.start(seed: 3)
        let again = try problem.loop(threads: 2).run(
            kept, training: problem.training, validation: problem.validation,
            checkpointing: Checkpointing(seconds: 0, share: .infinity) { state in states.withLock { $0.append(state) } }
        )
        // Keeping states changes nothing.
        #expect(Result(kept, again) == whole)
        let all = states.withLock { $0 }
        #expect(all.count >= 6)
        #expect(all.last?.stop == .complete)
        for (number, state) in all.enumerated() {
            let resumed = try problem.network.start(seed: 3)
            let outcome = try problem.loop(threads: 1 + number % 3).run(
                resumed, training: problem.training, validation: problem.validation, from: state)
            #expect(
                Result(resumed, outcome) == whole, "from epoch \(state.progress.epoch), step \(state.progress.step)")
        }
    }

    @Test func aTrainingThatWasAskedToStopGoesOn() throws {
        for steps in [1, 2, 4, 5, 8] {
            let problem = Self.problems[0]
            let parameters = try problem.network.start(seed: 3)
            let whole = Result(
                parameters,
                try problem.loop(threads: 1).run(
                    parameters, training: problem.training, validation: problem.validation))
            let last = Mutex<TrainingState?>(nil)
            let asked = Mutex(0)
            let stopped = try problem.network.start(seed: 3)
            let outcome = try problem.loop(threads: 1).run(
                stopped, training: problem.training, validation: problem.validation,
                checkpointing: Checkpointing(seconds: 1e9, share: 0) { state in last.withLock { $0 = state } },
                observer: TrainingObserver(shouldStop: {
                    asked.withLock { asked in
                        asked += 1
                        return asked >= steps
                    }
                }))
            #expect(outcome.stop == .interrupted)
            let state = try #require(last.withLock { $0 })
            #expect(state.stop == nil && state.progress.batches == steps)
            let resumed = try problem.network.start(seed: 3)
            let end = try problem.loop(threads: 1).run(
                resumed, training: problem.training, validation: problem.validation, from: state)
            #expect(Result(resumed, end) == whole)
        }
    }

    @Test func statesOfOtherTrainingsAreRefused() throws {
        let problem = Self.problems[5]
        let states = Mutex<[TrainingState]>([])
        let parameters = try problem.network.start(seed: 3)
        _ = try problem.loop(threads: 1).run(
            parameters, training: problem.training, validation: problem.validation,
            checkpointing: Checkpointing(seconds: 0, share: .infinity) { state in states.withLock { $0.append(state) } }
        )
        let good = states.withLock { $0[1] }
        var bad: [(String, TrainingState)] = []
        func spoil(_ name: String, _ change: (inout TrainingState) -> Void) {
            var state = good
            change(&state)
            bad.append((name, state))
        }
        let weight = try #require(good.tensors.keys.filter { $0.hasPrefix("weights/") }.min())
        spoil(weight) { $0.tensors[weight] = nil }
        spoil(weight) { $0.tensors[weight] = Tensor(zeros: [7]) }
        spoil("tensor more/stranger") { $0.tensors["more/stranger"] = Tensor(zeros: [1]) }
        spoil("epoch -3") { $0.progress.epoch = -3 }
        spoil("epoch 99") { $0.progress.epoch = 99 }
        spoil("step 1000") { $0.progress.step = 1000 }
        spoil("best epoch") { $0.bestEpoch = 12 }
        spoil("rows/rates") { $0.tensors["rows/rates"] = Tensor(zeros: [100_000]) }
        let missed = try #require(good.tensors.keys.first { $0.hasPrefix("missed/") })
        for value in [Float.nan, -1, 1e30] {
            spoil(missed) { $0.tensors[missed]!.values[3] = value }
        }
        for (name, state) in bad {
            let start = try problem.network.start(seed: 3)
            let error = #expect(throws: TrainingError.self) {
                try problem.loop(threads: 1).run(
                    start, training: problem.training, validation: problem.validation, from: state)
            }
            guard case .state(let reason) = error else {
                Issue.record("\(name): \(String(describing: error))")
                continue
            }
            #expect(reason.contains(name), "\(name): \(reason)")
        }
    }
}
