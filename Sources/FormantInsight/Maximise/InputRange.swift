import FormantTensor

/// Between which numbers the inputs of a network lie, row by row (channel × height of them): what a picture that is made
/// for it may show. Inside, an input is made of shares from 0 (lowest) to 1 (highest).
public struct InputRange: Hashable, Sendable {
    /// Of an input: channels × height × width.
    public let shape: Shape
    /// The lowest value of each row.
    public let lowest: [Float]
    /// The highest value of each row, above the lowest.
    public let highest: [Float]
    /// The value of each row where there is nothing: black, silence, no word.
    public let rest: [Float]

    /// Creates a range.
    /// - Precondition: a value per row, lowest < highest, and `rest` between them.
    public init(shape: Shape, lowest: [Float], highest: [Float], rest: [Float]) {
        let rows = shape.channels * shape.height
        precondition(lowest.count == rows && highest.count == rows && rest.count == rows, "a range for \(rows) rows")
        for row in 0..<rows {
            precondition(
                lowest[row] < highest[row] && lowest[row] <= rest[row] && rest[row] <= highest[row],
                "row \(row): \(lowest[row]) to \(highest[row]) with \(rest[row])")
        }
        (self.shape, self.lowest, self.highest, self.rest) = (shape, lowest, highest, rest)
    }

    /// The same rows with another number of columns.
    public func with(width: Int) -> InputRange {
        InputRange(
            shape: Shape(channels: shape.channels, height: shape.height, width: width), lowest: lowest,
            highest: highest, rest: rest)
    }

    /// The input that shares stand for.
    public func input(of shares: [Float]) -> [Float] {
        mapped(shares) { share, row in lowest[row] + (highest[row] - lowest[row]) * share }
    }

    /// The shares of an input; those of values beyond the range are cut.
    public func shares(of input: [Float]) -> [Float] {
        mapped(input) { value, row in
            min(max((value - lowest[row]) / (highest[row] - lowest[row]), 0), 1)
        }
    }

    /// The share of each row where there is nothing.
    var restShares: [Float] { rest.indices.map { (rest[$0] - lowest[$0]) / (highest[$0] - lowest[$0]) } }

    /// A gradient by the input as one by the shares.
    func gradient(byInput gradient: [Float]) -> [Float] {
        mapped(gradient) { value, row in value * (highest[row] - lowest[row]) }
    }

    private func mapped(_ values: [Float], _ body: (_ value: Float, _ row: Int) -> Float) -> [Float] {
        precondition(values.count == shape.count, "\(values.count) values for \(shape.full)")
        let width = shape.width
        return values.indices.map { body(values[$0], $0 / width) }
    }
}
