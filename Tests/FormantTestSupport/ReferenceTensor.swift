import FormantTensor

/// A batch of values in the public order, [example][channel][height][width], in double precision.
public struct ReferenceTensor: Equatable, Sendable {
    /// Number of examples.
    public var batch: Int
    /// Shape of one example.
    public var shape: Shape
    /// The values.
    public var values: [Double]

    /// Creates a batch of zeros, or of given values.
    public init(batch: Int, shape: Shape, values: [Double]? = nil) {
        self.batch = batch
        self.shape = shape
        self.values = values ?? [Double](repeating: 0, count: batch * shape.count)
        precondition(self.values.count == batch * shape.count)
    }

    /// Creates a batch of values between −1 and 1 that a float holds exactly.
    public init(batch: Int, shape: Shape, using generator: inout SeededGenerator) {
        self.init(batch: batch, shape: shape)
        for i in values.indices { values[i] = Double(generator.uniform(in: -1..<1)) }
    }

    /// The value of one example at one channel, row and column.
    public subscript(n: Int, c: Int, h: Int, w: Int) -> Double {
        get { values[((n * shape.channels + c) * shape.height + h) * shape.width + w] }
        set { values[((n * shape.channels + c) * shape.height + h) * shape.width + w] = newValue }
    }

    /// Where the value at one place stands in the engine's memory, [example][height][width][channel].
    func inMemory(_ n: Int, _ c: Int, _ h: Int, _ w: Int) -> Int {
        ((n * shape.height + h) * shape.width + w) * shape.channels + c
    }

    /// Calls `body` for every place.
    func forEach(_ body: (_ n: Int, _ c: Int, _ h: Int, _ w: Int) -> Void) {
        for n in 0..<batch {
            for c in 0..<shape.channels {
                for h in 0..<shape.height { for w in 0..<shape.width { body(n, c, h, w) } }
            }
        }
    }

    /// Every value put through a function.
    func map(_ function: (Double) -> Double) -> ReferenceTensor {
        ReferenceTensor(batch: batch, shape: shape, values: values.map(function))
    }
}
