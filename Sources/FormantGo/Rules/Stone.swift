/// The colour of a stone, and the player who has it.
public enum Stone: UInt8, Sendable, Codable, CaseIterable {
    /// Black moves first, unless there is a handicap.
    case black = 1
    /// White gets komi.
    case white = 2

    /// The opponent.
    public var other: Stone { self == .black ? .white : .black }
    /// `B` or `W`.
    public var letter: String { self == .black ? "B" : "W" }
    /// `black` or `white`.
    public var name: String { self == .black ? "black" : "white" }
}
