import FormantGo
import FormantTestSupport
import Testing

@Suite struct EngineTests {
    private func engine() -> GTPEngine { GTPEngine(policy: UniformPolicy()) }

    private func answers(_ engine: inout GTPEngine, _ lines: String...) -> [String] {
        lines.map { engine.respond(to: $0) ?? "nothing" }
    }

    @Test func formOfAnswers() {
        var engine = engine()
        #expect(
            answers(&engine, "protocol_version", "12 name", "x y") == [
                "= 2\n\n", "=12 Formant\n\n", "? unknown command\n\n",
            ])
        #expect(answers(&engine, "7 what", "7") == ["?7 unknown command\n\n", "?7 unknown command\n\n"])
        #expect(answers(&engine, "", "   ", "# remark", "\t#") == ["nothing", "nothing", "nothing", "nothing"])
        #expect(answers(&engine, "boardsize\t9 # small", "  komi   5.5\r") == ["=\n\n", "=\n\n"])
        #expect(answers(&engine, "na\u{1}me\u{7f}") == ["= Formant\n\n"])
        #expect(
            answers(&engine, "known_command genmove", "known_command x", "known_command")
                == ["= true\n\n", "= false\n\n", "= false\n\n"])
        #expect(answers(&engine, "99999999999999999999 name") == ["? unknown command\n\n"])
        #expect(answers(&engine, String(repeating: "x", count: 70_000))[0].hasPrefix("? a line of more than 65536"))
        #expect(!engine.hasQuit)
        #expect(answers(&engine, "quit") == ["=\n\n"])
        #expect(engine.hasQuit)
    }

    @Test func allCommandsOfTheStandardAreKnown() {
        var engine = engine()
        let listed = engine.respond(to: "list_commands")!.dropFirst(2).split(separator: "\n").map(String.init)
        let wanted = """
            protocol_version name version known_command list_commands quit boardsize clear_board komi play genmove undo showboard \
            final_score time_settings time_left fixed_handicap place_free_handicap set_free_handicap loadsgf reg_genmove \
            final_status_list kgs-genmove_cleanup gg-undo gogui-play_sequence gogui-analyze_commands cputime printsgf
            """.split(separator: " ").map(String.init)
        #expect(Set(wanted).isSubset(of: Set(listed)))
        #expect(listed == listed.sorted())
        for command in listed where command != "quit" {
            let answer = engine.respond(to: command)
            #expect(answer != "? unknown command\n\n" && answer?.hasSuffix("\n\n") == true, "\(command)")
        }
    }

    @Test func aGame() {
        var engine = engine()
        #expect(
            answers(&engine, "boardsize 9", "boardsize 26", "boardsize 1", "boardsize x", "boardsize")
                == [
                    "=\n\n", "? unacceptable size\n\n", "? unacceptable size\n\n", "? not an integer\n\n",
                    "? not an integer\n\n",
                ])
        #expect(
            answers(&engine, "play b e5", "play w E5", "play green a1", "play b z1", "play b")
                == [
                    "=\n\n", "? illegal move\n\n", "? invalid color\n\n", "? invalid coordinate\n\n",
                    "? invalid coordinate\n\n",
                ])
        #expect(answers(&engine, "list_stones black", "captures white") == ["= E5\n\n", "= 0\n\n"])
        #expect(
            answers(&engine, "komi x", "komi nan", "komi 6.5", "final_score")
                == ["? not a number\n\n", "? not a number\n\n", "=\n\n", "= B+74.5\n\n"])
        #expect(
            answers(&engine, "komi -1e308", "final_score", "genmove w", "undo", "komi 0.5")
                == ["=\n\n", "= B+1e+308\n\n", "= A9\n\n", "=\n\n", "=\n\n"])
        #expect(
            answers(&engine, "play white pass", "undo", "undo", "undo") == [
                "=\n\n", "=\n\n", "=\n\n", "? cannot undo\n\n",
            ])
        #expect(
            answers(&engine, "time_settings 600 30 5", "time_left b 10 0", "time_settings 1", "time_left x 1 1")
                == ["=\n\n", "=\n\n", "? not a number\n\n", "? invalid color\n\n"])
    }

    @Test func handicaps() {
        var engine = engine()
        #expect(
            answers(&engine, "fixed_handicap 3", "fixed_handicap 2", "clear_board", "fixed_handicap 1")
                == ["= D4 Q16 D16\n\n", "? board not empty\n\n", "=\n\n", "? invalid number of stones\n\n"])
        #expect(
            answers(&engine, "place_free_handicap 20", "clear_board", "place_free_handicap -5")
                == ["= D4 Q16 D16 Q4 D10 Q10 K4 K16 K10\n\n", "=\n\n", "? invalid number of stones\n\n"])
        #expect(
            answers(&engine, "set_free_handicap A1 A1", "set_free_handicap A1", "set_free_handicap A1 pass")
                == ["? bad vertex list\n\n", "? bad vertex list\n\n", "? bad vertex list\n\n"])
        #expect(answers(&engine, "set_free_handicap A1 T19", "list_stones b") == ["=\n\n", "= T19 A1\n\n"])
        #expect(answers(&engine, "boardsize 2", "set_free_handicap A1 A2 B1 B2") == ["=\n\n", "? bad vertex list\n\n"])
    }

    @Test func movesAreTakenBackAndMadeInOneGo() {
        var engine = engine()
        #expect(
            answers(&engine, "boardsize 9", "gogui-play_sequence B C3 W E5 B pass W G7", "list_stones w", "gg-undo 2")
                == ["=\n\n", "=\n\n", "= G7 E5\n\n", "=\n\n"])
        // A sequence of which a move cannot be made, or that ends in the middle of one, changes nothing.
        #expect(
            answers(
                &engine, "gogui-play_sequence W A1 B C3", "gogui-play_sequence W A1 B", "gogui-play_sequence",
                "list_stones w")
                == ["? illegal move\n\n", "? invalid coordinate\n\n", "=\n\n", "= E5\n\n"])
        #expect(
            answers(&engine, "gg-undo 3", "gg-undo -1", "gg-undo", "gg-undo 0", "undo", "undo")
                == [
                    "? cannot undo\n\n", "? not a number of moves\n\n", "=\n\n", "=\n\n", "=\n\n",
                    "? cannot undo\n\n",
                ])
        // Stones of a handicap are not moves.
        #expect(
            answers(&engine, "fixed_handicap 2", "play w E5", "gg-undo 2", "undo", "undo")
                == ["= C3 G7\n\n", "=\n\n", "? cannot undo\n\n", "=\n\n", "? cannot undo\n\n"])
    }

    @Test func theEndOfAGame() {
        var engine = engine()
        _ = answers(&engine, "boardsize 5", "komi 0.5", "play b A1", "play b A2", "play b C3", "play w E5", "play w D5")
        #expect(
            answers(&engine, "final_status_list alive", "final_status_list dead", "final_status_list seki")
                == ["= D5 E5\nC3\nA2 A1\n\n", "=\n\n", "=\n\n"])
        for line in ["final_status_list", "final_status_list Dead"] {
            #expect(answers(&engine, line) == ["? invalid status: expected alive, seki or dead\n\n"])
        }
        #expect(
            answers(&engine, "formant-area")
                == ["= \n. . . w w\n. . . . .\n. . b . .\nb . . . .\nb . . . .\n\n"])
        // Black is ahead and answers a pass by one; asked to clean up, it plays until only eyes are left.
        #expect(answers(&engine, "play w pass", "genmove b") == ["=\n\n", "= pass\n\n"])
        #expect(answers(&engine, "kgs-genmove_cleanup b")[0] != "= pass\n\n")
        var moves = 1
        while moves < 100, answers(&engine, "kgs-genmove_cleanup b") != ["= pass\n\n"] { moves += 1 }
        #expect(answers(&engine, "list_stones w") == ["=\n\n"] && (5..<100).contains(moves))
    }

    @Test func eachSideResignsForItself() {
        var engine = engine()
        engine.chooser.resigns = 5
        _ = answers(&engine, "boardsize 5", "komi 100")
        // White is ahead and moves in between.
        let replies = ["b", "w", "b", "w", "b"].map { answers(&engine, "genmove \($0)")[0] }
        #expect(replies.last == "= resign\n\n" && replies.dropLast().allSatisfy { $0 != "= resign\n\n" })
        // A move that is taken back does not count.
        _ = answers(&engine, "clear_board")
        for _ in 0..<5 { #expect(answers(&engine, "genmove b", "undo")[0] != "= resign\n\n") }
    }

    @Test func whatGoGuiDraws() {
        var engine = GTPEngine(policy: FixedPolicy(size: 5, ["C3": 0.8, "E5": 0.1996, "A1": 0.0004]))
        let lines = engine.respond(to: "gogui-analyze_commands")!.dropFirst(2).split(separator: "\n")
        let listed = engine.respond(to: "list_commands")!.dropFirst(2).split(separator: "\n")
        for line in lines {
            let parts = line.split(separator: "/")
            #expect(parts.count == 3 && listed.contains { parts[2].hasPrefix($0) }, "\(line)")
        }
        #expect(
            engine.respond(to: "formant-policy w")
                == "= INFLUENCE C3 -1.0 E5 -0.499\nLABEL C3 80 E5 20\nTEXT white: C3 80 %, E5 20 %\n\n")
        _ = engine.respond(to: "play b C3")
        // White is to move, and C3 is none of its points any more.
        #expect(
            engine.respond(to: "formant-policy")
                == "= INFLUENCE E5 -1.0 A1 -0.045\nLABEL E5 100 A1 0.2\nTEXT white: E5 100 %, A1 0.2 %\n\n")
        #expect(engine.respond(to: "formant-policy green") == "? invalid color\n\n")
    }

    @Test func aGameIsPrintedAsARecord() throws {
        var engine = engine()
        _ = answers(&engine, "boardsize 9", "komi 0.5", "fixed_handicap 2", "play w E5", "play b pass")
        let text = engine.respond(to: "printsgf")!
        let expected = "(;GM[1]FF[4]CA[UTF-8]SZ[9]KM[0.5]HA[2]AB[gc][cg]PL[W]\n;W[ee]\n;B[]\n)"
        #expect(text == "= \n\(expected)\n\n")
        let folder = try TemporaryFolder()
        let path = try folder.write("a.sgf", expected)
        let board = engine.respond(to: "showboard")
        #expect(answers(&engine, "clear_board", "komi 7", "loadsgf \(path)")[2] == "=\n\n")
        #expect(engine.respond(to: "showboard") == board && engine.respond(to: "printsgf") == text)
    }

    @Test func boardsAreShown() {
        var engine = engine()
        _ = answers(&engine, "boardsize 5", "play b c3")
        #expect(
            engine.respond(to: "showboard") == """
                =\u{20}
                   A B C D E
                 5 . . . . . 5   white to move, komi 0.0
                 4 . . . . . 4   captured: black 0, white 0
                 3 . .(X). . 3
                 2 . . . . . 2
                 1 . . . . . 1
                   A B C D E


                """)
    }

    @Test func gamesOfFiles() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.sgf", "(;SZ[9]KM[5.5]AB[cc];W[dd];B[ee];AW[ff];W[gg])")
        var engine = engine()
        #expect(answers(&engine, "loadsgf \(path)", "list_stones w", "final_score")[1] == "= D6 F4 G3\n\n")
        #expect(answers(&engine, "undo", "undo") == ["=\n\n", "? cannot undo\n\n"])
        // Stones that are set up behind the last move are part of the last position.
        let later = try folder.write("later.sgf", "(;SZ[9];B[ee];AW[ff]AE[ee];AB[gg]PL[W])")
        #expect(
            answers(&engine, "loadsgf \(later)", "list_stones w", "list_stones b")
                == ["=\n\n", "= F4\n\n", "= G3\n\n"])
        #expect(answers(&engine, "loadsgf \(later) 1", "list_stones w") == ["=\n\n", "=\n\n"])
        #expect(
            answers(&engine, "loadsgf \(path) 2", "list_stones w", "list_stones b") == [
                "=\n\n", "= D6\n\n", "= C7\n\n",
            ])
        #expect(
            answers(&engine, "loadsgf \(folder.path("b.sgf"))", "loadsgf", "loadsgf /dev/zero").allSatisfy {
                $0.hasPrefix("? ")
            })
        try folder.write("b.sgf", "(;SZ[9];B[aa];W[aa])")
        #expect(
            answers(&engine, "loadsgf \(folder.path("b.sgf"))")[0].contains("move 2: white A9: the point is occupied"))
        #expect(answers(&engine, "list_stones b") == ["= C7\n\n"], "the game is as before")
    }

    @Test func movesAreChosenByTheRules() throws {
        // Everything but A1 and E5, White's eyes, and C3 is full.
        let policy = FixedPolicy(size: 5, ["C3": 0.2, "E5": 0.7])
        var game = Game(from: try Position("OOOO.\nOOOOO\nOO.OO\nOOOOO\n.OOOO", toMove: .white))
        var chooser = MoveChooser(seed: 1)
        #expect(try chooser.choose(policy, for: .white, in: game) == .move(.pass), "only eyes are left")
        game = try Game(size: 5, komi: -10)
        #expect(try chooser.choose(policy, for: .black, in: game) == .move(.point(game.position.point("E5"))))
        #expect(try MoveChooser.candidates(policy, for: .black, in: game).map(\.probability).reduce(0, +) == 1)
        try game.play(.pass, by: .white)
        #expect(try chooser.choose(policy, for: .black, in: game) == .move(.pass), "ahead by komi")
        chooser.resigns = 5
        for _ in 0..<2 { #expect(try chooser.choose(policy, for: .white, in: game) != .resign) }
        #expect(try chooser.choose(policy, for: .white, in: game, endings: .secondPass) != .resign)
        #expect(try chooser.choose(policy, for: .white, in: game) == .resign)
        chooser.forget()
        #expect(try chooser.choose(policy, for: .white, in: game) != .resign)
    }

    @Test func lookingAheadAvoidsSelfAtari() throws {
        let position = try Position("O.X..\nO.X..\nXXX..\n.....\n.....", toMove: .white)
        let policy = FixedPolicy(size: 5, ["B5": 0.9, "E1": 0.1])
        var chooser = MoveChooser()
        let game = Game(from: position)
        #expect(try chooser.choose(policy, for: .white, in: game) == .move(.point(position.point("B5"))))
        chooser.avoidsSelfAtari = true
        #expect(try chooser.choose(policy, for: .white, in: game) == .move(.point(position.point("E1"))))
    }

    @Test func temperatureSpreadsMoves() throws {
        let policy = FixedPolicy(size: 5, ["A1": 0.75, "E5": 0.25])
        let game = try Game(size: 5)
        let share = { (temperature: Float, seed: UInt64) throws -> Double in
            var chooser = MoveChooser(seed: seed)
            chooser.temperature = temperature
            let first = MoveChooser.Choice.move(.point(game.position.point("A1")))
            let hits = try (0..<2_000).count { _ in try chooser.choose(policy, for: .black, in: game) == first }
            return Double(hits) / 2_000
        }
        #expect(try share(0, 1) == 1)
        #expect(abs(try share(1, 1) - 0.75) < 0.03)
        #expect(abs(try share(0.5, 1) - 0.9) < 0.03)
        #expect(try share(0.001, 1) == 1)
        #expect(try share(1, 1) == share(1, 1) && share(1, 1) != share(1, 2))
    }

    @Test func aRandomPlayerComesToAnEnd() {
        var engine = engine()
        _ = answers(&engine, "boardsize 5", "komi 0.5")
        engine.chooser.temperature = 1
        var passes = 0
        for move in 0..<1_000 where passes < 2 {
            let answer = engine.respond(to: "genmove \(move % 2 == 0 ? "b" : "w")")!
            #expect(answer.hasPrefix("= "))
            passes = answer == "= pass\n\n" ? passes + 1 : 0
        }
        #expect(passes == 2)
    }
}

/// A policy that knows some points.
private final class FixedPolicy: Policy {
    let name = "fixed"
    let size: Int
    let values: [Float]

    init(size: Int, _ points: [String: Float]) {
        self.size = size
        values = (0..<size * size).map { points[Vertex.name(of: $0, size: size)] ?? 0 }
    }

    func plays(size: Int) -> Bool { size == self.size }
    func weights(for position: Position) throws -> [Float] { values }
}
