import Formant
import FormantTensor
import FormantTestSupport
import Foundation
import Synchronization
import Testing

/// `go train --resume`: on to the bytes of a training without a break.
@Suite struct GoResumeTests {
    private static let settings = ["training.epochs=3", "go.symmetries=true"]

    /// What was said, warnings too.
    private final class Words: Sendable {
        private let lines = Mutex<[String]>([])
        var text: String { lines.withLock { $0.joined(separator: "\n") } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    /// The files of a run that must be equal, times left out.
    private func files(_ run: String, in folder: TemporaryFolder) throws -> [String] {
        let history = String(decoding: try folder.bytes(run + "/history.jsonl"), as: UTF8.self).replacingOccurrences(
            of: #""(seconds|waiting)":[0-9.e+-]+"#, with: "", options: .regularExpression)
        let others = try ["model.safetensors", "splits.csv"].map {
            Data(try folder.bytes(run + "/" + $0)).base64EncodedString()
        }
        return others + [history]
    }

    @Test func interruptedAnywhereItEndsTheSame() throws {
        let folder = try TemporaryFolder()
        let games = try orderlyGames(20, in: folder)
        let whole = try trained(games, into: folder.path("whole"), settings: Self.settings) { $0.checkpoints = .off }
        #expect(whole.epochs == 3 && !FileManager.default.fileExists(atPath: folder.path("whole/checkpoint")))
        let expected = try files("whole", in: folder)
        // There are 16 steps in an epoch: in the first one, in the second, between two.
        for (number, steps) in [3, 23, 32].enumerated() {
            let run = folder.path("run\(number)")
            let done = Atomic<Int>(0)
            let first = try trained(
                games, into: run, threads: 2, settings: Self.settings,
                observer: RunObserver(
                    step: { _ in done.add(1, ordering: .relaxed) },
                    shouldStop: { done.load(ordering: .relaxed) >= steps }))
            #expect(first.interrupted && first.epochs == max(1, steps / 16) && first.positions < whole.positions)
            let words = Words()
            let second = try trained(
                games, into: run, threads: 1 + number, settings: Self.settings, observer: RunObserver(note: words.add)
            ) { $0.resumes = true }
            #expect(words.text.contains("going on in epoch \(1 + steps / 16), after \(steps % 16) of its steps"))
            #expect(!second.interrupted && second.epochs == 3 && second.positions == whole.positions)
            #expect(try files("run\(number)", in: folder) == expected)
            #expect(second.test?.logLikelihood == whole.test?.logLikelihood)
        }
    }

    @Test func aFinishedRunSaysWhatItGave() throws {
        let folder = try TemporaryFolder()
        let games = try orderlyGames(20, in: folder)
        let first = try trained(games, into: folder.path("run"), settings: Self.settings)
        let words = Words()
        let again = try trained(
            games, into: folder.path("run"), settings: Self.settings,
            observer: RunObserver(note: words.add, step: { _ in Issue.record("nothing is to be trained") })
        ) { $0.resumes = true }
        #expect(words.text.contains("is finished: there is nothing to go on with"))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(try encoder.encode(again) == encoder.encode(first))
        #expect(again.test?.top1 == first.test?.top1 && again.positions > 0 && !again.diverged)

        // Of minutes that were over it still says so.
        let short = Self.settings + ["training.minutes=0.000001"]
        let ended = try trained(games, into: folder.path("short"), settings: short)
        let endedAgain = try trained(games, into: folder.path("short"), settings: short) { $0.resumes = true }
        #expect(ended.stop == .minutes(0.000001) && endedAgain.stop == ended.stop && endedAgain.epochs == 1)
    }

    @Test func anotherTrainingIsRefused() throws {
        let folder = try TemporaryFolder()
        let games = try orderlyGames(20, in: folder)
        let run = folder.path("run")
        let asked = RunObserver(shouldStop: { true })
        _ = try trained(games, into: run, settings: Self.settings, observer: asked)
        func refused(_ hint: String, settings: [String] = GoResumeTests.settings, seed: UInt64 = 3) {
            do {
                _ = try trained(games, into: run, settings: settings) { ($0.seed, $0.resumes) = (seed, true) }
                Issue.record("it was gone on with")
            } catch { #expect("\(error)".contains("of another training: \(hint)"), "\(error)") }
        }
        refused("seed was 3, now it is 4", seed: 4)
        refused("training.rate was 0.02, now it is 0.5", settings: Self.settings + ["training.rate=0.5"])
        refused("go.symmetries was true, now it is false", settings: Self.settings + ["go.symmetries=false"])
        try folder.write("games/050.sgf", "(;SZ[5];B[aa])")
        refused("division was ")
        try FileManager.default.removeItem(atPath: games + "/050.sgf")
        // A file that cannot be read is no game, but moves the boundary of the last tenth.
        for number in 0..<10 { try folder.write("games/999\(number).sgf", "(;SZ[5];B[aa]") }
        refused("division was ")
        for number in 0..<10 { try FileManager.default.removeItem(atPath: games + "/999\(number).sgf") }
        let name = try String(contentsOfFile: games + "/100.sgf", encoding: .utf8)
        try folder.write("games/100.sgf", name.replacingOccurrences(of: "WR[2d]", with: "WR[3d]"))
        refused("games was ")
        try folder.write("games/100.sgf", name)

        // Where all is as it was it goes on; and where there is nothing it says so and begins.
        let words = Words()
        let observer = RunObserver(note: words.add)
        _ = try trained(games, into: run, settings: Self.settings, observer: observer) { $0.resumes = true }
        _ = try trained(games, into: folder.path("new"), settings: Self.settings, observer: observer) {
            $0.resumes = true
        }
        #expect(words.text.contains("going on in epoch 1") || words.text.contains("going on in epoch 2"))
        #expect(words.text.contains("new/checkpoint: training begins at the start"))
        // Without --resume what there is is dropped.
        _ = try trained(games, into: run, settings: Self.settings, observer: observer)
        #expect(words.text.contains("without --resume it is dropped"))
        #expect(try files("run", in: folder) == files("new", in: folder))
    }
}
