import FormantCorpus
import FormantTensor
import FormantTestSupport
import Testing

@Suite struct LargeCorpusTests {
    /// 100,000 lines are read, split and folded within seconds; the limits are loose, for busy machines.
    @Test func aHundredThousandLines() throws {
        let folder = try TemporaryFolder()
        var lines = ["path,label,start,end,group,split,note"]
        var objects: [String] = []
        for index in 0..<100_000 {
            let (path, label, group) = (
                "clips/speaker-\(index % 500)/\(index).wav", "word \(index % 40)", "speaker-\(index % 500)"
            )
            lines.append("\(path),\(label),0.5,1.5,\(group),,\"note, \(index)\"")
            objects.append("{\"path\":\"\(path)\",\"label\":\"\(label)\",\"start\":0.5,\"group\":\"\(group)\"}")
        }
        let options = CorpusOptions(checksFiles: false)
        let clock = ContinuousClock()
        let csv = try folder.write("m.csv", lines.joined(separator: "\n"))
        let jsonl = try folder.write("m.jsonl", objects.joined(separator: "\n"))

        var start = clock.now
        let loaded = try Corpus.load(argument: csv, options: options)
        let csvTime = clock.now - start
        start = clock.now
        let fromJSON = try Corpus.load(argument: jsonl, options: options)
        let jsonTime = clock.now - start
        #expect(fromJSON.examples.count == 100_000)
        #expect(loaded.examples.count == 100_000 && loaded.problems == [])
        var generator = SeededGenerator(seed: 1)
        start = clock.now
        let plan = try Splitter.plan(for: loaded, using: &generator)
        let folds = try Splitter.folds(
            for: loaded, kind: .count(5), options: SplitOptions(unit: .example), using: &generator)
        let splitTime = clock.now - start
        #expect(plan.splits.count == 100_000 && folds.plans.count == 5)
        let report =
            "CSV \(csvTime), JSONL \(jsonTime), splits \(splitTime), example \(MemoryLayout<Example>.stride) bytes"
        print(report)
        #expect(csvTime < .seconds(10) && jsonTime < .seconds(20) && splitTime < .seconds(20), "\(report)")
        #expect(MemoryLayout<Example>.stride <= 128)
    }
}
