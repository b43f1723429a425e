import FormantTestSupport
import Foundation
import Testing

/// `features`, read back by readers of the tests' own.
@Suite struct FeatureTests {
    private let settings = ["--set", "sampleRate=8000", "--set", "mel.bands=16"]

    /// The features of one recording as the command gives them in a `.npy` file.
    private func features(of path: String, _ folder: TemporaryFolder) throws -> NumpyFile {
        let name = "single-\(path.hashValue).npy"
        let run = try Command.run(["features", path, "--out", folder.path(name), "--quiet"] + settings)
        try #require(run.status == 0, "\(run.errors)")
        return try NumpyFile(try folder.bytes(name))
    }

    @Test func archiveFolderAndTableAgree() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let names = try FileManager.default.subpathsOfDirectory(atPath: place.tones).filter { $0.hasSuffix(".wav") }
            .sorted()
        #expect(names.count == 60)
        for out in ["all.npz", "all", "all.csv"] {
            let run = try Command.run(
                ["features", place.tones, "--out", folder.path(out), "--json", "--quiet"] + settings)
            #expect(run.status == 0 && run.errors == "", "\(run.errors)")
            let summary = try object(run.text)
            #expect(Set(summary.keys) == ["out", "recordings", "rows", "frames", "failed"])
            #expect(summary["recordings"] as? Int == 60 && summary["rows"] as? Int == 16)
            #expect(summary["frames"] as? Int == 60 * 31, "\(run.text)")
        }
        let archive = try zipEntries(try folder.bytes("all.npz"))
        #expect(archive.keys.sorted() == names.map { $0 + ".npy" })
        #expect(try folder.contents(below: "all").filter { $0.hasSuffix(".npy") } == names.map { $0 + ".npy" })
        let table = csv(try String(contentsOfFile: folder.path("all.csv"), encoding: .utf8))
        #expect(table[0] == ["name", "frame"] + (0..<16).map { "row_\($0)" })
        #expect(table.count == 1 + 60 * 31)
        for name in names {
            let array = try NumpyFile(try #require(archive[name + ".npy"]))
            #expect(array.shape == [16, 31] && array.values.allSatisfy { $0.isFinite })
            #expect(try NumpyFile(try folder.bytes("all/" + name + ".npy")) == array)
        }
        for (i, row) in table.dropFirst().enumerated() where i % 97 == 0 {
            let array = try NumpyFile(try #require(archive[row[0] + ".npy"]))
            let frame = try #require(Int(row[1]))
            #expect(row.dropFirst(2).map { Float($0) } == (0..<16).map { array.values[$0 * 31 + frame] })
        }
        let single = try features(of: place.tones + "/low/3.wav", folder)
        #expect(try single == NumpyFile(try #require(archive["low/3.wav.npy"])))
        // A low tone has its energy in the low bands.
        let energies = (0..<16).map { band in single.values[band * 31..<(band + 1) * 31].reduce(0, +) }
        #expect(try #require(energies.firstIndex(of: energies.max()!)) < 5)
    }

    @Test func presetsAndSettings() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let path = place.tones + "/low/3.wav"
        for (options, rows) in [
            ([], 40), (["--preset", "librosa"], 128), (["--set", "feature=mfcc", "--set", "mfcc.coefficients=12"], 12),
            (["--set", "deltas.order=second"], 120),
            (["--set", "feature=power", "--set", "spectrogram.fftSize=512"], 257),
        ] as [([String], Int)] {
            let run = try Command.run(["features", path, "--out", folder.path("x.npy"), "--quiet"] + options)
            #expect(run.status == 0, "\(options): \(run.errors)")
            #expect(try NumpyFile(try folder.bytes("x.npy")).shape[0] == rows)
        }
    }

    @Test func brokenInputsAreNamedAndNothingPartialIsLeft() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let good = try place.folder.bytes("tones/low/0.wav")
        try folder.write("in/a.wav", good)
        try folder.write("in/b.wav", Array(good.prefix(30)))
        try folder.write("in/c.flac", "nothing of the kind")
        try folder.write("in/d/e.wav", good)
        for out in ["out.npz", "out.csv", "out"] {
            let run = try Command.run(
                "features", folder.path("in"), folder.path("missing.wav"), "--out", folder.path(out), "--json")
            #expect(run.status == 3, "\(run.errors)")
            let summary = try object(run.text)
            #expect(summary["recordings"] as? Int == 2 && summary["failed"] as? Int == 3)
            for input in ["in/b.wav", "in/c.flac", "missing.wav"] {
                #expect(run.errors.split(separator: "\n").count { $0.hasPrefix("error: \(folder.path(input)): ") } == 1)
            }
        }
        #expect(try zipEntries(try folder.bytes("out.npz")).keys.sorted() == ["a.wav.npy", "d/e.wav.npy"])
        #expect(try folder.contents(below: "out") == ["a.wav.npy", "d", "d/e.wav.npy"])
        // Nothing readable at all: no file, and an old one stays as it was.
        let old = try folder.write("old.npz", "old")
        for out in [folder.path("none.npz"), folder.path("none.npy"), folder.path("none.csv"), old] {
            let run = try Command.run("features", folder.path("in/b.wav"), "--out", out)
            #expect(run.status == 1 && run.errors.contains(folder.path("in/b.wav")), "\(run.errors)")
        }
        #expect(try folder.bytes("old.npz") == Array("old".utf8))
        #expect(try folder.contents().filter { $0.contains("none") || $0.hasSuffix(".partial") } == [])
    }

    @Test func equalNamesInSeveralFolders() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let (low, high) = (place.tones + "/low", place.tones + "/high")
        for out in ["out.npz", "out"] {
            let run = try Command.run("features", low, high, low + "/0.wav", "--out", folder.path(out), "--json")
            #expect(run.status == 3 && run.errors.contains("\(low)/0.wav: given twice"), "\(run.errors)")
            #expect(try object(run.text)["recordings"] as? Int == 40)
        }
        let entries = try zipEntries(try folder.bytes("out.npz"))
        #expect(entries.count == 40)
        #expect(entries["7.wav.npy"] != nil && entries["\(high)/7.wav.npy"] != nil)
        #expect(entries["7.wav.npy"] != entries["\(high)/7.wav.npy"])
        let files = try folder.contents(below: "out").filter { $0.hasSuffix(".npy") }
        #expect(files.count == 40)
        // What leads out of the folder stays in it.
        let outside = try Command.run(
            "features", low + "/../high/1.wav", low + "/1.wav", "--out", folder.path("one/two"))
        #expect(outside.status == 0, "\(outside.errors)")
        #expect(try folder.contents(below: "one").filter { $0.hasSuffix(".npy") }.count == 2)
        #expect(try folder.contents(below: "one/two").filter { $0.hasSuffix(".npy") }.count == 2)
    }
}
