extension GTPEngine {
    /// Commands of the course of a game.
    static let play: [String: Handler] = [
        "play": { engine, arguments in
            let stone = try arguments.stone(0)
            guard arguments.count > 1, let move = Vertex.move(named: arguments[1], size: engine.size) else {
                throw GTPError("invalid coordinate")
            }
            try engine.make(move, stone)
            return ""
        },
        "genmove": { engine, arguments in
            let stone = try arguments.stone(0)
            guard case .move(let move) = try engine.chooser.choose(engine.policy, for: stone, in: engine.game) else {
                return "resign"
            }
            try engine.make(move, stone)
            return Vertex.name(of: move, size: engine.size)
        },
        "reg_genmove": { engine, arguments in
            // What is left to chance is the same again for the move that counts.
            var chooser = engine.chooser
            let stone = try arguments.stone(0)
            let choice = try chooser.choose(engine.policy, for: stone, in: engine.game, mayResign: false)
            guard case .move(let move) = choice else { return "pass" }
            return Vertex.name(of: move, size: engine.size)
        },
        "undo": { engine, _ in
            guard engine.game.undo() else { throw GTPError("cannot undo") }
            return ""
        },
        "final_score": { engine, _ in engine.game.position.board.areaScore.result(komi: engine.game.komi) },
    ]

    private mutating func make(_ move: Move, _ stone: Stone) throws(GTPError) {
        guard game.moves.count < Game.moveLimit else { throw GTPError("more than \(Game.moveLimit) moves") }
        do { try game.play(move, by: stone, under: .simple) } catch { throw GTPError("illegal move") }
    }
}
