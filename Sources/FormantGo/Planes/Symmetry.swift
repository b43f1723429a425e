/// One of the eight ways in which a square board can be turned and mirrored.
public struct Symmetry: Hashable, Sendable {
    /// All eight; the first leaves the board as it is.
    public static let all = (0..<8).map { Symmetry(index: $0) }

    /// 0 … 7. Bit 0: rows are turned over, bit 1: columns are, bit 2: then rows and columns change places.
    public let index: Int

    private init(index: Int) { self.index = index }

    /// Where a point goes on a board of this size.
    public func point(_ point: Int, size: Int) -> Int {
        var (row, column) = (point / size, point % size)
        if index & 1 != 0 { row = size - 1 - row }
        if index & 2 != 0 { column = size - 1 - column }
        return index & 4 != 0 ? column * size + row : row * size + column
    }

    /// Where each point goes.
    public func table(size: Int) -> [Int] { (0..<size * size).map { point($0, size: size) } }

    /// Where a move goes.
    public func move(_ move: Move, size: Int) -> Move {
        guard case .point(let place) = move else { return move }
        return .point(point(place, size: size))
    }
}
