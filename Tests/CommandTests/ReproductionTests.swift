import FormantTestSupport
import Foundation
import Testing

/// The same seed gives the same model, to the last bit, on any number of threads.
@Suite struct ReproductionTests {
    @Test(arguments: ["sound", "text"])
    func seedDecidesTheModel(kind: String) throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let corpus = kind == "sound" ? place.tones : bundledIntents
        func train(_ name: String, _ options: String...) throws -> [UInt8] {
            let run = try Command.run(
                ["train", corpus, "--recipe", place.folder.path("\(kind).yaml"), "--out", folder.path(name), "--quiet"]
                    + options)
            try #require(run.status == 0, "\(run.errors)")
            return try folder.bytes(name + "/model.safetensors")
        }
        let first = try place.folder.bytes("\(kind)/model.safetensors")
        #expect(try train("one", "--threads", "1") == first)
        #expect(try train("two", "--threads", "2", "--seed", "1") == first)
        #expect(try train("three", "--threads", "3") == first)
        #expect(try train("other", "--seed", "2") != first)
    }

    @Test func answersDoNotDependOnThreads() throws {
        let place = try TrainedRuns.place()
        for arguments in [
            ["classify", place.sound, place.tones, "--json"],
            ["classify", place.text, bundledIntents + "/manifest.tsv"],
        ] {
            let one = try Command.run(arguments + ["--threads", "1"])
            let three = try Command.run(arguments + ["--threads", "3"])
            #expect(one.status == 0 && one.output == three.output && one.lines.count >= 60)
        }
    }

    @Test func readsABatchAsItReadsOne() throws {
        let place = try TrainedRuns.place()
        let together = try Command.run("classify", place.sound, place.tones + "/low", "--json").lines
        #expect(together.count == 20)
        for line in together.prefix(3) {
            let path = try #require(try object(line)["path"] as? String)
            #expect(try Command.run("classify", place.sound, path, "--json").lines == [line])
        }
    }
}
