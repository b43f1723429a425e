import FormantTestSupport
import Foundation
import Testing

/// Files that other projects keep because decoders stumbled over them, where `FORMANT_DATA` says that they are.
@Suite(.enabled(if: publicData != nil)) struct PublicDataTests {
    private func files(_ name: String) throws -> [String] {
        let folder = try #require(publicData) + "/" + name
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { folder + "/" + $0 }
    }

    @Test(arguments: ["nasty", "odd"])
    func oneByOneAndTogether(name: String) throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let files = try files(name)
        #expect(files.count > 10)
        var answers: [String: String] = [:]
        for file in files {
            let run = try Command.run("classify", place.sound, file, "--json", "--threads", "1")
            #expect(run.signal == 0 && (run.status == 0 || run.status == 1), "\(file): \(run.errors)")
            #expect(run.lines.count == (run.status == 0 ? 1 : 0))
            #expect(run.status == 0 ? run.errors == "" : run.errors.hasPrefix("error: \(file): "), "\(run.errors)")
            if run.status == 0 { answers[file] = run.lines[0] }
            let features = try Command.run(
                "features", file, "--out", folder.path("one.npz"), "--quiet", "--threads", "1")
            #expect(features.signal == 0 && features.status == run.status, "\(file): \(features.errors)")
            if features.status == 0 {
                let entries = try zipEntries(try folder.bytes("one.npz"))
                #expect(entries.count == 1)
                for entry in entries.values { #expect(try NumpyFile(entry).values.allSatisfy { $0.isFinite }) }
            }
        }
        let failed = files.count - answers.count
        let together = try Command.run(["classify", place.sound] + files + ["--json"])
        #expect(together.status == (failed == 0 ? 0 : 3))
        #expect(together.lines == files.compactMap { answers[$0] })
        #expect(together.errors.split(separator: "\n").count { $0.hasPrefix("error: ") } == failed)
        let features = try Command.run(["features"] + files + ["--out", folder.path("all.npz"), "--json"])
        #expect(features.status == together.status)
        #expect(try zipEntries(try folder.bytes("all.npz")).count == answers.count)
        let windows = try Command.run(["classify", place.sound] + files + ["--hop", "0.5"])
        #expect(windows.status == together.status, "\(windows.errors)")
        #expect(try folder.contents().allSatisfy { !$0.hasSuffix(".partial") })
    }
}
