import FormantTensor

/// What the network should have answered.
public enum Target: Hashable, Sendable {
    /// One class.
    case label(Int)
    /// One class among those that are possible for the example: others have no share in the softmax.
    case labelAmong(Int, possible: [Bool])
    /// Any number of classes.
    case labels([Int])
    /// For each class how much it is wanted, 0 … 1: shares that sum to 1 where one class is right.
    case probabilities([Float])
    /// Values to come close to, one per output.
    case values([Float])
}

/// Examples to learn from or to be judged by.
public protocol Dataset: Sendable {
    /// Number of examples.
    var count: Int { get }
    /// Shape of one example's input. Examples of one shape share batches.
    func shape(of index: Int) -> Shape
    /// What the network should answer.
    func target(of index: Int) -> Target
    /// How much the example counts in the loss; 1 by default.
    func weight(of index: Int) -> Float
    /// The data set as it is in an epoch, from 1, as many examples each time; the same one by default. For sets that show
    /// other examples, or the same ones in another form, from epoch to epoch: what is said of an index goes together.
    func inEpoch(_ epoch: Int) -> Self
    /// Writes one example's input in the public order: channel, height, width. Training calls it from several threads at
    /// once.
    /// - Parameter generator: where chance comes from, if the input is varied; nil where it must not be. It depends on
    ///   seed, epoch and example alone.
    func load(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, varyingBy generator: inout SeededGenerator?
    ) throws
}

extension Dataset {
    /// Every example counts 1.
    public func weight(of index: Int) -> Float { 1 }
    /// The same examples in each epoch.
    public func inEpoch(_ epoch: Int) -> Self { self }
}

/// Some examples of a data set.
public struct Subset<Base: Dataset>: Dataset {
    let base: Base
    let indices: [Int]

    /// Creates the subset of the given indices, in their order.
    public init(_ base: Base, indices: [Int]) {
        self.base = base
        self.indices = indices
    }

    /// Number of examples.
    public var count: Int { indices.count }
    /// Shape of one example's input.
    public func shape(of index: Int) -> Shape { base.shape(of: indices[index]) }
    /// What the network should answer.
    public func target(of index: Int) -> Target { base.target(of: indices[index]) }
    /// How much the example counts.
    public func weight(of index: Int) -> Float { base.weight(of: indices[index]) }
    /// The subset as it is in an epoch.
    public func inEpoch(_ epoch: Int) -> Subset { Subset(base.inEpoch(epoch), indices: indices) }
    /// Writes one example's input.
    public func load(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, varyingBy generator: inout SeededGenerator?
    ) throws {
        try base.load(indices[index], into: input, varyingBy: &generator)
    }
}

/// Examples that go through the network together: all of one shape.
package struct Batch: Equatable {
    package let shape: Shape
    package let indices: [Int]
}

extension Dataset {
    /// Cuts the examples into batches of one shape each: in their order or, with a generator, in a random one. The
    /// number of batches does not depend on the order.
    package func batches(of size: Int, shuffledBy generator: inout SeededGenerator?) -> [Batch] {
        var order = Array(0..<count)
        generator?.shuffle(&order)
        var byShape: [Shape: [Int]] = [:]
        var shapes: [Shape] = []  // in the order of first appearance: a dictionary's own order is not repeatable
        for index in order {
            let shape = shape(of: index)
            if byShape[shape] == nil { shapes.append(shape) }
            byShape[shape, default: []].append(index)
        }
        var batches: [Batch] = []
        for shape in shapes {
            let indices = byShape[shape]!
            for first in stride(from: 0, to: indices.count, by: size) {
                batches.append(Batch(shape: shape, indices: Array(indices[first..<min(first + size, indices.count)])))
            }
        }
        generator?.shuffle(&batches)
        return batches
    }
}
