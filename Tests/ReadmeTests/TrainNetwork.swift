import FormantNetwork
import FormantTensor
import FormantTraining

/// Pictures of 8×8 pixels with one white line: across (label 0) or down (label 1).
struct Lines: Dataset {
    let count: Int
    func shape(of index: Int) -> Shape { Shape(channels: 1, height: 8, width: 8) }
    func target(of index: Int) -> Target { .label(index % 2) }
    func load(_ index: Int, into input: UnsafeMutableBufferPointer<Float>, varyingBy _: inout SeededGenerator?) {
        for i in input.indices {
            let position = index % 2 == 0 ? i / 8 : i % 8
            input[i] = position == index / 2 % 8 ? 1 : 0
        }
    }
}

/// Trains a small network to tell them apart.
/// - Returns: the weights, and the share of the validation part that is right.
func trainOnLines() throws -> (weights: Parameters, accuracy: Double?) {
    let network = Network(input: Shape(channels: 1, height: 8, width: 8)) {
        Convolution2D(filters: 8, kernel: 3)
        Activation(.relu)
        GlobalPool(.maximum)
        Dense(units: 2)
    }
    let weights = Parameters(try network.bound().parameters, seed: 1)
    var options = TrainingOptions()
    options.rate = 0.02
    let loop = TrainingLoop(network: network, options: options, seed: 1, pool: WorkerPool())
    let outcome = try loop.run(weights, training: Lines(count: 64), validation: Lines(count: 16))
    return (weights, outcome.history[outcome.bestEpoch - 1].validationAccuracy)
}
