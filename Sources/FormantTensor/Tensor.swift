/// A dense array of single-precision values with its extents, row-major: the last axis is contiguous.
///
/// This is what crosses the borders between modules: features, embeddings, gradients. The engine itself works in
/// its own arena.
public struct Tensor: Equatable, Sendable {
    /// Extent of each axis, slowest first.
    public let extents: [Int]
    /// The values, `extents` multiplied together many.
    public var values: [Float]

    /// Creates a tensor from its extents and values.
    /// - Precondition: the product of `extents` is `values.count`.
    public init(extents: [Int], values: [Float]) {
        precondition(extents.reduce(1, *) == values.count, "\(extents) does not hold \(values.count) values")
        self.extents = extents
        self.values = values
    }

    /// Creates a tensor of zeros.
    public init(zeros extents: [Int]) {
        self.init(extents: extents, values: [Float](repeating: 0, count: extents.reduce(1, *)))
    }

    /// The value at one index per axis.
    public subscript(index: Int...) -> Float {
        get { values[offset(of: index)] }
        set { values[offset(of: index)] = newValue }
    }

    private func offset(of index: [Int]) -> Int {
        precondition(index.count == extents.count, "\(index.count) indices for \(extents.count) axes")
        var offset = 0
        for (i, extent) in zip(index, extents) {
            precondition(i >= 0 && i < extent, "index \(index) outside \(extents)")
            offset = offset * extent + i
        }
        return offset
    }
}
