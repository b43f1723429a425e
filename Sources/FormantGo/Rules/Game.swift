/// A game that is being played: its moves, what may be played next, and the score.
///
/// Suicide is refused. Ko forbids to take back a stone at once, and positional superko any move after which the whole
/// board looks as it did at some time before, whoever was to move then. A pass is always allowed.
public struct Game: Sendable {
    /// What repeats may not be made.
    public enum KoRule: Sendable {
        /// Taking back at once.
        case simple
        /// Any position that there was before.
        case positionalSuperko
    }

    /// Points that White gets for moving second.
    public var komi: Double
    /// Where the game stands.
    public private(set) var position: Position
    /// All moves since the start.
    public private(set) var moves: [PlayedMove] = []

    /// The position before the first move.
    public let start: Position
    // The hashes of the boards there were, and how many of them each move added: none for a pass.
    private var seen: Set<UInt64>
    private var added: [UInt64?] = []

    /// Most moves of a game.
    public static let moveLimit = 10_000

    /// Begins a game.
    public init(from start: Position, komi: Double = 0) {
        self.start = start
        self.komi = komi
        position = start
        seen = [start.board.hash]
    }

    /// Begins a game on an empty board.
    /// - Throws: `GoError.boardSize`.
    public init(size: Int, komi: Double = 0) throws(GoError) { self.init(from: try Position(size: size), komi: komi) }

    /// Whether no move was made and no stone set up.
    public var isAtStart: Bool { moves.isEmpty && start.board.cells.allSatisfy { $0 == 0 } }

    /// Whether the last two moves are passes.
    public var isOver: Bool { moves.count >= 2 && moves.suffix(2).allSatisfy { $0.move == .pass } }

    /// Why a stone must not be placed on a point; nil where it may.
    public func illegality(
        of stone: Stone, at point: Int, by rule: KoRule = .positionalSuperko
    ) -> IllegalMove.Reason? {
        if let reason = position.board.illegality(of: stone, at: point) { return reason }
        guard rule == .positionalSuperko else { return nil }
        return seen.contains(position.board.hash(after: stone, at: point)) ? .superko : nil
    }

    /// For each point whether a player may place a stone there.
    public func legalPoints(for stone: Stone, by rule: KoRule = .positionalSuperko) -> [Bool] {
        (0..<position.board.count).map { illegality(of: stone, at: $0, by: rule) == nil }
    }

    /// Makes a move; then it is the opponent's turn.
    /// - Throws: `IllegalMove`; nothing has changed then.
    public mutating func play(
        _ move: Move, by stone: Stone, under rule: KoRule = .positionalSuperko
    ) throws(IllegalMove) {
        if case .point(let point) = move, let reason = illegality(of: stone, at: point, by: rule) {
            let vertex = Vertex.name(of: point, size: position.board.size)
            throw IllegalMove(stone: stone, vertex: vertex, reason: reason)
        }
        try position.play(move, by: stone)
        moves.append(PlayedMove(stone, move))
        let isNew = seen.insert(position.board.hash).inserted
        added.append(isNew ? position.board.hash : nil)
    }

    /// Takes the last moves back.
    /// - Parameter count: how many, 0 or more.
    /// - Returns: false where there are fewer; nothing has changed then.
    public mutating func undo(_ count: Int = 1) -> Bool {
        guard count <= moves.count else { return false }
        for hash in added.suffix(count) { if let hash { seen.remove(hash) } }
        added.removeLast(count)
        moves.removeLast(count)
        position = start
        for played in moves {
            do { try position.play(played.move, by: played.stone) } catch {
                preconditionFailure("a move that was legal is so again")
            }
        }
        return true
    }
}
