import FormantTensor

/// Where batch normalisation has its means and scales, and how the running ones follow.
///
/// Mean and 1/√(variance + ε) per column stand in what the operator saves; a column is a channel, or a channel of a
/// sub-band.
struct ChannelStatistics {
    let operands: Operands
    let columns: Int
    /// Values from one saved vector to the next.
    let vector: Int
    let epsilon: Float
    let momentum: Float

    private var mean: Destination { operands.saved }
    private var scale: Destination { operands.saved + vector }

    /// The running ones are those that count.
    func takeRunning() {
        for c in 0..<columns {
            mean[c] = operands.parameters[2][c]
            scale[c] = 1 / (operands.parameters[3][c] + epsilon).squareRoot()
        }
    }

    /// Those of a batch count, and move the running ones.
    /// - Parameter first: the column of the moments' first channel.
    func keep(_ moments: ChannelMoments, channels: Int, from first: Int = 0, rows: Int) {
        let count = Double(rows)
        for channel in 0..<channels {
            let c = first + channel
            let (average, variance) = moments.statistics(of: channel)
            mean[c] = Float(average)
            scale[c] = Float(1 / (variance + Double(epsilon)).squareRoot())
            let unbiased = rows > 1 ? variance * count / (count - 1) : variance
            let (running, spread) = (operands.parameters[2] + c, operands.parameters[3] + c)
            running.pointee += momentum * (Float(average) - running.pointee)
            spread.pointee += momentum * (Float(unbiased) - spread.pointee)
        }
    }

    /// a and b per column, with which y = x · a + b.
    /// - Parameter room: two vectors.
    func affine(in room: Destination) -> (a: Source, b: Source) {
        let (a, b) = (room, room + vector)
        let (gain, shift) = (operands.parameters[0], operands.parameters[1])
        for c in 0..<columns {
            a[c] = gain[c] * scale[c]
            b[c] = shift[c] - mean[c] * a[c]
        }
        return (Source(a), Source(b))
    }
}
