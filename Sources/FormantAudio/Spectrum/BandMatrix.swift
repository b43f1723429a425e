import CKernels

/// Weights over the bins of a spectrum, several rows of them, each stored from its first to its last weight that is not
/// 0.
struct BandMatrix: Sendable {
    /// Number of rows.
    let rows: Int

    private let weights: [Float]
    private let filters: [ck_band]

    /// - Parameter dense: rows of one weight for each bin.
    init(_ dense: [[Float]]) {
        rows = dense.count
        var weights: [Float] = []
        var filters: [ck_band] = []
        for row in dense {
            let first = row.firstIndex { $0 != 0 } ?? 0
            let end = (row.lastIndex { $0 != 0 } ?? -1) + 1
            filters.append(ck_band(first: first, count: max(0, end - first), offset: weights.count))
            if end > first { weights += row[first..<end] }
        }
        self.weights = weights
        self.filters = filters
    }

    /// y[r, t] = Σ_k weight[r, k] · x[k, t], in the order of the bins
    /// - Parameters:
    ///   - column: where row 0 of the block's first frame goes.
    ///   - stride: distance from one row to the next.
    func apply(_ block: FrameBlock, into column: UnsafeMutablePointer<Float>, stride: Int) {
        apply(block.power, frames: block.frames, into: column, stride: stride)
    }

    /// The same of `frames` columns that lie side by side.
    func apply(_ x: UnsafePointer<Float>, frames: Int, into column: UnsafeMutablePointer<Float>, stride: Int) {
        ck_active().pointee.filter_bank(filters, rows, weights, x, frames, frames, column, stride)
    }
}
