/// How an input that is larger than what goes through a network at once is cut along one axis.
public enum Tiling: Hashable, Sendable {
    /// Tiles of `side` values, with `margin` more on either side that are looked at but not changed. Where the margin is as
    /// wide as what one value of the node sees, and tiles begin at multiples of the node's stride, the gradients are those
    /// of the whole.
    case free(side: Int, margin: Int)
    /// Tiles of just this many values, for a network that takes no others; where they overlap their mean counts.
    case fixed(Int)

    /// A tile: what is read, and what of it is changed.
    struct Tile: Hashable {
        var read: Range<Int>
        var kept: Range<Int>
    }

    /// The tiles of an axis.
    /// - Precondition: a fixed tile is no longer than the axis.
    func tiles(of length: Int) -> [Tile] {
        switch self {
        case .free(let side, let margin):
            if length <= side + margin { return [Tile(read: 0..<length, kept: 0..<length)] }
            return stride(from: 0, to: length, by: side).map { start in
                let end = min(length, start + side)
                return Tile(read: max(0, start - margin)..<min(length, end + margin), kept: start..<end)
            }
        case .fixed(let side):
            precondition(side <= length, "a tile of \(side) on \(length)")
            let count = (length + side - 1) / side
            return (0..<count).map { i in
                let start = count == 1 ? 0 : i * (length - side) / (count - 1)
                return Tile(read: start..<start + side, kept: start..<start + side)
            }
        }
    }

    /// In how many tiles each place of an axis is changed.
    func covers(of length: Int) -> [Float] {
        var covers = [Float](repeating: 0, count: length)
        for tile in tiles(of: length) {
            for i in tile.kept { covers[i] += 1 }
        }
        return covers
    }
}
