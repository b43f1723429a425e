import FormantNetwork
import FormantTensor

/// An input whose parts can be taken away, to look at the outputs again.
public struct Erasure {
    /// The positions (row × width + column) that each part covers; parts may share some.
    public let parts: [[Int]]
    /// Number of positions.
    public let positions: Int
    /// The outputs where some parts are taken away, for each of several choices of them.
    public let outputs: (_ erased: [[Int]]) throws -> [[Float]]

    /// Creates an erasure.
    public init(parts: [[Int]], positions: Int, outputs: @escaping (_ erased: [[Int]]) throws -> [[Float]]) {
        (self.parts, self.positions, self.outputs) = (parts, positions, outputs)
    }

    /// Boxes over an input, row by row; those at the ends are cut off there.
    /// - Parameters:
    ///   - height: positions of a box, at least 1.
    ///   - width: the same.
    ///   - down: positions from one box to the next, at least 1; nil: as many as a box has.
    ///   - across: the same.
    public static func boxes(
        _ shape: Shape, height: Int, width: Int, down: Int? = nil, across: Int? = nil
    ) -> [[Int]] {
        // The last box is the first to reach the end.
        func starts(_ extent: Int, _ size: Int, _ step: Int) -> [Int] {
            Array(stride(from: 0, to: max(1, extent - size + step), by: step))
        }
        var boxes: [[Int]] = []
        for top in starts(shape.height, height, down ?? height) where top < shape.height {
            for left in starts(shape.width, width, across ?? width) where left < shape.width {
                boxes.append(
                    (top..<min(shape.height, top + height)).flatMap { row in
                        (left..<min(shape.width, left + width)).map { row * shape.width + $0 }
                    })
            }
        }
        return boxes
    }

    /// Each part's mean of values per position.
    public func means(of map: [Float]) -> [Float] {
        parts.map { part in part.reduce(0) { $0 + map[$1] } / Float(max(1, part.count)) }
    }

    /// How far an output falls when each part alone is taken away, and of each position the mean over the parts that cover it.
    public func occlusion(output: Int) throws -> (parts: [Float], map: [Float]) {
        let results = try outputs([[]] + parts.indices.map { [$0] })
        let whole = results[0][output]
        let falls = results.dropFirst().map { whole - $0[output] }
        var sums = [Float](repeating: 0, count: positions)
        var counts = [Float](repeating: 0, count: positions)
        for (part, fall) in zip(parts, falls) {
            for position in part {
                sums[position] += fall
                counts[position] += 1
            }
        }
        return (falls, zip(sums, counts).map { $0 / max(1, $1) })
    }
}

extension Explainer {
    /// An input whose parts become those of a baseline, in all channels.
    public func erasure(of input: [Float], parts: [[Int]], baseline: [Float]) -> Erasure {
        let shape = shape
        return Erasure(parts: parts, positions: shape.positions) { erased in
            try self.outputs(count: erased.count) { choice in
                var values = input
                for part in erased[choice] {
                    for position in parts[part] {
                        for channel in 0..<shape.channels {
                            let place = channel * shape.positions + position
                            values[place] = baseline[place]
                        }
                    }
                }
                return values
            }
        }
    }

    /// What taking parts away says.
    /// - Throws: what the erasure throws.
    public func occlusion(output: Int, erasure: Erasure) throws -> Attribution {
        Attribution(
            method: .occlusion, values: try erasure.occlusion(output: output).map,
            shape: Shape(channels: 1, height: shape.height, width: shape.width))
    }
}
