import FormantTestSupport
import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Programs that are stopped, or whose reader goes away.
@Suite struct InterruptionTests {
    @Test func interruptedTrainingKeepsTheBestModel() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let command = try Command([
            "train", place.tones, "--recipe", place.folder.path("sound.yaml"), "--out", folder.path("run"), "--epochs",
            "1000000",
            "--json",
        ])
        try command.waitForErrors("epoch 2: ")
        command.send(SIGINT)
        let run = try command.finish()
        #expect(run.signal == 0 && run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("stopping") && run.errors.contains("interrupted"))
        let summary = try object(run.text)
        #expect(try #require(summary["epochs"] as? Int) < 1_000_000)
        #expect(summary["test"] is [String: Any])
        let used = try Command.run("classify", folder.path("run"), place.tones + "/low/0.wav")
        #expect(used.status == 0 && used.lines.count == 1)
        #expect(try folder.contents(below: "run").filter { $0.hasSuffix(".partial") } == [])
    }

    @Test func interruptedFoldsEndWithTheFold() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let command = try Command([
            "train", place.tones, "--recipe", place.folder.path("sound.yaml"), "--out", folder.path("run"), "--epochs",
            "1000000",
            "--folds", "5", "--json",
        ])
        try command.waitForErrors("epoch 2: ")
        command.send(SIGINT)
        let run = try command.finish()
        #expect(run.status == 0 && run.errors.contains("1 of 5 folds"), "\(run.errors)")
        #expect((try object(run.text)["folds"] as? [Any])?.count == 1)
    }

    @Test(arguments: ["", "--hop 0.001"])
    func aReaderThatHasSeenEnough(options: String) throws {
        let place = try TrainedRuns.place()
        let run = try Command.shell(
            "$formant classify '\(place.sound)' '\(place.tones)' '\(place.tones)' --threads 1 \(options) | head -1; exit 0"
        )
        #expect(run.status == 0 && run.lines.count == 1 && run.errors == "", "\(run.errors)")
    }

    @Test func aReaderThatIsGone() throws {
        let place = try TrainedRuns.place()
        // The status of the first program of a pipe, whose reader ends before it begins; SIGPIPE ignored as some parents do.
        let run = try Command.shell(
            "trap '' PIPE; { sleep 0.2; $formant classify '\(place.sound)' '\(place.tones)'; echo $? >&2; } | true")
        #expect(run.errors == "141\n", "\(run.errors)")
    }
}
