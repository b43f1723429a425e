extension GTPEngine {
    /// Commands of the end of a game: all stones that are on the board are alive.
    static let score: [String: Handler] = [
        "final_score": { engine, _ in engine.game.position.board.areaScore.result(komi: engine.game.komi) },
        "final_status_list": { engine, arguments in
            switch arguments.first {
            case "alive": engine.chains.map(engine.names).joined(separator: "\n")
            case "dead", "seki": ""
            default: throw GTPError("invalid status: expected alive, seki or dead")
            }
        },
        "formant-area": { engine, _ in
            let owners = engine.game.position.board.owners.map { $0?.letter.lowercased() ?? "." }
            let rows = stride(from: 0, to: owners.count, by: engine.size).map { owners[$0..<$0 + engine.size] }
            return "\n" + rows.map { $0.joined(separator: " ") }.joined(separator: "\n")
        },
    ]

    /// The points of each chain, by their first one.
    private var chains: [[Int]] {
        let board = game.position.board
        var seen: Set<Int> = []
        return (0..<board.count).compactMap { point in
            guard board[point] != nil, !seen.contains(point) else { return nil }
            let chain = board.chain(at: point).sorted()
            seen.formUnion(chain)
            return chain
        }
    }
}
