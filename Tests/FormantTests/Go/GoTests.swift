import Formant
import FormantGo
import FormantTensor
import FormantTestSupport
import FormantTraining
import Foundation
import Testing

@Suite struct GoTests {
    @Test func aRuleIsLearnedAndJudged() throws {
        let folder = try TemporaryFolder()
        let games = try orderlyGames(40, in: folder)
        let summary = try trained(games, into: folder.path("run"))
        let test = try #require(summary.test)
        #expect(summary.games == 35 && test.n > 40 && test.top1 > 0.6 && test.top5 > 0.9, "\(test)")
        let all = try GoEvaluationRun.run(
            modelPath: folder.path("run"), folder: games, part: .test, ensemble: false, pool: WorkerPool(threads: 2),
            observer: RunObserver())
        #expect(all.all.top1 == test.top1 && all.all.logLikelihood == test.logLikelihood && all.games == 4)
        #expect(all.byMove.map(\.figures.n).reduce(0, +) == test.n && all.byMove.map(\.name) == ["1 – 30"])
        #expect(all.byRank.map(\.name) == ["3k", "2k", "1k", "2d"])
        #expect(try folder.names == ["games", "run"])
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path("run")).sorted()
        #expect(
            files.filter { !$0.hasPrefix("events.out.tfevents.") } == [
                "checkpoint", "history.jsonl", "model.safetensors", "run.json", "splits.csv",
            ])
        #expect(files.count == 6, "and one for TensorBoard")
    }

    @Test func theSameBytesOnAnyNumberOfThreads() throws {
        let folder = try TemporaryFolder()
        let games = try orderlyGames(20, in: folder)
        let settings = ["training.epochs=2", "go.symmetries=true", "go.planes=alphago"]
        _ = try trained(games, into: folder.path("one"), threads: 1, settings: settings)
        _ = try trained(games, into: folder.path("two"), threads: 2, settings: settings)
        #expect(try folder.bytes("one/model.safetensors") == folder.bytes("two/model.safetensors"))
    }

    @Test func positionsOfAnEpoch() throws {
        let folder = try TemporaryFolder()
        let records = try GameFolder(path: try orderlyGames(10, in: folder)).games.map(\.record)
        var other = GameRecord(size: 9)
        other.moves = [PlayedMove(.black, .point(0))]
        let frontEnd = GoFrontEnd(planes: .lecture, size: 5)
        let plain = GoPositions([other] + records, frontEnd, seed: nil)
        let stones = records.map { $0.moves.count { $0.move != .pass } }
        #expect(plain.count == stones.reduce(0, +) && plain.total == plain.count)
        let places = (0..<plain.count).map { plain.place(of: $0) }
        #expect(Set(places).count == places.count)
        #expect(places.allSatisfy { $0.game > 0 && records[$0.game - 1].moves[$0.move].move != .pass })

        // What is said of an example goes together: the target is an empty point of the planes that are shown.
        let varied = GoPositions(records, frontEnd, seed: 1)
        var seen: Set<[Float]> = []
        for epoch in 1...3 {
            let data = varied.inEpoch(epoch)
            for index in stride(from: 0, to: data.count, by: 3) {
                let planes = try planes(of: index, in: data)
                guard case .labelAmong(let point, let possible) = data.target(of: index) else {
                    Issue.record("no such target")
                    return
                }
                #expect(planes[point] == 0 && possible[point])
                #expect((0..<25).allSatisfy { planes[$0] == 0 || !possible[$0] })
                if index == 30 { seen.insert(planes) }
                #expect(try planes == self.planes(of: index, in: varied.inEpoch(epoch)))
            }
        }
        #expect(seen.count > 1, "turned otherwise from epoch to epoch")

        // Of more positions than wanted some are taken, from all parts, others in each epoch.
        let few = GoPositions(records, frontEnd, seed: 1, limit: 20)
        #expect(few.count == 20)
        let first = (0..<20).map { few.inEpoch(1).place(of: $0) }
        #expect(Set(first).count == 20 && Set(first.map(\.game)).count == 10)
        #expect(first != (0..<20).map { few.inEpoch(2).place(of: $0) })
    }

    private func planes(of index: Int, in data: GoPositions) throws -> [Float] {
        var planes = [Float](repeating: .nan, count: data.shape(of: index).count)
        var none: SeededGenerator?
        try planes.withUnsafeMutableBufferPointer { try data.load(index, into: $0, varyingBy: &none) }
        return planes
    }

    @Test func policyEnsemblePlayerAndSuggestion() throws {
        let folder = try TemporaryFolder()
        let games = try orderlyGames(20, in: folder)
        _ = try trained(games, into: folder.path("run"), settings: ["training.epochs=1"])
        let model = try Model(path: folder.path("run"))
        #expect(model.labels.first == "A5" && model.labels.count == 25)
        let pool = WorkerPool(threads: 1)
        let (one, eight) = (try NetworkPolicy(model, pool: pool), try NetworkPolicy(model, ensemble: true, pool: pool))
        var position = try Position(size: 5)
        for point in [0, 7, 11, 24] { try position.play(.point(point), by: position.toMove) }
        let weights = try one.weights(for: position)
        #expect(abs(weights.reduce(0, +) - 1) < 1e-5 && weights[7] == 0 && one.plays(size: 5) && !one.plays(size: 9))
        let mean = try eight.weights(for: position)
        #expect(mean != weights && abs(mean.reduce(0, +) - 1) < 1e-5)
        for symmetry in Symmetry.all {
            var turned = try Position(size: 5)
            for point in [0, 7, 11, 24] { try turned.play(.point(symmetry.point(point, size: 5)), by: turned.toMove) }
            let other = try eight.weights(for: turned)
            #expect((0..<25).allSatisfy { abs(other[symmetry.point($0, size: 5)] - mean[$0]) < 1e-5 })
        }

        var player = try GoPlayer(modelPath: folder.path("run"), options: .init(), pool: pool)
        #expect(player.respond(to: Array("boardsize 19".utf8)) == "? unacceptable size\n\n")
        var passes = 0
        for turn in 0..<300 where passes < 2 {
            let answer = player.respond(to: Array("genmove \(turn % 2 == 0 ? "b" : "w")".utf8)) ?? "nothing"
            #expect(answer.hasPrefix("= "))
            passes = answer == "= pass\n\n" ? passes + 1 : 0
        }
        #expect(passes == 2)

        let game = games + "/100.sgf"
        let suggestion = try GoSuggestion(
            modelPath: folder.path("run"), gamePath: game, move: 3, top: 4, ensemble: true, pool: pool)
        #expect(suggestion.move == 3 && suggestion.player == "black" && suggestion.played == "C5")
        #expect(suggestion.candidates.count == 4 && suggestion.text.contains(" 5 X(O)"))
        try suggestion.write(to: folder.path("board.svg"))
        #expect(String(decoding: try folder.bytes("board.svg"), as: UTF8.self).contains("</svg>"))
        for move in [0, 99] {
            #expect(throws: RunError.self) {
                try GoSuggestion(
                    modelPath: folder.path("run"), gamePath: game, move: move, top: 4, ensemble: false, pool: pool)
            }
        }
    }

    @Test func whatDoesNotFitIsNamed() throws {
        let folder = try TemporaryFolder()
        let games = try orderlyGames(4, in: folder)
        #expect(throws: RunError.self, "boards of another size") {
            try trained(games, into: folder.path("run"), settings: ["go.size=6", "training.epochs=1"])
        }
        for (setting, word) in [
            ("go.size=4", "expected 5 to 25"), ("go.planes=alpha", "alphago"), ("go.plane=lecture", "planes"),
        ] {
            do {
                _ = try trained(games, into: folder.path("run"), settings: [setting])
                Issue.record("\(setting) was taken")
            } catch { #expect("\(error)".contains(word), "\(error)") }
        }
        var request = GoTrainingRequest(games: games, output: folder.path("run"), recipe: try Recipe("kim-rand"))
        request.seed = 1
        #expect(throws: RecipeError.self) { try GoTrainingRun(request, pool: WorkerPool(threads: 1)).run() }
        request = GoTrainingRequest(games: games, output: folder.path("run"), recipe: try Recipe("go-policy"))
        #expect(throws: RunError.self) { try GoTrainingRun(request, pool: WorkerPool(threads: 1)).run() }
        #expect(throws: GoError.self) { try trained(folder.path("nothing"), into: folder.path("run")) }
    }
}
