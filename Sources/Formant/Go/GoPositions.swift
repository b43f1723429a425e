import FormantGo
import FormantTensor
import FormantTraining

/// Positions of games with the stone that was placed next, as a data set: games and nothing more are held.
///
/// A position is made, by playing its game up to it, when a batch wants it. Passes are no targets: a network says where
/// stones are placed. A set of more positions than `limit` shows so many in each epoch, spread evenly over the games,
/// others in each.
package struct GoPositions: Dataset {
    /// A position: of a game, before a move.
    package struct Place: Hashable {
        package var game: Int
        package var move: Int
    }

    package let games: [GameRecord]
    private let frontEnd: GoFrontEnd
    /// Seed of what changes from epoch to epoch; nil: nothing does.
    private let seed: UInt64?
    private var epoch = 0
    /// Positions before each game, and all of them at the end.
    private let starts: [Int]
    /// Number of examples.
    package let count: Int

    /// Most positions of an epoch: their order is all that takes memory for each of them.
    package static let limit = 1 << 20

    /// Creates a set.
    /// - Parameters:
    ///   - games: played through already; those on boards of another size have no positions.
    ///   - seed: of symmetries, and of the choice among more positions than `limit`; nil: positions are seen as they are.
    package init(_ games: [GameRecord], _ frontEnd: GoFrontEnd, seed: UInt64?, limit: Int = GoPositions.limit) {
        self.games = games
        self.frontEnd = frontEnd
        self.seed = seed
        var starts = [0]
        starts.reserveCapacity(games.count + 1)
        for game in games {
            let stones = game.size == frontEnd.size ? game.moves.count { $0.move != .pass } : 0
            starts.append(starts[starts.count - 1] + stones)
        }
        self.starts = starts
        count = min(limit, starts[games.count])
    }

    /// All positions, of which an epoch may show some.
    package var total: Int { starts[games.count] }

    package func inEpoch(_ epoch: Int) -> GoPositions {
        var copy = self
        copy.epoch = epoch
        return copy
    }

    package func shape(of index: Int) -> Shape { frontEnd.shape }

    package func target(of index: Int) -> Target {
        let place = place(of: index)
        let record = games[place.game]
        guard case .point(let point) = record.moves[place.move].move, let position = try? position(at: place) else {
            preconditionFailure("a game that was read is played through")
        }
        let legal = position.legalPoints
        guard let symmetry = symmetry(of: index) else { return .labelAmong(point, possible: legal) }
        var turned = legal
        for (place, target) in symmetry.table(size: frontEnd.size).enumerated() { turned[target] = legal[place] }
        return .labelAmong(symmetry.point(point, size: frontEnd.size), possible: turned)
    }

    package func load(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, varyingBy generator: inout SeededGenerator?
    ) throws {
        let position = try position(at: place(of: index))
        frontEnd.planes.write(position, symmetry(of: index) ?? Symmetry.all[0], into: input)
    }

    /// The position of an example.
    package func position(at place: Place) throws(GoError) -> Position {
        try games[place.game].position(before: place.move)
    }

    /// Where the position of an example is.
    package func place(of index: Int) -> Place {
        let number = number(of: index)
        // The last game that begins at the number or before it, of those that have positions.
        var (low, high) = (0, games.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= number { low = middle } else { high = middle }
        }
        var rest = number - starts[low]
        let moves = games[low].moves
        for move in moves.indices where moves[move].move != .pass {
            if rest == 0 { return Place(game: low, move: move) }
            rest -= 1
        }
        preconditionFailure("position \(number) of \(total)")
    }

    /// The number of an example among all positions: itself, or one of the share of all that it stands for.
    private func number(of index: Int) -> Int {
        guard count < total else { return index }
        // Number by number the product stays far below the largest integer.
        let (first, next) = (index * total / count, (index + 1) * total / count)
        guard seed != nil else { return first }
        var generator = generator(of: index, "position")
        return first + generator.index(below: next - first)
    }

    private func symmetry(of index: Int) -> Symmetry? {
        guard seed != nil, frontEnd.symmetries else { return nil }
        var generator = generator(of: index, "symmetry")
        return Symmetry.all[generator.index(below: 8)]
    }

    private func generator(of index: Int, _ purpose: String) -> SeededGenerator {
        .derived(seed: seed ?? 0, purpose: "\(purpose) of example \(index) in epoch \(epoch)")
    }
}
