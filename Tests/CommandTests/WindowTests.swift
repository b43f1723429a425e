import FormantTensor
import FormantTestSupport
import Foundation
import Testing

/// Long recordings: windows, events, times of day, and the formats that other programs open.
@Suite struct WindowTests {
    /// 12 s: noise, with a low tone from 2 to 4 s and from 5 to 6 s, and a high one from 8 to 10 s.
    static func samples() -> [Float] {
        var generator = SeededGenerator(seed: 8)
        var samples: [Float] = []
        for second in 0..<12 {
            let hertz = [2, 3, 5].contains(second) ? 300.0 : [8, 9].contains(second) ? 1800 : 0
            samples += TestSounds.tone(hertz, seconds: 1, using: &generator)
        }
        return samples
    }

    private func lines(_ arguments: [String], _ folder: TemporaryFolder) throws -> [String] {
        let run = try Command.run(["classify"] + arguments)
        try #require(run.status == 0, "\(run.errors)")
        return run.lines
    }

    @Test func windowAndHopAreFreeOfEachOther() throws {
        let place = try PoolingRun.place()
        let folder = try TemporaryFolder()
        let path = try folder.write("x.wav", TestSounds.wav(Self.samples()))
        for (window, hop, count) in [(1.0, 1.0, 12), (0.5, 1.0, 12), (2, 0.5, 21), (0.25, 0.25, 48), (20, 3, 1)] {
            let rows = csv(
                try lines([place, path, "--window", "\(window)", "--hop", "\(hop)", "--format", "csv"], folder)
                    .joined(separator: "\n")
            ).dropFirst()
            #expect(rows.count == count, "\(window) \(hop)")
            for (i, row) in rows.enumerated() {
                #expect(Double(row[1]) == Double(i) * hop)
                #expect(Double(row[2]) == min(12, Double(i) * hop + window))
            }
            // A window alone goes from one to the next.
            let alone = try lines([place, path, "--window", "\(window)", "--format", "csv"], folder)
            #expect(window != hop || alone.count == count + 1)
        }
        let labels = try lines([place, path, "--window", "1"], folder).map { String($0.prefix { $0 != "\t" }) }
        #expect(labels[2] == "low" && labels[5] == "low" && labels[8] == "high" && labels[0] == "noise")
        // A network that ends in a dense layer over all frames takes one length.
        let fixed = try TrainedRuns.place().sound
        let run = try Command.run("classify", fixed, path, "--window", "1")
        #expect(run.status == 64 && run.errors.contains("--window 1.0: expected 0.25 seconds"), "\(run.errors)")
        #expect(try lines([fixed, path, "--window", "0.25"], folder) == lines([fixed, path, "--hop", "0.25"], folder))
    }

    @Test func eventsInEveryFormat() throws {
        let place = try PoolingRun.place()
        let folder = try TemporaryFolder()
        let path = try folder.write("site_20240131_235955.wav", TestSounds.wav(Self.samples()))
        let options = ["--window", "1", "--on", "0.5", "--off", "0.4", "--label", "low", "--label", "high"]
        let events = try lines([place, path] + options + ["--format", "jsonl"], folder).map { try object($0) }
        #expect(events.map { $0["label"] as? String } == ["low", "low", "high"])
        #expect(
            events.map { $0["start"] as? Double } == [2, 5, 8] && events.map { $0["end"] as? Double } == [4, 6, 10])
        #expect(events.map { $0["windows"] as? Int } == [2, 1, 2])
        #expect(
            events.map { $0["start_time"] as? String }
                == ["2024-01-31T23:59:57.000", "2024-02-01T00:00:00.000", "2024-02-01T00:00:03.000"])
        let scores = events.compactMap { $0["score"] as? Double }
        #expect(scores.count == 3 && scores.allSatisfy { $0 >= 0.5 && $0 <= 1 })

        // A gap of a second between the two low ones is closed; the high one has its two seconds.
        let merged = try lines(
            [place, path] + options + ["--gap", "1", "--minimum", "2.5", "--format", "csv"], folder)
        #expect(
            csv(merged.joined(separator: "\n")).map { Array($0.prefix(6)) } == [
                ["path", "start", "end", "start_time", "end_time", "label"],
                [path, "2.000", "6.000", "2024-01-31T23:59:57.000", "2024-02-01T00:00:01.000", "low"],
            ])
        let table = try lines([place, path] + options + ["--times", "-03:00"], folder)[0].split(separator: "\t")
        #expect(table[0] == "low" && table[3] == "2.000" && table[5] == "2024-01-31T23:59:57.000-03:00")
        let off = try lines([place, path] + options + ["--times", "off", "--format", "csv"], folder)
        #expect(off[0] == "path,start,end,label,score,windows")

        let track = try lines([place, path] + options + ["--format", "audacity"], folder)
        #expect(track.count == 3)
        for (line, event) in zip(track, events) {
            let fields = line.split(separator: "\t")
            #expect(fields.count == 3 && Double(fields[0]) == event["start"] as? Double)
            #expect(Double(fields[1]) == event["end"] as? Double)
            #expect(fields[2].hasPrefix(event["label"] as? String ?? "?"))
        }
        let selections = try lines([place, path] + options + ["--format", "raven"], folder).map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(selections.count == 4 && selections[0].last == "Begin Date Time" && selections[0][0] == "Selection")
        #expect(selections.allSatisfy { $0.count == selections[0].count })
        #expect(selections.dropFirst().map { $0[0] } == ["1", "2", "3"])
        let column = try #require(selections[0].firstIndex(of: "Annotation"))
        #expect(selections.dropFirst().map { $0[column] } == ["low", "low", "high"])
        #expect(selections[1][6] == "4000.0" && selections[1].last == "2024-01-31T23:59:57.000")
        // The table is a corpus of annotations that the program itself reads.
        try folder.write(
            "site_20240131_235955.selections.txt", selections.map { $0.joined(separator: "\t") + "\n" }.joined())
        let corpus = try Command.run("inspect", folder.path, "--window", "1", "--json")
        #expect(corpus.status == 0, "\(corpus.errors)")
        let found = try object(corpus.text)
        #expect(found["examples"] as? Int == 12 && found["unlabelled"] as? Int == 7, "\(corpus.text)")
    }

    @Test func severalLabelsAtOnce() throws {
        let place = try PoolingRun.place()
        let folder = try TemporaryFolder()
        let path = try folder.write("x.wav", TestSounds.wav(Self.samples()))
        // So low a threshold takes every label of every window; each is one event over all.
        let events = try lines([place, path, "--window", "1", "--on", "1e-9", "--json"], folder).map { try object($0) }
        #expect(Set(events.compactMap { $0["label"] as? String }) == ["high", "low", "noise"] && events.count == 3)
        #expect(events.allSatisfy { $0["start"] as? Double == 0 && $0["end"] as? Double == 12 })
        #expect(events.allSatisfy { $0["start_time"] == nil })
    }

    @Test(arguments: [
        (["--window", "0"], "0.001 to 3600"), (["--window", "nan"], "0.001 to 3600"),
        (["--window", "1e300"], "0.001 to 3600"), (["--hop", "86401"], "0.001 to 86400"),
        (["--on", "0"], "--on 0.0"), (["--on", "2"], "--on 2.0"), (["--on", "nan"], "--on nan"),
        (["--on", "0.5", "--off", "0.6"], "--off 0.6"), (["--off", "0"], "--off 0.0"),
        (["--gap", "-1"], "--gap"), (["--gap", "inf"], "--gap inf"), (["--minimum", "nan"], "--minimum nan"),
        (["--minimum", "1e9"], "0 to 86400"), (["--label", "hihg"], "did you mean \"high\"?"),
        (["--times", "noon"], "--times noon"), (["--times", "+99:00"], "+01:00"),
        (["--format", "raven", "--top", "2"], "--label"), (["--format", "audacity", "--json"], "--json"),
        (["--rate", "8000"], "--raw"), (["--channels", "1"], "--raw"),
        (["--raw", "s16le", "--rate", "8000"], "standard input"),
        (["--format", "audacity"], "2; give --out a folder"),
    ])
    func wrongUsage(options: [String], hint: String) throws {
        let place = try TrainedRuns.place()
        let inputs = [place.tones + "/low/0.wav", place.tones + "/low/1.wav"]
        let run = try Command.run(["classify", place.sound] + inputs + options)
        #expect(run.status == 64 && run.output == [], "\(run.errors)")
        #expect(run.errors.contains(hint), "\(run.errors)")
    }

    @Test(arguments: ["--events", "--on=0.5", "--window=1", "--times=off", "--raw=s16le --rate=8000", "--format=raven"])
    func sentencesHaveNoWindows(options: String) throws {
        let place = try TrainedRuns.place()
        let run = try Command.run(
            ["classify", place.text, "-"] + options.split(separator: " ").map(String.init))
        #expect(run.status == 64 && run.errors.contains("sentences"), "\(run.errors)")
    }

    /// Recordings whose samples are zeros but for a few tones, and which take no room on the disk, one of them of 64-bit
    /// length (RF64). `FORMANT_LONG` set makes them ten hours of 48 kHz stereo, more than 4 GB, and a day at 8 and 16 kHz.
    @Test(arguments: [LongRecording(8000, 1, 600, isLarge: true)] + LongRecording.days)
    func longRecordingsTakeConstantMemory(recording: LongRecording) throws {
        let place = try PoolingRun.place()
        let folder = try TemporaryFolder()
        let path = folder.path("20240131_054500.wav")
        let (rate, seconds) = (recording.rate, recording.seconds)
        try SparseRecording.write(
            path, rate: rate, channels: recording.channels, seconds: seconds, tones: [100, 101, seconds - 100],
            isLarge: recording.isLarge)
        let start = ContinuousClock.now
        let run = try Command.run([
            "classify", place, path, "--window", "1", "--events", "--label", "low", "--json", "--quiet",
        ])
        let took = (ContinuousClock.now - start) / .seconds(1)
        #expect(run.status == 0, "\(run.errors)")
        let events = try run.lines.map { try object($0) }
        #expect(
            events.map { $0["start"] as? Double } == [100, Double(seconds - 100)]
                && events.map { $0["end"] as? Double } == [102, Double(seconds - 99)])
        #expect(run.peak < 300 << 20, "\(run.peak)")
        print(
            "\(recording): \(took) s, \(Int(Double(seconds) / took)) times as fast as it plays, peak \(run.peak >> 20) MB"
        )
    }
}

/// A recording too long for memory.
struct LongRecording: CustomTestStringConvertible, CustomStringConvertible, Sendable {
    var rate: Int
    var channels: Int
    var seconds: Int
    /// Whether its lengths have 64 bits.
    var isLarge: Bool

    init(_ rate: Int, _ channels: Int, _ seconds: Int, isLarge: Bool) {
        self.rate = rate
        self.channels = channels
        self.seconds = seconds
        self.isLarge = isLarge
    }

    /// Those that `FORMANT_LONG` asks for.
    static let days =
        ProcessInfo.processInfo.environment["FORMANT_LONG"] == nil
        ? []
        : [
            LongRecording(48_000, 2, 36_000, isLarge: true), LongRecording(8000, 1, 86_400, isLarge: false),
            LongRecording(16_000, 1, 86_400, isLarge: false),
        ]

    var description: String { "\(seconds) s of \(channels) × \(rate) Hz\(isLarge ? ", RF64" : "")" }
    var testDescription: String { description }
}
