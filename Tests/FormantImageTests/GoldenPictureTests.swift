import FormantImage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Files of all kinds, as Pillow writes and reads them (tools/golden/pictures.py).
@Suite struct GoldenPictureTests {
    struct Entry: Decodable, CustomTestStringConvertible {
        var name: String
        var file: String
        var width, height, channels: Int?
        var tolerance: Float?
        var values: [Float]?

        var testDescription: String { name }
        var bytes: [UInt8] { Array(Data(base64Encoded: file) ?? Data()) }
    }

    private struct Golden: Decodable { var pictures, refused: [Entry] }

    private static let golden: Golden = {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/pictures.json")
        return try! JSONDecoder().decode(Golden.self, from: Data(contentsOf: path))
    }()

    static var pictures: [Entry] { golden.pictures }
    static var refused: [Entry] { golden.refused }

    @Test(arguments: pictures) func isReadAsPillowReadsIt(entry: Entry) throws {
        let picture = try Picture.decode(entry.bytes, name: entry.name)
        #expect(picture.width == entry.width && picture.height == entry.height && picture.channels == entry.channels)
        let values = try #require(entry.values)
        try #require(values.count == picture.values.count)
        let tolerance = try #require(entry.tolerance) / 255 + 1e-5
        let largest = zip(picture.values, values).map { abs($0 - $1 / 255) }.max() ?? 0
        #expect(largest <= tolerance, "\(largest * 255) of 255")
    }

    @Test(arguments: refused) func isRefused(entry: Entry) {
        #expect { try Picture.decode(entry.bytes, name: "it") } throws: { "\($0)".contains("CMYK") }
    }

    /// A file that is cut anywhere gives an error; what lies behind the last pixel may be missing.
    @Test(arguments: pictures) func cutFilesAreErrors(entry: Entry) throws {
        let bytes = entry.bytes
        let behind = Picture.Format(of: bytes) == .png ? 16 : 2
        for count in 0..<bytes.count - behind {
            #expect(throws: ImageError.self, "\(count) of \(bytes.count) bytes") {
                try Picture.decode(Array(bytes[..<count]), name: "cut")
            }
        }
    }

    /// Whatever stands in a file, it is read or refused; its size is never more than it can hold.
    @Test(arguments: pictures) func damagedFilesAreReadOrRefused(entry: Entry) throws {
        let bytes = entry.bytes
        var refused = 0
        for place in bytes.indices {
            for flip in [UInt8(0x01), 0x80, 0xff] {
                var damaged = bytes
                damaged[place] ^= flip
                do throws(ImageError) {
                    let picture = try Picture.decode(damaged, name: "damaged", limit: 1 << 16)
                    #expect(picture.values.count <= 3 << 16)
                } catch {
                    refused += 1
                }
            }
        }
        #expect(refused > 0)
    }

    /// Headers of pictures much larger than their files are refused before there is room for them.
    @Test func hugeHeadersAreRefused() throws {
        for entry in GoldenPictureTests.pictures where entry.name == "rgb" || entry.name == "JPEG" {
            var bytes = entry.bytes
            if Picture.Format(of: bytes) == .png {
                // Width and height, without the check over them: libpng says so, or the size does.
                bytes.replaceSubrange(16..<24, with: [0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff])
            } else {
                let frame = try #require(bytes.indices.first { bytes[$0] == 0xff && bytes[$0 + 1] == 0xc0 })
                bytes.replaceSubrange(frame + 5..<frame + 9, with: [0xff, 0xdc, 0xff, 0xdc])
            }
            #expect(throws: ImageError.self) { try Picture.decode(bytes, name: "huge") }
        }
        let rgb = try #require(GoldenPictureTests.pictures.first { $0.name == "rgb" })
        #expect { try Picture.decode(rgb.bytes, name: "it", limit: 76) } throws: {
            "\($0)" == "it: expected a picture of at most 76 pixels, found 11 × 7"
        }
        #expect(try Picture.decode(rgb.bytes, name: "it", limit: 77).width == 11)
    }
}
