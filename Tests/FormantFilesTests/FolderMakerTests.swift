import FormantFiles
import FormantTestSupport
import Testing

@Suite struct FolderMakerTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func makesAFolderAndThoseAboveIt() throws {
        for name in ["a/b/c", "a/b/c", "d/", "a//e", "a/../f", "."] {
            try FolderMaker.make(folder.path(name))
            #expect(FilePath.kind(of: folder.path(name)) == .folder, "\(name)")
        }
        #expect(try folder.names == ["a", "d", "f"])
        try FolderMaker.make("/")
        try FolderMaker.make(".")
    }

    @Test func namesWhatIsInTheWay() throws {
        let file = try folder.write("file", "text")
        for path in [file, file + "/below", "", "a\0b"] {
            #expect(throws: FileError.self, "\(path)") { try FolderMaker.make(path) }
        }
        let error = #expect(throws: FileError.self) { try FolderMaker.make(file + "/below/it") }
        #expect(
            error?.description == "cannot make the folder \(file)/below/it: \(file): it is there and is no folder")
    }
}
