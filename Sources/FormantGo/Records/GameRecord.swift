/// A game as it was played: who, by which rules, and the moves of the main line.
public struct GameRecord: Hashable, Sendable {
    /// A player, as far as the record says.
    public struct Player: Hashable, Sendable {
        /// May be empty.
        public var name = ""
        /// As it is written; may be empty.
        public var rankText = ""
        /// The rank; nil where nothing is written that is understood.
        public var rank: Rank? { Rank(rankText) }

        /// A player of whom nothing is known.
        public init() {}
    }

    /// Sizes of boards that are read.
    public static let sizes = 5...25

    /// Size of the board.
    public var size: Int
    /// Points that White gets; nil where the record does not say.
    public var komi: Double?
    /// Number of handicap stones as the record says; 0 where it says nothing.
    public var handicap = 0
    /// Black.
    public var black = Player()
    /// White.
    public var white = Player()
    /// The result as it is written: `B+3.5`, `W+Resign`; may be empty.
    public var result = ""
    /// The rules as they are written; may be empty.
    public var rules = ""
    /// The date as it is written; may be empty.
    public var date = ""
    /// What stands on the board before the first move.
    public var setup = Setup()
    /// The moves.
    public var moves: [PlayedMove] = []
    /// Stones that are set up later: before the move of an index, in the order of the moves.
    public var laterSetups: [LaterSetup] = []

    /// Stones that are set up in the course of a game.
    public struct LaterSetup: Hashable, Sendable {
        /// Index of the move that comes next.
        public var move: Int
        /// What is set up.
        public var setup: Setup
    }

    /// Creates the record of an empty board.
    public init(size: Int) { self.size = size }

    /// Who made a move.
    public func player(_ stone: Stone) -> Player { stone == .black ? black : white }

    /// The position before the first move. Where nothing says whose turn it is, it is White's after handicap stones.
    /// - Throws: `GoError`.
    public func start() throws(GoError) -> Position {
        var position = try Position(size: size)
        if handicap >= 2, !setup.black.isEmpty, setup.white.isEmpty { position.toMove = .white }
        try position.setUp(setup)
        if let first = moves.first { position.toMove = first.stone }
        return position
    }

    /// Makes the moves of a range, with what is set up before each.
    /// - Parameter position: the one before the first of them, as `start` and this function give it.
    /// - Throws: `GoError` at a move that the rules, simple ko among them, forbid.
    public func play(_ range: Range<Int>, on position: inout Position) throws(GoError) {
        var later = laterSetups[firstSetup(from: range.lowerBound)...]
        func setUp(before move: Int) throws(GoError) {
            while let next = later.first, next.move == move {
                try position.setUp(next.setup)
                later.removeFirst()
            }
        }
        for index in range {
            try setUp(before: index)
            do { try position.play(moves[index].move, by: moves[index].stone) } catch { throw .move(error) }
        }
        // Stones set up behind a move belong to the position in which the next one is made, or to the last one.
        try setUp(before: range.upperBound)
        if range.upperBound < moves.count { position.toMove = moves[range.upperBound].stone }
    }

    /// The place among `laterSetups` of the first before a move or behind it.
    private func firstSetup(from move: Int) -> Int {
        var (low, high) = (0, laterSetups.count)
        while low < high {
            let middle = (low + high) / 2
            if laterSetups[middle].move < move { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The position in which a move was made.
    /// - Parameter index: of the move, 0 … `moves.count`; that many gives the last position.
    /// - Throws: `GoError` at a move that the rules forbid.
    public func position(before index: Int) throws(GoError) -> Position {
        var position = try start()
        try play(0..<index, on: &position)
        return position
    }
}
