extension GTPEngine {
    /// Commands of the course of a game.
    static let play: [String: Handler] = [
        "play": { engine, arguments in
            let stone = try arguments.stone(0)
            try engine.make(try arguments.move(1, size: engine.size), stone)
            return ""
        },
        "genmove": { engine, arguments in
            let stone = try arguments.stone(0)
            return try engine.generate(stone)
        },
        // Plays on until there is nothing to be played, so that what is dead is taken off the board.
        "kgs-genmove_cleanup": { engine, arguments in
            let stone = try arguments.stone(0)
            return try engine.generate(stone, endings: [])
        },
        "reg_genmove": { engine, arguments in
            // What is left to chance is the same again for the move that counts.
            var chooser = engine.chooser
            let stone = try arguments.stone(0)
            let choice = try chooser.choose(engine.policy, for: stone, in: engine.game, endings: .secondPass)
            guard case .move(let move) = choice else { return "pass" }
            return Vertex.name(of: move, size: engine.size)
        },
        "undo": { engine, _ in
            try engine.takeBack(1)
            return ""
        },
        "gg-undo": { engine, arguments in
            let count = arguments.isEmpty ? 1 : try arguments.integer(0)
            guard count >= 0 else { throw GTPError("not a number of moves") }
            try engine.takeBack(count)
            return ""
        },
        "gogui-play_sequence": { engine, arguments in
            let before = engine.game
            do {
                for index in stride(from: 0, to: arguments.count, by: 2) {
                    try engine.make(try arguments.move(index + 1, size: engine.size), try arguments.stone(index))
                }
            } catch {
                engine.game = before
                throw error
            }
            return ""
        },
    ]

    private mutating func generate(
        _ stone: Stone, endings: MoveChooser.Endings = [.resignation, .secondPass]
    ) throws -> String {
        let choice = try chooser.choose(policy, for: stone, in: game, endings: endings)
        guard case .move(let move) = choice else { return "resign" }
        try make(move, stone)
        return Vertex.name(of: move, size: size)
    }

    private mutating func takeBack(_ count: Int) throws(GTPError) {
        guard game.undo(count) else { throw GTPError("cannot undo") }
        chooser.forget()
    }

    private mutating func make(_ move: Move, _ stone: Stone) throws(GTPError) {
        guard game.moves.count < Game.moveLimit else { throw GTPError("more than \(Game.moveLimit) moves") }
        do { try game.play(move, by: stone, under: .simple) } catch { throw GTPError("illegal move") }
    }
}
