import FormantNetwork
import FormantTensor
import FormantTraining
import Synchronization
import Testing

/// Mixing of examples, and targets that are shares.
@Suite struct MixupTests {
    @Test(arguments: [Float(0.1), 0.2, 0.7, 1, 3]) func sharesAreOfTheBetaDistribution(alpha: Float) {
        let mixup = Mixup(alpha: alpha)
        var generator = SeededGenerator(seed: 77)
        let shares = (0..<400).flatMap { _ in mixup.pairs(of: 50, using: &generator).map { Double($0.share) } }
        #expect(shares.count == 10_000 && shares.allSatisfy { (0...1).contains($0) })
        let mean = shares.reduce(0, +) / 10_000
        let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 10_000
        // Of Beta(α, α): 1/2 and 1 / (4 (2 α + 1)).
        #expect(abs(mean - 0.5) < 0.02, "\(mean)")
        #expect(abs(variance * 4 * (2 * Double(alpha) + 1) - 1) < 0.05, "\(variance)")
    }

    @Test func pairsAreDisjoint() {
        var generator = SeededGenerator(seed: 1)
        for count in 0...9 {
            let pairs = Mixup().pairs(of: count, using: &generator)
            #expect(pairs.count == count / 2)
            for (i, pair) in pairs.enumerated() { #expect(pair.first == i && pair.second == count - 1 - i) }
        }
        let some = (0..<100).reduce(0) { sum, _ in
            sum + Mixup(probability: 0.25).pairs(of: 20, using: &generator).count
        }
        #expect((200...300).contains(some), "\(some) of 1000")
        #expect(Mixup(probability: 0).pairs(of: 20, using: &generator).isEmpty)
    }

    @Test func inputsAndTargets() throws {
        var (a, b): ([Float], [Float]) = ([1, 2, 3], [5, 0, -1])
        a.withUnsafeMutableBufferPointer { a in b.withUnsafeMutableBufferPointer { Mixup.mix(a, $0, share: 0.75) } }
        #expect(a == [2, 1.5, 2] && b == [4, 0.5, 0])
        let loss = Loss.softmaxCrossEntropy(labelSmoothing: 0)
        func mixed(_ one: Target, _ other: Target) throws -> Target {
            try one.mixed(with: other, share: 0.75, outputs: 3, loss: loss)
        }
        #expect(try mixed(.label(0), .label(2)) == .probabilities([0.75, 0, 0.25]))
        #expect(try mixed(.label(1), .label(1)) == .probabilities([0, 1, 0]))
        #expect(try mixed(.labels([0, 1]), .labels([1])) == .probabilities([0.75, 1, 0]))
        #expect(try mixed(.labels([]), .label(2)) == .probabilities([0, 0, 0.25]))
        #expect(try mixed(.values([4]), .values([8])) == .values([5]))
        for (one, other) in [
            (Target.label(3), Target.label(0)), (.label(0), .labels([-1])), (.values([1]), .label(0)),
            (.label(0), .values([1])), (.values([1]), .values([1, 2])), (.probabilities([1]), .label(0)),
        ] {
            #expect(throws: TrainingError.self) { _ = try mixed(one, other) }
        }
    }

    /// Of a mixed target the loss is the mixed loss, and so is its gradient.
    @Test(arguments: [
        Loss.softmaxCrossEntropy(labelSmoothing: 0), .softmaxCrossEntropy(labelSmoothing: 0.2), .binaryCrossEntropy,
    ]) func lossesOfShares(loss: Loss) throws {
        var generator = SeededGenerator(seed: 4)
        let outputs = (0..<5).map { _ in 3 * generator.normal() }
        let weights: [Float] = [0.5, 1, 2, 0.25, 1.5]
        func evaluate(_ target: Target) throws -> (loss: Double, weight: Double, gradient: [Float]) {
            var gradient = [Float](repeating: 0, count: 5)
            let result = try outputs.withUnsafeBufferPointer { outputs in
                try gradient.withUnsafeMutableBufferPointer {
                    try loss.evaluate(
                        outputs: outputs, targets: [target], weights: [1], classWeights: weights, gradient: $0)
                }
            }
            return (result.sum / result.weight, result.weight, gradient)
        }
        let (one, other) = (try evaluate(.label(1)), try evaluate(.label(3)))
        let mixed = try evaluate(try Target.label(1).mixed(with: .label(3), share: 0.3, outputs: 5, loss: loss))
        #expect(abs(mixed.loss - 0.3 * one.loss - 0.7 * other.loss) < 1e-6)
        for j in 0..<5 { #expect(abs(mixed.gradient[j] - 0.3 * one.gradient[j] - 0.7 * other.gradient[j]) < 1e-6) }
        // Class weights mix too, where the loss has one for a label.
        #expect(abs(mixed.weight - 0.3 * one.weight - 0.7 * other.weight) < 1e-6)
        #expect(throws: TrainingError.self) { _ = try evaluate(.probabilities([1, 0])) }
    }

    @Test func sameWeightsForAnyNumberOfThreads() throws {
        let data = Examples.pictures(30, seed: 8)
        func train(threads: Int, mixup: Mixup?) throws -> [UInt32] {
            let network = pictureNetwork()
            let parameters = try network.start(seed: 1)
            let loop = TrainingLoop(
                network: network, options: options(epochs: 2), seed: 3, mixup: mixup,
                pool: WorkerPool(threads: threads))
            _ = try loop.run(parameters, training: data, validation: none)
            return parameters.bits
        }
        let one = try train(threads: 1, mixup: Mixup(alpha: 0.5))
        #expect(try train(threads: 2, mixup: Mixup(alpha: 0.5)) == one)
        #expect(try train(threads: 3, mixup: Mixup(alpha: 0.5)) == one)
        #expect(try train(threads: 1, mixup: nil) != one)
        #expect(try train(threads: 1, mixup: Mixup(probability: 0)) == train(threads: 1, mixup: nil))
    }

    /// What an example's chance is depends on seed, epoch and example alone, so that a training which is resumed in the
    /// middle draws what it would have drawn.
    @Test func chanceComesFromSeedEpochAndExample() throws {
        final class Listening: Dataset {
            let base = Examples.pictures(10, seed: 2)
            let draws = Mutex<[[UInt64: Int]]>([])
            var count: Int { base.count }
            func shape(of index: Int) -> Shape { base.shape(of: index) }
            func target(of index: Int) -> Target { base.target(of: index) }
            func load(
                _ index: Int, into input: UnsafeMutableBufferPointer<Float>,
                varyingBy generator: inout SeededGenerator?
            ) throws {
                try base.load(index, into: input, varyingBy: &generator)
                let draw = generator!.next()
                draws.withLock { draws in
                    if draws.last.map({ $0.count == 10 }) ?? true { draws.append([:]) }
                    draws[draws.count - 1][draw] = index
                }
            }
        }
        for threads in 1...3 {
            let data = Listening()
            let network = pictureNetwork()
            let loop = TrainingLoop(
                network: network, options: options(epochs: 3, batch: 4), seed: 6, pool: WorkerPool(threads: threads))
            _ = try loop.run(try network.start(seed: 1), training: data, validation: none)
            let draws = data.draws.withLock { $0 }
            #expect(draws.count == 3)
            for (epoch, found) in draws.enumerated() {
                for i in 0..<10 {
                    var expected = SeededGenerator.derived(
                        seed: 6, purpose: "variation of example \(i) in epoch \(epoch + 1)")
                    #expect(found[expected.next()] == i)
                }
            }
        }
    }

    @Test func settingsThatAreWrong() {
        for alpha in [Float.nan, 0, -1, 21, .infinity] {
            let error = #expect(throws: TrainingError.self) { try Mixup(alpha: alpha).validate() }
            #expect(error?.description.contains("augmentation.mixup.alpha") == true)
        }
        #expect(throws: TrainingError.self) { try Mixup(probability: 1.1).validate() }
        let network = pictureNetwork()
        let loop = TrainingLoop(
            network: network, options: options(epochs: 1), seed: 1, mixup: Mixup(alpha: 0), pool: WorkerPool(threads: 1)
        )
        #expect(throws: TrainingError.self) {
            _ = try loop.run(try network.start(seed: 1), training: Examples.pictures(8, seed: 1), validation: none)
        }
    }
}
