import FormantGo
import FormantTestSupport
import Foundation
import Testing

@Suite struct SGFTests {
    private func game(_ text: String) throws -> GameRecord { try game(Array(text.utf8)) }

    private func game(_ bytes: [UInt8]) throws -> GameRecord {
        let (games, faults) = try GameRecord.games(of: bytes, source: "a.sgf")
        if let fault = faults.first { throw fault.error }
        return games[0].record
    }

    private func reason(_ text: String) -> String {
        do {
            _ = try game(text)
            return "none"
        } catch { return "\(error)" }
    }

    @Test func theMainLineOfVariations() throws {
        let record = try game(
            """
            (;FF[4]SZ[9];B[aa](;W[bb](;B[cc];W[dd])(;B[ee]))(;W[ff]C[ a ) ( \\] ; [ ];B[gg]))
            (;SZ[9];B[hh])
            """)
        #expect(record.moves.map { $0.move } == [0, 10, 20, 30].map { .point($0) })
        #expect(record.moves.map(\.stone) == [.black, .white, .black, .white])
        let (games, _) = try GameRecord.games(of: Array("(;B[aa])junk(;B[bb])(;)".utf8), source: "a")
        #expect(games.map(\.number) == [1, 2, 3] && games[1].record.moves[0].move == .point(20))
        // What stands before a break counts.
        let broken = try GameRecord.games(of: Array("(;B[aa])(;B[bb])(;B[cc];W".utf8), source: "a")
        #expect(broken.games.map(\.number) == [1, 2] && broken.faults.map(\.number) == [3])
    }

    @Test func whatARecordSays() throws {
        let record = try game(
            "(;GM[1]SZ[19]PB[A\\\\B\\]]PW[ x\ny ]BR[9k?]WR[5p]KM[0.50]HA[2]RE[W+Time]RU[Japanese]DT[2000-10-10]"
                + "AB[dd][pp]PL[W];W[tt];B[])")
        #expect(record.black.name == "A\\B]" && record.white.name == "x y" && record.black.rank == .kyu(9))
        #expect(record.white.rank == .professional(5) && record.komi == 0.5 && record.handicap == 2)
        #expect(record.result == "W+Time" && record.rules == "Japanese" && record.date == "2000-10-10")
        #expect(record.setup.black == [60, 300] && record.setup.toMove == .white)
        #expect(record.moves.map(\.move) == [.pass, .pass])
        #expect(try game("(;SZ[25];B[tt])").moves[0].move == .point(19 * 25 + 19))
        #expect(try game("(;KM[nan]HA[x]BR[?];B[aa])").komi == nil)
        #expect(try game("(;KM[-5000])").komi == -5_000)
    }

    @Test func setUpStones() throws {
        let record = try game("(;SZ[5]AB[aa:bc][ee]AW[cc];B[dd];AE[aa]AW[da]PL[W];W[ea])")
        #expect(Set(record.setup.black) == [0, 1, 5, 6, 10, 11, 24] && record.setup.white == [12])
        let last = try record.position(before: 2)
        #expect(last.board.picture == ".X.OO\nXX...\nXXO..\n...X.\n....X")
        #expect(try record.position(before: 1).board.picture == ".X.O.\nXX...\nXXO..\n...X.\n....X")
        #expect(try record.position(before: 1).toMove == .white)
        // Stones of a handicap that the record leaves out.
        #expect(try game("(;SZ[19]HA[2];W[cc])").setup.black.map { Vertex.name(of: $0, size: 19) } == ["D4", "Q16"])
        #expect(try game("(;SZ[19]HA[2];B[cc])").setup.black.isEmpty)
        // Nodes before the first move, of which a later one wins.
        #expect(try game("(;SZ[5]AB[aa][bb];AE[aa];AB[aa]AW[bb];B[cc])").start().board.picture.hasPrefix("X....\n.O"))
    }

    @Test func whoseTurnItIs() throws {
        #expect(try game("(;SZ[9]HA[2]AB[cc][gg])").start().toMove == .white)
        #expect(try game("(;SZ[9]HA[2]AB[cc][gg]PL[B])").start().toMove == .black)
        #expect(try game("(;SZ[9]HA[2]AB[cc][gg]PL[W];B[ee])").start().toMove == .black)
        #expect(try game("(;SZ[9]AB[cc][gg])").start().toMove == .black)
    }

    @Test func stonesBehindTheLastMove() throws {
        let record = try game("(;SZ[5];B[aa];AW[bb]AE[aa]PL[B])")
        #expect(try record.position(before: 1).board.picture == ".....\n.O...\n.....\n.....\n.....")
        #expect(try record.position(before: 1).toMove == .black)
        #expect(reason("(;SZ[5];B[aa];AW[ba][ab])") == "a.sgf: move 1: the stones set up at A5 have no liberty")
    }

    @Test func whatIsSaidInLaterNodes() throws {
        let record = try game("(;GM[1]SZ[9];PB[x]WR[2d]HA[2]AB[cc][gg];C[hello];KM[0,5]W[ee];RE[B+R];KM[7])")
        #expect(record.black.name == "x" && record.white.rank == .dan(2) && record.result == "B+R")
        #expect(record.komi == 0.5 && record.handicap == 2 && record.moves.count == 1)
    }

    @Test func oldNames() throws {
        var parser = SGFParser(Array("(;Ab2[b]b3[c]A[d])".utf8), source: "a")
        #expect(try parser.nextGame()?[0].properties.map(\.name) == ["A2", "A"])
        let record = try game("(;GaMe[1]SiZe[9]PlayerBlack[x]AddBlack[cc]foo[x];White[dd];Black[ee])")
        #expect(record.size == 9 && record.black.name == "x" && record.setup.black == [20])
        #expect(record.moves.map(\.move) == [.point(30), .point(40)])
    }

    @Test func escapesAndLineEnds() throws {
        var parser = SGFParser(Array("(;C[a\\]\\\\\\:b\\\nc\r\nd\re\tf\\\tg\\x]N[])".utf8), source: "a")
        let node = try #require(try parser.nextGame())[0]
        #expect(node["C"] == "a]\\:bc\nd\ne f gx" && node["N"] == "")
        #expect(try parser.nextGame() == nil)
    }

    @Test func encodings() throws {
        let name = { (bytes: [UInt8], charset: String) in
            try self.game(Array("(;\(charset)PB[".utf8) + bytes + Array("];B[aa])".utf8)).black.name
        }
        #expect(try name(Array("Gü 囲碁".utf8), "CA[UTF-8]") == "Gü 囲碁")
        #expect(try name(Array("Gü 囲碁".utf8), "") == "Gü 囲碁")
        for charset in ["", "CA[ISO-8859-1]"] { #expect(try name(Array("Gü\u{1b}".utf8), charset) == "Gü\u{1b}") }
        #expect(try name([0x1b, 0x24, 0x42, 0x30, 0x4f, 0x1b, 0x28, 0x42], "CA[ISO-2022-JP]") == "囲")
        #expect(try name([0x47, 0xfc], "") == "Gü")
        #expect(try name([0x47, 0xfc], "CA[ISO-8859-1]") == "Gü")
        #expect(try name([0x80], "CA[windows-1252]") == "€")
        #expect(try name([0xc7, 0xc5], "CA[KOI8-R]") == "ге")
        #expect(try name([0xc7, 0xc5], "CA[no such thing]") == "ÇÅ")
        #expect(try name([0xc7, 0xc5], "CA[/etc/passwd]") == "ÇÅ")
        #expect(try name([0xff, 0x41], "CA[UTF-8]") == "\u{fffd}A")
        // In these the name of the encoding could not have been read.
        for charset in ["UTF-16", "UTF-16LE", "UCS-4", "IBM037"] {
            #expect(try name([0xc7, 0xc5], "CA[\(charset)]") == "ÇÅ", "\(charset)")
        }
        // In Shift_JIS the second byte of a character can be a bracket or a backslash: 表 is 95 5C.
        #expect(try name([0x95, 0x5c, 0x8e, 0x6d], "CA[Shift_JIS]") == "表士")
        #expect(try name([0xb0, 0xa2], "CA[gb2312]") == "阿")
        let text = "(;PB[é];B[aa])"
        let wide: [UInt8] = [0xff, 0xfe] + Array(text.utf16).flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] as [UInt8] }
        #expect(try game(wide).black.name == "é" && game(Array(wide.dropFirst(2))).black.name == "é")
        let bigEndian = Array(text.utf16).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] as [UInt8] }
        #expect(try game(bigEndian).black.name == "é" && game([0xfe, 0xff] + bigEndian).black.name == "é")
        #expect(try game([0xef, 0xbb, 0xbf] + Array(text.utf8)).black.name == "é")
    }

    @Test func whatIsWrongIsNamed() {
        #expect(reason("") == "a.sgf: no game: expected '(;'")
        #expect(reason("hello (world)") == "a.sgf: no game: expected '(;'")
        #expect(reason("(;B[aa]") == "a.sgf, line 1: the file ends within a game; expected ')'")
        #expect(reason("(;B[aa])\n(;B[bb](;W[cc])") == "a.sgf, line 2: the file ends within a variation; expected ')'")
        #expect(reason("(;\n;B[aa") == "a.sgf, line 2: a value that begins here has no ']'")
        #expect(reason("(;B[aa]\n\nW)") == "a.sgf, line 3: expected '[' after a property's name, found ')'")
        #expect(reason("(;B[aa]5)") == "a.sgf, line 1: expected a property, found '5'")
        #expect(reason("(;GM[2])") == "a.sgf: GM[2] is not Go, GM[1]")
        for size in ["4", "26", "19:13", "x", "", "1e99", "-9", "19:19:19"] {
            #expect(
                reason("(;SZ[\(size)])")
                    == "a.sgf: SZ[\(size)] is no board that is read: expected a square of 5 to 25")
        }
        #expect(reason("(;SZ[19:19])") == "none" && reason("(;SZ[ 9 ])") == "none")
        #expect(reason("(;SZ[9];B[aa];W[jj])") == "a.sgf: move 2, W[jj], is on no point")
        // A value without an end goes on in the next line; the message does not.
        #expect(reason("(;SZ[9];B[aa\n;W[bb\u{202e}\u{1b}])") == "a.sgf: move 1, B[aa ;W[bb  ], is on no point")
        #expect(reason("(;SZ[9];B[aa];W[aa])") == "a.sgf: move 2: white A9: the point is occupied")
        #expect(reason("(;SZ[9]AB[ba][ab];W[aa])") == "a.sgf: move 1: white A9: suicide")
        #expect(reason("(;SZ[9]AB[aa]AW[ba][ab])") == "a.sgf: the stones set up at A9 have no liberty")
        #expect(reason("(;SZ[9]AB[zz])") == "a.sgf: AB[zz] names no points of a board of size 9")
        #expect(reason("(;SZ[9]AB[aa:bb:cc])") == "a.sgf: AB[aa:bb:cc] names no points of a board of size 9")
        #expect(
            reason("(;AB" + String(repeating: "[aa:ss]", count: 50) + ")") == "a.sgf: AB names points over and over")
        #expect(
            reason("(;SZ[25]" + String(repeating: "AB[aa:yy]", count: 200_000) + ")")
                == "a.sgf: stones are set up at more than 65536 points, one after another")
        #expect(
            reason("(;" + String(repeating: "AB[aa];AE[aa];", count: 1_000) + "B[cc])")
                == "a.sgf: stones are set up more than 1000 times")
        #expect(reason("(;" + String(repeating: "A", count: 100) + "[])").contains("more than 64 letters"))
        #expect(reason("(" + String(repeating: ";", count: 30_000) + ")").contains("more than 20000 nodes"))
        #expect(reason("(;" + String(repeating: "A[]", count: 1 << 19) + ")") == "none")
        #expect(
            reason("(;A" + String(repeating: "[]", count: (1 << 20) + 1) + ")").contains("more than 1048576 values"))
    }

    @Test func hostileNestingIsNoMatter() throws {
        let depth = 500_000
        let deep = String(repeating: "(;B[aa]", count: 2) + String(repeating: ";", count: 5)
        #expect(reason(deep).contains("ends within a game"))
        let variations = "(;B[aa](;W[bb])" + String(repeating: "(;W[cc]", count: depth)
        #expect(reason(variations + String(repeating: ")", count: depth + 1)) == "none")
        #expect(reason(variations).contains("ends within a variation"))
        #expect(reason("(;B[aa]" + String(repeating: "(", count: depth)).contains("ends within a game"))
        #expect(reason(String(repeating: "(", count: depth)) == "a.sgf: no game: expected '(;'")
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        var generator = 0
        for size in [5, 9, 19, 25] {
            generator += 1
            let game = try randomGame(size: size, moves: 60, seed: UInt64(generator))
            var record = GameRecord(size: size)
            record.moves = game.moves
            record.komi = 6.5
            record.black.name = "a]\\[ é\u{301}] ;("
            record.white.rankText = "3d"
            record.result = "B+R"
            let again = try self.game(record.sgf)
            #expect(again == record)
            #expect(again.sgf == record.sgf)
        }
        let text = "(;SZ[5]HA[2]AB[aa:bc][ee]AW[cc];B[dd];AE[aa]AW[da]PL[W];W[ea];AW[eb])"
        let record = try game(text)
        #expect(try game(record.sgf) == record)
        var parser = SGFParser(Array("(;C[a\\]b\\\\:]XX[1][2];;B[])".utf8), source: "a")
        let nodes = try #require(try parser.nextGame())
        parser = SGFParser(Array(SGFWriter.text(nodes).utf8), source: "a")
        #expect(try parser.nextGame() == nodes)
    }

    @Test func ranks() {
        #expect(Rank("9k") == .kyu(9) && Rank("3 dan") == .dan(3) && Rank("5P") == .professional(5))
        #expect(Rank("2d*") == .dan(2) && Rank("30k?") == .kyu(30))
        for text in ["", "k", "0k", "100k", "9", "9x", "-1d", "9kk"] { #expect(Rank(text) == nil, "\(text)") }
        #expect([Rank.kyu(9), .dan(1), .kyu(1), .professional(1)].sorted().map(\.name) == ["9k", "1k", "1d", "1p"])
    }

    @Test func aFolder() throws {
        let folder = try TemporaryFolder()
        try folder.write("b.sgf", "(;B[aa])")
        try folder.write("a/x.SGF", "(;B[bb])(;SZ[99])")
        try folder.write("c.sgf", "(;B[aa])")
        try folder.write("d.sgf", "(;B[aa]")
        try folder.write("e.txt", "no game")
        try folder.write("f.sgf", [UInt8](repeating: 0, count: 5))
        let games = try GameFolder(path: folder.path)
        #expect(games.files == ["a/x.SGF", "b.sgf", "c.sgf", "d.sgf", "f.sgf"])
        #expect(games.games.map(\.file) == ["a/x.SGF", "b.sgf"])
        #expect(games.copies.map(\.file) == ["c.sgf"] && games.copies.map(\.of) == ["b.sgf"])
        #expect(games.faults.map(\.file) == ["a/x.SGF", "d.sgf", "f.sgf"])
        #expect(games.faults[0].reason.hasPrefix("a/x.SGF, game 2: SZ[99]"))
        #expect(throws: GoError.self) { try GameFolder(path: folder.path("nothing")) }
    }

    @Test func theSameGameInOtherBytes() throws {
        // Row by row, so that each stone has a liberty below it.
        func moves(_ range: Range<Int>) -> String {
            range.map { place in
                let letters = [place % 9, place / 9].map { String(Unicode.Scalar(0x61 + UInt8($0))) }.joined()
                return ";\(place % 2 == 0 ? "B" : "W")[\(letters)]"
            }.joined()
        }
        let game = moves(0..<20)
        let folder = try TemporaryFolder()
        try folder.write("a.sgf", "(;SZ[9]AB[ii][hi]PB[x]KM[6.5]\(game))")
        let other = "(;GM[1]\r\nSZ[9]\r\nAB[hi:ii]PW[y]C[z]PL[B]\r\n\(moves(0..<10))(\(moves(10..<20)))(;B[ee]))"
        try folder.write("b.sgf", other)
        try folder.write("b2.sgf", other)
        // Short games may be the same by chance.
        try folder.write("c.sgf", "(;SZ[9]\(moves(0..<19)))")
        try folder.write("d.sgf", "(;SZ[9]PB[x]\(moves(0..<19)))")
        try folder.write(
            "e.sgf", "(;SZ[9]\(moves(0..<21)))(;SZ[9]PB[x]\(moves(0..<21)))(;SZ[9]AB[hi][ii]\(game);AE[hi])(;SZ[4])")
        // Other stones set up, before or later, another board, other moves.
        try folder.write("f.sgf", "(;SZ[9]\(game))")
        try folder.write("g.sgf", "(;SZ[10]\(game))")
        let later = moves(0..<10) + ";AE[hi]AW[fi][gi]" + moves(10..<20)
        try folder.write("h.sgf", "(;SZ[9]AB[ii][hi]\(later))")
        try folder.write("i.sgf", "(;SZ[9]AB[ii][hi]\(later.replacingOccurrences(of: "[fi][gi]", with: "[gi][fi]")))")
        try folder.write("j.sgf", "(;SZ[9]AB[ii][hi]\(moves(0..<19));W[dc])")
        let games = try GameFolder(path: folder.path)
        let names = ["a.sgf", "c.sgf", "d.sgf", "e.sgf", "f.sgf", "g.sgf", "h.sgf", "j.sgf"]
        #expect(games.games.map(\.name) == names)
        #expect(games.repeats.map(\.name) == ["b.sgf", "e.sgf, game 2", "e.sgf, game 3", "i.sgf"])
        #expect(games.repeats.map(\.of) == ["a.sgf", "e.sgf", "a.sgf", "h.sgf"])
        #expect(games.copies.map(\.file) == ["b2.sgf"] && games.faults.count == 1)
    }
}
