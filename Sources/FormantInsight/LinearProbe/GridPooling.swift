import FormantTensor

/// The output of a layer as a list of bounded length: the mean of each channel over the cells of a grid, or over all time
/// its maximum.
public struct GridPooling: Hashable, Sendable {
    /// What becomes of the values of a cell.
    public enum Reduction: String, Hashable, Sendable {
        /// Their mean.
        case mean
        /// The largest: for inputs of different lengths, over all positions.
        case maximum
    }

    /// Shape of what goes in; of `maximum` the number of channels alone counts.
    public let shape: Shape
    /// Cells along the rows.
    public let rows: Int
    /// Cells along the columns.
    public let columns: Int
    /// What becomes of the values of a cell.
    public let reduction: Reduction

    /// The finest grid that gives at most `limit` values, but at least one a channel.
    public init(_ shape: Shape, reduction: Reduction, limit: Int = 1024) {
        self.shape = shape
        self.reduction = reduction
        guard reduction == .mean else {
            (rows, columns) = (1, 1)
            return
        }
        let cells = max(1, limit / shape.channels)
        let side = max(1, Int(Double(cells).squareRoot()))
        let rows = min(shape.height, shape.width < side ? max(1, cells / shape.width) : side)
        self.rows = rows
        columns = min(shape.width, max(1, cells / rows))
    }

    /// Number of values that come out.
    public var count: Int { shape.channels * rows * columns }

    /// Pools one output.
    /// - Parameter positions: of each channel.
    public func callAsFunction(_ values: [Float], positions: Int) -> [Float] {
        if reduction == .maximum {
            return (0..<shape.channels).map { values[$0 * positions..<($0 + 1) * positions].max()! }
        }
        precondition(positions == shape.positions, "\(positions) positions for \(shape.full)")
        var result = [Float](repeating: 0, count: count)
        for channel in 0..<shape.channels {
            for row in 0..<rows {
                let down = cell(row, of: rows, shape.height)
                for column in 0..<columns {
                    let across = cell(column, of: columns, shape.width)
                    var sum: Float = 0
                    for y in down { for x in across { sum += values[(channel * shape.height + y) * shape.width + x] } }
                    result[(channel * rows + row) * columns + column] = sum / Float(down.count * across.count)
                }
            }
        }
        return result
    }

    /// Cells overlap where the grid does not divide the axis.
    private func cell(_ place: Int, of count: Int, _ length: Int) -> Range<Int> {
        place * length / count..<((place + 1) * length + count - 1) / count
    }
}
