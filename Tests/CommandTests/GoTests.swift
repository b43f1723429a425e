import FormantTestSupport
import Foundation
import Testing

/// `formant go`: from records to a player that a program talks to.
@Suite struct GoTests {
    /// A network for boards of 5 × 5.
    private static let recipe = """
        name: small
        go: {planes: alphago, size: 5}
        network:
          - convolution: {filters: 4, kernel: 3, padding: same}
          - relu
          - convolution: {filters: 1, kernel: 1}
          - flatten
        training: {epochs: 1, batch: 16}
        """

    private func trained(broken: Bool = false) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for number in 0..<12 {
            let points = ["bb", "cc", "dd", "bd", "db", "cb"].dropFirst(number % 3)
            let moves = zip(points, ["B", "W", "B", "W", "B", "W"]).map { ";\($1)[\($0)]" }.joined()
            try folder.write("games/\(10 + number).sgf", "(;SZ[5]GN[\(number)]BR[\(number + 1)k]\(moves))")
        }
        if broken { try folder.write("games/0-broken.sgf", "(;SZ[5];B[aa];W[aa])") }
        try folder.write("small.yaml", Self.recipe)
        return folder
    }

    @Test func trainEvaluateSuggestPlay() throws {
        let folder = try trained(broken: true)
        let run = folder.path("run")
        let training = try Command.run(
            "go", "train", folder.path("games"), "--recipe", folder.path("small.yaml"), "--out", run, "--json")
        #expect(training.status == 3, "\(training.errors)")
        #expect(training.errors.contains("0-broken.sgf: move 2: white A5: the point is occupied"))
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(training.output)) as? [String: Any])
        let test = try #require(object["test"] as? [String: Any])
        #expect(test["top1"] as? Double != nil && test["top5"] as? Double != nil && test["n"] as? Int != nil)
        #expect(training.text.contains(",\"test\":{") && training.text.hasSuffix("}}\n"))

        let evaluation = try Command.run("go", "evaluate", run, folder.path("games"), "--part", "all", "--ensemble")
        #expect(evaluation.status == 3 && evaluation.lines.contains { $0.hasPrefix("12 games") })
        #expect(evaluation.lines.contains { $0.hasPrefix("unknown") }, "White has no rank")

        let suggestion = try Command.run(
            "go", "suggest", run, folder.path("games/10.sgf"), "--move", "2", "--out", folder.path("board.svg"),
            "--json")
        #expect(suggestion.status == 0 && suggestion.text.contains("\"played\":\"C3\""), "\(suggestion.errors)")
        #expect(try folder.bytes("board.svg").count > 1_000)
        #expect(try Command.run("go", "suggest", run, folder.path("games/10.sgf"), "--move", "9").status == 64)

        let lines = "name\n1 boardsize 19\nboardsize 5\nplay b c3\n2 genmove w\nnonsense\nquit\nname\n"
        let session = try Command.run(
            ["go", "gtp", run, "--avoid-self-atari", "--resign", "10"], input: Array(lines.utf8))
        let answers = session.text.components(separatedBy: "\n\n")
        #expect(session.status == 0 && answers.count == 8 && answers[0] == "= Formant")
        #expect(
            answers[1] == "?1 unacceptable size" && answers[4].hasPrefix("=2 ") && answers[5] == "? unknown command")

        // The same seed gives the same moves, also by chance, and a session that ends without quit ends well.
        let chance = Array("boardsize 5\ngenmove b\ngenmove w\ngenmove b".utf8)
        let options = ["go", "gtp", run, "--temperature", "1", "--seed", "5"]
        let first = try Command.run(options, input: chance)
        #expect(try first.status == 0 && first.output == Command.run(options, input: chance).output)
        let bytes = (0..<20_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
        #expect(try Command.run(["go", "gtp", run], input: bytes).status == 0)
        #expect(try Command.run("inspect", run).text.contains("games of Go"))
        #expect(try Command.run("classify", run, folder.path("small.yaml")).errors.contains("formant go"))
    }

    @Test func aKilledTrainingGoesOn() throws {
        let folder = try trained()
        func arguments(_ run: String) -> [String] {
            [
                "go", "train", folder.path("games"), "--recipe", folder.path("small.yaml"), "--out", folder.path(run),
                "--epochs", "12", "--checkpoint", "0", "--seed", "5",
            ]
        }
        let whole = try Command.run(arguments("whole") + ["--threads", "1"])
        #expect(whole.status == 0, "\(whole.errors)")
        for (number, after) in [UInt32(0), 30_000].enumerated() {
            let run = arguments("run\(number)")
            try Command.runAndKill(run, at: "epoch 2: ", after: after)
            let again = try Command.run(run + ["--resume", "--threads", "\(1 + number)"])
            #expect(again.status == 0, "\(again.errors)")
            #expect(again.errors.contains("going on") || again.errors.contains("finished"), "\(again.errors)")
            for file in ["model.safetensors", "splits.csv"] {
                #expect(try folder.bytes("run\(number)/\(file)") == folder.bytes("whole/\(file)"))
            }
            let account = String(decoding: try folder.bytes("run\(number)/run.json"), as: UTF8.self)
            #expect(!account.contains("--resume") && account.contains("\"epochs\" : 12"))
            let third = try Command.run(run + ["--resume", "--json"])
            #expect(third.status == 0 && third.errors.contains("finished"), "\(third.errors)")
            #expect(try object(third.text)["test"] is [String: Any])
        }
        let other = try Command.run(arguments("run0") + ["--resume", "--set", "training.rate=0.5"])
        #expect(other.status == 1 && other.errors.contains("training.rate was "), "\(other.errors)")
        for options in [["--checkpoint", "-1"], ["--checkpoint", "never"], ["--minutes", "0"]] {
            #expect(try Command.run(arguments("x") + options).status == 64)
        }
    }

    @Test func anInterruptedTrainingKeepsTheBestAndGoesOn() throws {
        let folder = try trained()
        let run = [
            "go", "train", folder.path("games"), "--recipe", folder.path("small.yaml"), "--out", folder.path("run"),
            "--epochs", "1000000", "--json",
        ]
        let command = try Command(run)
        try command.waitForErrors("epoch 2: ")
        command.send(SIGINT)
        let outcome = try command.finish()
        #expect(outcome.signal == 0 && outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("stopping") && outcome.errors.contains("interrupted"))
        #expect(try #require(try object(outcome.text)["epochs"] as? Int) < 1_000_000)
        #expect(try Command.run("go", "evaluate", folder.path("run"), folder.path("games")).status == 0)
        try Command.runAndKill(run + ["--resume"], at: "going on in epoch", after: 0)
        // A checkpoint of another kind of training is told from its account.
        let sound = try Command.run(
            "go", "train", folder.path("games"), "--recipe", folder.path("small.yaml"), "--out",
            try TrainedRuns.place().sound, "--resume")
        #expect(
            sound.status == 1 && sound.errors.contains("audio.channel was mix, now it is not given"), "\(sound.errors)")
    }

    @Test func theSameGameCountsOnce() throws {
        let folder = try trained()
        let moves = (0..<20).map { ";\($0 % 2 == 0 ? "B" : "W")[\($0 < 15 ? Self.points[$0] : "")]" }.joined()
        try folder.write("games/09.sgf", "(;SZ[5]\(moves))(;SZ[5]PB[x]\(moves))")
        try folder.write("games/15b.sgf", "(;SZ[5]PW[y]C[z]\r\n\(moves))")
        let run = try Command.run(
            "go", "train", folder.path("games"), "--recipe", folder.path("small.yaml"), "--out", folder.path("run"))
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("09.sgf, game 2: the same moves as 09.sgf; it does not count"), "\(run.errors)")
        #expect(run.errors.contains("15b.sgf: the same moves as 09.sgf; it does not count"))
        #expect(run.errors.contains("13 games read") && run.errors.contains("2 with the moves of an earlier one"))
        let evaluation = try Command.run("go", "evaluate", folder.path("run"), folder.path("games"), "--part", "all")
        #expect(evaluation.lines.contains { $0.hasPrefix("13 games") } && evaluation.errors.contains("the same moves"))
    }

    /// Points that can be played one after the other by turns: the last two rows stay empty.
    private static let points = (0..<15).map { point in
        [point % 5, point / 5].map { String(Unicode.Scalar(0x61 + UInt8($0))) }.joined()
    }

    @Test func positionsAsArrays() throws {
        let folder = try trained()
        let arrays = folder.path("arrays")
        let command = [
            "go", "features", folder.path("games"), "--recipe", folder.path("small.yaml"), "--out", arrays, "--json",
        ]
        let all = try Command.run(command)
        #expect(all.status == 0, "\(all.errors)")
        // Four games each of six, five and four moves.
        #expect(all.text.contains("\"planes\":48,\"positions\":60,\"size\":5"), "\(all.text)")
        let planes = try NumpyFile(folder.bytes("arrays/planes.npy"))
        let legal = try NumpyFile(folder.bytes("arrays/legal.npy"))
        let moves = try NumpyFile(folder.bytes("arrays/moves.npy"))
        #expect(planes.type == "|i1" && planes.shape == [60, 48, 5, 5])
        #expect(legal.type == "|i1" && legal.shape == [60, 5, 5] && moves.type == "<i2" && moves.shape == [60])
        let table = try String(decoding: folder.bytes("arrays/positions.csv"), as: UTF8.self).split(separator: "\n")
        #expect(table.count == 61 && table[2] == "10.sgf,1,2,white,")
        // The second position of the first game: Black B4 was played, White C3 comes.
        #expect(moves.values[1] == 12)
        #expect(legal.values[25..<50].enumerated().allSatisfy { $0.element == ($0.offset == 6 ? 0 : 1) })
        #expect((0..<25).allSatisfy { planes.values[49 * 25 + $0] == ($0 == 6 ? 1 : 0) }, "the opponent's stone")

        // A file of an earlier run is written over; a part has what it has, spread evenly.
        let few = try Command.run(command + ["--part", "train", "--limit", "10"])
        #expect(few.status == 0 && few.text.contains("\"positions\":10"), "\(few.errors)")
        func files() throws -> Set<Substring> {
            let table = try String(decoding: folder.bytes("arrays/positions.csv"), as: UTF8.self)
            return Set(table.split(separator: "\n").dropFirst().map { $0.prefix { $0 != "," } })
        }
        #expect(try !files().contains("21.sgf"))

        // A broken file counts where it would be.
        try folder.write("games/00-broken.sgf", "(;SZ[5];B[aa];W[aa])")
        let broken = try Command.run(command)
        #expect(broken.status == 3 && broken.text.contains("\"failed\":1,"), "\(broken.errors)")
        #expect(try Command.run(command + ["--part", "test"]).status == 0 && files() == ["21.sgf"])

        #expect(try Command.run(command + ["--limit", "0"]).errors.contains("--limit 0: expected 1 or more"))
    }

    @Test func wrongUsageIsNamed() throws {
        let folder = try trained()
        let games = folder.path("games")
        #expect(
            try Command.run("go", "train", games, "--recipe", "go-polcy", "--out", "x").errors.contains("go-policy"))
        #expect(
            try Command.run("go", "train", games, "--recipe", "kws-cnn", "--out", "x").errors.contains("takes sound"))
        #expect(try Command.run("train", games, "--recipe", "go-policy", "--out", "x").status != 0)
        let missing = try Command.run("go", "train", folder.path("nothing"), "--out", folder.path("run"))
        #expect(missing.status == 1 && missing.errors.contains("expected a folder of .sgf files"))
        #expect(try Command.run("go", "gtp", folder.path("small.yaml")).status == 1)
        for options in [["--temperature", "-1"], ["--temperature", "nan"], ["--resign", "-3"]] {
            #expect(try Command.run(["go", "gtp", "run"] + options).status == 64)
        }
    }
}
