import FormantFiles
import FormantTestSupport
import Testing

@Suite struct FilePathTests {
    @Test func parts() {
        let cases: [(path: String, folder: String, name: String, stem: String, fileExtension: String)] = [
            ("a.wav", ".", "a.wav", "a", "wav"), ("/a.WAV", "/", "a.WAV", "a", "wav"),
            ("x.y/a", "x.y", "a", "a", ""), ("x/.hidden", "x", ".hidden", ".hidden", ""),
            ("x/a.tar.gz", "x", "a.tar.gz", "a.tar", "gz"), ("/", "/", "/", "/", ""),
        ]
        for (path, folder, name, stem, fileExtension) in cases {
            #expect(FilePath.folder(of: path) == folder, "\(path)")
            #expect(FilePath.name(of: path) == name, "\(path)")
            #expect(FilePath.stem(of: path) == stem, "\(path)")
            #expect(FilePath.fileExtension(of: path) == fileExtension, "\(path)")
        }
    }

    @Test func joining() {
        #expect(FilePath.join("a", "b") == "a/b" && FilePath.join("a/", "b") == "a/b")
        #expect(FilePath.join("", "b") == "b" && FilePath.join(".", "b") == "b" && FilePath.join("a", "/b") == "/b")
        #expect(FilePath.normalised("./a/./b//c") == "a/b/c" && FilePath.normalised("/a/../b") == "/a/../b")
        #expect(FilePath.relative("/a/b/c", to: "/a/b") == "c" && FilePath.relative("/a/bc", to: "/a/b") == "/a/bc")
        #expect(FilePath.relative("c", to: "/a") == "c")
    }

    @Test func kinds() throws {
        let folder = try TemporaryFolder()
        #expect(FilePath.kind(of: folder.path) == .folder && FilePath.kind(of: folder.path("a")) == nil)
        #expect(FilePath.kind(of: try folder.write("a", "x")) == .file)
        #expect(FilePath.kind(of: "/dev/null") == .other && FilePath.kind(of: "a\0b") == nil)
    }
}
