import FormantCorpus
import FormantImage
import FormantTensor
import FormantTestSupport
import Foundation
import Testing

/// Corpora of pictures.
@Suite struct PictureCorpusTests {
    private func paths(_ corpus: Corpus) -> [String] { corpus.examples.map(\.id) }

    @Test func foldersWithoutSoundsHoldPictures() throws {
        let folder = try TemporaryFolder()
        try TestPictures.writeCorpus(in: folder, perClass: 4)
        try folder.write("shapes/readme.txt", "hello")
        try folder.write("shapes/stray.png", "x")
        let corpus = try Corpus.load(argument: folder.path("shapes"))
        #expect(corpus.modality == .image && corpus.labels == TestPictures.classes && corpus.examples.count == 12)
        #expect(paths(corpus).prefix(4) == ["bar/0.png", "bar/1.png", "bar/2.png", "bar/3.jpg"])
        #expect(corpus.path(of: corpus.examples[0]) == folder.path("shapes/bar/0.png"))
        #expect(corpus.problems.map(\.description).contains { $0.contains("pictures in no class's folder, 1 of them") })
        #expect(corpus.problems.map(\.description).contains { $0.contains("without a picture's extension: 1") })
        // One sound, and pictures are covers.
        try folder.write("shapes/bar/a.wav", silence(0.1))
        let sounds = try Corpus.load(argument: folder.path("shapes"))
        #expect(sounds.modality == .audio && sounds.examples.count == 1)
    }

    @Test func manifestsOfPictures() throws {
        let folder = try TemporaryFolder()
        try TestPictures.writeCorpus(in: folder, perClass: 2)
        try folder.write("a.wav", silence(0.1))
        let table = """
            path,label,group,split,start
            shapes/bar/0.png,bar,a,train,
            shapes/disc/0.png,disc,b,test,
            shapes/disc/1.png,disc,b,test,1.5
            a.wav,bar,a,train,
            shapes/none.png,bar,a,train,
            shapes/bar/0.png,disc,a,train,

            """
        let corpus = try Corpus.load(argument: folder.write("m.csv", table))
        #expect(corpus.modality == .image && paths(corpus) == ["shapes/bar/0.png", "shapes/disc/0.png"])
        #expect(corpus.examples[1].split == .test && corpus.examples[1].group == "b")
        let problems = corpus.problems.map(\.description).joined(separator: "\n")
        for words in [
            "'start': is for sound", "expected images as before, found 'a.wav'", "there is no file",
            "stands in line 2 already, with another label",
        ] {
            #expect(problems.contains(words), "\(problems)")
        }
        let lines = #"{"path": "shapes/bar/1.png", "label": "bar"}"# + "\n" + #"{"path": "a.wav", "label": "x"}"# + "\n"
        let other = try Corpus.load(argument: folder.write("m.jsonl", lines))
        #expect(other.modality == .image && other.examples.count == 1 && other.problemCount == 1)
        let sounds = try Corpus.load(
            argument: folder.write("s.csv", "path,label\na.wav,x\nshapes/bar/0.png,bar\n"))
        #expect(sounds.modality == .audio && sounds.examples.count == 1 && sounds.problemCount == 1)
    }

    @Test func cardsOfPictures() throws {
        let folder = try TemporaryFolder()
        try TestPictures.writeCorpus(in: folder, perClass: 4)
        try folder.write("list.csv", "file,what\nshapes/bar/0.png,bar\nshapes/gone.png,bar\n")
        func card(_ rest: String) throws -> Corpus {
            try Corpus.load(
                argument: folder.write(
                    "card.yaml", "name: c\ntitle: c\nlicence: none\nsource: here\nmodality: image\n" + rest),
                root: folder.path)
        }
        let files = try card("files: 'shapes/*/*.{png,jpg}'\nlabel: folder\nsplit: {test: {path: '/0[.]'}}\n")
        #expect(files.modality == .image && files.examples.count == 12)
        #expect(files.examples.count { $0.split == .test } == 3)
        let table = try card("files: list.csv\nlayout: table\npath: {column: file}\nlabel: {column: what}\n")
        #expect(table.modality == .image && paths(table) == ["shapes/bar/0.png"] && table.problemCount == 1)
        for (rest, words) in [
            ("files: list.csv\nlayout: table\nlabel: {column: what}\n", "a table of pictures needs the key 'path'"),
            ("files: list.csv\nlayout: lines\nlabel: {before: ','}\n", "'layout: lines' is for text"),
            ("files: list.csv\nannotations: {mode: one}\n", "annotations are for sound"),
        ] {
            #expect { try card(rest) } throws: { "\($0)".contains(words) }
        }
    }

    @Test(.enabled(if: publicData != nil)) func theCardOfMNIST() throws {
        let root = try #require(publicData) + "/mnist-10k-png"
        let corpus = try Corpus.load(argument: bundledCorpora + "/mnist.yaml", root: root)
        #expect(corpus.modality == .image && corpus.examples.count == 10_000 && corpus.problemCount == 0)
        #expect(corpus.labels == (0...9).map { "\($0)" })
        let ids = paths(corpus)
        #expect(ids == ids.sorted())
        #expect(corpus.examples.prefix(8000).allSatisfy { $0.split == .train })
        #expect(corpus.examples.dropFirst(8000).allSatisfy { $0.split == .test })
        // Names and table agree.
        let rows = try String(contentsOfFile: root + "/labels.csv", encoding: .utf8).split(separator: "\n").dropFirst()
        var labels: [String: String] = [:]
        for row in rows {
            let parts = row.split(separator: ",")
            labels[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        #expect(labels.count == 10_000 && corpus.examples.allSatisfy { labels[$0.id] == $0.labels[0] })
    }

    /// Pictures, and copies of them that were changed in one way each.
    @Test func plantedCopiesAreFound() throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 3)
        var rows = "path,label,split\n"
        var planted: [String: LeakAudit.Kind] = [:]
        for i in 0..<36 {
            let label = TestPictures.classes[i % 3]
            // As smooth as photos are, of which a smaller copy still shows most.
            var picture = TestPictures.draw(label, side: 64, using: &generator).resized(width: 16, height: 16)
                .resized(width: 64, height: 64)
            // A pattern of its own each.
            let (fx, fy) = (generator.uniform(in: 0.05..<0.5), generator.uniform(in: 0.05..<0.5))
            for y in 0..<64 {
                for x in 0..<64 { picture[0, y, x] += 0.1 * Float(sin(Double(fx * Float(x) + fy * Float(y)))) }
            }
            try folder.write("\(i).png", try picture.png())
            rows += "\(i).png,\(label),train\n"
            let copy: (name: String, bytes: [UInt8], kind: LeakAudit.Kind)?
            switch i {
            case 0: copy = ("bytes.png", try picture.png(), .sameBytes)
            case 1: copy = ("pixels.png", try picture.png() + [0], .samePicture)
            case 2: copy = ("quality.jpg", try picture.jpeg(quality: 40), .nearPicture)
            case 3: copy = ("half.png", try picture.resized(width: 32, height: 32).png(), .nearPicture)
            case 4: copy = ("double.png", try picture.resized(width: 128, height: 128).png(), .nearPicture)
            case 5:
                let darker = Picture(width: 64, height: 64, channels: 1, values: picture.values.map { 0.7 * $0 + 0.1 })
                copy = ("darker.png", try darker.rgb().png(), .nearPicture)
            default: copy = nil
            }
            guard let copy else { continue }
            try folder.write(copy.name, copy.bytes)
            rows += "\(copy.name),\(label),test\n"
            planted[copy.name] = copy.kind
        }
        try folder.write("blank.png", try Picture(width: 64, height: 64, channels: 1, filledWith: 0.5).png())
        try folder.write("broken.png", try Picture(width: 64, height: 64, channels: 1).png().prefix(40))
        rows += "blank.png,bar,train\nbroken.png,bar,train\n"
        let corpus = try Corpus.load(argument: folder.write("m.csv", rows))
        let audit = try CorpusAudit(corpus, pool: WorkerPool(threads: 2))
        var found: [String: LeakAudit.Kind] = [:]
        for set in audit.leaks.sets {
            for member in set.members where planted[member.id] != nil { found[member.id] = set.kind }
        }
        for pair in audit.leaks.pairs { found[pair.first.id] = pair.kind }
        #expect(found == planted)
        #expect(audit.leaks.pairs.count == 4 && audit.leaks.sets.count == 2)
        #expect(audit.leaks.pairs.allSatisfy { $0.crosses && $0.similarity >= 0.995 })
        #expect(audit.unreadable.map(\.path) == [folder.path("broken.png")])
        let codes = Set(audit.findings.map(\.code))
        #expect(codes.isSuperset(of: [.unreadable, .blank, .mixedSizes, .mixedChannels, .mixedFormats]))
        #expect(try CorpusAudit(corpus, pool: WorkerPool(threads: 1)).leaks == audit.leaks)
        // Exact copies are what a split must not divide.
        #expect(ExactCopies(of: corpus, pool: WorkerPool(threads: 1)).count == 1)
    }
}
