import FormantTensor

/// What chooses moves: a network, or anything else that knows how likely each is.
public protocol Policy: AnyObject {
    /// What players are told it is.
    var name: String { get }
    /// Whether it plays on boards of a size.
    func plays(size: Int) -> Bool
    /// How likely the player to move plays at each point: one value of 0 or more per point.
    ///
    /// Values at points where no stone may be placed do not count; the others need not sum to 1.
    func weights(for position: Position) throws -> [Float]
}

/// Every point is equally likely.
public final class UniformPolicy: Policy {
    /// Creates it.
    public init() {}

    /// `uniform`.
    public var name: String { "uniform" }

    /// On all.
    public func plays(size: Int) -> Bool { true }

    /// Ones.
    public func weights(for position: Position) throws -> [Float] {
        [Float](repeating: 1, count: position.board.count)
    }
}
