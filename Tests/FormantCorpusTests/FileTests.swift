import FormantCorpus
import Foundation
import Testing

@Suite struct AtomicFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private struct Interruption: Error {}

    @Test func writesWholeOrNothing() throws {
        let path = try folder.write("a.txt", "old")
        let large = [UInt8](repeating: 7, count: 200_000)
        try AtomicFile.write(to: path) { file throws(CorpusError) in
            try file.write("begin")
            try file.write(large)
            try file.write("end")
        }
        #expect(
            try Array(Data(contentsOf: URL(fileURLWithPath: path))) == Array("begin".utf8) + large + Array("end".utf8))
        #expect(throws: CorpusError.self) {
            try AtomicFile.write(to: path) { file throws(CorpusError) in
                try file.write("half")
                throw .cannotSplit(what: "on purpose")
            }
        }
        do {
            var dropped = try AtomicFile(path: path)
            try dropped.write("dropped")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == 200_008)
        #expect(try folder.names() == ["a.txt"])
    }

    @Test func keepsPermissionsAndLinks() throws {
        let path = try folder.write("real.txt", "old")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        let link = folder.path + "/link.txt"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real.txt")
        try AtomicFile.write(to: link) { file throws(CorpusError) in try file.write("new") }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "real.txt")
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
    }

    @Test func refusesWhatIsNoFile() throws {
        for path in ["/dev/null", folder.path, folder.path + "/none/a.txt", "", "a\0b"] {
            #expect(throws: CorpusError.self, "\(path)") {
                try AtomicFile.write(to: path) { file throws(CorpusError) in try file.write("x") }
            }
        }
    }
}

@Suite struct SHA256Tests {
    private func hash(_ text: String) -> String {
        var hash = SHA256()
        hash.update(text)
        return hash.finalHex()
    }

    /// The examples of FIPS 180-2, appendix B, and of the empty text.
    @Test func publishedExamples() {
        #expect(hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        #expect(
            hash(String(repeating: "a", count: 1_000_000))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }
}
