import FormantAudio
import FormantCorpus
import FormantTensor
import FormantTestSupport
import Foundation
import Testing

private let pool = WorkerPool(threads: 2)

/// Clips of the bundled corpus, and copies of them that were changed in one way each.
private struct Planted {
    let folder: TemporaryFolder
    var rows = "path,label,group,split\n"
    var copies: [(original: String, copy: String)] = []

    init(clips count: Int = 40) throws {
        folder = try TemporaryFolder()
        let corpus = try Corpus.load(argument: bundledCorpora + "/spoken-words")
        let clips = stride(from: 0, to: corpus.examples.count, by: corpus.examples.count / count).prefix(count)
        var generator = SeededGenerator(seed: 2)
        for (place, index) in clips.enumerated() {
            let example = corpus.examples[index]
            let path = try #require(corpus.path(of: example))
            let name = "clip-\(place).flac"
            try folder.write(name, [UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
            rows += "\(name),\(example.labels[0]),speaker \(place),train\n"
            let samples = try Recording.load(path).samples
            let silence = [Float](repeating: 0, count: 1600)
            let noise = (0..<900).map { _ in generator.uniform(in: -0.0003..<0.0003) }
            var changed: [(String, [Float], Int)] = []
            switch place % 8 {
            case 0: changed.append(("other-container", samples, 8000))
            case 1: changed.append(("gain", samples.map { $0 * 0.37 }, 8000))
            case 2: changed.append(("shift", silence + samples, 8000))
            case 3: changed.append(("shift-and-gain", noise + silence + samples.map { $0 * -0.5 }, 8000))
            case 4: changed.append(("rate", try Resampler.convert(samples, from: 8000, to: 22_050), 22_050))
            case 5: changed.append(("noise", samples.map { $0 + generator.uniform(in: -0.0015..<0.0015) }, 8000))
            default: break
            }
            for (kind, samples, rate) in changed {
                let copy = "\(kind)-\(place).wav"
                try SoundWriter.write(samples, sampleRate: rate, to: folder.path(copy), format: .wav16)
                rows += "\(copy),\(example.labels[0]),zoe,test\n"
                copies.append((name, copy))
            }
        }
    }

    func audit(threads: Int = 2) throws -> CorpusAudit {
        let corpus = try Corpus.load(argument: folder.write("m.csv", rows))
        return try CorpusAudit(corpus, pool: WorkerPool(threads: threads))
    }
}

private func corpus(_ folder: TemporaryFolder, _ table: String) throws -> Corpus {
    try Corpus.load(argument: folder.write("corpus.csv", table))
}

@Suite struct AuditTests {
    @Test func plantedCopiesAreFound() throws {
        let planted = try Planted()
        let audit = try planted.audit()
        #expect(planted.copies.count == 30)
        var found: Set<[String]> = []
        for set in audit.leaks.sets { found.insert(set.members.map(\.id).sorted()) }
        for pair in audit.leaks.pairs { found.insert([pair.first.id, pair.second.id].sorted()) }
        for (original, copy) in planted.copies { #expect(found.contains([original, copy].sorted()), "\(copy)") }
        // And nothing else.
        #expect(found.count == 30, "\(found)")
        let crossing = LeakAudit.Kind.allCases.map { audit.leaks.count(of: $0).crossing }
        #expect(crossing.reduce(0, +) == 60 && audit.leaks.pairs.allSatisfy { $0.crosses && $0.groupsDiffer })
        #expect(audit.leaks.sets.allSatisfy { $0.kind == .sameSound } && !audit.leaks.leaks)
        let shifted = try #require(audit.leaks.pairs.first { $0.first.id.hasPrefix("shift-and-gain") })
        #expect(abs((shifted.firstStart ?? 0) - 0.3125) < 0.01 && shifted.secondStart == 0)
        #expect(try planted.audit(threads: 1).leaks == audit.leaks)
    }

    /// Two takes of a word by one synthetic voice are no copies.
    @Test func honestClipsAreNotTakenForCopies() throws {
        let whole = try Corpus.load(argument: bundledCorpora + "/spoken-words")
        let leaks = try CorpusAudit(whole, pool: pool).leaks
        let examples = LeakAudit.Kind.allCases.reduce(0) { $0 + leaks.count(of: $1).examples }
        #expect(examples <= whole.examples.count / 100, "\(leaks.counts)")
        #expect(leaks.isComplete && leaks.groupCount == 0 && leaks.parts == ["train", "validation", "test"])
    }

    @Test func oddCorporaOfSound() throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 6)
        let tone = TestSounds.wav(TestSounds.tone(0, using: &generator))
        // One clip alone.
        try folder.write("one/a/1.wav", tone)
        let one = try CorpusAudit(Corpus.load(argument: folder.path("one")), pool: pool)
        #expect(one.leaks.counts == [] && one.findings.map(\.code) == [.smallClass, .oneLabel])
        // The same file under two labels, silence twice, something cut off, and a file that is no sound.
        try folder.write("b/yes/1.wav", tone)
        try folder.write("b/no/1.wav", tone)
        try folder.write("b/no/2.wav", silence(0.5))
        try folder.write("b/no/3.wav", silence(0.7))
        try folder.write("b/yes/4.wav", TestSounds.wav([Float](repeating: 1, count: 4000)))
        try folder.write("b/yes/5.wav", "no sound")
        try folder.write("b/yes/6.wav", TestSounds.wav(TestSounds.tone(0, using: &generator).map { $0 * 0.0005 }))
        let several = try CorpusAudit(Corpus.load(argument: folder.path("b")), pool: pool)
        let codes = several.findings.map(\.code)
        for code: Finding.Code in [.unreadable, .digitalSilence, .silence, .clipping, .mixedRates, .labelConflict] {
            #expect(codes.contains(code), "\(code): \(codes)")
        }
        #expect(several.unreadable.count == 1 && several.unreadable[0].path.hasSuffix("b/yes/5.wav"))
        let conflict = try #require(several.findings.first { $0.code == .labelConflict })
        #expect(conflict.names == ["no/1.wav (no) = yes/1.wav (yes)"])
        // Silence is like all silence: that it is there is said, not that it is a copy.
        #expect(several.leaks.count(of: .sameSound).examples == 0 && several.leaks.pairs.isEmpty)
        #expect(several.findings.allSatisfy { !$0.advice.isEmpty && !$0.what.isEmpty && $0.count > 0 })
    }

    @Test func nearTextsAreFound() throws {
        let folder = try TemporaryFolder()
        let base = [
            "please turn on the lights in the living room", "what is the weather going to be like in Oslo tomorrow",
            "book a table for four at the new Italian restaurant", "how many people live in the largest city of Brazil",
        ]
        var table = "text,label,split\n"
        for text in base { table += "\(text),a,train\n" }
        table += "PLEASE turn on the lights   in the living room,a,test\n"
        table += "\"what's the weather going to be like in Oslo, tomorrow?\",a,test\n"
        table += "book a table for five at the new Italian restaurant,b,test\n"
        table += "How many people live in the largest city of Brazil?,a,test\n"
        table += "who painted the ceiling of that chapel,a,test\n!?,a,test\n"
        let audit = try CorpusAudit(corpus(folder, table), pool: pool)
        let leaks = audit.leaks
        #expect(leaks.sets.map { $0.members.map(\.id) } == [["corpus.csv:2", "corpus.csv:6"]] && leaks.leaks)
        #expect(
            leaks.pairs.map { [$0.first.id, $0.second.id] } == [
                ["corpus.csv:9", "corpus.csv:5"], ["corpus.csv:7", "corpus.csv:3"], ["corpus.csv:8", "corpus.csv:4"],
            ], "\(leaks.pairs)")
        #expect(leaks.pairs[0].similarity == 1 && leaks.pairs.allSatisfy(\.crosses) && leaks.pairs[2].labelsDiffer)
        #expect(audit.findings.first?.code == .emptyText)
    }

    /// Thirty thousand sentences, many of them much like others, within seconds.
    @Test func manyTexts() throws {
        var generator = SeededGenerator(seed: 12)
        let examples = (0..<30_000).map { index in
            let words = (0..<8).map { _ in "word\(generator.index(below: 400))" }
            let text = index % 2 == 0 ? "play track \(index % 5000) of album \(index)" : words.joined(separator: " ")
            return Example(
                input: .text(text), labels: ["a"], split: index % 10 == 0 ? .test : .train, source: "s", line: index + 1
            )
        }
        let clock = ContinuousClock()
        let start = clock.now
        let corpus = Corpus(name: "many", modality: .text, root: ".", examples: examples)
        let leaks = try CorpusAudit(corpus, pool: pool).leaks
        #expect(leaks.pairs.count <= 2 * LeakAudit.limit && leaks.count(of: .nearText).examples > 1000)
        #expect(clock.now - start < .seconds(30))
    }

    @Test func labelsThatAreLikelyOne() throws {
        let folder = try TemporaryFolder()
        var table = "text,label\n"
        for index in 0..<60 { table += "text \(index),\(index % 2 == 0 ? "weather" : "music")\n" }
        table += "text a,Weather\ntext b,wether\ntext c,room 1\ntext d,room 2\ntext e,msuic\n"
        let findings = try CorpusAudit(corpus(folder, table), pool: pool).findings
        let typos = try #require(findings.first { $0.code == .labelTypo })
        #expect(
            typos.names == [
                "'Weather' (1) and 'weather' (30)", "'msuic' (1) and 'music' (30)", "'wether' (1) and 'weather' (30)",
            ], "\(typos.names)")
        let small = try #require(findings.first { $0.code == .smallClass })
        #expect(small.count == 5)
    }

    @Test func groupsInSeveralPartsAreListed() throws {
        let folder = try TemporaryFolder()
        let table = "text,label,group,split\none,a,x,train\ntwo,b,x,test\nthree,a,y,train\nfour,b,,test\n"
        let leaks = try CorpusAudit(corpus(folder, table), pool: pool).leaks
        #expect(leaks.groupCount == 1 && leaks.groups[0].description == "x (1 train, 1 test)" && leaks.leaks)
    }
}

/// Public corpora, where `FORMANT_DATA` says that they are.
@Suite(.enabled(if: publicData != nil)) struct PublicAuditTests {
    private func audit(_ card: String, _ root: String) throws -> (Corpus, LeakAudit) {
        let corpus = try Corpus.load(
            argument: bundledCorpora + "/\(card).yaml", root: (publicData ?? "") + "/" + root)
        return (corpus, try CorpusAudit(corpus, pool: pool).leaks)
    }

    @Test func honestClipsOfFSDD() throws {
        let (corpus, leaks) = try audit("fsdd", "fsdd")
        let examples = LeakAudit.Kind.allCases.reduce(0) { $0 + leaks.count(of: $1).examples }
        #expect(examples < corpus.examples.count / 100, "\(leaks.counts)")
    }

    @Test(arguments: [("trec-6", "text", 10), ("snips", "intents", 15), ("clinc150", "intents", 3)])
    func sentencesThatStandInTraining(card: String, root: String, least: Int) throws {
        let (_, leaks) = try audit(card, root)
        var test: Set<String> = []
        for set in leaks.sets where set.crosses {
            test.formUnion(set.members.filter { $0.part != "train" }.map(\.id))
        }
        for pair in leaks.pairs where pair.crosses && pair.similarity == 1 { test.insert(pair.first.id) }
        #expect(test.count >= least, "\(card): \(test.count)")
    }
}
