import FormantCorpus
import FormantTensor
import FormantTestSupport
import Testing

/// Where windows lie and which labels they get: every rule, on recordings whose windows can be counted on fingers.
@Suite struct WindowTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A window as text: `0.0-2.0 a b`, with `@1` behind the time where it has a channel.
    private func shown(_ corpus: Corpus) -> [String] {
        corpus.examples.map { example in
            let clip = clip(example)
            let channel = clip?.channel.map { "@\($0)" } ?? ""
            let time = "\(clip?.start ?? -1)-\(clip?.end ?? -1)\(channel)"
            return ([time] + example.labels).joined(separator: " ")
        }
    }

    /// The windows of a recording of `seconds` with a label track.
    private func windows(_ seconds: Double, _ labels: String, _ settings: String...) throws -> [String] {
        let corpus = try corpus(seconds, labels, settings)
        return shown(corpus)
    }

    private func corpus(_ seconds: Double, _ labels: String, _ settings: [String]) throws -> Corpus {
        try folder.write("c/x.wav", silence(seconds))
        try folder.write("c/x.txt", labels)
        return try Corpus.load(argument: folder.path("c"), options: CorpusOptions(windowSettings: settings))
    }

    /// a is wholly in the first window, but for its first half second; b ends where the second window begins; the fourth
    /// label, b again, has a third of it in the third window and two thirds in the fourth; c is a point.
    private let track = """
        0.5\t1.5\ta
        \\\t100\t200
        1.75\t2.0\tb
        4.0\t4.4\ta
        5.9\t6.2\tb
        9.25\t9.25\tc

        """

    @Test func theUsualRules() throws {
        let corpus = try corpus(10, track, ["window=2"])
        #expect(shown(corpus) == ["0.0-2.0 a b", "2.0-4.0", "4.0-6.0 a", "6.0-8.0 b", "8.0-10.0 c"])
        #expect(corpus.isMultiLabel && corpus.labels == ["a", "b", "c"] && corpus.problems == [])
        // All windows of a recording are in one group.
        #expect(Set(corpus.examples.map(\.group)) == ["x.wav"] && corpus.hasGroups)
        #expect(corpus.examples[0].id == "x.wav#0.0-2.0" && corpus.examples[0].source == "x.txt")
        #expect(corpus.examples.allSatisfy { $0.weight == 1 && $0.split == nil })
    }

    @Test func hopAndOverlappingWindows() throws {
        // 1-3: half of a, whole b. 3-5: whole a. 5-7: whole b. 7-9: nothing.
        #expect(
            try windows(9, track, "window=2", "hop=1")
                == [
                    "0.0-2.0 a b", "1.0-3.0 a b", "2.0-4.0", "3.0-5.0 a", "4.0-6.0 a", "5.0-7.0 b", "6.0-8.0 b",
                    "7.0-9.0",
                ])
        // A hop beyond the window leaves gaps.
        #expect(try windows(9, track, "window=1", "hop=4") == ["0.0-1.0 a", "4.0-5.0 a", "8.0-9.0"])
        // Times are not worse than what was typed: 3 · 0.1 is 0.3.
        #expect(
            try windows(0.5, "0\t0.5\ta\n", "window=0.2", "hop=0.1").map { $0.prefix(7) } == [
                "0.0-0.2", "0.1-0.3", "0.2-0.4", "0.3-0.5",
            ])
    }

    @Test func theEnd() throws {
        let labels = "0\t5\ta\n"
        #expect(try windows(5, labels, "window=2") == ["0.0-2.0 a", "2.0-4.0 a", "3.0-5.0 a"])
        #expect(try windows(5, labels, "window=2", "tail=pad") == ["0.0-2.0 a", "2.0-4.0 a", "4.0-5.0 a"])
        #expect(try windows(5, labels, "window=2", "tail=drop") == ["0.0-2.0 a", "2.0-4.0 a"])
        #expect(try windows(4, labels, "window=2") == ["0.0-2.0 a", "2.0-4.0 a"])
        // Of a recording that is shorter than a window there is one, unless ends are dropped.
        for tail in ["shift", "pad"] { #expect(try windows(1.5, labels, "window=2", "tail=\(tail)") == ["0.0-1.5 a"]) }
        #expect(throws: CorpusError.self) { try windows(1.5, labels, "window=2", "tail=drop") }
        // With overlap the last one is reached by the grid or not.
        #expect(try windows(5, labels, "window=2", "hop=1.5") == ["0.0-2.0 a", "1.5-3.5 a", "3.0-5.0 a"])
        #expect(try windows(5.5, labels, "window=2", "hop=1.5").last == "3.5-5.5 a")
        #expect(try windows(5.5, labels, "window=2", "hop=1.5", "tail=pad").last == "4.5-5.5 a")
    }

    @Test func leastOverlap() throws {
        // 0.3 s of a 1-second label in the first window of 1 s, 0.7 s in the second.
        let labels = "0.7\t1.7\ta\n"
        let both = ["0.0-1.0 a", "1.0-2.0 a"]
        let second = ["1.0-2.0 a"]
        #expect(try windows(2, labels, "window=1") == second)
        #expect(try windows(2, labels, "window=1", "overlap.label=0.3") == both)
        #expect(try windows(2, labels, "window=1", "overlap.label=0.31") == second)
        #expect(try windows(2, labels, "window=1", "overlap.window=0.3") == both)
        #expect(try windows(2, labels, "window=1", "overlap.window=0.71", "overlap.seconds=0.3") == both)
        #expect(try windows(2, labels, "window=1", "overlap.seconds=0.3") == both)
        #expect(try windows(2, labels, "window=1", "overlap.seconds=0.31") == second)
        // Either limit is enough: of a short label its share, of a long one the seconds.
        let two = "0.9\t1.0\tb\n0.7\t5.7\ta\n"
        #expect(
            try windows(6, two, "window=1", "overlap.seconds=0.25", "overlap.label=0.5")
                == ["0.0-1.0 a b", "1.0-2.0 a", "2.0-3.0 a", "3.0-4.0 a", "4.0-5.0 a", "5.0-6.0 a"])
        #expect(try windows(6, two, "window=1", "overlap.seconds=0.25").first == "0.0-1.0 a")
        // A point is whole or not there; limits on time do not see it.
        let point = "1\t1\tp\n"
        #expect(try windows(2, point, "window=1") == ["0.0-1.0", "1.0-2.0 p"])
        #expect(try windows(2, "2\t2\tp\n", "window=1") == ["0.0-1.0", "1.0-2.0 p"])
        #expect(try windows(2, point, "window=1", "overlap.seconds=0.1", "uncertain=background").count == 2)
        #expect(try windows(2, point + labels, "window=1", "overlap.seconds=0.5") == second)
    }

    @Test func backgroundAndUncertain() throws {
        // Second 0: too little of a. Second 1: a. Second 2: nothing.
        let labels = "0.8\t1.8\ta\n"
        #expect(try windows(3, labels, "window=1") == ["1.0-2.0 a", "2.0-3.0"])
        #expect(try windows(3, labels, "window=1", "uncertain=background") == ["0.0-1.0", "1.0-2.0 a", "2.0-3.0"])
        #expect(try windows(3, labels, "window=1", "background.keep=none") == ["1.0-2.0 a"])
        #expect(
            try windows(3, labels, "window=1", "background.keep=none", "uncertain=background") == ["1.0-2.0 a"])
        #expect(try windows(3, labels, "window=1", "background.label=bg") == ["1.0-2.0 a", "2.0-3.0 bg"])
        let one = try corpus(3, labels, ["window=1", "mode=one"])
        #expect(shown(one) == ["1.0-2.0 a", "2.0-3.0 background"] && !one.isMultiLabel)
        #expect(try windows(3, labels, "window=1", "mode=one", "background.label=no") == ["1.0-2.0 a", "2.0-3.0 no"])
        // A recording in which somebody found nothing is all background.
        try folder.write("c/y.wav", silence(2))
        try folder.write("c/y.Table.1.selections.txt", "Selection\tBegin Time (s)\tEnd Time (s)\tSpecies\n")
        #expect(try windows(3, labels, "window=1") == ["1.0-2.0 a", "2.0-3.0", "0.0-1.0", "1.0-2.0"])
    }

    @Test func backgroundByChance() throws {
        // 20 windows of background and 4 of a, twice.
        for name in ["x", "y"] {
            try folder.write("c/\(name).wav", silence(24))
            try folder.write("c/\(name).txt", "20\t24\ta\n")
        }
        func load(_ settings: String...) throws -> Corpus {
            try Corpus.load(argument: folder.path("c"), options: CorpusOptions(windowSettings: ["window=1"] + settings))
        }
        func backgrounds(_ corpus: Corpus, _ path: String? = nil) -> [Double] {
            corpus.examples.filter { $0.labels.isEmpty && (path == nil || $0.group == path) }
                .compactMap { clip($0)?.start }
        }
        #expect(try backgrounds(load()).count == 40)
        let limited = try load("background.limit=5")
        #expect(limited.examples.count == 18)
        #expect(backgrounds(limited, "x.wav").count == 5 && backgrounds(limited, "y.wav").count == 5)
        #expect(backgrounds(limited, "x.wav") == backgrounds(limited, "x.wav").sorted())
        // Not the first five, not the same of each, the same again, and others with another seed.
        #expect(backgrounds(limited, "x.wav") != [0, 1, 2, 3, 4])
        #expect(backgrounds(limited, "x.wav") != backgrounds(limited, "y.wav"))
        #expect(try backgrounds(load("background.limit=5")) == backgrounds(limited))
        #expect(try backgrounds(load("background.limit=5", "seed=2")) != backgrounds(limited))
        // 8 labelled windows: half as many, and with both limits whichever is less.
        #expect(try backgrounds(load("background.ratio=0.5")).count == 4)
        #expect(try backgrounds(load("background.ratio=2", "background.limit=5")).count == 10)
        #expect(try backgrounds(load("background.ratio=1", "background.limit=5")).count == 8)
        #expect(try backgrounds(load("background.limit=0")).count == 0)
        let labelled = try load("background.ratio=0").examples
        #expect(labelled.count == 8 && labelled.allSatisfy { $0.labels == ["a"] })
    }

    @Test func oneLabelIsTheOneOfMostOverlap() throws {
        func best(_ labels: String) throws -> [String] { try windows(2, labels, "window=2", "mode=one") }
        #expect(try best("0\t0.9\ta\n0.9\t2\tb\n") == ["0.0-2.0 b"])
        // Of equals the one that begins first, whatever its name and place in the file; then by name.
        #expect(try best("0\t1\tz\n1\t2\ta\n") == ["0.0-2.0 z"])
        #expect(try best("1\t2\ta\n0\t1\tz\n") == ["0.0-2.0 z"])
        #expect(try best("0\t1\tz\n0\t1\ta\n") == ["0.0-2.0 a"])
        // What two annotations of a label share counts once: a has 1 s, b 1.05.
        #expect(try best("0\t0.6\ta\n0.4\t1\ta\n0.95\t2\tb\n") == ["0.0-2.0 b"])
        #expect(try best("0\t0.6\ta\n1.4\t2\ta\n0.5\t1.5\tb\n") == ["0.0-2.0 a"])
        // A label that does not count does not win: b has more of the window, but neither limit.
        #expect(
            try windows(4, "1\t1.5\ta\n1.1\t4\tb\n", "window=2", "hop=2", "mode=one", "overlap.label=0.9")
                == ["0.0-2.0 a"])
    }

    @Test func namesOfLabels() throws {
        let labels = "0\t1\tSP\n1\t2\tnoise\n2\t3\t?\n3\t4\tCRER\n3\t4\t\n4\t5\t\n"
        #expect(
            try windows(6, labels, "window=1")
                == ["0.0-1.0 SP", "1.0-2.0 noise", "2.0-3.0 ?", "3.0-4.0 CRER", "5.0-6.0"])
        #expect(
            try windows(6, labels, "window=1", "map.SP=spinetail", "map.CRER=spinetail", "ignore=noise,x", "doubtful=?")
                == ["0.0-1.0 spinetail", "1.0-2.0", "3.0-4.0 spinetail", "5.0-6.0"])
        #expect(
            try windows(6, labels, "window=1", "map.SP=a", "only=a,CRER")
                == ["0.0-1.0 a", "1.0-2.0", "2.0-3.0", "3.0-4.0 CRER", "5.0-6.0"])
        let corpus = try corpus(6, labels, ["window=1"])
        #expect(corpus.problems.map(\.line) == [5] && corpus.problems[0].what.contains("2 of them"))
        #expect(
            try windows(2, "0\t1\ta|b\n1\t2\tb\n", "window=1", "separator=|") == ["0.0-1.0 a b", "1.0-2.0 b"])
        // Below the confidence asked for, an annotation is not there.
        try folder.write("d/x.wav", silence(3))
        try folder.write("d/x.csv", "start,end,label,score\n0,1,a,0.9\n1,2,a,0.2\n2,3,b,\n")
        let sure = try Corpus.load(
            argument: folder.path("d"), options: CorpusOptions(windowSettings: ["window=1", "confidence=0.5"]))
        #expect(shown(sure) == ["0.0-1.0 a", "1.0-2.0", "2.0-3.0 b"])
    }

    @Test func annotationsBehindTheEnd() throws {
        let corpus = try corpus(2, "0\t1\ta\n1.5\t2.4\tb\n1.5\t9\tc\n2\t3\td\n5\t6\te\n", ["window=1"])
        // Of b and c what is in the recording counts: all of it is in the second window.
        #expect(shown(corpus) == ["0.0-1.0 a", "1.0-2.0 b c"])
        #expect(corpus.problems.map(\.line) == [3, 4, 5])
    }

    @Test func channelsApart() throws {
        try folder.write("c/x.wav", silence(2, channels: 2))
        try folder.write("c/x.csv", "start,end,label,channel\n0,1,left,0\n0,1,right,1\n1,2,both,\n")
        func load(_ settings: String...) throws -> [String] {
            try shown(
                Corpus.load(
                    argument: folder.path("c"), options: CorpusOptions(windowSettings: ["window=1"] + settings)))
        }
        #expect(try load() == ["0.0-1.0 left right", "1.0-2.0 both"])
        #expect(
            try load("channels=apart")
                == ["0.0-1.0@0 left", "1.0-2.0@0 both", "0.0-1.0@1 right", "1.0-2.0@1 both"])
    }

    @Test(arguments: [
        ("hopp=2", "did you mean \"hop\"?"), ("window=0", "0.001"), ("window=nan", "found 'nan'"),
        ("window=", "a text"),
        ("hop=1e9", "86400"), ("tail=never", "shift or pad or drop"), ("overlap=1", "keys and values"),
        ("overlap.label=2", "to 1,"), ("overlap.labels=1", "did you mean \"label\"?"),
        ("background.limit=1.5", "whole"),
        ("background.ratio=-1", "found '-1'"), ("mode=two", "several or one"), ("separator=ab", "one character"),
        ("seed=-1", "seed"), ("format=xls", "audacity or raven"), ("encoding=ebcdic", "utf-8"), ("table=x", "{stem}"),
        ("window", "KEY=VALUE"), ("=3", "KEY=VALUE"), ("window.x=3", "expected a text"), ("confidence=high", "number"),
    ])
    func settingsThatAreNotUnderstood(setting: String, word: String) throws {
        let error = #expect(throws: CorpusError.self) { try corpus(1, "0\t1\ta\n", [setting]) }
        guard case .badSetting(let named, let what)? = error else {
            Issue.record("\(error as Any)")
            return
        }
        #expect(named == setting && what.contains(word), "\(what)")
    }

    @Test func settingsOverRules() throws {
        var rules = WindowRules()
        rules.overlap = .init(window: 0.1)
        try rules.apply(settings: ["overlap.label=0.75", "overlap.seconds=2", "map.a.b=c", "window= 5 ", "hop=2.5"])
        #expect(rules.overlap == .init(seconds: 2, label: 0.75) && rules.map == ["a.b": "c"])
        #expect(rules.window == 5 && rules.hop == 2.5)
        // What a program sets is checked as well.
        for change in [
            { $0.window = -1 }, { $0.window = .nan }, { $0.hop = 0 }, { $0.background.limit = -1 },
            { $0.background.ratio = .nan },
        ] as [(inout WindowRules) -> Void] {
            var rules = WindowRules()
            change(&rules)
            try folder.write("c/x.wav", silence(1))
            try folder.write("c/x.txt", "0\t1\ta\n")
            #expect(throws: CorpusError.self, "\(rules)") {
                try Corpus.load(argument: folder.path("c"), options: CorpusOptions(windows: rules))
            }
        }
    }

    /// The overlaps of random labels with random windows, against the plainest loop.
    @Test func randomLabelsAgainstAPlainLoop() throws {
        var checked = 0
        for seed in 0..<40 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            func random(_ steps: Int) -> Double { Double(generator.index(below: steps)) / 8 }
            let length = 2 + random(80)
            let (window, hop) = (0.5 + random(16), 0.25 + random(20))
            let least = [0.25, 0.5, 1][generator.index(below: 3)]
            let some = (0..<generator.index(below: 12)).map { _ -> (Double, Double, String) in
                let start = random(80)
                return (start, start + random(24) + 0.125, ["a", "b"][generator.index(below: 2)])
            }.filter { $0.0 < length }
            let track = "0\t\(length)\tx\n" + some.map { "\($0.0)\t\($0.1)\t\($0.2)\n" }.joined()
            var wanted: [String] = []
            var k = 0.0
            while k * hop + window <= length {
                let (start, end) = (k * hop, k * hop + window)
                var labels: Set<String> = []
                var touched = false
                for (a, b, label) in some {
                    let shared = min(end, b, length) - max(start, a)
                    if shared > 0 { touched = true }
                    if shared / window >= least { labels.insert(label) }
                }
                if !touched || !labels.isEmpty {
                    wanted.append((["\(start)-\(end)"] + labels.sorted()).joined(separator: " "))
                }
                k += 1
            }
            let settings = ["window=\(window)", "hop=\(hop)", "tail=drop", "ignore=x", "overlap.window=\(least)"]
            guard !wanted.isEmpty else {
                #expect(throws: CorpusError.self, "seed \(seed)") { try corpus(length, track, settings) }
                continue
            }
            #expect(
                try shown(corpus(length, track, settings)) == wanted,
                "seed \(seed): \(length) s, window \(window), hop \(hop), least \(least)")
            checked += 1
        }
        #expect(checked > 20)
    }
}
