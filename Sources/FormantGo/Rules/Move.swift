/// What a player does.
///
/// Points are numbered row by row from the upper left corner: point = row · size + column.
public enum Move: Hashable, Sendable {
    /// No stone is placed.
    case pass
    /// A stone is placed on a point.
    case point(Int)
}

/// A move and who made it, in two bytes.
public struct PlayedMove: Hashable, Sendable {
    // Bit 15: white. Bits 0 to 14: the point, or all of them for a pass.
    private let code: UInt16

    /// Puts a move together.
    public init(_ stone: Stone, _ move: Move) {
        let place: UInt16
        switch move {
        case .pass: place = 0x7fff
        case .point(let point): place = UInt16(point)
        }
        code = place | (stone == .white ? 0x8000 : 0)
    }

    /// Who made it.
    public var stone: Stone { code & 0x8000 == 0 ? .black : .white }
    /// What was done.
    public var move: Move { code & 0x7fff == 0x7fff ? .pass : .point(Int(code & 0x7fff)) }
}

/// Why a move is against the rules.
public struct IllegalMove: Error, Hashable, Sendable, CustomStringConvertible {
    /// The rule that is broken.
    public enum Reason: String, Sendable {
        /// There is no such point.
        case outside = "no such point"
        /// A stone is there already.
        case occupied = "the point is occupied"
        /// The stone, or the chain it joins, would have no liberty.
        case suicide = "suicide"
        /// It would take back the stone that took one just now.
        case ko = "ko"
        /// The whole board would look as it did before.
        case superko = "superko: the board would repeat"
    }

    /// Whose move.
    public let stone: Stone
    /// Where, as people write it.
    public let vertex: String
    /// What is wrong.
    public let reason: Reason

    /// Puts a refusal together.
    public init(stone: Stone, vertex: String, reason: Reason) {
        (self.stone, self.vertex, self.reason) = (stone, vertex, reason)
    }

    /// One line for people.
    public var description: String { "\(stone.name) \(vertex): \(reason.rawValue)" }
}
