/// A board in the course of a game: whose turn it is, and when each stone came.
public struct Position: Sendable {
    /// The stones.
    public private(set) var board: Board
    /// Whose turn it is.
    public var toMove: Stone
    /// Moves made so far, passes among them.
    public private(set) var moveNumber = 0
    /// The last move; nil before the first and after stones were set up.
    public private(set) var lastMove: Move?
    /// For each point the number of the move that placed the stone there, from 1; 0 where it was set up.
    private(set) var placedAt: [Int32]

    /// Creates the position before the first move on an empty board.
    /// - Throws: `GoError.boardSize`.
    public init(size: Int) throws(GoError) {
        board = try Board(size: size)
        toMove = .black
        placedAt = [Int32](repeating: 0, count: board.count)
    }

    /// Makes a move, out of turn if need be; then it is the opponent's turn.
    /// - Throws: `IllegalMove`, never for superko; nothing has changed then.
    public mutating func play(_ move: Move, by stone: Stone) throws(IllegalMove) {
        switch move {
        case .pass: board.clearKo()
        case .point(let point):
            try board.play(stone, at: point)
            placedAt[point] = Int32(moveNumber + 1)
        }
        moveNumber += 1
        lastMove = move
        toMove = stone.other
    }

    /// Sets stones up.
    /// - Throws: `GoError.chainWithoutLiberty`; nothing has changed then.
    public mutating func setUp(_ setup: Setup) throws(GoError) {
        try board.setUp(setup.stones)
        for (point, _) in setup.stones { placedAt[point] = 0 }
        if let stone = setup.toMove { toMove = stone }
        lastMove = nil
    }

    /// For each point whether the player to move may place a stone there; superko is not looked at.
    public var legalPoints: [Bool] { board.cells.indices.map { board.illegality(of: toMove, at: $0) == nil } }
}

/// Stones that are put on a board, or taken off it, other than by moves.
public struct Setup: Hashable, Sendable {
    /// Points that get a black stone.
    public var black: [Int] = []
    /// Points that get a white stone.
    public var white: [Int] = []
    /// Points that become empty.
    public var empty: [Int] = []
    /// Whose turn it is then; nil: as before.
    public var toMove: Stone?

    /// Nothing.
    public init() {}

    /// Whether nothing is set up.
    public var isNothing: Bool { self == Setup() }

    /// All of it, in the order that counts.
    var stones: [(point: Int, stone: Stone?)] {
        black.map { ($0, .black) } + white.map { ($0, .white) } + empty.map { ($0, nil) }
    }
}
