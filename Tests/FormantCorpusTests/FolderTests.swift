import FormantCorpus
import Foundation
import FormantTestSupport
import Testing

@Suite struct FolderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func foldersAreClasses() throws {
        for name in [
            "yes/b.wav", "yes/deep/er/a.FLAC", "no/a.ogg", "no/notes.txt", "no/.hidden.wav", ".git/a.wav", "top.wav",
        ] {
            try folder.write(name, "x")
        }
        let corpus = try Corpus.load(argument: folder.path + "/")
        #expect(corpus.examples.map(\.id) == ["no/a.ogg", "yes/b.wav", "yes/deep/er/a.FLAC"])
        #expect(corpus.examples.map(\.labels) == [["no"], ["yes"], ["yes"]])
        #expect(corpus.examples.allSatisfy { $0.split == nil && $0.group == nil })
        let all = corpus.problems.map(\.what).joined(separator: "\n")
        #expect(corpus.problems.count == 3)
        #expect(all.contains("top.wav") && all.contains("no/notes.txt") && all.contains("hidden files and folders: 2"))
    }

    @Test func foldersOfSplitsHoldFoldersOfClasses() throws {
        for name in ["train/yes/a.wav", "train/no/a.wav", "test/yes/b.wav", "test/lost.wav"] {
            try folder.write(name, "x")
        }
        let corpus = try Corpus.load(argument: folder.path)
        #expect(corpus.labels == ["no", "yes"])
        #expect(corpus.examples.map(\.split) == [.test, .train, .train])
        #expect(corpus.problems.contains { $0.what.contains("test/lost.wav") })
    }

    @Test func linksInACircleEnd() throws {
        try folder.write("yes/a.wav", "x")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/yes/again", withDestinationPath: "..")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/yes/gone", withDestinationPath: "nowhere")
        let corpus = try Corpus.load(argument: folder.path)
        #expect(corpus.examples.map(\.id) == ["yes/a.wav"])
        #expect(corpus.problems.contains { $0.file.hasSuffix("yes/gone") })
    }

    @Test func aManifestSpeaksForItsFolder() throws {
        try folder.write("yes/a.wav", "x")
        try folder.write("manifest.csv", "path,label\nyes/a.wav,ja\n")
        let corpus = try Corpus.load(argument: folder.path)
        #expect(corpus.labels == ["ja"])
        #expect(folder.path.hasSuffix(corpus.name))
    }

    @Test func otherThingsAreNamed() throws {
        let picture = try folder.write("a.png", "x")
        let bare = try folder.write("bare", "x")
        let empty = folder.path + "/empty"
        try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: false)
        for (argument, word) in [
            (picture, ".png"), (bare, "without an extension"), (folder.path + "/nothing", "nothing of that name"),
            (empty, "no usable example"), ("/dev/null", "neither a file nor a folder"), ("", "nothing of that name"),
            ("a\0b", "nothing of that name"),
        ] {
            let error = #expect(throws: CorpusError.self) { try Corpus.load(argument: argument) }
            #expect(error.map { "\($0)".contains(word) } == true, "\(argument): \(error as Any)")
        }
        let manifest = try folder.write("m.csv", "text,label\na,x\n")
        #expect(throws: CorpusError.self) { try Corpus.load(argument: manifest, root: folder.path + "/nowhere") }
    }
}
