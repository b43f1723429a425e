import CKernels
import FormantTensor

/// The products of all pairs of channels of a map, summed over its positions: what Gatys, Ecker & Bethge 2015
/// ("A neural algorithm of artistic style", equation 3) call style. Maps are as memory holds them, positions × channels,
/// so that a Gram matrix and its gradient are a matrix product each.
struct GramMatrix {
    let positions: Int
    let channels: Int
    let pool: WorkerPool

    /// Rows of the result, or of the gradient, that one thread makes at a time.
    private static let rows = 16
    private static let gradientRows = 128
    /// Positions whose values stay in the second-level cache while all pairs of channels go over them.
    private static let block = 512

    /// G[i, j] = Σₚ x[p, i] · x[p, j], channels × channels. The same bits for any number of threads.
    func product(_ x: UnsafePointer<Float>) -> [Float] {
        var result = [Float](repeating: 0, count: channels * channels)
        result.withUnsafeMutableBufferPointer { result in
            nonisolated(unsafe) let (x, target) = (x, result.baseAddress!)  // each row written by one worker
            pool.forRanges(of: channels, grain: Self.rows) { rows, _ in
                // The matrix is symmetric: from the diagonal on.
                let first = rows.lowerBound
                for start in stride(from: 0, to: positions, by: Self.block) {
                    let from = x + start * channels + first
                    ck_active().pointee.gemm_transposed(
                        rows.count, channels - first, min(Self.block, positions - start), from, channels, from,
                        channels, start > 0, target + first * channels + first, channels)
                }
            }
            for i in 0..<channels {
                for j in 0..<i { target[i * channels + j] = target[j * channels + i] }
            }
        }
        return result
    }

    /// gradient[p, i] += Σⱼ x[p, j] · d[j, i], where d is symmetric: what a gradient d / 2 of G is by x.
    func addGradient(of x: UnsafePointer<Float>, by d: [Float], to gradient: UnsafeMutablePointer<Float>) {
        let kernels = ck_active()!
        let panel = kernels.pointee.panel
        var packed = [Float](repeating: 0, count: (channels + panel - 1) / panel * panel * channels)
        kernels.pointee.pack(d, channels, false, channels, channels, &packed)
        packed.withUnsafeBufferPointer { packed in
            nonisolated(unsafe) let (x, gradient, packed) = (x, gradient, packed.baseAddress!)  // ranges are disjoint
            pool.forRanges(of: positions, grain: Self.gradientRows) { range, _ in
                let offset = range.lowerBound * channels
                ck_active().pointee.gemm(
                    range.count, channels, channels, x + offset, channels, packed, nil, CK_IDENTITY, 0, true,
                    gradient + offset, channels)
            }
        }
    }
}
