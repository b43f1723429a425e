import FormantGo
import Testing

@Suite struct LadderTests {
    private let open = """
        .........
        .........
        .........
        .........
        .........
        ...X.....
        ..XO.....
        ...XX....
        .........
        """

    private func names(_ points: [Int], _ position: Position) -> Set<String> {
        Set(points.map { Vertex.name(of: $0, size: position.board.size) })
    }

    @Test func aStoneInALadderHasNoEscape() throws {
        let position = try Position(open, toMove: .white)
        #expect(position.board.ladderEscapes(of: .white) == [])
        #expect(position.board.ladderEscapes(of: .black) == [])
    }

    @Test func aStoneOnTheWayBreaksTheLadder() throws {
        var rows = open.split(separator: "\n")
        rows[2] = "......O.."
        let position = try Position(rows.joined(separator: "\n"), toMove: .white)
        #expect(names(position.board.ladderEscapes(of: .white), position) == ["E3"])
    }

    @Test func aLadderIsBegunWhereItWorks() throws {
        var position = try Position(
            """
            .........
            .........
            .........
            .........
            .........
            .........
            ..XO.....
            ...XX....
            .........
            """, toMove: .black)
        #expect(names(position.board.ladderCaptures(by: .black), position) == ["D4"])
        // After E3 White has three liberties at D4. With a white stone on the way no ladder is left.
        var setup = Setup()
        setup.white = [position.point("G6")]
        try position.setUp(setup)
        #expect(position.board.ladderCaptures(by: .black) == [])
        #expect(position.board.ladderCaptures(by: .white) == [])
    }

    @Test func capturingAHunterSaves() throws {
        // White E5 is in atari; running to E4 is no use, but F6 captures E6.
        let position = try Position(
            """
            .........
            .........
            ....O....
            ...OX....
            ...XOX...
            ...X.X...
            ...XXX...
            .........
            .........
            """, toMove: .white)
        #expect(position.board.liberties(ofChainAt: position.point("E5")) == 1)
        #expect(names(position.board.ladderEscapes(of: .white), position) == ["F6"])
    }

    @Test func acrossTheBoard() throws {
        // Nineteen rows: White D4 is chased from the lower left to the upper right corner.
        func board(breaker: String?) throws -> Position {
            var position = try Position(size: 19)
            var setup = Setup()
            setup.black = ["C4", "D3", "E3"].map { position.point($0) }
            setup.white = ["D4"].map { position.point($0) } + (breaker.map { [position.point($0)] } ?? [])
            setup.toMove = .black
            try position.setUp(setup)
            return position
        }
        let open = try board(breaker: nil)
        #expect(names(open.board.ladderCaptures(by: .black), open) == ["D5"])
        for breaker in ["Q16", "P16", "K11"] {
            let broken = try board(breaker: breaker)
            #expect(broken.board.ladderCaptures(by: .black).isEmpty, "\(breaker)")
        }
        // A stone beside the way changes nothing.
        let beside = try board(breaker: "Q4")
        #expect(names(beside.board.ladderCaptures(by: .black), beside) == ["D5"])
    }

    @Test func randomBoardsAgreeWithAPlainSearch() throws {
        var found = 0
        for seed in 1...60 { found += try compareWithAPlainSearch(seed: UInt64(seed)) }
        #expect(found > 50)
    }

    /// - Returns: how many points were found.
    private func compareWithAPlainSearch(seed: UInt64) throws -> Int {
        var found = 0
        let position = try randomGame(size: 6, moves: 10 + Int(seed % 25), seed: seed).position
        var board = PlainBoard(size: 6)
        for point in 0..<36 { board.stones[point] = position.board[point] }
        board.ko = position.board.ko
        for stone in Stone.allCases {
            var (captures, escapes) = (Set<Int>(), Set<Int>())
            for prey in 0..<36 where board.stones[prey] != nil {
                let liberties = board.chain(prey).liberties
                if board.stones[prey] == stone.other, liberties.count == 2 {
                    captures.formUnion(liberties.filter { board.ladder(from: $0, on: prey) })
                }
                if board.stones[prey] == stone, liberties.count == 1 {
                    for move in board.defences(of: prey) {
                        guard let next = board.after(stone, move) else { continue }
                        if !next.board.isCaught(prey) { escapes.insert(move) }
                    }
                }
            }
            #expect(Set(position.board.ladderCaptures(by: stone)) == captures)
            #expect(Set(position.board.ladderEscapes(of: stone)) == escapes)
            found += captures.count + escapes.count
        }
        return found
    }
}

extension PlainBoard {
    /// Whether the hunter's stone on a liberty of a chain of two begins a ladder that catches it.
    fileprivate func ladder(from liberty: Int, on prey: Int) -> Bool {
        guard let owner = stones[prey], let hunted = after(owner.other, liberty)?.board,
            hunted.stones[prey] != nil, hunted.chain(prey).liberties.count == 1
        else { return false }
        return hunted.defences(of: prey).allSatisfy { hunted.after(owner, $0)?.board.isCaught(prey) ?? true }
    }

    /// Whether a chain is caught with the hunter to move.
    fileprivate func isCaught(_ prey: Int) -> Bool {
        let liberties = chain(prey).liberties
        return liberties.count < 2 || liberties.count == 2 && liberties.contains { ladder(from: $0, on: prey) }
    }

    /// What may save a chain in atari.
    fileprivate func defences(of prey: Int) -> Set<Int> {
        let (chain, liberties) = chain(prey)
        return chain.reduce(into: liberties) { moves, place in
            for neighbour in neighbours(place) where stones[neighbour] == stones[prey]?.other {
                let liberties = self.chain(neighbour).liberties
                if liberties.count == 1 { moves.formUnion(liberties) }
            }
        }
    }
}
