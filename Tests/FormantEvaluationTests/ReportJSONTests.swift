import FormantEvaluation
import FormantTensor
import Testing

@Suite struct ReportJSONTests {
    @Test(arguments: [Predictions.Task.singleLabel, .multiLabel])
    func comesBackTheSame(task: Predictions.Task) throws {
        let report = try sampleReport(labels: ["a", "b", "c", "d"], task: task)
        let text = try report.json()
        #expect(try Report(json: text) == report)
        #expect(try Report(json: text).json() == text)
        #expect(text.hasSuffix("}\n") && text.contains(#""split":"test""#) && text.contains(#""format_version":1"#))
    }

    @Test func figuresThatAreNotFiniteAreLeftOut() throws {
        let record = EpochRecord(epoch: 1, trainLoss: .nan, validationLoss: -.infinity, seconds: 2)
        #expect(record == EpochRecord(epoch: 1, trainLoss: nil, seconds: 2))
    }

    @Test(arguments: [
        ("", ""), ("[", "]"), (#""counts":[["#, #""counts":[[-"#),
        (#""counts":[["#, #""counts":[[9999999999999999"#),
        (#""counts":[["#, #""counts":[[7,"#), (#""labels":["a""#, #""labels":["z""#),
        (#""support":1"#, #""support":9223372036854775807"#), (#""format_version":1"#, #""format_version":2"#),
        (#""n":"#, #""n":-"#), (#""task":"single_label""#, #""task":"triple""#),
    ])
    func refusesWhatIsNoReport(found: String, replacement: String) throws {
        let text = try sampleReport(labels: ["a", "b"]).json()
        let hostile = found.isEmpty ? "" : text.replacing(found, with: replacement)
        #expect(hostile != text)
        #expect(throws: EvaluationError.self) { try Report(json: hostile) }
    }

    @Test func damagedTextNeverTraps() throws {
        let seed: UInt64 = 3
        var generator = SeededGenerator(seed: seed)
        let text = Array(try sampleReport(labels: ["a", "b", "c"], examples: 30, epochs: 4).json().utf8)
        let digits = Array("0123456789.-eE+\"[]{},:".utf8)
        var read = 0
        for _ in 0..<400 {
            var damaged = text
            for _ in 0...generator.index(below: 3) {
                let place = generator.index(below: damaged.count)
                let run = 1 + generator.index(below: 12)
                damaged.replaceSubrange(
                    place..<min(damaged.count, place + generator.index(below: 3)),
                    with: (0..<run).map { _ in digits[generator.index(below: digits.count - (run > 2 ? 12 : 0))] })
            }
            guard let report = try? Report(json: String(decoding: damaged, as: UTF8.self)) else { continue }
            read += 1
            #expect(report.html().utf8.count > 1000, "seed \(seed)")
        }
        #expect(read > 20, "only \(read) damaged reports could be read: the test does not reach the page")
    }

    @Test func corpusTablesMustBeWhole() throws {
        #expect(throws: EvaluationError.self) {
            try CorpusTable(splits: ["train", "test"], rows: [.init(label: "a", counts: [1])])
        }
        #expect(throws: EvaluationError.invalidCount(table: "corpus table", found: -1)) {
            try CorpusTable(splits: ["train"], rows: [.init(label: "a", counts: [-1])])
        }
        let table = try CorpusTable(
            splits: ["train", "test"], rows: [.init(label: "a", counts: [1, 2]), .init(label: "b", counts: [10, 20])])
        #expect(table.totals == [11, 22])
    }
}
