import FormantTensor

/// The rows of embedding tables that have a gradient in this step; everywhere else in those tables it is zero.
///
/// Owned by the memory of the gradients, which several sessions share in turn.
package final class TouchedRows: @unchecked Sendable {
    /// Rows of one table, each once.
    package struct Table {
        /// The rows in the order of their first appearance.
        package fileprivate(set) var rows: [Int32] = []
        /// Per row the step in which it was last listed.
        fileprivate var stamps: [UInt32]
    }

    /// By the index of the table's entry among the parameters.
    package private(set) var tables: [Int: Table] = [:]
    private var stamp: UInt32 = 0

    /// Makes the rows that some ids name the touched ones of a table. The gradient of those before becomes zero, and so
    /// the gradient of the new ones is zero too until a backward pass adds to it.
    /// - Parameter forEachRow: hands out the row of each id.
    func list(_ index: Int, of gradients: Parameters, padding: Int?, forEachRow: ((Int) -> Void) -> Void) {
        let entry = gradients.table.entries[index]
        let (rows, dimension) = (entry.specification.extents[0], entry.specification.extents[1])
        var table = tables.removeValue(forKey: index) ?? Table(stamps: Array(repeating: 0, count: rows))
        let base = gradients.buffer.pointer + entry.offset
        for row in table.rows { (base + Int(row) * dimension).update(repeating: 0, count: dimension) }
        table.rows.removeAll(keepingCapacity: true)
        if stamp == .max {
            stamp = 0
            for i in table.stamps.indices { table.stamps[i] = 0 }
        }
        stamp += 1
        forEachRow { row in
            guard row != padding, table.stamps[row] != stamp else { return }
            table.stamps[row] = stamp
            table.rows.append(Int32(row))
        }
        tables[index] = table
    }

    /// Adds rows to the touched ones of a table, whose gradients stay what they are. For memory whose rows are never listed.
    package func add(_ index: Int, _ rows: [Int32], of gradients: Parameters) {
        let count = gradients.table.entries[index].specification.extents[0]
        var table = tables.removeValue(forKey: index) ?? Table(stamps: Array(repeating: 0, count: count))
        for row in rows where table.stamps[Int(row)] == 0 {
            table.stamps[Int(row)] = 1
            table.rows.append(row)
        }
        tables[index] = table
    }

    /// Forgets all rows, whose gradients the caller has made zero.
    package func clear() { tables.removeAll(keepingCapacity: true) }
}
