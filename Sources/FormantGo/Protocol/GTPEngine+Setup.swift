import FormantFiles

extension GTPEngine {
    /// Commands that begin a game.
    static let setup: [String: Handler] = [
        "boardsize": { engine, arguments in
            let size = try arguments.integer(0)
            guard Board.sizes.contains(size), engine.policy.plays(size: size) else {
                throw GTPError("unacceptable size")
            }
            engine.begin(from: try Position(size: size))
            return ""
        },
        "clear_board": { engine, _ in
            engine.begin(from: try Position(size: engine.size))
            return ""
        },
        "komi": { engine, arguments in
            engine.game.komi = try arguments.number(0)
            return ""
        },
        "fixed_handicap": { engine, arguments in
            let stones = try arguments.integer(0)
            guard engine.game.isAtStart else { throw GTPError("board not empty") }
            guard let points = Handicap.points(stones, size: engine.size) else {
                throw GTPError("invalid number of stones")
            }
            return try engine.place(points)
        },
        // Fewer stones than asked for may be placed: as many as custom knows points for.
        "place_free_handicap": { engine, arguments in
            let stones = try arguments.integer(0)
            guard engine.game.isAtStart else { throw GTPError("board not empty") }
            let size = engine.size
            let numbers = stride(from: min(stones, 9), through: 2, by: -1)
            guard let points = numbers.lazy.compactMap({ Handicap.points($0, size: size) }).first else {
                throw GTPError("invalid number of stones")
            }
            return try engine.place(points)
        },
        "set_free_handicap": { engine, arguments in
            guard engine.game.isAtStart else { throw GTPError("board not empty") }
            let points = arguments.compactMap { Vertex.point(named: $0, size: engine.size) }
            guard points.count == arguments.count, points.count >= 2, Set(points).count == points.count else {
                throw GTPError("bad vertex list")
            }
            return try engine.place(points, saysWhere: false)
        },
        "loadsgf": { engine, arguments in
            guard let file = arguments.first else { throw GTPError("expected a file") }
            try engine.load(String(file), until: arguments.count > 1 ? try arguments.integer(1) : Int.max)
            return ""
        },
    ]

    private mutating func place(_ points: [Int], saysWhere: Bool = true) throws -> String {
        var position = try Position(size: size)
        var setup = Setup()
        setup.black = points
        setup.toMove = .white
        do { try position.setUp(setup) } catch { throw GTPError("bad vertex list") }
        begin(from: position)
        return saysWhere ? points.map { Vertex.name(of: $0, size: size) }.joined(separator: " ") : ""
    }

    /// Sets a game of a file up as it stood before a move, counted from 1, or at its end.
    private mutating func load(_ path: String, until number: Int) throws {
        let record: GameRecord
        do {
            let bytes = try WholeRead.bytes(of: path, limit: GameFolder.fileLimit)
            var parser = SGFParser(bytes, source: path)
            guard let nodes = try parser.nextGame() else { throw GTPError("cannot load file: no game in it") }
            record = try GameRecord(nodes, source: path)
        } catch let error as GTPError {
            throw error
        } catch {
            throw GTPError("cannot load file: \(error)")
        }
        guard policy.plays(size: record.size) else { throw GTPError("cannot load file: unacceptable size") }
        let count = min(max(number, 1) - 1, record.moves.count, Game.moveLimit)
        // Moves before the last stones that were set up cannot be taken back one by one.
        let first = record.laterSetups.map(\.move).filter { $0 <= count }.max() ?? 0
        begin(from: try record.position(before: first))
        for played in record.moves[first..<count] { try game.play(played.move, by: played.stone, under: .simple) }
        game.komi = record.komi ?? game.komi
    }
}
