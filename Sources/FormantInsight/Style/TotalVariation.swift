import FormantTensor

/// How much neighbours differ: the mean over all values of (x[r + 1, c] − x[r, c])² + (x[r, c + 1] − x[r, c])², times a
/// weight (Mahendran & Vedaldi 2015, "Understanding deep image representations by inverting them", β = 2).
struct TotalVariation {
    let shape: Shape
    let weight: Double

    /// Adds the gradient.
    /// - Parameter values: channel × row × column.
    /// - Returns: the loss.
    func add(of values: [Float], to gradient: inout [Float]) -> Double {
        let (height, width) = (shape.height, shape.width)
        let factor = Float(2 * weight / Double(values.count))
        var sum = 0.0
        values.withUnsafeBufferPointer { values in
            gradient.withUnsafeMutableBufferPointer { gradient in
                for row in 0..<shape.channels * height {
                    let start = row * width
                    var squares: Float = 0
                    for i in start..<start + width - 1 {
                        let difference = values[i + 1] - values[i]
                        squares += difference * difference
                        gradient[i + 1] += factor * difference
                        gradient[i] -= factor * difference
                    }
                    sum += Double(squares)
                    guard row % height < height - 1 else { continue }
                    squares = 0
                    for i in start..<start + width {
                        let difference = values[i + width] - values[i]
                        squares += difference * difference
                        gradient[i + width] += factor * difference
                        gradient[i] -= factor * difference
                    }
                    sum += Double(squares)
                }
            }
        }
        return weight * sum / Double(values.count)
    }
}
