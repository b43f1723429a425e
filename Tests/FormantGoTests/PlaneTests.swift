import FormantGo
import Testing

@Suite struct PlaneTests {
    private func planes(_ set: PlaneSet, _ position: Position, _ symmetry: Symmetry = Symmetry.all[0]) -> [[Float]] {
        let area = position.board.count
        var values = [Float](repeating: .nan, count: set.count * area)
        values.withUnsafeMutableBufferPointer { set.write(position, symmetry, into: $0) }
        return (0..<set.count).map { Array(values[$0 * area..<($0 + 1) * area]) }
    }

    @Test func theLecturesPlaneIsSeenByThePlayerToMove() throws {
        var position = try Position("X.O\n...\n..X")
        #expect(planes(.lecture, position) == [[1, 0, -1, 0, 0, 0, 0, 0, 1]])
        position.toMove = .white
        #expect(planes(.lecture, position) == [[-1, 0, 1, 0, 0, 0, 0, 0, -1]])
    }

    @Test func planesOfAlphaGo() throws {
        var position = try Position(".XO.\nX.XO\n.XO.\n....", toMove: .white)
        try position.play(.point(position.point("B3")), by: .white)
        let planes = planes(.alphago, position)
        let at = { (plane: Int, name: String) in planes[plane][position.point(name)] }
        #expect(position.board.picture == ".XO.\nXO.O\n.XO.\n....")
        #expect(at(0, "B4") == 1 && at(0, "C4") == 0 && at(1, "C4") == 1 && at(2, "C3") == 1 && at(2, "B3") == 0)
        #expect(planes[3].allSatisfy { $0 == 1 })
        #expect(at(4, "B3") == 1 && at(5, "B3") == 0 && at(11, "B4") == 1 && at(4, "B4") == 0)
        #expect(at(12, "B3") == 1, "in atari")
        #expect(at(12, "A3") == 0 && at(13, "A3") == 1, "two liberties")
        #expect(at(45, "C3") == 1 && planes[45].reduce(0, +) == 1 && at(44, "C3") == 0)
        #expect(at(44, "A4") == 1 && at(44, "B3") == 0)
        // Black D4 would stand alone without a liberty.
        #expect(at(44, "D4") == 0)
        // Black A4 joins B4 and A3: three stones with the liberty A2, in atari.
        #expect(at(36, "A4") == 1 && at(30, "A4") == 1 && at(20, "A4") == 0)
        for plane in 20..<45 {
            for point in 0..<16 where planes[44][point] == 0 { #expect(planes[plane][point] == 0) }
        }
    }

    @Test func planesOfLadders() throws {
        func marked(_ plane: Int, _ position: Position) -> [String] {
            let values = planes(.alphago, position)[plane]
            return values.indices.filter { values[$0] == 1 }.map { Vertex.name(of: $0, size: 9) }
        }
        let rows = Array(repeating: ".........", count: 5)
        // White D3 is in atari and runs into its stone at H7.
        let running = rows.enumerated().map { $0.offset == 2 ? ".......O." : $0.element }
        let board = (running + ["...X.....", "..XO.....", "...XX....", "........."]).joined(separator: "\n")
        let white = try Position(board, toMove: .white)
        #expect(marked(46, white) == [] && marked(47, white) == ["E3"])
        let black = try Position(board, toMove: .black)
        #expect(marked(46, black) == [] && marked(47, black) == [])
        // Without that stone Black begins a ladder, and White sees none of its own.
        let open = (rows + [".........", "..XO.....", "...XX....", "........."]).joined(separator: "\n")
        #expect(marked(46, try Position(open, toMove: .black)) == ["D4"])
        #expect(marked(46, try Position(open, toMove: .white)) == [])
    }

    @Test func capturesAndSelfAtari() throws {
        let position = try Position(".OX.\nO.X.\nXX..\n....", toMove: .black)
        let planes = planes(.alphago, position)
        #expect(position.board.liberties(ofChainAt: 1) == 2)
        let point = position.point("B3")
        #expect(planes[44][point] == 1)
        for count in 1...8 { #expect(planes[19 + count][point] == 0, "nothing is captured") }
        // A4 by Black captures nothing and is suicide; by White it joins.
        #expect(planes[44][0] == 0)
        let other = try Position("O.X.\nO.X.\nXX..\n....", toMove: .white)
        let effect = other.board.effect(of: .white, at: other.point("B4"))
        #expect(effect.captured == 0 && effect.stones == 3 && effect.liberties == 1 && effect.isSelfAtari)
        #expect(self.planes(.alphago, other)[28 + 2][other.point("B4")] == 1)
    }

    @Test func eightSymmetries() throws {
        let game = try randomGame(size: 7, moves: 40, seed: 5)
        #expect(Set(Symmetry.all.map { $0.table(size: 3) }).count == 8)
        for symmetry in Symmetry.all {
            let table = symmetry.table(size: 7)
            #expect(table.sorted() == Array(0..<49))
            // A game that is turned as a whole has planes that are turned.
            var turned = try Position(size: 7)
            for played in game.moves { try turned.play(symmetry.move(played.move, size: 7), by: played.stone) }
            for set in PlaneSet.allCases {
                #expect(planes(set, game.position, symmetry) == planes(set, turned))
                let plain = planes(set, game.position)
                for (plane, values) in planes(set, game.position, symmetry).enumerated() {
                    #expect((0..<49).allSatisfy { values[table[$0]] == plain[plane][$0] })
                }
            }
        }
    }
}
