/// What a network sees of a position: so many planes of the size of the board.
public enum PlaneSet: String, Codable, Sendable, CaseIterable {
    /// One plane: 1 where the player to move has a stone, −1 where the opponent has one, 0 where there is none. That is the
    /// lecture's black 1, white −1 with colours changed where White moves, since one plane says nothing else of whose
    /// turn it is.
    case lecture
    /// 48 planes of zeros and ones, after Silver et al. 2016, "Mastering the game of Go with deep neural networks and tree
    /// search", Extended Data Table 2, with legal points and ko in place of sensibleness and the plane of zeros.
    ///
    /// | planes | 1 where |
    /// |---|---|
    /// | 0 – 2 | the player to move has a stone, the opponent has one, none is |
    /// | 3 | everywhere |
    /// | 4 – 11 | a stone was placed by the last move, the one before, … eight or more moves ago, or set up |
    /// | 12 – 19 | a stone's chain has 1, 2, … 8 or more liberties |
    /// | 20 – 27 | a stone may be placed and would capture 1, 2, … 8 or more |
    /// | 28 – 35 | a stone may be placed and would leave 1, 2, … 8 or more own stones in atari |
    /// | 36 – 43 | a stone may be placed and its chain would have 1, 2, … 8 or more liberties |
    /// | 44 | a stone may be placed |
    /// | 45 | ko forbids it |
    /// | 46 | a stone would catch a chain in a ladder |
    /// | 47 | a stone would save a chain from atari, and from the ladder behind it |
    case alphago

    /// Number of planes.
    public var count: Int { self == .lecture ? 1 : 48 }

    /// Writes the planes of a position, seen by the player to move: plane by plane, in each row by row from above.
    /// - Parameters:
    ///   - symmetry: how the board is turned.
    ///   - planes: room for `count` × size × size values.
    /// - Precondition: there is just that much room.
    public func write(_ position: Position, _ symmetry: Symmetry, into planes: UnsafeMutableBufferPointer<Float>) {
        let table = symmetry.table(size: position.board.size)
        precondition(planes.count == count * table.count, "\(planes.count) values for \(count) planes")
        planes.update(repeating: 0)
        switch self {
        case .lecture:
            for (point, place) in table.enumerated() {
                guard let stone = position.board[point] else { continue }
                planes[place] = stone == position.toMove ? 1 : -1
            }
        case .alphago:
            func marks(at point: Int) -> Marks { Marks(planes: planes, area: table.count, place: table[point]) }
            for point in table.indices {
                let marks = marks(at: point)
                marks.mark(3)
                if let stone = position.board[point] {
                    marks.describe(stone, at: point, in: position)
                } else {
                    marks.describeEmpty(point, in: position)
                }
            }
            for point in position.board.ladderCaptures(by: position.toMove) {
                marks(at: point).mark(46)
            }
            for point in position.board.ladderEscapes(of: position.toMove) {
                marks(at: point).mark(47)
            }
        }
    }
}

/// The values of all planes at one place.
private struct Marks {
    let planes: UnsafeMutableBufferPointer<Float>
    let area: Int
    let place: Int

    func mark(_ plane: Int) { planes[plane * area + place] = 1 }

    /// One of eight planes: for 1, 2, … 8 or more; none for 0.
    func mark(_ plane: Int, among count: Int) { if count > 0 { mark(plane + min(count, 8) - 1) } }

    func describe(_ stone: Stone, at point: Int, in position: Position) {
        mark(stone == position.toMove ? 0 : 1)
        let placed = Int(position.placedAt[point])
        mark(4, among: placed == 0 ? 8 : position.moveNumber - placed + 1)
        mark(12, among: position.board.liberties(ofChainAt: point))
    }

    func describeEmpty(_ point: Int, in position: Position) {
        mark(2)
        if let reason = position.board.illegality(of: position.toMove, at: point) {
            if reason == .ko { mark(45) }
            return
        }
        mark(44)
        let effect = position.board.effect(of: position.toMove, at: point)
        mark(20, among: effect.captured)
        if effect.isSelfAtari { mark(28, among: effect.stones) }
        mark(36, among: effect.liberties)
    }
}
