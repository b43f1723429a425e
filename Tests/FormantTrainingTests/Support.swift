import FormantNetwork
import FormantTensor
import FormantTraining
import Foundation
import Synchronization

/// A file of `Golden`.
func golden<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
    return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent(name)))
}

/// Examples in memory.
struct Examples: Dataset {
    var shapes: [Shape] = []
    var inputs: [[Float]] = []
    var targets: [Target] = []
    var weights: [Float] = []

    mutating func append(_ shape: Shape, _ input: [Float], _ target: Target, weight: Float = 1) {
        shapes.append(shape)
        inputs.append(input)
        targets.append(target)
        weights.append(weight)
    }

    var count: Int { inputs.count }
    func shape(of index: Int) -> Shape { shapes[index] }
    func target(of index: Int) -> Target { targets[index] }
    func weight(of index: Int) -> Float { weights[index] }
    func load(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, varyingBy generator: inout SeededGenerator?
    ) throws {
        _ = input.update(fromContentsOf: inputs[index])
    }
}

extension Examples {
    /// Noisy pictures of one channel, `size` × `size`: stripes that lie (0), stripes that stand (1), a chequerboard (2).
    /// The label of example i is i modulo 3.
    static func pictures(_ count: Int, size: Int = 8, seed: UInt64) -> Examples {
        var generator = SeededGenerator(seed: seed)
        var examples = Examples()
        for i in 0..<count {
            let phase = generator.index(below: 2)
            var picture: [Float] = []
            for row in 0..<size {
                for column in 0..<size {
                    let place = [row, column, row + column][i % 3] + phase
                    picture.append((place % 2 == 0 ? 1 : -1) + 0.3 * generator.normal())
                }
            }
            examples.append(Shape(channels: 1, height: size, width: size), picture, .label(i % 3))
        }
        return examples
    }

    /// Sentences of 3 to 9 words of 20; the label is which of the words 17, 18, 19 is among them.
    static func sentences(_ count: Int, seed: UInt64) -> Examples {
        var generator = SeededGenerator(seed: seed)
        var examples = Examples()
        for i in 0..<count {
            let length = 3 + generator.index(below: 7)
            var words = (0..<length).map { _ in Float(2 + generator.index(below: 15)) }
            words[generator.index(below: length)] = Float(17 + i % 3)
            examples.append(Shape(channels: 1, width: length), words, .label(i % 3))
        }
        return examples
    }
}

/// Examples that change after some epochs: each is loaded once an epoch, so loads tell the epoch.
final class Turning: Dataset {
    private let base: Examples
    private let turn: Int
    private let change: @Sendable (_ index: Int, _ base: Examples) -> [Float]
    private let loads = Mutex(0)

    /// - Parameter epochs: so many epochs see `base` as it is, the later ones what `change` makes of it.
    init(
        _ base: Examples, after epochs: Int, change: @escaping @Sendable (_ index: Int, _ base: Examples) -> [Float]
    ) {
        self.base = base
        turn = epochs * base.count
        self.change = change
    }

    /// Later epochs show each example the picture of its neighbour, whose label is another: what was learned is undone.
    static func harmful(_ base: Examples, after epochs: Int) -> Turning {
        Turning(base, after: epochs) { index, base in base.inputs[(index + 1) % base.count] }
    }

    var count: Int { base.count }
    func shape(of index: Int) -> Shape { base.shape(of: index) }
    func target(of index: Int) -> Target { base.target(of: index) }
    func load(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, varyingBy generator: inout SeededGenerator?
    ) throws {
        let before = loads.withLock { loads in
            loads += 1
            return loads - 1
        }
        _ = input.update(fromContentsOf: before < turn ? base.inputs[index] : change(index, base))
    }
}

let none: Examples? = nil

/// A small network for `Examples.pictures`.
func pictureNetwork(size: Int = 8) -> Network {
    Network(input: Shape(channels: 1, height: size, width: size)) {
        Convolution2D(filters: 8, kernel: 3)
        Activation(.relu)
        MaxPool(window: 2)
        Flatten()
        Dense(units: 3)
    }
}

/// A small network for `Examples.sentences`.
func sentenceNetwork() -> Network {
    Network(input: Shape(channels: 1, width: 9)) {
        Embedding(rows: 20, dimension: 8)
        Convolution1D(filters: 12, width: 3, padding: .same)
        Activation(.relu)
        GlobalPool(.maximum)
        Dense(units: 3)
    }
}

extension Network {
    /// Parameters at their initial values.
    func start(seed: UInt64) throws -> Parameters { Parameters(try bound().parameters, seed: seed) }
}

extension Parameters {
    /// The bits of all values.
    var bits: [UInt32] { buffer.values.map(\.bitPattern) }
}

/// Options with a constant rate.
func options(epochs: Int, batch: Int = 8, rate: Float = 0.01, _ change: (inout TrainingOptions) -> Void = { _ in })
    -> TrainingOptions
{
    var options = TrainingOptions()
    options.epochs = epochs
    options.batch = batch
    options.rate = rate
    options.schedule = .constant
    change(&options)
    return options
}

/// The share of examples that a network answers rightly, and the mean loss, worked out one by one.
func judge(
    _ network: Network, _ parameters: Parameters, on data: Examples,
    _ loss: Loss = .softmaxCrossEntropy(labelSmoothing: 0)
)
    throws -> (accuracy: Double, loss: Double)
{
    let predictor = Predictor(network: network, parameters: parameters, pool: WorkerPool(threads: 1), batch: 1)
    var (right, sum) = (0, 0.0)
    for i in 0..<data.count {
        let output = try predictor.outputs(count: 1, shape: data.shapes[i]) { _, input in
            _ = input.update(fromContentsOf: data.inputs[i])
        }[0]
        if case .label(let label) = data.targets[i], output.firstIndex(of: output.max()!) == label { right += 1 }
        sum += try output.withUnsafeBufferPointer {
            try loss.evaluate(outputs: $0, targets: [data.targets[i]], weights: [1], gradient: nil).sum
        }
    }
    return (Double(right) / Double(data.count), sum / Double(data.count))
}
