import FormantFiles
import FormantTestSupport
import Foundation
import Testing

@Suite struct AtomicFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func writesWholeOrNothing() throws {
        let path = try folder.write("a.txt", "old")
        let large = [UInt8](repeating: 7, count: 200_000)
        try AtomicFile.write(to: path) { file throws(FileError) in
            try file.write("begin")
            try file.write(large)
            try file.write("end")
        }
        #expect(
            try Array(Data(contentsOf: URL(fileURLWithPath: path))) == Array("begin".utf8) + large + Array("end".utf8))
        #expect(throws: FileError.self) {
            try AtomicFile.write(to: path) { file throws(FileError) in
                try file.write("half")
                throw .cannotWrite(path: path, operation: "this test", reason: "on purpose")
            }
        }
        do {
            let dropped = try AtomicFile(path: path)
            try dropped.write("dropped")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == 200_008)
        #expect(try folder.names == ["a.txt"])
    }

    @Test func keepsPermissionsAndLinks() throws {
        let path = try folder.write("real.txt", "old")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        let link = folder.path + "/link.txt"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real.txt")
        try AtomicFile.write(to: link) { file throws(FileError) in try file.write("new") }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "real.txt")
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
    }

    @Test func rewritesItsStart() throws {
        let large = [UInt8](repeating: 7, count: 150_000)
        for rest in [[], [1, 2, 3], large] {
            let file = try AtomicFile(path: folder.path("a.bin"))
            try file.write("head")
            try file.write(rest)
            #expect(file.count == 4 + rest.count)
            try file.rewriteStart(Array("HE".utf8))
            try file.write("tail")
            try file.commit()
            #expect(try folder.bytes("a.bin") == Array("HEad".utf8) + rest + Array("tail".utf8))
        }
        #expect(try folder.names == ["a.bin"])
    }

    @Test func writesWholeTexts() throws {
        try AtomicFile.write(text: "größer\n", to: folder.path("a.txt"))
        try AtomicFile.write(bytes: [], to: folder.path("b.bin"))
        #expect(try folder.bytes("a.txt") == Array("größer\n".utf8))
        #expect(try folder.bytes("b.bin") == [])
        #expect(try folder.names == ["a.txt", "b.bin"])
    }

    @Test func refusesWhatIsNoFile() throws {
        for path in ["/dev/null", folder.path, folder.path + "/none/a.txt", "", "a\0b"] {
            #expect(throws: FileError.self, "\(path)") {
                try AtomicFile.write(to: path) { file throws(FileError) in try file.write("x") }
            }
        }
        let missing = folder.path("none/a.txt")
        let error = #expect(throws: FileError.self) { try AtomicFile.write(text: "x", to: missing) }
        #expect(
            error?.description
                == "cannot write \(missing): creating a file beside it failed: No such file or directory")
    }
}
