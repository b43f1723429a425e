import FormantTensor

/// The total variation of pictures, and moves of them.
enum Smoothness {
    /// So that the root has a derivative at 0.
    private static let softness: Float = 1e-4

    /// Σ √((right neighbour − value)² + (lower neighbour − value)²), beyond the edge being no difference; adds `weight` times
    /// its gradient.
    static func totalVariation(
        _ values: [Float], _ shape: Shape, weight: Float, addingTo gradient: inout [Float]
    ) -> Double {
        var sum = 0.0
        let (height, width) = (shape.height, shape.width)
        for row in 0..<shape.channels * height {
            let hasBelow = row % height < height - 1
            for column in 0..<width {
                let i = row * width + column
                let right = column < width - 1 ? values[i + 1] - values[i] : 0
                let below = hasBelow ? values[i + width] - values[i] : 0
                let root = (right * right + below * below + softness).squareRoot()
                sum += Double(root)
                gradient[i] -= weight * (right + below) / root
                if column < width - 1 { gradient[i + 1] += weight * right / root }
                if hasBelow { gradient[i + width] += weight * below / root }
            }
        }
        return sum
    }

    /// The picture moved down and to the right; what leaves at one end comes in at the other.
    static func moved(_ values: [Float], _ shape: Shape, rows: Int, columns: Int) -> [Float] {
        guard rows != 0 || columns != 0 else { return values }
        let (height, width) = (shape.height, shape.width)
        func wrapped(_ place: Int, _ length: Int) -> Int { ((place % length) + length) % length }
        var result = values
        for channel in 0..<shape.channels {
            for y in 0..<height {
                let target = (channel * height + wrapped(y + rows, height)) * width
                let source = (channel * height + y) * width
                for x in 0..<width { result[target + wrapped(x + columns, width)] = values[source + x] }
            }
        }
        return result
    }
}
