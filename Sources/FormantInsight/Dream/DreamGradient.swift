import CKernels
import FormantNetwork
import FormantTensor

/// The gradient of a dream's aim by an input of any size, tile by tile, so that the memory of a network's layers stays
/// that of one tile.
public final class DreamGradient {
    private let subject: Subject
    private let aim: DreamAim
    private let rows: Tiling
    private let columns: Tiling
    /// The network for the shape of the last tile. One alone is kept, as each has the memory of all layers.
    private var probe: Probe?

    /// Creates a gradient.
    /// - Parameters:
    ///   - rows: how the height is cut.
    ///   - columns: how the width is cut.
    public init(_ subject: Subject, aim: DreamAim, rows: Tiling, columns: Tiling) {
        self.subject = subject
        self.aim = aim
        self.rows = rows
        self.columns = columns
    }

    /// The gradient at an input that is turned round first: row r becomes row r + shift, those that leave below come in
    /// above, and likewise for columns. The gradient is turned back.
    /// - Parameters:
    ///   - values: in the public order.
    ///   - shape: their shape.
    ///   - shift: rows and columns, each at least 0 and less than there are.
    /// - Returns: the aim, a mean over positions, and the gradient of its sum over positions by the values.
    /// - Throws: `NetworkError` for a node that is not there, and a shape that the network cannot take.
    public func gradient(
        of values: [Float], shape: Shape, shift: (rows: Int, columns: Int) = (0, 0)
    ) throws(NetworkError) -> (aim: Double, gradient: [Float]) {
        precondition(values.count == shape.count, "\(values.count) values for \(shape.full)")
        var gradient = [Float](repeating: 0, count: values.count)
        var (sum, count) = (0.0, 0)
        // Tiles of one shape after another.
        let tiles = rows.tiles(of: shape.height).flatMap { row in
            columns.tiles(of: shape.width).map { (row: row, column: $0) }
        }.sorted { ($0.row.read.count, $0.column.read.count) > ($1.row.read.count, $1.column.read.count) }
        for tile in tiles {
            let place = Place(shape: shape, rows: tile.row, columns: tile.column, shift: shift)
            let probe = try probe(
                Shape(channels: shape.channels, height: tile.row.read.count, width: tile.column.read.count))
            place.load(values, into: probe.memory.input, subject.pool)
            probe.forwardFromMemory()
            let part = seed(probe, place)
            sum += part.sum
            count += part.count
            probe.backwardFromMemory()
            place.add(probe.memory.inputGradient, to: &gradient, subject.pool)
        }
        divideByCovers(&gradient, shape, shift)
        return (sum / Double(max(1, count)), gradient)
    }

    private func probe(_ shape: Shape) throws(NetworkError) -> Probe {
        if let probe, probe.input == shape { return probe }
        probe = nil  // its memory first
        let made = try subject.probe(Probe.Options(output: aim.node, shape: shape))
        probe = made
        return made
    }

    /// Writes the gradient of the aim by the node's values.
    /// - Returns: the aim summed over the positions that belong to what is changed, and their number.
    private func seed(_ probe: Probe, _ place: Place) -> (sum: Double, count: Int) {
        let (values, gradient) = (probe.memory.output, probe.memory.outputGradient)
        let shape = probe.output
        let channels = shape.channels
        var sums = [Double](repeating: 0, count: shape.positions)
        switch aim {
        case .energy:
            _ = gradient.update(fromContentsOf: values)
            for position in 0..<shape.positions {
                sums[position] =
                    ck_active().pointee.sum_of_squares(
                        values.baseAddress! + position * channels, channels) / Double(channels)
            }
        case .channels(_, let chosen):
            gradient.update(repeating: 0)
            for position in 0..<shape.positions {
                for channel in chosen {
                    precondition((0..<channels).contains(channel), "channel \(channel) of \(channels)")
                    gradient[position * channels + channel] = 1
                    sums[position] += Double(values[position * channels + channel]) / Double(chosen.count)
                }
            }
        case .guide(_, let guide): sums = seek(guide, values, gradient, shape)
        case .output(let index):
            gradient.update(repeating: 0)
            gradient[index] = 1
            sums[0] = Double(values[index])
        }
        var (sum, count) = (0.0, 0)
        for position in place.kept(of: shape) {
            sum += sums[position]
            count += 1
        }
        return (sum, count)
    }

    /// gradient[p] = the vector v of the guide for which v · values[p] is largest, the first of equals.
    private func seek(
        _ guide: DreamGuide, _ values: UnsafeMutableBufferPointer<Float>,
        _ gradient: UnsafeMutableBufferPointer<Float>, _ shape: Shape
    ) -> [Double] {
        let (channels, targets) = (shape.channels, guide.positions)
        let kernels = ck_active()!
        let panel = kernels.pointee.panel
        var packed = [Float](repeating: 0, count: (targets + panel - 1) / panel * panel * channels)
        kernels.pointee.pack(guide.vectors, channels, true, channels, targets, &packed)
        var sums = [Double](repeating: 0, count: shape.positions)
        sums.withUnsafeMutableBufferPointer { sums in
            packed.withUnsafeBufferPointer { packed in
                nonisolated(unsafe) let (sums, packed, values, gradient) = (sums, packed, values, gradient)
                subject.pool.forRanges(of: shape.positions, grain: 32) { range, _ in
                    var products = [Float](repeating: 0, count: range.count * targets)
                    kernels.pointee.gemm(
                        range.count, targets, channels, values.baseAddress! + range.lowerBound * channels, channels,
                        packed.baseAddress, nil, CK_IDENTITY, 0, false, &products, targets)
                    for (i, position) in range.enumerated() {
                        var best = i * targets
                        for j in i * targets..<(i + 1) * targets where products[j] > products[best] { best = j }
                        let target = best - i * targets
                        for c in 0..<channels {
                            gradient[position * channels + c] = guide.vectors[target * channels + c]
                        }
                        sums[position] = Double(products[best]) / Double(channels)
                    }
                }
            }
        }
        return sums
    }

    /// Where tiles overlap, the mean of their gradients.
    private func divideByCovers(_ gradient: inout [Float], _ shape: Shape, _ shift: (rows: Int, columns: Int)) {
        let (down, across) = (rows.covers(of: shape.height), columns.covers(of: shape.width))
        guard down.contains(where: { $0 > 1 }) || across.contains(where: { $0 > 1 }) else { return }
        for line in 0..<shape.channels * shape.height {
            let share = down[(line % shape.height + shift.rows) % shape.height]
            for column in 0..<shape.width {
                gradient[line * shape.width + column] /= share * across[(column + shift.columns) % shape.width]
            }
        }
    }
}
