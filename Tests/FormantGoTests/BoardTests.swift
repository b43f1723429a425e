import FormantGo
import FormantTensor
import Testing

@Suite struct BoardTests {
    @Test func aChainWithoutLibertiesIsCaptured() throws {
        var board = try Position(
            """
            . X X . .
            X O O X .
            . X O . .
            . . X . .
            . . . . .
            """
        ).board
        #expect(board.liberties(ofChainAt: board.point("B4")) == 1 && board.chain(at: board.point("B4")).count == 3)
        #expect(try board.play(.black, at: board.point("D3")) == 3)
        #expect(board.picture == ".XX..\nX..X.\n.X.X.\n..X..\n.....")
        #expect(board.lost.white == 3 && board.lost.black == 0 && board.ko == nil)
    }

    @Test func severalChainsAreCapturedAtOnce() throws {
        var board = try Position("O.OX\nXOX.\n.X..\n....").board
        #expect(try board.play(.black, at: board.point("B4")) == 3)
        #expect(board.picture == ".X.X\nX.X.\n.X..\n....")
    }

    @Test func suicideIsRefusedUnlessItCaptures() throws {
        var board = try Position(".XO.\nXO..\nO...\n....").board
        let corner = board.point("A4")
        #expect(board.illegality(of: .white, at: corner) == nil, "it captures")
        #expect(try board.play(.white, at: corner) == 2)
        board = try Position(".X..\nX...\n....\n....").board
        #expect(board.illegality(of: .white, at: corner) == .suicide)
        #expect(board.illegality(of: .black, at: corner) == nil)
        // Of several stones.
        board = try Position(".OX.\nOX..\nX...\n....").board
        #expect(board.illegality(of: .white, at: corner) == .suicide)
        #expect(throws: IllegalMove(stone: .white, vertex: "A4", reason: .suicide)) {
            try board.play(.white, at: corner)
        }
    }

    @Test func takingBackAtOnceIsKo() throws {
        var position = try Position(".XO.\nX.XO\n.XO.\n....", toMove: .white)
        let (taken, point) = (position.point("C3"), position.point("B3"))
        try position.play(.point(point), by: .white)
        #expect(position.board[taken] == nil && position.board.ko?.point == taken)
        #expect(position.board.illegality(of: .black, at: taken) == .ko)
        #expect(position.board.illegality(of: .white, at: taken) == nil)
        var passed = position
        try passed.play(.pass, by: .black)
        #expect(passed.board.illegality(of: .black, at: taken) == nil)
        try position.play(.point(position.point("D1")), by: .black)
        try position.play(.point(position.point("A1")), by: .white)
        try position.play(.point(taken), by: .black)
        #expect(position.board[point] == nil)
    }

    @Test func takingTwoStonesIsNoKo() throws {
        var board = try Position(".OOX\nOXX.\n....\n....").board
        try board.play(.black, at: board.point("A4"))
        #expect(board.ko == nil, "nothing was taken")
        board = try Position("XX.O\nOOO.\n....\n....").board
        #expect(try board.play(.white, at: board.point("C4")) == 2)
        #expect(board.ko == nil && board.illegality(of: .black, at: board.point("B4")) == nil)
    }

    @Test func snapback() throws {
        var position = try Position(
            """
            . . O X .
            O O O X .
            X X X . .
            . . . . .
            . . . . .
            """)
        let (throwIn, answer) = (position.point("A5"), position.point("B5"))
        #expect(position.board.effect(of: .black, at: throwIn).isSelfAtari)
        try position.play(.point(throwIn), by: .black)
        try position.play(.point(answer), by: .white)
        #expect(position.board[throwIn] == nil && position.board.lost.black == 1, "White has taken the stone")
        #expect(position.board.ko == nil && position.board.effect(of: .black, at: throwIn).captured == 5)
        try position.play(.point(throwIn), by: .black)
        #expect(position.board.picture == "X..X.\n...X.\nXXX..\n.....\n.....")
    }

    /// The effect of every move, and of a random one the board, against a board that keeps no books.
    @Test(arguments: [2, 3, 5, 9, 19, 25]) func randomGamesAgreeWithAPlainBoard(size: Int) throws {
        for seed in 0..<UInt64(size > 9 ? 1 : 4) {
            var generator = SeededGenerator(seed: seed)
            var board = try Board(size: size)
            var plain = PlainBoard(size: size)
            for move in 0..<min(4 * size * size, 200) {
                let stone: Stone = move % 2 == 0 ? .black : .white
                var legal: [Int] = []
                for point in 0..<board.count {
                    let after = plain.after(stone, point)
                    #expect((board.illegality(of: stone, at: point) == nil) == (after != nil))
                    guard let after else { continue }
                    legal.append(point)
                    guard move % 7 == 0 || size < 9 else { continue }
                    let effect = board.effect(of: stone, at: point)
                    let own = after.board.chain(point)
                    #expect(effect.captured == after.captured.count && effect.stones == own.stones.count)
                    #expect(effect.liberties == own.liberties.count)
                    var copy = board
                    try copy.play(stone, at: point)
                    #expect(copy.hash == board.hash(after: stone, at: point))
                }
                guard !legal.isEmpty else { break }
                let point = legal[generator.index(below: legal.count)]
                try board.play(stone, at: point)
                plain = plain.after(stone, point)!.board
                #expect((0..<board.count).allSatisfy { board[$0] == plain.stones[$0] })
                let counts = (0..<board.count).map { plain.stones[$0] == nil ? 0 : plain.chain($0).liberties.count }
                #expect((0..<board.count).map { board.liberties(ofChainAt: $0) } == counts)
                #expect(board.ko?.point == plain.ko?.point)
            }
        }
    }

    @Test func sizesAndSetUp() throws {
        #expect(throws: GoError.boardSize(found: 26, expected: 2...25)) { try Board(size: 26) }
        #expect(throws: GoError.boardSize(found: -1, expected: 2...25)) { try Board(size: -1) }
        #expect(throws: GoError.chainWithoutLiberty(vertex: "A2")) { try Position("XO\nO.") }
        var board = try Position("XO.\n...\n...").board
        let hash = board.hash
        try board.setUp([(0, nil), (1, .black), (8, .white)])
        #expect(board.picture == ".X.\n...\n..O")
        try board.setUp([(0, .black), (1, .white), (8, nil)])
        #expect(board.hash == hash && board.liberties(ofChainAt: 0) == 1)
    }

    @Test func eyes() throws {
        let board = try Position(".X.XO\nXXXX.\n.X.XX\nXOXX.\n..X.O").board
        #expect(board.isEye(board.point("A5"), of: .black) && board.isEye(board.point("C5"), of: .black))
        #expect(!board.isEye(board.point("A5"), of: .white) && !board.isEye(board.point("E4"), of: .black))
        #expect(board.isEye(board.point("C3"), of: .black), "one corner of four")
        #expect(!board.isEye(board.point("A3"), of: .black), "a corner at the edge")
    }
}
