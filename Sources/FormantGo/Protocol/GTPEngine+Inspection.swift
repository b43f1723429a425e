extension GTPEngine {
    /// Commands that show where the game stands. `all_legal`, `captures`, `list_stones` and `printsgf` are not of the
    /// standard; GNU Go has them too, by which the two are compared.
    static let inspection: [String: Handler] = [
        "showboard": { engine, _ in "\n" + BoardText.text(of: engine.game) },
        "all_legal": { engine, arguments in
            let legal = engine.game.legalPoints(for: try arguments.stone(0))
            return engine.names(legal.indices.filter { legal[$0] })
        },
        "captures": { engine, arguments in
            let lost = engine.game.position.board.lost
            return "\(try arguments.stone(0) == .black ? lost.white : lost.black)"
        },
        "list_stones": { engine, arguments in
            let stone = try arguments.stone(0)
            let board = engine.game.position.board
            return engine.names((0..<board.count).filter { board[$0] == stone })
        },
        "printsgf": { engine, _ in "\n" + String(GameRecord(engine.game).sgf.dropLast()) },
    ]

    func names(_ points: [Int]) -> String {
        points.map { Vertex.name(of: $0, size: size) }.joined(separator: " ")
    }
}
