import CKernels
import FormantTensor

/// Looks each id up in a table: 1×height×width ids become dimension×height×width.
///
/// The ids are all of the input or, with `firstRow`, some of its rows: what a slice along frequency takes out.
///
/// Ids come as floats, which hold whole numbers exactly up to 2²⁴; one outside the table reads row `unknown`. The row
/// `padding`, where given, keeps its value: its gradient is zero. Parameter: table [rows][dimension].
package struct Embedding: Operator {
    package let batch: Int
    package let outputShape: Shape
    package let rows: Int
    package let padding: Int?
    package let unknown: Int
    /// The first of the input's rows that hold the ids.
    package private(set) var firstRow = 0
    /// Rows of the input.
    private var inputHeight: Int
    /// Whether the session keeps the gradient of the table at zero outside the rows that the batch names, so that the
    /// backward pass has nothing to clear.
    package var addsToZero = false

    package init(batch: Int, ids: Shape, rows: Int, dimension: Int, padding: Int?, unknown: Int) {
        self.batch = batch
        outputShape = Shape(channels: dimension, height: ids.height, width: ids.width)
        inputHeight = ids.height
        self.rows = rows
        self.padding = padding
        self.unknown = unknown
    }

    package var backwardReads: BackwardReads { [.inputs] }

    private var tokens: Int { batch * outputShape.positions }

    /// The same on an input of more rows, some of which are the ids.
    /// - Parameters:
    ///   - row: the first of them.
    ///   - height: the rows of the input.
    package func reading(fromRow row: Int, of height: Int) -> Embedding {
        var embedding = self
        embedding.firstRow = row
        embedding.inputHeight = height
        return embedding
    }

    private func id(_ input: Source, _ token: Int) -> Float {
        let (example, place) = token.quotientAndRemainder(dividingBy: outputShape.positions)
        return input[(example * inputHeight + firstRow) * outputShape.width + place]
    }

    /// Hands out the row that each token of an input reads.
    package func forEachRow(_ input: Source, _ body: (Int) -> Void) {
        for token in 0..<tokens { body(row(id(input, token))) }
    }

    /// The row that an id reads.
    package func row(_ id: Float) -> Int {
        id >= 0 && id < Float(rows) ? Int(id) : unknown
    }

    // y[p, d] = table[id[p], d]
    package func forward(_ operands: Operands, _ execution: Execution) {
        let dimension = outputShape.channels
        execution.forRows(tokens, columns: dimension) { range in
            for p in range {
                let source = operands.parameters[0] + row(id(operands.input, p)) * dimension
                (operands.output + p * dimension).update(from: source, count: dimension)
            }
        }
    }

    // dtable[id[p], d] += dy[p, d]: each worker takes some of the columns and goes through the tokens in order
    package func backward(_ operands: Operands, _ gradients: Gradients, _ execution: Execution) {
        // Whole numbers have no slope.
        if let ids = gradients.inputs[0] { ids.update(repeating: 0, count: batch * inputHeight * outputShape.width) }
        guard let table = gradients.parameters[0] else { return }
        let dimension = outputShape.channels
        if !addsToZero {
            execution.forElements(rows * dimension) { range in
                (table + range.lowerBound).update(repeating: 0, count: range.count)
            }
        }
        execution.pool.forRanges(of: dimension, grain: 64) { columns, _ in
            for p in 0..<tokens {
                let row = row(id(operands.input, p))
                if row == padding { continue }
                execution.kernels.pointee.add_scaled(
                    1, gradients.output + p * dimension + columns.lowerBound,
                    table + row * dimension + columns.lowerBound, columns.count)
            }
        }
    }
}
