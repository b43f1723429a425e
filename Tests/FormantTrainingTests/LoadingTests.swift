import FormantNetwork
import FormantTensor
import FormantTraining
import Synchronization
import Testing

/// How the inputs of a training step get there.
@Suite struct LoadingTests {
    /// Large noisy pictures, varied anew in each epoch: so large that threads share a batch's loading.
    private struct Varied: Dataset {
        let base = Examples.pictures(12, size: 96, seed: 31)
        var count: Int { base.count }
        func shape(of index: Int) -> Shape { base.shape(of: index) }
        func target(of index: Int) -> Target { base.target(of: index) }
        func load(
            _ index: Int, into input: UnsafeMutableBufferPointer<Float>, varyingBy generator: inout SeededGenerator?
        ) {
            for i in input.indices { input[i] = base.inputs[index][i] + 0.1 * (generator?.normal() ?? 0) }
        }
    }

    private struct Unreadable: Dataset {
        struct Failure: Error, Equatable { var index: Int }
        let base = Examples.pictures(12, size: 96, seed: 32)
        var count: Int { base.count }
        func shape(of index: Int) -> Shape { base.shape(of: index) }
        func target(of index: Int) -> Target { base.target(of: index) }
        func load(
            _ index: Int, into input: UnsafeMutableBufferPointer<Float>, varyingBy generator: inout SeededGenerator?
        ) throws { throw Failure(index: index) }
    }

    private let network = Network(input: Shape(channels: 1, height: 96, width: 96)) {
        Convolution2D(filters: 2, kernel: 5, stride: 4)
        Activation(.relu)
        GlobalPool(.maximum)
        Dense(units: 3)
    }

    @Test func sameWeightsForAnyNumberOfThreads() throws {
        var expected: [UInt32] = []
        for threads in [1, 2, 4] {
            let parameters = try network.start(seed: 31)
            let outcome = try TrainingLoop(
                network: network, options: options(epochs: 2), seed: 31, pool: WorkerPool(threads: threads)
            ).run(parameters, training: Varied(), validation: none)
            if threads == 1 { expected = parameters.bits }
            #expect(parameters.bits == expected, "\(threads) threads")
            #expect(outcome.history.count == 2)
            for record in outcome.history { #expect(record.waiting > 0 && record.waiting < 1, "\(record)") }
        }
    }

    @Test func progressTellsTheShareWaited() throws {
        let shares = Mutex<[Double]>([])
        _ = try TrainingLoop(
            network: network, options: options(epochs: 1), seed: 31, pool: WorkerPool(threads: 2)
        ).run(
            try network.start(seed: 31), training: Varied(), validation: none,
            observer: TrainingObserver(progress: { progress in shares.withLock { $0.append(progress.waiting) } }))
        let all = shares.withLock { $0 }
        #expect(!all.isEmpty && all.allSatisfy { $0 > 0 && $0 < 1 }, "\(all)")
    }

    /// Whichever thread fails first, the error is that of the first example of the batch.
    @Test func firstFailureIsTold() throws {
        var expected: Unreadable.Failure?
        for threads in [1, 3, 3, 3] {
            do {
                _ = try TrainingLoop(
                    network: network, options: options(epochs: 1), seed: 31, pool: WorkerPool(threads: threads)
                ).run(try network.start(seed: 31), training: Unreadable(), validation: none)
                Issue.record("training on what cannot be read")
            } catch let failure as Unreadable.Failure {
                if expected == nil { expected = failure }
                #expect(failure == expected)
            }
        }
    }
}
