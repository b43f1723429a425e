import FormantTensor
import FormantTestSupport
import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Samples without a header on standard input, as from a microphone.
@Suite struct StreamTests {
    /// A command that reads a named pipe, and the pipe's other end.
    private struct Listening {
        let command: Command
        let end: FileHandle

        init(_ folder: TemporaryFolder, _ line: String) throws {
            let path = folder.path("pipe-\(UUID().uuidString)")
            try #require(mkfifo(path, 0o600) == 0)
            command = try Command(
                ["-c", "exec '\(Command.path)' \(line) < '\(path)'"], executable: "/bin/sh")
            end = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        }

        func write(_ bytes: some Sequence<UInt8>) throws { try end.write(contentsOf: Data(bytes)) }
    }

    private func recording() -> [UInt8] { TestSounds.wav(WindowTests.samples()) }

    /// Lines without the path, which is another for a stream.
    private func withoutPath(_ lines: [String]) throws -> [NSDictionary] {
        try lines.map { line in
            var line = try object(line)
            line["path"] = nil
            return line as NSDictionary
        }
    }

    @Test(arguments: ["--hop 0.3", "--events --window 1 --hop 0.25 --on 0.4", "--hop 7"])
    func piecesOfAnySizeGiveWhatTheFileGives(options: String) throws {
        let place = try PoolingRun.place()
        let folder = try TemporaryFolder()
        let bytes = recording()
        let path = try folder.write("x.wav", bytes)
        let words = options.split(separator: " ").map(String.init)
        let file = try Command.run(["classify", place, path, "--json"] + words)
        try #require(file.status == 0 && !file.lines.isEmpty, "\(file.errors)")
        let seed: UInt64 = 31
        var generator = SeededGenerator(seed: seed)
        for largest in [200_000, 5000, 333] {
            let listening = try Listening(
                folder, "classify '\(place)' - --raw s16le --rate 8000 --quiet \(options)")
            var rest = bytes[44...]
            while !rest.isEmpty {
                let piece = rest.prefix(1 + generator.index(below: largest))
                try listening.write(piece)
                rest = rest.dropFirst(piece.count)
            }
            try listening.end.close()
            let run = try listening.command.finish()
            #expect(run.status == 0 && run.errors == "", "\(run.errors)")
            #expect(try withoutPath(run.lines) == withoutPath(file.lines), "seed \(seed), pieces of \(largest)")
            #expect(try run.lines.allSatisfy { try object($0)["path"] as? String == "-" })
        }
    }

    @Test func linesComeWhileTheStreamGoesOn() throws {
        let place = try PoolingRun.place()
        let folder = try TemporaryFolder()
        let output = folder.path("lines")
        let line = "classify '\(place)' - --raw s16le --rate 8000 --hop 0.25"
        let listening = try Listening(folder, line + " > '\(output)'")
        let bytes = recording()[44...]
        var seen = 0
        for second in 0..<4 {
            try listening.write(bytes.dropFirst(16_000 * second).prefix(16_000))
            for _ in 0..<3000 where seen < 4 * (second + 1) {
                usleep(5000)
                seen = (try? folder.bytes("lines").count { $0 == 0x0a }) ?? 0
            }
            // All windows whose last sample is there, and no more.
            #expect(seen == 4 * (second + 1))
        }
        // Control-C ends the stream: what was heard is kept, and nothing else is said.
        listening.command.send(SIGINT)
        let run = try listening.command.finish()
        #expect(run.status == 0 && run.signal == 0 && run.errors == "", "\(run.errors)")
        #expect(try folder.bytes("lines").count { $0 == 0x0a } == 16)
        try listening.end.close()
    }

    @Test(arguments: [SIGINT, SIGTERM]) func interruptedEventsAreWritten(signal: Int32) throws {
        let place = try PoolingRun.place()
        let folder = try TemporaryFolder()
        let listening = try Listening(
            folder, "classify '\(place)' - --raw s16le --rate 8000 --window 1 --events --on 1e-9 --label low")
        // 2.5 s: two windows, and the last half of one.
        try listening.write(recording()[44..<44 + 40_000])
        usleep(1_000_000)
        listening.command.send(signal)
        let run = try listening.command.finish()
        #expect(run.status == 0 && run.lines.count == 1, "\(run.errors)")
        let event = try object(run.lines.first ?? "")
        #expect(event["start"] as? Double == 0 && event["end"] as? Double == 2.5 && event["windows"] as? Int == 3)
        try listening.end.close()
    }

    @Test func theEndOfTheStream() throws {
        let place = try PoolingRun.place()
        let bytes = Array(recording()[44..<44 + 8000])
        // An odd byte is named; the rest is done.
        let odd = try Command.run(["classify", place, "-", "--raw", "s16le", "--rate", "8000"], input: bytes + [1])
        #expect(odd.status == 0 && odd.lines.count == 2, "\(odd.errors)")
        #expect(odd.errors == "warning: standard input: expected whole frames of 2 bytes, found 1 more at the end\n")
        let stereo = try Command.run(
            ["classify", place, "-", "--raw", "s16be", "--rate", "22050", "--channels", "2", "--format", "csv"],
            input: bytes)
        #expect(stereo.status == 0 && csv(stereo.text)[0] == ["path", "start", "end", "label", "score"])
        let empty = try Command.run(["classify", place, "-", "--raw", "s16le", "--rate", "8000"])
        #expect(empty.status == 1 && empty.errors.contains("standard input: expected at least one sample"))
        // A sample that is no number: what came before it is written.
        var floats: [UInt8] = []
        for i in 0..<6000 {
            withUnsafeBytes(of: (i == 5000 ? Float.nan : 0.1).bitPattern.littleEndian) { floats += Array($0) }
        }
        let broken = try Command.run(["classify", place, "-", "--raw", "f32le", "--rate", "8000"], input: floats)
        #expect(broken.status == 1 && broken.lines.count == 2, "\(broken.text)")
        #expect(broken.errors.contains("found nan at 0.625 s"), "\(broken.errors)")
    }

    @Test func aReaderThatHasSeenEnough() throws {
        let place = try PoolingRun.place()
        // The stream never ends by itself.
        let run = try Command.shell(
            "cat /dev/zero | $formant classify '\(place)' - --raw s16le --rate 8000 --threads 1 | head -3; exit 0")
        #expect(run.status == 0 && run.lines.count == 3 && run.errors == "", "\(run.errors)")
        let full = try Command.run(
            ["classify", place, "-", "--raw", "u8", "--rate", "8000"], input: [UInt8](repeating: 128, count: 20_000),
            output: "/dev/full")
        #expect(full.status == 1 && full.errors.contains("standard output"), "\(full.errors)")
    }

    @Test func endlessInputTakesBoundedMemory() throws {
        let place = try PoolingRun.place()
        let seconds = 20_000
        let run = try Command.shell(
            "head -c \(seconds * 8000) /dev/zero | exec $formant classify '\(place)' - --raw u8 --rate 8000 --window 10 "
                + "--events --on 1e-9 --label low")
        #expect(run.status == 0 && run.lines.count == 1, "\(run.errors)")
        #expect(try object(run.lines.first ?? "")["windows"] as? Int == seconds / 10)
        #expect(run.peak < 300 << 20, "\(run.peak)")
    }

    @Test(arguments: [
        (["-", "--raw", "s16", "--rate", "8000"], "did you mean \"s16"), (["-", "--raw", "s16le"], "--rate"),
        (["-", "--raw", "s16le", "--rate", "0"], "--rate 0"),
        (["-", "--raw", "s16le", "--rate", "1000001"], "1000000"),
        (["-", "--raw", "s16le", "--rate", "8000", "--channels", "0"], "--channels 0"),
        (["-", "--raw", "s16le", "--rate", "8000", "--channels", "1025"], "1024"),
        (["-", "--raw", "s16le", "--rate", "many"], "--rate"),
        (["-", "-", "--raw", "s16le", "--rate", "8000"], "only input"),
        (["-", "--raw", "s16le", "--rate", "8000", "--out", "x"], "--out"),
        (["-", "--raw", "s16le", "--rate", "8000", "--hop", "0"], "--hop"),
    ])
    func wrongUsage(arguments: [String], hint: String) throws {
        let place = try TrainedRuns.place()
        let run = try Command.run(["classify", place.sound] + arguments)
        #expect(run.status == 64 && run.output == [] && run.errors.contains(hint), "\(run.errors)")
    }
}
