import CKernels
import FormantNetwork
import FormantTensor

/// The gradient of a step of several batches: that of their examples as one batch.
///
/// A batch's gradient is that of Σᵢ wᵢ lossᵢ / Σᵢ wᵢ. Those of several are added, each times its Σᵢ wᵢ, and divided by the
/// sum of all weights.
final class Accumulation {
    /// The sum, and after `finish` the gradient.
    let gradients: Parameters
    private var weight = 0.0

    init(_ table: ParameterTable) { gradients = Parameters(zeros: table) }

    /// Adds a batch.
    func add(_ batch: Parameters, weight: Double, pool: WorkerPool) {
        let kernels = ck_active()!.pointee
        for (index, entry) in gradients.table.entries.enumerated() where entry.specification.role == .trained {
            let (sum, own) = (gradients.buffer.pointer + entry.offset, batch.buffer.pointer + entry.offset)
            guard let rows = batch.touched.tables[index]?.rows else {
                pool.forRanges(of: entry.specification.count, grain: 1 << 15) { range, _ in
                    kernels.add_scaled(Float(weight), own + range.lowerBound, sum + range.lowerBound, range.count)
                }
                continue
            }
            gradients.touched.add(index, rows, of: gradients)
            let dimension = entry.specification.extents[1]
            for row in rows {
                kernels.add_scaled(Float(weight), own + Int(row) * dimension, sum + Int(row) * dimension, dimension)
            }
        }
        self.weight += weight
    }

    /// Divides by the weight of all batches.
    func finish(pool: WorkerPool) {
        guard weight > 0 else { return }
        let (kernels, values, scale) = (ck_active()!.pointee, gradients.buffer.pointer, Float(1 / weight))
        pool.forRanges(of: gradients.table.count, grain: 1 << 15) { range, _ in
            kernels.scale(scale, values + range.lowerBound, values + range.lowerBound, range.count)
        }
    }

    /// Back to nothing.
    func clear() {
        weight = 0
        gradients.touched.clear()
        gradients.buffer.pointer.update(repeating: 0, count: gradients.table.count)
    }
}
