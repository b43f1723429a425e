import FormantFiles
import FormantImage
import FormantTestSupport
import Testing

@Suite struct PictureFileTests {
    @Test func filesAreWrittenByTheirNames() throws {
        let folder = try TemporaryFolder()
        let picture = Picture(width: 9, height: 4, channels: 3, filledWith: 0.5)
        try picture.write(to: folder.path("a.png"))
        try picture.write(to: folder.path("b.JPG"), quality: 100)
        for (name, format) in [("a.png", Picture.Format.png), ("b.JPG", .jpeg)] {
            let info = try Picture.probe(folder.path(name))
            #expect(info.format == format && info.width == 9 && info.height == 4 && info.channels == 3)
        }
        #expect(try Picture.read(folder.path("a.png")).values.allSatisfy { abs($0 - 0.5) < 0.003 })
        #expect(throws: ImageError.self) { try picture.write(to: folder.path("c.gif")) }
        #expect(throws: ImageError.self) { try picture.write(to: folder.path("no/folder.png")) }
    }

    /// The content decides, not the name; what it is instead is said.
    @Test func otherFilesAreNamed() throws {
        let folder = try TemporaryFolder()
        let cases: [(String, String, String)] = [
            ("empty.png", "", "an empty file"), ("tiff.jpg", "II*\0abc", "a TIFF picture"),
            ("web.png", "RIFF....WEBP", "WebP"), ("word.png", "hello", "neither's first bytes"),
            ("anim.png", "GIF89a...", "a GIF picture"), ("start.png", "\u{89}PNG", "neither"),
        ]
        for (name, text, found) in cases {
            try AtomicFile.write(text: text, to: folder.path(name))
            #expect { try Picture.read(folder.path(name)) } throws: {
                "\($0)".hasPrefix(folder.path(name)) && "\($0)".contains(found)
            }
        }
        #expect { try Picture.read(folder.path("missing.png")) } throws: { "\($0)".contains("No such file") }
        #expect { try Picture.read(folder.path("")) } throws: { "\($0)".contains("a folder") }
        #expect(throws: ImageError.self) { try Picture.read("a\0b") }
        #expect(throws: ImageError.self) { try Picture.read("/dev/zero") }
    }
}
