import FormantText
import Testing

@Suite struct EncodingTests {
    @Test func utf8DropsTheMarkAtTheStartOnly() throws {
        let bytes = Array("\u{feff}süß\n\u{feff}x".utf8)
        #expect(try TextEncoding.utf8.decode(bytes, source: "a") == "süß\n\u{feff}x")
        let second = try TextEncoding.utf8.decodeLines(bytes, source: "a")
        #expect(second.map { Array($0.unicodeScalars.map(\.value)) } == [[0x73, 0xfc, 0xdf], [0xfeff, 0x78]])
    }

    @Test(
        arguments: [
            ([0x61, 0x0a, 0x62, 0xf0, 0x63], 2, 3, "F0 63"),  // a lead byte without its followers
            ([0x0a, 0x0a, 0xc0, 0x80], 3, 2, "C0 80"),  // overlong
            ([0xed, 0xa0, 0x80], 1, 0, "ED A0 80"),  // a surrogate
            ([0x61, 0xe2, 0x82], 1, 1, "E2 82"),  // cut at the end
            ([0xf4, 0x90, 0x80, 0x80], 1, 0, "F4 90 80 80"),  // beyond U+10FFFF
            ([0xe2, 0x82, 0xac, 0x80], 1, 3, "80"),  // a follower without a lead byte
        ] as [([UInt8], Int, Int, String)])
    func utf8ErrorNamesLineAndOffset(bytes: [UInt8], line: Int, offset: Int, shown: String) throws {
        for read in [
            { try TextEncoding.utf8.decode(bytes, source: "f.txt") },
            { try TextEncoding.utf8.decodeLines(bytes, source: "f.txt").joined() },
        ] {
            let error = try #require(throws: TextError.self) { try read() }
            guard case .invalidEncoding("f.txt", .utf8, line, offset, let found) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(found.hasPrefix("bytes \(shown) ("), "\(found)")
        }
    }

    @Test func utf8AgreesWithTheStandardLibraryOnRandomBytes() throws {
        var generator = TestGenerator(seed: 3)
        for _ in 0..<5000 {
            let pool: [UInt8] = [0x61, 0x0a, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, 0xff]
            let bytes = (0..<Int.random(in: 0...9, using: &generator)).map { _ in pool.randomElement(using: &generator)!
            }
            let expected = String(validating: bytes, as: UTF8.self)
            let found = try? TextEncoding.utf8.decode(bytes, source: "seed 3")
            #expect((expected == nil) == (found == nil), "seed 3: \(bytes)")
        }
    }

    @Test func utf16IsNamed() throws {
        let error = try #require(throws: TextError.self) {
            try TextEncoding.utf8.decode([0xff, 0xfe, 0x61, 0x00], source: "f")
        }
        #expect(error.description.contains("UTF-16"))
    }

    @Test func singleByteEncodings() throws {
        let all = (UInt8(0)...255).map { $0 }
        let latin = try TextEncoding.latin1.decode(all, source: "")
        #expect(latin.unicodeScalars.map(\.value) == Array(0...255))
        let windows = try TextEncoding.windows1252.decode(all, source: "").unicodeScalars.map(\.value)
        #expect(windows[0x80] == 0x20ac && windows[0x85] == 0x2026 && windows[0x92] == 0x2019 && windows[0x9f] == 0x178)
        for undefined in [0x81, 0x8d, 0x8f, 0x90, 0x9d] { #expect(windows[undefined] == UInt32(undefined)) }
        #expect(Array(windows[..<0x80]) + Array(windows[0xa0...]) == Array(0..<0x80) + Array(0xa0...0xff))
        #expect(Set(windows).count == 256)
    }

    @Test func linesEndAtLineFeedsOnly() throws {
        let bytes: [UInt8] = Array("a\r\nb\rc\n\n".utf8) + [0x85, 0x0a] + Array("d".utf8)
        let lines = try TextEncoding.latin1.decodeLines(bytes, source: "")
        #expect(lines == ["a", "b\rc", "", "\u{85}", "d"])
        #expect(
            try TextEncoding.utf8.decodeLines(Array("x\u{2028}y\u{85}z\r\n".utf8), source: "") == ["x\u{2028}y\u{85}z"])
        #expect(try TextEncoding.utf8.decodeLines([], source: "") == [])
    }
}
