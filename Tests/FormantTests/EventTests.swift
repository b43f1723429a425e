import Formant
import FormantTestSupport
import Testing

/// Windows that become events, worked by hand: 10 samples a second, so that a sample is 0.1 s.
@Suite struct EventTests {
    /// Windows of 1 s, one every `hop` samples, with the scores of the labels `a` and `b`.
    private func windows(hop: Int, a: [Float], b: [Float] = []) -> [Classifier.Window] {
        a.indices.map { i in
            let scores = [("a", a[i]), ("b", b.isEmpty ? 0 : b[i])].map { (label: $0.0, score: $0.1) }
            return Classifier.Window(
                samples: i * hop..<i * hop + 10, sampleRate: 10,
                result: Classifier.Result(ranking: scores.sorted { $0.score > $1.score }))
        }
    }

    private func events(_ rules: EventRules, _ windows: [Classifier.Window]) -> [String] {
        var merger = EventMerger(rules, labels: ["a", "b"], sampleRate: 10)
        var events = windows.flatMap { merger.add($0) }
        events += merger.finish()
        return events.map { "\($0.label) \($0.samples.lowerBound)-\($0.samples.upperBound) \($0.score) \($0.windows)" }
    }

    @Test func twoThresholds() throws {
        let scores: [Float] = [0.4, 0.6, 0.4, 0.3, 0.2, 0.4, 0.4, 0.9]
        // From 0.5 on, down to 0.3; what is between the two begins nothing.
        #expect(
            events(try EventRules(on: 0.5, off: 0.3), windows(hop: 10, a: scores)) == [
                "a 10-40 0.6 3", "a 70-80 0.9 1",
            ])
        #expect(
            events(try EventRules(on: 0.5, off: 0.5), windows(hop: 10, a: scores)) == [
                "a 10-20 0.6 1", "a 70-80 0.9 1",
            ])
        #expect(
            events(try EventRules(on: 0.2, off: 0.2), windows(hop: 10, a: scores)) == ["a 0-80 0.9 8"])
        #expect(events(try EventRules(on: 1), windows(hop: 10, a: scores)) == [])
        // 0.4 is 0.8 of 0.5.
        #expect(events(try EventRules(on: 0.5), windows(hop: 10, a: scores)).first == "a 10-30 0.6 2")
    }

    @Test func gapsAndShortOnes() throws {
        let scores: [Float] = [0.6, 0, 0.6, 0, 0, 0.7, 0.7, 0]
        let windows = windows(hop: 10, a: scores)
        func rules(_ gap: Double, _ minimum: Double) throws -> EventRules { try EventRules(gap: gap, minimum: minimum) }
        #expect(events(try rules(0, 0), windows) == ["a 0-10 0.6 1", "a 20-30 0.6 1", "a 50-70 0.7 2"])
        #expect(events(try rules(0.9, 0), windows).count == 3)
        #expect(events(try rules(1, 0), windows) == ["a 0-30 0.6 2", "a 50-70 0.7 2"])
        #expect(events(try rules(2, 0), windows) == ["a 0-70 0.7 4"])
        // Of at least 2 s; gaps are closed before lengths are looked at.
        #expect(events(try rules(0, 2), windows) == ["a 50-70 0.7 2"])
        #expect(events(try rules(0, 2.1), windows) == [])
        #expect(events(try rules(1, 2.1), windows) == ["a 0-30 0.6 2"])
        #expect(events(try rules(2, 7), windows) == ["a 0-70 0.7 4"])
    }

    @Test func overlappingWindowsAndSeveralLabels() throws {
        // Windows of 1 s every 0.4 s: 0–1, 0.4–1.4, 0.8–1.8, 1.2–2.2, 1.6–2.6, 2.0–3.0.
        let windows = windows(hop: 4, a: [0.6, 0, 0.6, 0, 0, 0.9], b: [0, 0.8, 0.7, 0.1, 0.9, 0.9])
        // a: 0–1 and 0.8–1.8 overlap; 2.0–3.0 begins 0.2 s later. b: 0.4–1.8, and 1.6–2.6 overlaps it.
        #expect(
            events(try EventRules(), windows) == ["a 0-18 0.6 2", "b 4-30 0.9 4", "a 20-30 0.9 1"])
        #expect(
            events(try EventRules(gap: 0.2), windows) == ["a 0-30 0.9 3", "b 4-30 0.9 4"])
        #expect(events(try EventRules(labels: ["b"]), windows) == ["b 4-30 0.9 4"])
        #expect(events(try EventRules(on: 0.65, off: 0.6, minimum: 2), windows) == ["b 4-30 0.9 4"])
    }

    @Test func windowsWithRoomBetweenThem() throws {
        // Windows of 1 s every 3 s: nothing was heard for 2 s, over which no event goes on.
        let windows = windows(hop: 30, a: [0.9, 0.45, 0.9, 0.45])
        #expect(events(try EventRules(), windows) == ["a 0-10 0.9 1", "a 60-70 0.9 1"])
        #expect(events(try EventRules(gap: 2), windows) == ["a 0-100 0.9 4"])
    }

    @Test func eventsAreHandedOutAsSoonAsTheyAreSure() throws {
        var merger = EventMerger(try EventRules(gap: 1), labels: ["a", "b"], sampleRate: 10)
        let windows = windows(hop: 10, a: [0.9, 0, 0, 0, 0.9])
        #expect(windows.map { merger.add($0).count } == [0, 0, 0, 1, 0])
        #expect(merger.finish().count == 1 && merger.finish().isEmpty)
    }

    @Test func rulesOutOfTheirRange() {
        for (on, off, gap, minimum, option) in [
            (0.0, nil, 0.0, 0.0, "--on"), (1.01, nil, 0, 0, "--on"), (.nan, nil, 0, 0, "--on"),
            (0.5, 0.6, 0, 0, "--off"), (0.5, 0.0, 0, 0, "--off"), (0.5, .nan, 0, 0, "--off"),
            (0.5, nil, -1, 0, "--gap"), (0.5, nil, .nan, 0, "--gap"), (0.5, nil, .infinity, 0, "--gap"),
            (0.5, nil, 0, 86_401, "--minimum"), (0.5, nil, 0, .nan, "--minimum"),
        ] as [(Double, Double?, Double, Double, String)] {
            let error = #expect(throws: RunError.self) {
                _ = try EventRules(on: on, off: off, gap: gap, minimum: minimum)
            }
            #expect(error?.description.hasPrefix(option + " ") == true, "\(on) \(off ?? 0) \(gap) \(minimum)")
        }
    }

    @Test(arguments: [
        ("20240131_054500.wav", "2024-01-31T05:45:00.000"), ("SM4_20240131_054500.WAV", "2024-01-31T05:45:00.000"),
        ("a/20230101_000000/2024-01-31T05-45-00.flac", "2024-01-31T05:45:00.000"),
        ("2024-01-31T05-45-00Z.flac", "2024-01-31T05:45:00.000Z"), ("20240131054500", "2024-01-31T05:45:00.000"),
        ("rec 2024-01-31 05:45:00.250+0200.wav", "2024-01-31T05:45:00.250+02:00"),
        ("20240131T054500-05:30_x.wav", "2024-01-31T05:45:00.000-05:30"),
        ("20240131_054500.1.wav", "2024-01-31T05:45:00.000"), ("20240131_054500-0001.wav", "2024-01-31T05:45:00.000"),
        ("20240229_235959.wav", "2024-02-29T23:59:59.000"), ("20000229_000000.wav", "2000-02-29T00:00:00.000"),
        ("12_20240131_054500_13.wav", "2024-01-31T05:45:00.000"),
        ("20240131_054500Zebra.wav", "2024-01-31T05:45:00.000"),
        ("19691231_235959.wav", "1969-12-31T23:59:59.000"),
    ])
    func timesInNames(name: String, text: String) {
        #expect(RecordingTime(path: name)?.text(after: 0) == text)
    }

    @Test(arguments: [
        "x.wav", "20240131.wav", "20241301_000000.wav", "20240230_000000.wav", "20230229_000000.wav",
        "19000229_000000.wav", "20240131_240000.wav", "20240131_056000.wav", "20240131_054560.wav",
        "120240131_054500.wav", "20240131_0545001.wav", "2024-0131_054500.wav", "20240131_054500/x.wav", "",
        "99999999_999999.wav", "2024013１_054500.wav",
    ])
    func namesWithoutTimes(name: String) { #expect(RecordingTime(path: name) == nil) }

    @Test func timesGoOn() throws {
        let zone = try #require(RecordingTime.Zone("+01:00"))
        let time = try #require(RecordingTime(path: "20240228_235959.wav", zone: zone))
        #expect(time.text(after: 0.9994) == "2024-02-28T23:59:59.999+01:00")
        #expect(time.text(after: 0.9996) == "2024-02-29T00:00:00.000+01:00")
        #expect(time.text(after: 86_401) == "2024-03-01T00:00:00.000+01:00")
        #expect(time.text(after: 366 * 86_400) == "2025-02-28T23:59:59.000+01:00")
        #expect(time.text(after: .nan) == "" && time.text(after: 1e300) == "")
        // What a name says counts for more.
        #expect(RecordingTime(path: "20240228_235959Z.wav", zone: zone)?.zone?.text == "Z")
        for text in ["", "z", "+1", "+15:00", "+01:07", "+01:60", "01:00", "names", "+01:00:00"] {
            #expect((RecordingTime.Zone(text) != nil) == (text == "z"), "\(text)")
        }
        #expect(RecordingTime.Zone("-0330")?.text == "-03:30" && RecordingTime.Zone("+14")?.text == "+14:00")
    }

    /// Day by day through four centuries, against a count of its own.
    @Test func everyDay() throws {
        var (year, month, day) = (1970, 1, 1)
        let start = try #require(RecordingTime(path: "19700101_000000"))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        for days in 0..<(230 * 366) {
            let text = "\(year)-\(two(month))-\(two(day))"
            try #require(start.text(after: Double(days) * 86_400) == text + "T00:00:00.000")
            if year < 2200 {
                let named = try #require(RecordingTime(path: text + "_00-00-00"))
                try #require(named.text(after: 0) == text + "T00:00:00.000")
            }
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            day += 1
            if day > [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] {
                (month, day) = (month + 1, 1)
            }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
    }
}
