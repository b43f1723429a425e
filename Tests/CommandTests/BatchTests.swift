import FormantTensor
import FormantTestSupport
import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Work over many files that is killed and begun again.
@Suite struct BatchTests {
    /// A folder of recordings, some of them broken.
    private func corpus(_ folder: TemporaryFolder) throws -> String {
        let place = try TrainedRuns.place()
        for label in ["low", "high", "noise"] {
            for i in 0..<20 { try folder.write("in/\(label)/\(i).wav", place.folder.bytes("tones/\(label)/\(i).wav")) }
        }
        try folder.write("in/broken.wav", "this is no recording at all")
        try folder.write("in/low/empty.wav", "")
        return folder.path("in")
    }

    /// What an output holds: a file, or the files of a folder with their names.
    private func contents(_ path: String) throws -> [String: Data] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return [:] }
        guard isFolder.boolValue else { return ["": try Data(contentsOf: URL(fileURLWithPath: path))] }
        var files: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            var isFolder: ObjCBool = false
            let isThere = FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
            if isThere, !isFolder.boolValue {
                files[name] = try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))
            }
        }
        return files
    }

    /// Kills a command at a random moment until it lives long enough, and says how often that was.
    private func killed(_ arguments: [String], within milliseconds: Int, _ generator: inout SeededGenerator) throws
        -> Int
    {
        var kills = 0
        while true {
            let command = try Command(arguments)
            usleep(UInt32(1000 * generator.index(below: milliseconds)))
            command.send(SIGKILL)
            let run = try command.finish()
            if run.signal == 0 {
                #expect(run.status == 3 || run.status == 0, "\(run.errors)")
                return kills
            }
            kills += 1
            guard kills < 6 else {
                let last = try Command.run(arguments)
                #expect(last.status == 3 || last.status == 0, "\(last.errors)")
                return kills
            }
        }
    }

    @Test(arguments: ["out.npz", "out.csv", "out"]) func killedFeaturesEndInTheSameBytes(out: String) throws {
        let folder = try TemporaryFolder()
        let input = try corpus(folder)
        let seed: UInt64 = 41
        var generator = SeededGenerator(seed: seed)
        let start = ContinuousClock.now
        let whole = try Command.run("features", input, "--out", folder.path("whole-" + out), "--threads", "2")
        let milliseconds = max(20, Int((ContinuousClock.now - start) / .milliseconds(1)))
        #expect(whole.status == 3, "\(whole.errors)")
        let expected = try contents(folder.path("whole-" + out))
        for threads in ["1", "2"] {
            let arguments = ["features", input, "--out", folder.path(out), "--threads", threads]
            _ = try killed(arguments, within: milliseconds, &generator)
            #expect(try contents(folder.path(out)) == expected, "seed \(seed)")
            // Nothing else is left, of any of the processes.
            #expect(try folder.names == ["in", out, "whole-" + out])
            #expect(try folder.contents().filter { $0.hasSuffix(".partial") } == [])
            try FileManager.default.removeItem(atPath: folder.path(out))
        }
    }

    @Test(arguments: [
        ["--format", "csv"], ["--json", "--top", "3"], ["--hop", "0.1", "--format", "csv"],
        ["--events", "--hop", "0.1", "--format", "raven"],
    ])
    func killedClassifyEndsInTheSameBytes(options: [String]) throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let input = try corpus(folder)
        let seed: UInt64 = 43
        var generator = SeededGenerator(seed: seed)
        let shown = try Command.run(["classify", place.sound, input] + options)
        #expect(shown.status == 3)
        let arguments = ["classify", place.sound, input, "--out", folder.path("out")] + options
        _ = try killed(arguments, within: 400, &generator)
        // What is on standard output without --out.
        #expect(try folder.bytes("out") == shown.output, "seed \(seed)")
        #expect(try folder.names == ["in", "out"])
    }

    /// A run that was cut short: its ledger with only the first part of its bytes.
    private func interrupted(_ arguments: [String], _ folder: TemporaryFolder, _ out: String) throws {
        // So full a disk as may hold a part of the ledger: the shell's limit of the size of files.
        let line = arguments.map { "'\($0)'" }.joined(separator: " ")
        let run = try Command.shell("ulimit -f 100; trap '' XFSZ; $formant \(line)")
        #expect(run.status == 1 && run.errors.contains(out + ".ledger"), "\(run.errors)")
        #expect(try folder.bytes(out + ".ledger").count > 1000)
        #expect(!FileManager.default.fileExists(atPath: folder.path(out)))
    }

    @Test func aFullDiskAndWhatChangesMeanwhile() throws {
        let folder = try TemporaryFolder()
        let input = try corpus(folder)
        let arguments = ["features", input, "--out", folder.path("out.npz"), "--threads", "1"]
        try interrupted(arguments, folder, "out.npz")
        // Other settings are refused, by name.
        let other = try Command.run(arguments + ["--set", "mel.bands=20"])
        #expect(other.status == 1 && other.errors.contains("mel.bands was 40, is 20"), "\(other.errors)")
        #expect(other.errors.contains("remove the ledger"))
        // A recording that changes is done again.
        let place = try TrainedRuns.place()
        try folder.write("in/high/0.wav", place.folder.bytes("tones/noise/0.wav") + [0, 0])
        let run = try Command.run(arguments)
        #expect(run.status == 3 && run.errors.contains("going on: "), "\(run.errors)")
        #expect(run.errors.contains("1 changed since"), "\(run.errors)")
        #expect(run.errors.contains("broken.wav") && run.errors.contains("empty.wav"))
        let fresh = try Command.run("features", input, "--out", folder.path("fresh.npz"))
        #expect(fresh.status == 3)
        #expect(try folder.bytes("out.npz") == folder.bytes("fresh.npz"))
        #expect(try folder.names == ["fresh.npz", "in", "out.npz"])
    }

    @Test func anotherModelIsRefused() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let input = try corpus(folder)
        let out = folder.path("out.csv")
        func arguments(_ model: String) -> [String] {
            ["classify", model, input, "--hop", "0.001", "--out", out, "--format", "csv", "--threads", "1"]
        }
        try interrupted(arguments(place.sound), folder, "out.csv")
        let other = try Command.run(arguments(try PoolingRun.place()))
        #expect(other.status == 1 && other.errors.contains("model was "), "\(other.errors)")
        let same = try Command.run(arguments(place.sound + "/model.safetensors"))
        #expect(same.status == 3 && same.errors.contains("going on: "), "\(same.errors)")
    }

    @Test func aFolderGetsAFileForEachRecording() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let input = try corpus(folder)
        let run = try Command.run(
            "classify", place.sound, input, "--out", folder.path("tracks/"), "--format", "audacity", "--on", "0.4")
        #expect(run.status == 3 && run.output == [], "\(run.errors)")
        let names = try folder.contents(below: "tracks").filter { $0.hasSuffix(".txt") }
        #expect(names.count == 60 && names.contains("low/7.wav.txt"))
        let alone = try Command.run(
            "classify", place.sound, input + "/low/7.wav", "--format", "audacity", "--on", "0.4")
        #expect(try folder.bytes("tracks/low/7.wav.txt") == alone.output && !alone.output.isEmpty)
        let sentences = try Command.run(
            "classify", place.text, bundledIntents + "/manifest.tsv", folder.path("none"), "--out",
            folder.path("s.csv"),
            "--format", "csv")
        #expect(sentences.status == 3, "\(sentences.errors)")
        let shown = try Command.run("classify", place.text, bundledIntents + "/manifest.tsv", "--format", "csv")
        #expect(try folder.bytes("s.csv") == shown.output)
    }

    /// `FORMANT_LONG` set kills `features` and `classify` at 20 moments over the spoken digits.
    @Test(.enabled(if: publicData != nil && ProcessInfo.processInfo.environment["FORMANT_LONG"] != nil))
    func twentyKillsOverSpokenDigits() throws {
        let data = try #require(publicData)
        let place = try TrainedRuns.place()
        let input = data + "/fsdd/recordings"
        let folder = try TemporaryFolder()
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for arguments in [["features", input], ["classify", place.sound, input, "--format", "csv"]] {
            let start = ContinuousClock.now
            let whole = try Command.run(arguments + ["--out", folder.path("whole.npz")])
            #expect(whole.status == 0, "\(whole.errors)")
            let milliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
            let expected = try folder.bytes("whole.npz")
            var kills = 0
            while kills < 20 {
                let command = try Command(arguments + ["--out", folder.path("out.npz")])
                usleep(UInt32(1000 * generator.index(below: milliseconds + milliseconds / 4)))
                command.send(SIGKILL)
                let run = try command.finish()
                if run.signal == SIGKILL {
                    kills += 1
                    // Whatever is there under its name is whole.
                    if FileManager.default.fileExists(atPath: folder.path("out.npz")) {
                        #expect(try folder.bytes("out.npz") == expected, "seed \(seed), kill \(kills)")
                    }
                    continue
                }
                #expect(try folder.bytes("out.npz") == expected, "seed \(seed), after \(kills)")
                try FileManager.default.removeItem(atPath: folder.path("out.npz"))
            }
            let last = try Command.run(arguments + ["--out", folder.path("out.npz")])
            #expect(last.status == 0)
            #expect(try folder.bytes("out.npz") == expected, "seed \(seed)")
            print("\(arguments[0]): \(kills) kills within \(milliseconds) ms")
            try FileManager.default.removeItem(atPath: folder.path("out.npz"))
        }
    }
}
