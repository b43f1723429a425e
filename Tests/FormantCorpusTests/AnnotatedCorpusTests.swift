import FormantCorpus
import FormantTensor
import FormantTestSupport
import Testing

/// The ways from recordings and tables to a corpus of windows.
@Suite struct AnnotatedCorpusTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func load(_ name: String, root: String? = nil, _ settings: String...) throws -> Corpus {
        try Corpus.load(
            argument: folder.path(name), root: root, options: CorpusOptions(windowSettings: settings))
    }

    private func shown(_ corpus: Corpus) -> [String] {
        corpus.examples.map { ([$0.id] + $0.labels).joined(separator: " ") }
    }

    private let head = "name: c\ntitle: C\nmodality: audio\nlicence: none\nsource: here\n"

    // MARK: A folder

    @Test func folderWithTablesBesideRecordings() throws {
        for name in ["a", "b", "c", "d.x", "e", "f", "g"] { try folder.write("w/\(name).wav", silence(2)) }
        try folder.write("w/a.txt", "0\t1\tone\n")
        try folder.write("w/b.Table.1.selections.txt", "Begin Time (s)\tEnd Time (s)\tSpecies\n1\t2\ttwo\n")
        try folder.write(
            "w/c.jams",
            "{\"annotations\": [{\"namespace\": \"tag_open\", \"data\": [{\"time\": 0, \"duration\": 1, \"value\": \"three\", \"confidence\": 1}]}]}"
        )
        // That of the longer name, not of d (which is not there).
        try folder.write("w/d.x.csv", "start,end,label\n0,1,four\n")
        // Two tables: Raven's counts.
        try folder.write("w/e.csv", "start,end,label\n0,1,no\n")
        try folder.write("w/e.selections.txt", "Begin Time (s)\tEnd Time (s)\tSpecies\n0\t1\tfive\n")
        // A table that is none, and a recording without one.
        try folder.write("w/f.txt", "notes on this recording\n")
        try folder.write("w/readme.txt", "hello\n")
        try folder.write("w/orphan.selections.txt", "Begin Time (s)\tEnd Time (s)\tSpecies\n0\t1\tx\n")
        let corpus = try load("w", "window=1", "background.keep=none")
        #expect(
            shown(corpus) == [
                "a.wav#0.0-1.0 one", "b.wav#1.0-2.0 two", "c.wav#0.0-1.0 three", "d.x.wav#0.0-1.0 four",
                "e.wav#0.0-1.0 five",
            ])
        #expect(corpus.examples.map(\.group) == ["a.wav", "b.wav", "c.wav", "d.x.wav", "e.wav"])
        #expect(corpus.problems.count == 4 && corpus.problemCount == 4)
        for (file, word) in [
            ("w/e.wav", "e.selections.txt is read, not e.csv"), ("w/f.txt", "begins 'notes on"),
            ("w/g.wav", "no table"),
            ("/w", "2 (orphan.selections.txt)"),
        ] {
            #expect(
                corpus.problems.contains { $0.file.hasSuffix(file) && $0.what.contains(word) },
                "\(file): \(corpus.problems)")
        }
        // A folder of recordings without classes is one of these without being told so, with windows of 3 s.
        #expect(try load("w").examples.map(\.id).first == "a.wav#0.0-2.0")
        // Elsewhere tables are found by a pattern.
        try folder.write("w/labels/a.lab", "0\t2\tlab\n")
        #expect(
            try shown(load("w", "window=1", "table=labels/{stem}.lab")) == ["a.wav#0.0-1.0 lab", "a.wav#1.0-2.0 lab"])
        #expect(try shown(load("w", "window=1", "table=/labels/{stem}.lab")).count == 2)
    }

    @Test func subfoldersAndSplits() throws {
        for name in ["train/a", "train/deep/b", "dev/c", "test/d"] {
            try folder.write("s/\(name).wav", silence(1))
            try folder.write("s/\(name).txt", "0\t1\tx\n")
        }
        // Without being asked for windows, these are splits of classes, of which there is one.
        let classes = try load("s")
        #expect(classes.labels == ["deep"] && classes.examples.map(\.id) == ["train/deep/b.wav"])
        let corpus = try load("s", "window=1")
        #expect(corpus.examples.map(\.split) == [.validation, .test, .train, .train])
        #expect(corpus.examples.map(\.group) == ["dev/c.wav", "test/d.wav", "train/a.wav", "train/deep/b.wav"])
        try folder.write("s/site/e.wav", silence(1))
        try folder.write("s/site/e.txt", "0\t1\tx\n")
        #expect(try load("s", "window=1").examples.allSatisfy { $0.split == nil })
    }

    @Test func windowsOfARecordingStayTogether() throws {
        var generator = SeededGenerator(seed: 5)
        for i in 0..<12 {
            try folder.write("w/\(i).wav", silence(6))
            try folder.write("w/\(i).txt", (0..<6).map { "\($0)\t\($0 + 1)\t\(["a", "b"][($0 + i) % 2])\n" }.joined())
        }
        let corpus = try load("w", "window=1")
        let plan = try Splitter.plan(for: corpus, using: &generator)
        var splits: [String: Set<Split>] = [:]
        for (example, split) in zip(corpus.examples, plan.splits) {
            splits[example.group ?? "", default: []].insert(split)
        }
        #expect(splits.count == 12 && splits.values.allSatisfy { $0.count == 1 })
        #expect(Set(plan.splits) == [.train, .validation, .test] && corpus.examples.count == 72)
    }

    // MARK: Manifests and tables

    @Test func manifestOfRecordingsAndTables() throws {
        for name in ["a", "b", "c", "d"] { try folder.write("sound/\(name).wav", silence(4)) }
        try folder.write("tables/a.txt", "0\t1\tx\n2.5\t3\ty\n")
        try folder.write("tables/b.txt", "0\t1\tx\n")
        try folder.write(
            "m.csv",
            """
            path,annotations,group,split,start,end,site
            sound/a.wav,tables/a.txt,north,test,,,hill
            sound/b.wav,tables/b.txt,,train,2,4,lake
            sound/c.wav,tables/none.txt,,train,,,x
            sound/none.wav,tables/a.txt,,train,,,x
            sound/d.wav,,,train,,,x
            sound/d.wav,sound/d.wav,,train,,,x
            short
            """)
        let corpus = try load("m.csv", "window=2")
        #expect(
            shown(corpus) == [
                "sound/a.wav#0.0-2.0 x", "sound/a.wav#2.0-4.0 y", "sound/b.wav#2.0-4.0",
            ])
        #expect(corpus.examples.map(\.group) == ["north", "north", "sound/b.wav"])
        #expect(corpus.examples.map(\.split) == [.test, .test, .train])
        #expect(corpus.examples.last.map { corpus.value(of: "site", in: $0) } == "lake" && corpus.name == "m")
        #expect(corpus.problems.map(\.line) == [4, 5, 6, nil, 8])
        #expect(corpus.problems.first { $0.line == nil }?.what.contains("a WAV file") == true)
        // The column alone is enough, and a folder's manifest counts.
        #expect(try load("m.csv").examples.map(\.id).prefix(2) == ["sound/a.wav#0.0-3.0", "sound/a.wav#1.0-4.0"])
        try folder.write("manifest.tsv", "path\tannotations\nsound/a.wav\ttables/a.txt\n")
        #expect(try Corpus.load(argument: folder.path).examples.count == 2)
    }

    @Test func oneTableOverSeveralRecordings() throws {
        for name in ["a", "deep/b", "one/c", "two/c"] { try folder.write("r/\(name).wav", silence(2)) }
        try folder.write(
            "r/all.csv",
            """
            path,label,start,end,group,split
            a.wav,x,0,1,g,test
            a.wav,y,1,2,g,test
            a.wav,y,1,2,h,test
            /other/machine/b.wav,x,0,1,,
            c.wav,x,0,1,,
            none.wav,x,0,1,,
            ,x,0,1,,
            """)
        let corpus = try load("r/all.csv", "window=1")
        #expect(
            shown(corpus) == ["a.wav#0.0-1.0 x", "a.wav#1.0-2.0 y", "deep/b.wav#0.0-1.0 x", "deep/b.wav#1.0-2.0"])
        #expect(corpus.examples.map(\.group) == ["g", "g", "deep/b.wav", "deep/b.wav"])
        #expect(corpus.examples.map(\.split) == [.test, .test, nil, nil])
        // Another group, a line without a recording, two of one name, none of that name.
        #expect(corpus.problems.count == 4 && corpus.problems.map(\.line) == [4, nil, 6, 7])
        let raven = try folder.write(
            "r/all.txt",
            "Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tBegin File\tFile Offset (s)\tSpecies\n"
                + "1\tSpectrogram 1\t1\t0\t1\ta.wav\t0\tx\n2\tSpectrogram 1\t1\t2.5\t3\tb.wav\t0.5\ty\n")
        let many = try Corpus.load(argument: raven, options: CorpusOptions(windows: WindowRules()))
        #expect(shown(many) == ["a.wav#0.0-2.0 x", "deep/b.wav#0.0-2.0 y"])
        // A table that names no recording is of the one beside it.
        try folder.write("r/a.txt", "1\t2\tz\n")
        #expect(try shown(load("r/a.txt", "window=1")) == ["a.wav#0.0-1.0", "a.wav#1.0-2.0 z"])
        try folder.write("r/lonely.txt", "1\t2\tz\n")
        #expect(throws: CorpusError.self) { try load("r/lonely.txt", "window=1") }
        #expect(throws: CorpusError.self) { try load("r/a.wav", "window=1") }
    }

    @Test func tableBesideARecordingNamesOthers() throws {
        try folder.write("w/a.wav", silence(2))
        try folder.write(
            "w/a.txt", "Begin Time (s)\tEnd Time (s)\tSpecies\tBegin File\n0\t1\tx\ta.wav\n1\t2\ty\tb.wav\n")
        let corpus = try load("w", "window=1")
        #expect(shown(corpus) == ["a.wav#0.0-1.0 x", "a.wav#1.0-2.0"])
        #expect(corpus.problems.map(\.line) == [3])
    }

    @Test func existingManifestsStayWhatTheyAre() throws {
        try folder.write("a.wav", silence(2))
        try folder.write("m.csv", "path,label,start,end,annotations\na.wav,x,0,1,some words\n")
        let corpus = try load("m.csv")
        #expect(shown(corpus) == ["a.wav#0.0-1.0 x"] && !corpus.isMultiLabel && corpus.extraColumns == ["annotations"])
    }

    // MARK: Cards

    @Test func card() throws {
        for name in ["n1/1_ann_0", "n1/1_bob_0", "n2/2_ann_1"] {
            try folder.write("r/\(name).wav", silence(2))
            try folder.write("r/\(name).txt", "0\t1\tSP\n1\t2\tnoise\n")
        }
        try folder.write("r/extra.wav", silence(2))
        let card = try folder.write(
            "c.yaml",
            head + """
                files: 'r/n*/*.wav'
                group: {path: '_(?<group>[a-z]+)_'}
                split: {test: {path: '_1\\.wav$'}}
                folds: {path: '/(?<fold>[0-9])_'}
                annotations:
                  window: 1
                  overlap: {seconds: 0.25, label: 0.5}
                  mode: one
                  map: {SP: spinetail}
                  ignore: [noise]
                  background: {label: nothing, limit: 1}
                """)
        let corpus = try Corpus.load(argument: card, root: folder.path)
        #expect(
            shown(corpus) == [
                "r/n1/1_ann_0.wav#0.0-1.0 spinetail", "r/n1/1_ann_0.wav#1.0-2.0 nothing",
                "r/n1/1_bob_0.wav#0.0-1.0 spinetail", "r/n1/1_bob_0.wav#1.0-2.0 nothing",
                "r/n2/2_ann_1.wav#0.0-1.0 spinetail", "r/n2/2_ann_1.wav#1.0-2.0 nothing",
            ])
        #expect(corpus.examples.map(\.group) == ["ann", "ann", "bob", "bob", "ann", "ann"])
        #expect(corpus.examples.map(\.split) == [.train, .train, .train, .train, .test, .test])
        #expect(corpus.folds == ["1", "2"] && !corpus.isMultiLabel && corpus.problems == [] && corpus.name == "c")
        // The command line changes what the card says.
        let changed = try Corpus.load(
            argument: card, root: folder.path, options: CorpusOptions(windowSettings: ["mode=several", "window=2"]))
        #expect(
            changed.examples.map(\.labels) == [["spinetail"], ["spinetail"], ["spinetail"]] && changed.isMultiLabel)
    }

    @Test func cardsThatAreNotUnderstood() throws {
        try folder.write("r/a.wav", silence(1))
        for (rest, line, word) in [
            ("files: '*.wav'\nannotations: {windw: 3}\n", 7, "did you mean \"window\"?"),
            ("files: '*.wav'\nannotations:\n  window: -1\n", 8, "window: expected a number"),
            ("files: '*.wav'\nannotations:\n  overlap: {}\n", 8, "one of seconds"),
            ("files: '*.wav'\nannotations: 3\n", 7, "keys and values"),
            ("files: '*.wav'\nannotations: {window: 1}\nlabel: folder\n", 1, "leave 'label' out"),
            ("files: '*.csv'\nlayout: table\npath: {column: p}\nannotations: {window: 1}\n", 1, "layout: files"),
            ("files: '*.wav'\n", 1, "'label' or 'annotations'"),
        ] {
            let card = try folder.write("c.yaml", head + rest)
            let error = #expect(throws: CorpusError.self) { try Corpus.load(argument: card, root: folder.path) }
            guard case .badCard(_, let found, let what)? = error else {
                Issue.record("\(rest): \(error as Any)")
                continue
            }
            #expect(found == line && what.contains(word), "line \(found): \(what)")
        }
        let plain = try folder.write("c.yaml", head + "files: 'r/*.wav'\nlabel: folder\n")
        let error = #expect(throws: CorpusError.self) {
            try Corpus.load(argument: plain, root: folder.path, options: CorpusOptions(windowSettings: ["window=1"]))
        }
        #expect("\(error as Any)".contains("no section 'annotations'"))
    }

    // MARK: A real recording

    /// 19.542 s at 44.1 kHz, with 18 labels of SP and CRER.
    ///
    /// By hand, with windows of 1 s and the usual rules (half of the label, or half of the window):
    ///
    ///     0–1   SP 0.10–0.37 whole; CRER 0.51–3.04 has 0.49 s here: 0.19 of it, 0.49 of the window: not enough  → SP
    ///     1–2   CRER fills it; SP 1.20–1.48 whole                                                          → CRER SP
    ///     2–3   CRER fills it; of SP 2.725–3.219 (0.494 s) 0.275 s: 0.56                                   → CRER SP
    ///     3–4   of CRER 0.04 s, of SP 0.219 s: 0.44                                                     → uncertain
    ///     4–5   between 3.219 and 5.221 there is nothing                                               → background
    ///     5–6   CRER 5.221–7.870 has 0.78 of the window                                                     → CRER
    ///     6–7   CRER; SP 6.261–6.666                                                                     → CRER SP
    ///     7–8   CRER 0.87; of SP 7.946–8.288 (0.342 s) 0.054 s: 0.16                                         → CRER
    ///     8–9   of that SP 0.84; of SP 8.897–9.302 (0.406 s) 0.103 s: 0.26                                     → SP
    ///     9–10  of that SP 0.74; of SP 9.974–10.354 0.026 s: 0.07                                              → SP
    ///     10–11 of that SP 0.93                                                                               → SP
    ///     11–12 CRER 11.330–13.750 has 0.67 of the window; of SP 11.773–12.077 (0.304 s) 0.227 s: 0.75    → CRER SP
    ///     12–13 CRER fills it; SP 12.660–12.939                                                          → CRER SP
    ///     13–14 CRER has 0.75 of the window                                                                → CRER
    ///     14–15 between 13.750 and 15.436 there is nothing                                             → background
    ///     15–16 SP 15.436–15.879                                                                              → SP
    ///     16–17 SP 16.171–16.564; CRER 16.437–18.731 has 0.56 of the window                              → CRER SP
    ///     17–18 CRER fills it; SP 17.159–17.514                                                          → CRER SP
    ///     18–19 CRER has 0.73; SP 18.199–18.503                                                          → CRER SP
    ///     the last second, 18.542–19.542: of CRER 0.19 s; the SP before ended; SP 19.073–19.466               → SP
    @Test(.enabled(if: publicData != nil)) func spinetail() throws {
        let root = (publicData ?? "") + "/annotated"
        func load(_ settings: String...) throws -> Corpus {
            try Corpus.load(argument: root + "/spinetail.txt", options: CorpusOptions(windowSettings: settings))
        }
        let corpus = try load("window=1")
        let both = "CRER SP"
        let wanted: [(Double, String)] = [
            (0, "SP"), (1, both), (2, both), (4, ""), (5, "CRER"), (6, both), (7, "CRER"), (8, "SP"), (9, "SP"),
            (10, "SP"), (11, both), (12, both), (13, "CRER"), (14, ""), (15, "SP"), (16, both), (17, both), (18, both),
            (18.541927, "SP"),
        ]
        #expect(corpus.examples.map { clip($0)?.start } == wanted.map(\.0))
        #expect(corpus.examples.map { $0.labels.joined(separator: " ") } == wanted.map(\.1))
        #expect(corpus.problems == [] && corpus.labels == ["CRER", "SP"] && corpus.isMultiLabel)
        #expect(
            corpus.examples.last.map { clip($0) } == AudioClip(path: "spinetail.wav", start: 18.541927, end: 19.541927))
        // The longer of two wins: of 16–17, CRER with 0.56 s over SP with 0.39 s.
        let one = try load("window=1", "mode=one", "uncertain=background")
        #expect(one.examples.count == 20 && one.examples[3].labels == ["background"])
        #expect(one.examples[16].labels == ["CRER"] && one.examples[11].labels == ["CRER"])
        #expect(one.examples[8].labels == ["SP"])
        // A quarter of a second, as OpenSoundscape recommends: CRER's 0.49 s in the first second counts; the 0.22 s of
        // SP in 3–4 still do not, nor do the 0.23 s of SP in 11–12.
        let quarter = try load("window=1", "overlap.seconds=0.25")
        #expect(quarter.examples[0].labels == ["CRER", "SP"])
        #expect(quarter.examples.map { clip($0)?.start }.contains(3) == false)
        #expect(quarter.examples.first { clip($0)?.start == 11 }?.labels == ["CRER"])
        // Three seconds: 3–6 has 0.78 s of CRER (0.29 of it, 0.26 of the window) and 0.22 s of SP: uncertain.
        let long = try load("window=3")
        #expect(long.examples.map { clip($0)?.start } == [0, 6, 9, 12, 15, 16.541927])
        #expect(
            long.examples.map { $0.labels.joined(separator: " ") } == [both, both, "SP", both, both, both])
    }
}
