import FormantTensor
import FormantTestSupport
import Foundation
import Testing

/// Recordings with tables of annotations, through the command.
@Suite struct AnnotationTests {
    /// Recordings of 3 s with tones of 300 and 1,800 Hz in noise, and a label track beside each.
    private func recordings(_ count: Int, in folder: TemporaryFolder) throws {
        var generator = SeededGenerator(seed: 3)
        for i in 0..<count {
            var samples: [Float] = []
            var track = ""
            for second in 0..<3 {
                let kind = (second + i) % 3
                let tone = TestSounds.tone([300, 1800, 0][kind], seconds: 1, using: &generator)
                samples += kind == 2 ? tone.map { $0 * 0.05 } : tone
                if kind < 2 { track += "\(second).1\t\(second).9\t\(["low", "high"][kind])\n" }
            }
            try folder.write("field/\(i).wav", TestSounds.wav(samples))
            try folder.write("field/\(i).txt", track)
        }
    }

    @Test func inspectCountsWindows() throws {
        let folder = try TemporaryFolder()
        try recordings(4, in: folder)
        let run = try Command.run("inspect", folder.path("field"), "--window", "1", "--json")
        #expect(run.status == 0 && run.errors == "", "\(run.errors)")
        let corpus = try object(run.text)
        // 12 windows: 4 of each kind.
        #expect(corpus["examples"] as? Int == 12 && corpus["groups"] as? Int == 4 && corpus["unlabelled"] as? Int == 4)
        #expect(corpus["multi_label"] as? Bool == true && corpus["problem_count"] as? Int == 0)
        let labels = try #require(corpus["labels"] as? [[String: Any]])
        #expect(labels.compactMap { $0["label"] as? String } == ["high", "low"])
        #expect(labels.compactMap { $0["unassigned"] as? Int } == [4, 4])
        #expect((corpus["lengths"] as? [String: Any])?["total"] as? Double == 12)
        let one = try Command.run(
            "inspect", folder.path("field"), "--window", "1", "--hop", "0.5", "--annotations", "mode=one",
            "--annotations", "background.label=noise", "--annotations", "map.low=deep")
        #expect(one.status == 0 && one.text.contains("deep") && one.text.contains("noise"), "\(one.text)")
        #expect(!one.text.contains("several an example"))
        let wrong = try Command.run("inspect", folder.path("field"), "--annotations", "hopp=1")
        #expect(wrong.status == 64 && wrong.errors.contains("did you mean \"hop\"?"), "\(wrong.errors)")
        // A table on its own says what it wants.
        for (name, text) in [("x.txt", "0\t1\ta\n"), ("x.csv", "file,start_time,end_time,label\na.wav,0,1,a\n")] {
            let table = try Command.run("inspect", folder.write(name, text))
            #expect(table.status == 1 && table.errors.contains("(--window)"), "\(table.errors)")
        }
        let none = try Command.run("inspect", folder.path("field"), "--window", "-1")
        #expect(none.status == 64)
    }

    @Test func inspectNamesWhatIsWrong() throws {
        let folder = try TemporaryFolder()
        try recordings(2, in: folder)
        try folder.write("field/1.txt", "0\t1\tlow\n2\t1\thigh\nnan\t3\tx\n")
        let run = try Command.run("inspect", folder.path("field"))
        #expect(run.status == 0 && run.text.contains("2 problems"), "\(run.text)\(run.errors)")
        #expect(
            run.text.contains("1.txt, line 2: expected an end that is not before the start, 2.0 s, found 1.0; skipped"))
        #expect(run.text.contains("1.txt, line 3: start: expected a number, found 'nan'; skipped"))
    }

    @Test(arguments: ["several", "one"])
    func trainAndEvaluate(mode: String) throws {
        let folder = try TemporaryFolder()
        try recordings(15, in: folder)
        let recipe = try folder.write(
            "r.yaml", TestSounds.recipe.replacing("clip: {seconds: 0.25}", with: "clip: {seconds: 1}"))
        let settings = ["--window", "1", "--annotations", "mode=\(mode)"]
        let run = try Command.run(
            [
                "train", folder.path("field"), "--recipe", recipe, "--epochs", "12", "--out", folder.path("run"),
                "--json",
            ]
                + settings)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("several labels") == (mode == "several"))
        let test = try #require(try object(run.text)["test"] as? [String: Any])
        // 45 windows of 15 recordings; no recording is on both sides.
        #expect(test["n"] as? Int == 9)
        #expect(try #require(test["accuracy"] as? Double) >= 0.7)
        var splits: [String: Set<String>] = [:]
        let table = String(decoding: try folder.bytes("run/splits.csv"), as: UTF8.self)
        for line in table.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            splits[fields[2], default: []].insert(fields[3])
        }
        #expect(splits.count == 15 && splits.values.allSatisfy { $0.count == 1 })
        // The same windows are cut as they were then, whether the options are given again or not.
        for options in [settings, []] {
            let again = try Command.run(["evaluate", folder.path("run"), folder.path("field"), "--json"] + options)
            #expect(again.status == 0, "\(again.errors)")
            let metrics = try object(again.text)
            #expect(metrics["n"] as? Int == 9 && metrics["accuracy"] as? Double == test["accuracy"] as? Double)
            #expect(metrics["task"] as? String == (mode == "several" ? "multi_label" : "single_label"))
        }
        // Elsewhere, below the folder that is named.
        try FileManager.default.createDirectory(atPath: folder.path("site"), withIntermediateDirectories: false)
        try FileManager.default.moveItem(atPath: folder.path("field"), toPath: folder.path("site/field"))
        let elsewhere = try Command.run("evaluate", folder.path("run"), folder.path("site"), "--json")
        #expect(try object(elsewhere.text)["n"] as? Int == 45, "\(elsewhere.errors)")
        // Other options take the place of all of them.
        let wide = try Command.run(
            "evaluate", folder.path("run"), folder.path("site"), "--json", "--window", "3", "--annotations",
            "overlap.seconds=0.5", "--annotations", "mode=\(mode)")
        #expect(try object(wide.text)["n"] as? Int == 15, "\(wide.errors)")
        // A folder for each class is none of recordings with annotations.
        for (kind, file) in [("high", "0"), ("low", "1")] {
            try folder.write("classes/\(kind)/\(file).wav", folder.bytes("site/field/\(file).wav"))
        }
        let classes = try Command.run("evaluate", folder.path("run"), folder.path("classes"), "--json")
        #expect(try object(classes.text)["n"] as? Int == 2, "\(classes.errors)")
    }

    /// Whole recordings against their tables: what a model that hears one of two tones finds and misses.
    @Test func eventsOfWholeRecordings() throws {
        let folder = try TemporaryFolder()
        try recordings(15, in: folder)
        let recipe = try folder.write(
            "r.yaml", TestSounds.recipe.replacing("clip: {seconds: 0.25}", with: "clip: {seconds: 1}"))
        let run = try Command.run(
            "train", folder.path("field"), "--recipe", recipe, "--epochs", "12", "--out", folder.path("run"),
            "--window", "1", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        let all = try Command.run(
            "evaluate", folder.path("run"), folder.path("field"), "--split", "all", "--report", folder.path("all.json"))
        #expect(all.status == 0 && all.text.contains("false alarms/h"), "\(all.text)\(all.errors)")
        let events = try #require(try objectFile(folder.path("all.json"))["events"] as? [String: Any])
        #expect(events["recordings"] as? Int == 15 && events["hop"] as? Double == 1)
        #expect(abs(try #require(events["hours"] as? Double) - 45.0 / 3600) < 1e-9)
        let pooled = try #require(events["all"] as? [String: Any])
        // Fifteen tones of each kind; windows begin a tenth of a second before them, within the collar.
        #expect(pooled["events"] as? Int == 30)
        let found = try #require(pooled["found"] as? Int)
        let precision = try #require(pooled["precision"] as? Double)
        let alarms = try #require(pooled["false_alarms_per_hour"] as? Double)
        #expect(try #require(pooled["f1"] as? Double) > 0.7)
        #expect(abs(alarms - Double(found) * (1 - precision) / (45.0 / 3600)) < 1e-6)
        // Of the corpus of the training only recordings that are wholly in the test part.
        let test = try Command.run(
            "evaluate", folder.path("run"), folder.path("field"), "--report", folder.path("test.html"))
        #expect(test.status == 0, "\(test.errors)")
        let page = String(decoding: try folder.bytes("test.html"), as: UTF8.self)
        #expect(page.contains("<section id=\"events\"") && page.contains("3 recordings, 9.0 s"))
    }

    @Test func aLabelAlone() throws {
        let folder = try TemporaryFolder()
        try recordings(15, in: folder)
        let recipe = try folder.write("r.yaml", TestSounds.recipe)
        let run = try Command.run(
            "train", folder.path("field"), "--recipe", recipe, "--epochs", "2", "--out", folder.path("run"), "--json",
            "--window", "1", "--annotations", "ignore=low")
        #expect(run.status == 0, "\(run.errors)")
        // Windows are longer than what the recipe hears.
        #expect(run.errors.contains("windows of 1.000 s are cropped to the 0.250 s"), "\(run.errors)")
        let found = try Command.run("classify", folder.path("run"), folder.path("field/0.wav"))
        #expect(found.status == 0 && found.text.hasPrefix("high\t"), "\(found.text)\(found.errors)")
        let few = try Command.run(
            "train", folder.path("field"), "--recipe", recipe, "--out", folder.path("other"), "--window", "1",
            "--annotations", "mode=one", "--annotations", "ignore=low", "--annotations", "background.keep=none")
        #expect(few.status == 1 && few.errors.contains("expected 2 or more"), "\(few.errors)")
    }
}
