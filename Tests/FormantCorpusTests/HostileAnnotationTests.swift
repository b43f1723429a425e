import FormantCorpus
import FormantTensor
import FormantTestSupport
import Testing

/// Broken tables, and tables that ask for too much: an error, problems, or annotations that are sound in themselves.
@Suite struct HostileAnnotationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let seeds: [(format: String, text: String)] = [
        ("audacity", "0.5\t1.5\ta\n\\\t100.0\t200.0\n1.75\t1.75\tb c\n3\t4\t\n"),
        (
            "raven",
            """
            Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tHigh Freq (Hz)\tSpecies\tBegin File\tFile Offset (s)
            1\tWaveform 1\t1\t0.5\t1.5\t0\t500\ta\tx.wav\t0.5
            1\tSpectrogram 1\t1\t0.5\t1.5\t10\t50\ta\tx.wav\t0.5
            2\tSpectrogram 1\t2\t2.5\t3.5\t10\t50\t"b"\tx.wav\t2.5
            """
        ),
        (
            "jams",
            """
            {"annotations": [{"namespace": "scaper", "data": [
            {"time": 0.5, "duration": 1.0, "value": {"label": "a", "role": "foreground"}, "confidence": 1.0},
            {"time": 2.5, "duration": 1, "value": "b\\u00e9", "confidence": null}]},
            {"namespace": "tag_open", "data": {"time": [1], "duration": [1], "value": ["c"]}}]}
            """
        ),
        (
            "csv",
            """
            path,start,end,label,channel,confidence,low_f,high_f,split
            x.wav,0.5,1.5,a,0,0.5,10,20,train
            x.wav,2.5,3.5,"b, ""c""\",1,,,,
            """
        ),
    ]

    @Test(arguments: seeds.indices)
    func mutationsNeverTrap(number: Int) throws {
        let seed = HostileAnnotationTests.seeds[number]
        try folder.write("x.wav", silence(4))
        var generator = SeededGenerator.derived(seed: 9, purpose: seed.format)
        var (whole, faulty, refused) = (0, 0, 0)
        for round in 0..<1_500 {
            let path = try folder.write("x.txt", mutated(Array(seed.text.utf8), using: &generator))
            let comment: Comment = "seed 9, \(seed.format), round \(round)"
            do throws(CorpusError) {
                let table = try AnnotationTable.read(path)
                if table.problems.isEmpty { whole += 1 } else { faulty += 1 }
                for annotation in table.annotations { check(annotation, comment) }
            } catch {
                refused += 1
                #expect(error.description.contains("x.txt"), comment)
            }
            guard round % 10 == 0 else { continue }
            let corpus = try? Corpus.load(
                argument: path, options: CorpusOptions(windowSettings: ["window=0.5", "hop=0.2"]))
            for example in corpus?.examples ?? [] {
                let clip = clip(example)
                #expect(clip?.path == "x.wav" && (clip?.start ?? -1) >= 0 && (clip?.end ?? 9) <= 4, comment)
            }
        }
        #expect(whole > 50 && faulty + refused > 50, "whole \(whole), faulty \(faulty), refused \(refused)")
    }

    private func check(_ annotation: Annotation, _ comment: Comment) {
        #expect(annotation.start >= 0 && annotation.start <= annotation.end, comment)
        #expect(annotation.end <= Annotation.timeLimit && annotation.line > 0, comment)
        #expect(annotation.confidence?.isFinite ?? true, comment)
        #expect((annotation.lowFrequency ?? 0) >= 0 && (annotation.highFrequency ?? 0).isFinite, comment)
        #expect((annotation.lowFrequency ?? 0) <= (annotation.highFrequency ?? .infinity), comment)
        #expect(annotation.channel.map { (0..<65_536).contains($0) } ?? true, comment)
        #expect(annotation.labels.allSatisfy { !$0.isEmpty }, comment)
    }

    @Test(arguments: [
        "nan\tnan", "inf\tinf", "-1\t2", "2\t1", "1e308\t1e309", "0\t1e300", "1e10\t2e10", "0x1p9999\t1",
        "18446744073709551616\t18446744073709551617", "1\t", "\t", "1,2,3\t4",
    ])
    func badTimesAreProblems(times: String) throws {
        let table = try AnnotationTable.read(folder.write("x.txt", "0\t1\tgood\n\(times)\tbad\n2\t3\tgood\n"))
        #expect(table.annotations.map(\.labels) == [["good"], ["good"]])
        #expect(table.problems.map(\.line) == [2])
    }

    @Test func nonsenseOfManyLinesStaysSmall() throws {
        let path = try folder.write("x.txt", "0\t1\tgood\n" + String(repeating: "non\tsense\n", count: 300_000))
        let table = try AnnotationTable.read(path)
        #expect(table.annotations.count == 1 && table.problems.count == 1_000 && table.problemCount == 300_000)
        // One line without an end, and one field after the other.
        let long = try folder.write(
            "y.txt", "0\t1\tgood\n" + String(repeating: "\t", count: 17 << 20) + "\n2\t3\tgood\n")
        #expect(try AnnotationTable.read(long).annotations.count == 2)
        let wide = try folder.write(
            "z.txt",
            "Begin Time (s)\tEnd Time (s)\tSpecies\n" + String(repeating: "1\t", count: 100_000) + "\n1\t2\ta\n")
        let table2 = try AnnotationTable.read(wide)
        #expect(table2.annotations.count == 1 && table2.problems.map(\.line) == [2])
    }

    @Test func tooManyWindowsAreAProblem() throws {
        try folder.write("w/x.wav", silence(1_001))
        try folder.write("w/x.txt", "0\t1\ta\n")
        try folder.write("w/y.wav", silence(1))
        try folder.write("w/y.txt", "0\t1\ta\n")
        func load(_ settings: String...) throws -> Corpus {
            try Corpus.load(argument: folder.path("w"), options: CorpusOptions(windowSettings: settings))
        }
        let corpus = try load("window=1", "hop=0.001")
        #expect(corpus.examples.map { clip($0)?.path } == ["y.wav"])
        #expect(corpus.problems.count == 1 && corpus.problems[0].what.contains("1000000 windows"))
        // 5,000 labels over 1,001 windows each.
        try folder.write("w/x.txt", String(repeating: "0\t1001\ta\n", count: 5_000))
        let crowded = try load("window=1")
        #expect(crowded.examples.map { clip($0)?.path } == ["y.wav"])
        #expect(crowded.problems.count == 1 && crowded.problems[0].what.contains("4000000 pairs"))
    }

    @Test func brokenRecordingsAreProblems() throws {
        try folder.write("w/x.wav", "no sound at all")
        try folder.write("w/x.txt", "0\t1\ta\n")
        try folder.write("w/empty.wav", silence(0))
        try folder.write("w/empty.txt", "0\t1\ta\n")
        try folder.write("w/y.wav", silence(1))
        try folder.write("w/y.txt", "0\t1\ta\n")
        let corpus = try Corpus.load(argument: folder.path("w"))
        #expect(corpus.examples.map { clip($0)?.path } == ["y.wav"])
        #expect(corpus.problems.map { $0.file.hasSuffix("/w/x.wav") } == [false, true])
    }
}
