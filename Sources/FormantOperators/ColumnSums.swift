import CKernels
import FormantTensor

/// Sums per channel over many rows, in double precision, in fixed parts that are added in order.
/// - Parameters:
///   - lists: how many sums per column.
///   - partial: room for 2 · lists · columns floats per part.
///   - sum: adds the rows of one part to its sums (`lists` runs of `columns` doubles).
///   - finish: receives each column with its sums.
package func columnSums(
    chunks: Chunks, columns: Int, lists: Int, partial: Destination, _ execution: Execution,
    sum: (_ rows: Range<Int>, _ sums: UnsafeMutablePointer<Double>) -> Void,
    finish: (_ column: Int, _ sums: [Double]) -> Void
) {
    let length = lists * columns
    let sums = UnsafeMutableRawPointer(partial).bindMemory(to: Double.self, capacity: chunks.count * length)
    execution.pool.forEach(chunks.count) { chunk, _ in
        let own = sums + chunk * length
        own.update(repeating: 0, count: length)
        sum(chunks[chunk], own)
    }
    var totals = [Double](repeating: 0, count: lists)
    for column in 0..<columns {
        for list in 0..<lists {
            totals[list] = 0
            for chunk in 0..<chunks.count { totals[list] += sums[chunk * length + list * columns + column] }
        }
        finish(column, totals)
    }
    _ = UnsafeMutableRawPointer(partial).bindMemory(to: Float.self, capacity: 2 * chunks.count * length)
}
