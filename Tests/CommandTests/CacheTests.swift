import FormantTestSupport
import Foundation
import Testing

@Suite struct CacheTests {
    private func report(_ folder: String, _ more: String...) throws -> [String: Any] {
        let shown = try Command.run(["cache", "--cache", folder, "--json"] + more)
        #expect(shown.status == 0, "\(shown.errors)")
        return try #require(JSONSerialization.jsonObject(with: Data(shown.output)) as? [String: Any])
    }

    private func train(_ place: TrainedRuns.Place, _ out: String, cache: String) throws -> (model: Data, errors: String)
    {
        let done = try Command.run(
            "train", place.tones, "--recipe", place.folder.path("sound.yaml"), "--out", out, "--cache", cache)
        #expect(done.status == 0, "\(done.errors)")
        return (try Data(contentsOf: URL(fileURLWithPath: out + "/model.safetensors")), done.errors)
    }

    @Test func keptFeaturesGiveTheSameModel() throws {
        let (place, folder) = (try TrainedRuns.place(), try TemporaryFolder())
        let cache = folder.path("cache")
        let without = try Data(contentsOf: URL(fileURLWithPath: place.sound + "/model.safetensors"))
        // Files of this moment are hashed each time, and kept all the same.
        for run in ["first", "second"] {
            #expect(try train(place, folder.path(run), cache: cache).model == without, "\(run)")
        }
        let clips = try FileManager.default.subpathsOfDirectory(atPath: place.tones).filter { $0.hasSuffix(".wav") }
        let full = try report(cache)
        #expect(full["entries"] as? Int == clips.count && full["bytes"] as? Int ?? 0 > 0, "\(full)")
        #expect(full["path"] as? String == cache + "/features.sqlite")
        #expect(try report(cache, "--limit", "2M")["limit"] as? Int == 2_000_000)
        #expect(try report(cache, "--clear")["entries"] as? Int == 0)
    }

    @Test func killsLeaveTheCacheWhole() throws {
        let (place, folder) = (try TrainedRuns.place(), try TemporaryFolder())
        let cache = folder.path("cache")
        for milliseconds in [5, 20, 40, 80, 160] {
            let run = try Command([
                "train", place.tones, "--recipe", place.folder.path("sound.yaml"), "--out", folder.path("killed"),
                "--cache", cache,
            ])
            usleep(useconds_t(milliseconds * 1000))
            run.send(SIGKILL)
            _ = try run.finish()
        }
        let without = try Data(contentsOf: URL(fileURLWithPath: place.sound + "/model.safetensors"))
        let (model, errors) = try train(place, folder.path("after"), cache: cache)
        #expect(model == without && !errors.contains("not kept"), "\(errors)")
    }

    @Test func aBrokenCacheStopsNothing() throws {
        let (place, folder) = (try TrainedRuns.place(), try TemporaryFolder())
        try folder.write("cache/features.sqlite", String(repeating: "no database ", count: 1000))
        let without = try Data(contentsOf: URL(fileURLWithPath: place.sound + "/model.safetensors"))
        let (model, errors) = try train(place, folder.path("run"), cache: folder.path("cache"))
        #expect(model == without)
        #expect(errors.contains("features are not kept: the cache \(folder.path("cache"))"), "\(errors)")
        let shown = try Command.run("cache", "--cache", folder.path("cache"))
        #expect(shown.status == 1 && shown.errors.contains("not a database"), "\(shown.errors)")
    }

    @Test func whatCannotBeDoneIsSaid() throws {
        for (arguments, message) in [
            (["--limit", "many"], "--limit many: expected a number of bytes such as 500M or 20G"),
            (["--cache", "off", "--clear"], "--cache off: expected a folder"),
            (["--cache", "off", "--limit", "5G"], "--cache off: expected a folder"),
        ] {
            let done = try Command.run(["cache"] + arguments)
            #expect(done.status == 64 && done.errors.contains(message), "\(arguments): \(done.errors)")
        }
        let off = try Command.run("cache", "--cache", "off")
        #expect(off.status == 0 && off.text == "no features are kept\n")
    }
}
