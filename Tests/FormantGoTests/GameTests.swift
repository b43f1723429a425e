import FormantGo
import Testing

@Suite struct GameTests {
    @Test func superkoForbidsWhatSimpleKoDoesNot() throws {
        var game = try Game(size: 2)
        try game.play(.point(0), by: .black)
        try game.play(.point(3), by: .white)
        try game.play(.point(1), by: .black)
        try game.play(.point(2), by: .white)  // takes both
        #expect(game.position.board.picture == "..\nOO")
        try game.play(.point(0), by: .black)
        #expect(game.illegality(of: .white, at: 1, by: .simple) == nil)
        try game.play(.point(1), by: .white)  // takes one
        #expect(game.position.board.picture == ".O\nOO")
        // Black would take three, and the board would be as after the first move.
        #expect(game.illegality(of: .black, at: 0) == .superko)
        #expect(game.illegality(of: .black, at: 0, by: .simple) == nil)
        #expect(throws: IllegalMove(stone: .black, vertex: "A2", reason: .superko)) {
            try game.play(.point(0), by: .black)
        }
        #expect(game.legalPoints(for: .black) != game.legalPoints(for: .black, by: .simple))
        try game.play(.pass, by: .black)
        try game.play(.pass, by: .white)
        #expect(game.isOver)
    }

    @Test func noBoardRepeatsInRandomGames() throws {
        for seed in 0..<20 {
            let game = try randomGame(size: 4, moves: 200, seed: UInt64(seed))
            var position = try Position(size: 4)
            var seen: Set = [position.board.picture]
            for played in game.moves {
                try position.play(played.move, by: played.stone)
                guard played.move != .pass else { continue }
                #expect(seen.insert(position.board.picture).inserted)
            }
            #expect(seen.count > 20)
        }
    }

    @Test func undoGivesTheGameThatWas() throws {
        var game = try randomGame(size: 5, moves: 80, seed: 3)
        var shorter = try Game(size: 5, komi: 6.5)
        for played in game.moves.dropLast(30) { try shorter.play(played.move, by: played.stone) }
        for _ in 0..<30 { _ = game.undo() }
        #expect(game.moves == shorter.moves && game.position.board.hash == shorter.position.board.hash)
        for stone in Stone.allCases { #expect(game.legalPoints(for: stone) == shorter.legalPoints(for: stone)) }
        #expect(game.position.toMove == shorter.position.toMove)
        var together = try randomGame(size: 5, moves: 80, seed: 3)
        let isTooMany = together.undo(81)
        let areUndone = together.undo(30)
        #expect(!isTooMany && areUndone && together.moves == shorter.moves)
        for stone in Stone.allCases { #expect(together.legalPoints(for: stone) == shorter.legalPoints(for: stone)) }
        while game.undo() {}
        let isUndone = game.undo()
        #expect(game.isAtStart && !isUndone)
    }

    @Test func areaScores() throws {
        let empty = try Board(size: 5).areaScore
        #expect(empty == AreaScore(black: 0, white: 0) && empty.result(komi: 0.5) == "W+0.5")
        #expect(empty.result(komi: 0) == "0")
        var board = try Position(".X.O.\n.X.O.\n.X.O.\n.X.O.\n.X.O.").board
        #expect(board.areaScore == AreaScore(black: 10, white: 10))
        #expect(board.areaScore.result(komi: -3) == "B+3" && board.areaScore.result(komi: 6.5) == "W+6.5")
        try board.play(.black, at: board.point("C3"))
        #expect(board.areaScore.black == 11)
        #expect(board.owners[board.point("C5")] == nil && board.owners[board.point("E5")] == .white)
        // One stone owns the board.
        #expect(try Position("X..\n...\n...").board.areaScore == AreaScore(black: 9, white: 0))
    }

    @Test func namesOfPoints() {
        #expect(Vertex.name(of: 0, size: 19) == "A19" && Vertex.name(of: 360, size: 19) == "T1")
        #expect(Vertex.name(of: 8, size: 19) == "J19" && Vertex.name(of: .pass, size: 19) == "pass")
        for point in 0..<625 { #expect(Vertex.point(named: Vertex.name(of: point, size: 25), size: 25) == point) }
        #expect(Vertex.point(named: "t1", size: 19) == 360 && Vertex.move(named: "PASS", size: 9) == .pass)
        for name in ["", "I5", "A0", "A20", "U1", "A", "11", "A-1", "A+1", "A1 ", "A001", "É5", "@1"] {
            #expect(Vertex.point(named: name, size: 19) == nil, "\(name)")
        }
    }

    @Test func handicapPoints() {
        let names = { (stones: Int, size: Int) in
            Handicap.points(stones, size: size).map { $0.map { Vertex.name(of: $0, size: size) } }
        }
        // GTP 2, section 4.1.1.
        #expect(names(2, 19) == ["D4", "Q16"] && names(5, 19) == ["D4", "Q16", "D16", "Q4", "K10"])
        #expect(names(6, 19) == ["D4", "Q16", "D16", "Q4", "D10", "Q10"])
        #expect(names(9, 19) == ["D4", "Q16", "D16", "Q4", "D10", "Q10", "K4", "K16", "K10"])
        #expect(names(3, 9) == ["C3", "G7", "C7"] && names(4, 8) == ["C3", "F6", "C6", "F3"])
        #expect(names(1, 19) == nil && names(10, 19) == nil && names(5, 8) == nil && names(2, 6) == nil)
        #expect(names(5, 7) == nil && names(-4, 19) == nil)
        let marks = { (size: Int) in Handicap.marks(size: size).map { Vertex.name(of: $0, size: size) } }
        #expect(marks(19).count == 9 && marks(9) == ["C3", "G7", "C7", "G3", "E5"] && marks(13).contains("G7"))
        #expect(marks(8).count == 4 && marks(5).isEmpty)
    }
}
