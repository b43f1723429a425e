import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How a move is chosen from what a policy says: one of the likely ones, a pass, or resignation.
///
/// A policy says where stones are placed, and nothing of passes or of who is ahead; these are rules:
/// - Points are candidates where a stone may be placed by the rules of the game and that are no eye of one's own.
/// - It passes where there is no candidate, and as an answer to a pass when it is ahead by area as the stones stand.
/// - It resigns, where it may, when it is behind by area as the stones stand by more than `resigns` points for
///   its third move in a row.
public struct MoveChooser: Sendable {
    /// What is done.
    public enum Choice: Hashable, Sendable {
        /// A move.
        case move(Move)
        /// The game is given up.
        case resign
    }

    /// How else than by moves it may end a game.
    public struct Endings: OptionSet, Sendable {
        /// A bit for each.
        public let rawValue: UInt8

        /// Puts endings together.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// It may resign.
        public static let resignation = Endings(rawValue: 1)
        /// It may answer a pass by one.
        public static let secondPass = Endings(rawValue: 2)
    }

    /// 0: the likeliest candidate. Else each with a probability in proportion to pᵢ^(1 / temperature).
    public var temperature: Float = 0
    /// Points behind at which it resigns; nil: it never does.
    public var resigns: Double?
    /// Whether it looks one move ahead and leaves out moves after which a chain of two or more own stones would have one
    /// liberty, unless they capture, or there are no others.
    public var avoidsSelfAtari = false

    private var generator: SeededGenerator
    /// For how many moves in a row each side has been far behind.
    private var hopeless: [Stone: Int] = [:]

    /// Moves in a row for which it must be far behind.
    private static let patience = 3

    /// Creates the rules.
    /// - Parameter seed: of what is left to chance.
    public init(seed: UInt64 = 0) { generator = .derived(seed: seed, purpose: "choice of moves") }

    /// Forgets how the game stood: another one begins, or moves are taken back.
    public mutating func forget() { hopeless = [:] }

    /// Chooses.
    /// - Parameters:
    ///   - stone: whose move.
    ///   - endings: what it may do; without `secondPass` it passes where there is no candidate alone.
    /// - Throws: what the policy throws.
    public mutating func choose(
        _ policy: any Policy, for stone: Stone, in game: Game, endings: Endings = [.resignation, .secondPass]
    ) throws -> Choice {
        let score = game.position.board.areaScore
        let lead = score.lead(komi: game.komi) * (stone == .black ? 1 : -1)
        if endings.contains(.resignation), let resigns {
            let moves = lead < -resigns ? hopeless[stone, default: 0] + 1 : 0
            hopeless[stone] = moves
            if moves >= Self.patience { return .resign }
        }
        if endings.contains(.secondPass), game.moves.last?.move == .pass, lead > 0 { return .move(.pass) }
        let candidates = try Self.candidates(policy, for: stone, in: game)
        guard !candidates.isEmpty else { return .move(.pass) }
        return .move(.point(pick(sensible(candidates, stone, game.position.board))))
    }

    /// How likely each point is at which a player may place a stone and that is no eye of its own, by a policy; they sum
    /// to 1, the likeliest first, of equally likely ones that of the smaller number.
    public static func candidates(
        _ policy: any Policy, for stone: Stone, in game: Game
    ) throws -> [(point: Int, probability: Float)] {
        var position = game.position
        position.toMove = stone
        let weights = try policy.weights(for: position)
        let legal = game.legalPoints(for: stone)
        let points = legal.indices.filter { legal[$0] && !position.board.isEye($0, of: stone) }
        let values = points.map { $0 < weights.count && weights[$0] > 0 ? weights[$0] : 0 }
        let sum = values.reduce(0, +)
        let isUsable = sum > 0 && sum.isFinite
        return zip(points, values)
            .map { (point: $0, probability: isUsable ? $1 / sum : 1 / Float(points.count)) }
            .sorted { ($1.probability, $0.point) < ($0.probability, $1.point) }
    }

    private func sensible(
        _ candidates: [(point: Int, probability: Float)], _ stone: Stone, _ board: Board
    ) -> [(point: Int, probability: Float)] {
        guard avoidsSelfAtari else { return candidates }
        let kept = candidates.filter { candidate in
            let effect = board.effect(of: stone, at: candidate.point)
            return !effect.isSelfAtari || effect.stones == 1 || effect.captured > 0
        }
        return kept.isEmpty ? candidates : kept
    }

    private mutating func pick(_ candidates: [(point: Int, probability: Float)]) -> Int {
        guard temperature > 0 else { return candidates[0].point }
        // Relative to the largest, so that small temperatures do not make all of them 0.
        let largest = candidates[0].probability
        let weights = candidates.map { pow($0.probability / largest, 1 / temperature) }
        var rest = generator.uniform() * weights.reduce(0, +)
        for (candidate, weight) in zip(candidates, weights) {
            rest -= weight
            if rest < 0 { return candidate.point }
        }
        return candidates[0].point
    }
}
